"""Small sheets with the cells that go wrong, and their text where a format knows nothing but texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Padded:
    """A whole number that its format shows with five digits."""

    number: int


@dataclass(frozen=True)
class Failed:
    """An error of the spreadsheet."""

    text: str = "#REF!"


@dataclass(frozen=True, kw_only=True)
class Merged:
    """Merged cells: the first and the last row, the first and the last column, from 0."""

    top: int
    bottom: int
    left: int
    right: int

    def covered(self) -> Iterator[tuple[int, int]]:
        """Yield the cells other than the first one."""
        for row in range(self.top, self.bottom + 1):
            for column in range(self.left, self.right + 1):
                if (row, column) != (self.top, self.left):
                    yield row, column


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Cells are texts, numbers, dates, Padded, Failed, or None where nothing is."""

    name: str
    rows: Sequence[Sequence[object]]
    merged: Sequence[Merged] = ()
    is_hidden: bool = False

    def covered(self) -> set[tuple[int, int]]:
        return {place for one in self.merged for place in one.covered()}


def serial(day: dt.date) -> int:
    """Return the number under which a workbook stores a day."""
    return (day - dt.date(1899, 12, 30)).days


def text_of(value: object) -> str:
    """Return a cell in a format that holds the texts which an office program shows."""
    match value:
        case None:
            return ""
        case Padded(number):
            return f"{number:05}"
        case Failed(text):
            return text
        case _:
            return str(value)
