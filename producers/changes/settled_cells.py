"""The fates of the cells of a table's columns, counted for rows of the same fates together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from producers.kinds.cell_fates import EMPTY, WITH_ITS_ROW
from producers.sources.tables.odd_cells import DAMAGED, Oddity, OddRow

_AT_ONCE: Final = 4_096
"""Ways in which the cells of a row can end that are counted apart, before they are added up by column."""


class SettledCells:
    """The counts of a table's columns by fate; a lost value has its reason code as its fate."""

    def __init__(self, columns: int) -> None:
        self._counts: list[Counter[str]] = [Counter() for _ in range(columns)]
        self._rows: dict[tuple[str, ...], int] = {}

    def settle(self, fates: Sequence[str]) -> None:
        """Add the fates of the cells of a row that was taken apart."""
        key, rows = tuple(fates), self._rows
        rows[key] = rows.get(key, 0) + 1
        if len(rows) > _AT_ONCE:
            self._add_up()

    def settle_with_row(self, cells: Sequence[str]) -> None:
        """Add the cells of a row that was taken apart and makes no record."""
        fates = [WITH_ITS_ROW if cell and not cell.isspace() else EMPTY for cell in cells]
        if isinstance(cells, OddRow):
            for index, oddity in cells.odd:
                if oddity in DAMAGED:
                    fates[index] = WITH_ITS_ROW
                elif oddity is Oddity.MERGED:
                    fates[index] = EMPTY
        self.settle(fates)

    def counts(self) -> list[Counter[str]]:
        """Return the number of cells of each column by their fate."""
        self._add_up()
        return self._counts

    def _add_up(self) -> None:
        rows, self._rows = self._rows, {}
        for fates, number in rows.items():
            for counts, fate in zip(self._counts, fates, strict=True):
                if fate:
                    counts[fate] += number
