"""Columns that fail in nearly every cell: said once about the column, by what its cells look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from producers.kinds.sights import masked
from producers.values.blanks import filled
from producers.values.reasons import (
    AMBIGUOUS_DATE_ORDER,
    AMBIGUOUS_DECIMAL_MARK,
    PLACEHOLDER_EMAIL,
    PLACEHOLDER_PHONE,
    UNKNOWN_CODE,
)
from producers.values.sifting import Cleaner

FEWEST: Final = 20
"""Filled cells below which a column is not judged: each lost value is reported by itself."""
MOSTLY: Final = 0.9
"""The share of filled cells that are lost in a column that fails."""
_OTHERWISE: Final = frozenset(
    {AMBIGUOUS_DATE_ORDER, AMBIGUOUS_DECIMAL_MARK, PLACEHOLDER_EMAIL, PLACEHOLDER_PHONE, UNKNOWN_CODE}
)
"""Reasons that say something of the column already, or that lose nothing."""
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableCells:
    """The cells of a column that fails: of `filled` ones so many were `lost`. `looks` are the most frequent shapes."""

    filled: int
    lost: int
    looks: tuple[str, ...]

    def said(self) -> str:
        """Return the counts and the shapes in words."""
        return f"{self.lost} of {self.filled} cells cannot be read; they look like {self.shapes()}"

    def shapes(self) -> str:
        """Return the most frequent shapes in one line."""
        return ", ".join(f"`{look}`" for look in self.looks)


def unreadable(cells: Iterable[str], clean: Cleaner) -> UnreadableCells | None:
    """Return how nearly all cells of a column fail; None where enough of them can be read, or few are filled."""
    total, looks = 0, Counter[str]()
    for cell in cells:
        text = filled(cell)
        if text is None:
            continue
        total += 1
        value, reason = clean(cell)
        if value is None and reason is not None and reason not in _OTHERWISE:
            looks[masked(text)] += 1
    if total < FEWEST or looks.total() < MOSTLY * total:
        return None
    shown = tuple(look for look, _ in looks.most_common(_SHOWN))
    return UnreadableCells(filled=total, lost=looks.total(), looks=shown)
