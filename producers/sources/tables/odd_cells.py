"""Cells of a spreadsheet that are no plain text, and rows that hold such cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final


class Oddity(StrEnum):
    """The way in which a cell is more, or less, than its text."""

    ERROR = "error"
    """An error of the spreadsheet (`#REF!`, `#N/A` …); the text is blank."""
    NO_VALUE = "no_value"
    """A formula without a stored result; the text is blank."""
    DATE = "date"
    """A real date or time in a column of dates; the text is its ISO form."""
    STRAY_DATE = "stray_date"
    """A real date or time in a column that mostly holds other values."""
    MERGED = "merged"
    """A cell below the first one of merged cells; the text is that of the first one."""
    COVERED = "covered"
    """A cell to the right of the first one of merged cells; the text is blank."""


DAMAGED: Final = frozenset({Oddity.ERROR, Oddity.NO_VALUE})
_OF_A_ROW: Final = DAMAGED | {Oddity.MERGED, Oddity.COVERED}

Odd = tuple[tuple[int, Oddity], ...]
"""The odd cells of a row: column and oddity, in the order of the columns."""


class OddRow(list[str]):
    """The texts of a row's cells, of which some are odd. Rows without odd cells are plain lists."""

    __slots__ = ("odd",)

    def __init__(self, cells: Iterable[str], odd: Odd) -> None:
        super().__init__(cells)
        self.odd = odd

    def within(self, width: int) -> OddRow:
        """Return the row with exactly so many cells."""
        cells = [*self[:width], *[""] * (width - len(self))]
        return OddRow(cells, tuple(one for one in self.odd if one[0] < width))

    def mark(self) -> bytes:
        """Return the bytes that tell the row from one with the same texts and other odd cells; none where they say as much."""
        return repr([(at, odd.value) for at, odd in self.odd if odd in _OF_A_ROW]).encode() if self._is_marked() else b""

    def _is_marked(self) -> bool:
        return any(odd in _OF_A_ROW for _, odd in self.odd)


def is_damaged(cells: Sequence[str]) -> bool:
    """Return whether a cell of the row lost its value in the spreadsheet."""
    return isinstance(cells, OddRow) and any(odd in DAMAGED for _, odd in cells.odd)


def within(cells: list[str], width: int) -> list[str]:
    """Return a row with exactly so many cells, blanks added; what is odd stays so."""
    if isinstance(cells, OddRow):
        return cells.within(width)
    return cells[:width] + [""] * (width - len(cells))
