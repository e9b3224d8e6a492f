"""The cells of a table's columns that hold anything, counted column by column for many rows at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from producers.sources.tables.odd_cells import DAMAGED, Oddity, OddRow

_AT_ONCE: Final = 1_000


class FilledCells:
    """The counts of a table's columns. Every row has as many cells as the table has columns."""

    def __init__(self, columns: int) -> None:
        self._counts = [0] * columns
        self._rows: list[Sequence[str]] = []

    def see(self, cells: Sequence[str]) -> None:
        """Add the cells of a row."""
        self._rows.append(cells)
        if isinstance(cells, OddRow):
            self._see_odd(cells)
        if len(self._rows) >= _AT_ONCE:
            self._count()

    def counts(self) -> list[int]:
        """Return the number of filled cells of each column."""
        self._count()
        return list(self._counts)

    def _count(self) -> None:
        rows, self._rows = self._rows, []
        for index, cells in enumerate(zip(*rows, strict=True)):
            self._counts[index] += len(cells) - cells.count("") - sum(map(str.isspace, cells))

    def _see_odd(self, cells: OddRow) -> None:
        for index, oddity in cells.odd:
            if oddity in DAMAGED:
                self._counts[index] += 1  # its text is blank
            elif oddity is Oddity.MERGED:
                self._counts[index] -= 1  # its text is that of another cell
