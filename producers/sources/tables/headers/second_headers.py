"""Headers that stand among a table's rows: of the same columns in another order, or of another table.

Rows below the same names in another order are put into the table's order. Rows below other names cannot be read under the
table's header; each of them is rejected, until the table's own names come again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from producers.sources.tables.headers.header_rows import STRIP, is_beyond_doubt
from producers.sources.tables.headers.shapes import Shape, Shapes, shape_of
from producers.sources.tables.odd_cells import OddRow

_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


class SecondHeaders:
    """Follows the headers among the rows of one table."""

    def __init__(self, headers: Sequence[str], shapes: Shapes) -> None:
        self._names = [_plain(header) for header in headers]
        self._sorted = sorted(self._names)
        self._shapes = shapes
        self._order: list[int] | None = None
        self.is_foreign = False
        """True below a header of other columns."""
        forms = {form for h in headers if h for form in (h, h.upper(), h.lower(), h.title())}
        self.firsts: Final[frozenset[str]] = frozenset(forms)
        """First cells of a record that ask for a closer look."""
        usual = shapes.usual[0] or shapes.only[0]
        self.suspects: Final[frozenset[str]] = _LETTERS if usual in (Shape.NUMBER, Shape.DATE) else frozenset()
        """First characters of a record that ask for a closer look: letters, where the first column holds none."""

    @property
    def is_plain(self) -> bool:
        """Return True as long as rows are read as they stand."""
        return self._order is None and not self.is_foreign

    def begins(self, cells: Sequence[str]) -> bool:
        """Return whether a record is a header; the rows below it are read by it from now on."""
        names = [_plain(cell) for cell in cells]
        while len(names) > len(self._names) and not names[-1]:
            names.pop()
        if sorted(names) == self._sorted and any(names):
            self._order = None if names == self._names else self._order_of(names)
            self.is_foreign = False
            return True
        filled = [name for name in names if name]
        shared = len(set(filled) & set(self._names))
        again = shared * 2 >= len(filled) and shared > 2 and len(set(filled)) == len(filled)
        if not again and not self._stands_apart(cells):
            return False
        self.is_foreign = True
        return True

    def is_label(self, cells: Sequence[str]) -> bool:
        """Return whether a record is the name of a group of rows: words alone in a first column of numbers."""
        return (
            bool(self.suspects)
            and len(cells) > 3
            and bool(cells[0][:1] and cells[0][0] in _LETTERS)
            and not any(cell.strip(STRIP) for cell in cells[1:])
        )

    def arranged(self, cells: list[str]) -> list[str]:
        """Return a row's cells in the order of the table's columns."""
        if self._order is None:
            return cells
        moved = [cells[at] if at < len(cells) else "" for at in self._order]
        if isinstance(cells, OddRow):
            to = {at: column for column, at in enumerate(self._order)}
            return OddRow(moved, tuple(sorted((to[at], odd) for at, odd in cells.odd if at in to)))
        return moved

    def _order_of(self, names: Sequence[str]) -> list[int]:
        places: dict[str, list[int]] = {}
        for at, name in enumerate(names):
            places.setdefault(name, []).append(at)
        return [places[name].pop(0) for name in self._names]

    def _stands_apart(self, cells: Sequence[str]) -> bool:
        """Return whether a record is made of names and differs from its columns wherever they hold values."""
        filled = [cell.strip(STRIP) for cell in cells if cell.strip(STRIP)]
        if len(filled) < 3 or len(filled) < 0.7 * len(cells) or not is_beyond_doubt(filled):
            return False
        kinds = [(u or o, cell) for u, o, cell in zip(self._shapes.usual, self._shapes.only, cells, strict=False)]
        values = [shape_of(cell) for kind, cell in kinds if kind not in (None, Shape.TEXT)]
        return len(values) >= 3 and all(shape in (Shape.TEXT, Shape.BLANK) for shape in values)


def _plain(text: str) -> str:
    return " ".join(text.strip(STRIP).split()).casefold()
