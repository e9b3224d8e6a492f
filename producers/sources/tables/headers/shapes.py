"""Shapes of a column's cells, learnt from a sample: the evidence on which a row of odd length is trusted or not.

A row that is shorter or longer than the header may have lost blanks at its end, which is harmless, or a cell in the middle,
which moves every later value into a neighbour's column. The lengths are the same; the shapes of the values tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Shape(StrEnum):
    """The rough form of one cell."""

    BLANK = "blank"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    EMAIL = "email"
    CODE = "code"
    TEXT = "text"


_BLANKS: Final = frozenset({"", "-", "--", "n/a", "na", "null", "none"})
_DATE: Final = re.compile(
    r"(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[- ][A-Za-z]{3,9}\.?[- ,]+\d{2,4}|[A-Za-z]{3,9}\.? \d{1,2},? \d{4})(?:[ T].*)?"
)
_TIME: Final = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?")
_NUMBER: Final = re.compile(r"[-+($ ]*[$€£]?[ \d,]*\.?\d+\)?[-%]?(?: ?(?:CR|DR|cr|dr))?")
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_CODE: Final = re.compile(r"(?=[^\d]*\d)(?=[\d\W_]*[A-Za-z])[\w./#-]{2,14}")
_LONGEST_REMEMBERED: Final = 200
_STRONG_AFTER: Final = 5
_NEVER_BLANK_AFTER: Final = 8


def shape_of(cell: str) -> Shape:
    """Return the shape of one raw cell."""
    return _shape_of(cell) if len(cell) <= _LONGEST_REMEMBERED else _look_at(cell)


def _look_at(cell: str) -> Shape:
    text = cell.strip(" \t\r\n\xa0\0\ufeff")
    if len(text) > _LONGEST_REMEMBERED:
        return Shape.TEXT
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    if text.lower() in _BLANKS:
        return Shape.BLANK
    if len(text) > 60:
        return Shape.TEXT
    for shape, pattern in (
        (Shape.NUMBER, _NUMBER),
        (Shape.DATE, _DATE),
        (Shape.TIME, _TIME),
        (Shape.EMAIL, _EMAIL),
        (Shape.CODE, _CODE),
    ):
        if pattern.fullmatch(text):
            return shape
    return Shape.TEXT


_shape_of = lru_cache(maxsize=16_384)(_look_at)
"""Repeated texts are looked at once; long texts do not repeat, and to remember them would take gigabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shapes:
    """The usual shapes of a table's columns: `usual[i]` is the one shape of column i (None: it varies), `only[i]` the shape of
    all its cells, however few they are; `never_blank` are the columns that were filled in (nearly) every sampled row, `rows`
    how many rows that rests on.
    """

    usual: tuple[Shape | None, ...]
    only: tuple[Shape | None, ...]
    never_blank: frozenset[int]
    rows: int

    def misfits(self, cells: Sequence[str], shift_from: int | None = None) -> int:
        """Count the cells that contradict their column; with `shift_from`, cells from there on are counted from the right
        end.
        """
        width, moved = len(self.usual), len(self.usual) - len(cells)
        count = 0
        for i, cell in enumerate(cells):
            column = i if shift_from is None or i < shift_from else i + moved
            if 0 <= column < width and (usual := self.usual[column]) is not None:
                shape = shape_of(cell)
                if shape is Shape.BLANK or shape is usual:
                    continue
                count += usual is not Shape.TEXT or shape in (Shape.DATE, Shape.EMAIL)
        return count

    def fits(self, cells: Sequence[str]) -> bool:
        """Return whether no cell contradicts its column, however few rows were sampled."""
        return self.misfits(cells) == 0 and (self.rows >= _NEVER_BLANK_AFTER or self._contradicted(cells) == 0)

    def _contradicted(self, cells: Sequence[str]) -> int:
        return sum(
            shape is not Shape.BLANK and shape is not only and (only is not Shape.TEXT or shape in (Shape.DATE, Shape.EMAIL))
            for only, shape in zip(self.only, map(shape_of, cells), strict=False)
            if only is not None
        )

    def agrees(self, cells: Sequence[str]) -> bool:
        """Return whether cells look like those of the few rows that were sampled: none contradicts its column, and two (one in
        a narrow table) have the shape of a column that holds no words.
        """
        pairs = zip(self.only, map(shape_of, cells), strict=False)
        alike = sum(only is shape and only not in (None, Shape.TEXT) for only, shape in pairs)
        return self._contradicted(cells) == 0 and alike >= min(2, len(self.only) // 3)

    def trusts(self, cells: Sequence[str], found: int) -> bool:
        """Return whether a row may be read although its length differs: `cells` are those within the header, `found` is how
        many cells it had. It may when no value contradicts its column, or when no shift explains the contradictions better,
        and when nothing is missing that other rows always have.
        """
        width = len(self.usual)
        if len(cells) < width:
            missing = range(len(cells), width)
            if self.rows >= _NEVER_BLANK_AFTER:
                if any(column in self.never_blank for column in missing):
                    return False
            elif len(cells) * 2 < width:
                return False
        as_is = self.misfits(cells)
        if as_is == 0:
            return self.rows >= _NEVER_BLANK_AFTER or self.agrees(cells)
        if found > width:
            return as_is < 2
        return all(self.misfits(cells, k) >= as_is for k in range(len(cells)))


def learn_shapes(rows: Sequence[Sequence[str]], width: int) -> Shapes:
    """Return the shapes of a table's columns, from sampled data rows (each as found; rows of other lengths count only as
    filled or blank, and only where they lack little).
    """
    full = [row for row in rows if len(row) == width]
    counts = [Counter(shape_of(row[i]) for row in full) for i in range(width)]
    usual = tuple(_usual(count) for count in counts)
    only = tuple(_only(count) for count in counts)
    bare = Shapes(usual=usual, only=only, never_blank=frozenset(), rows=0)
    little = max(2, width // 4)
    near = [row for row in rows if width - little <= len(row) < width and bare.misfits(row) == 0]
    total = len(full) + len(near)
    filled = [
        sum(n for shape, n in counts[i].items() if shape is not Shape.BLANK)
        + sum(1 for row in near if i < len(row) and shape_of(row[i]) is not Shape.BLANK)
        for i in range(width)
    ]
    never_blank = frozenset(i for i in range(width) if total and filled[i] >= 0.98 * total)
    return Shapes(usual=usual, only=only, never_blank=never_blank, rows=total)


def _usual(count: Counter[Shape]) -> Shape | None:
    filled = {shape: n for shape, n in count.items() if shape is not Shape.BLANK}
    total = sum(filled.values())
    if total < _STRONG_AFTER:
        return None
    shape, n = max(filled.items(), key=lambda item: item[1])
    return shape if n >= 0.9 * total else None


def _only(count: Counter[Shape]) -> Shape | None:
    shapes = [shape for shape in count if shape is not Shape.BLANK]
    return shapes[0] if len(shapes) == 1 else None
