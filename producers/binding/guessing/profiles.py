"""Fit of a column's cells to its meaning."""

from __future__ import annotations

from producers.kinds.cells import is_something_else
from producers.kinds.kind import CellKind
from producers.kinds.profile import KnownIds, Profile


def fit(kind: CellKind, p: Profile, known: KnownIds) -> float:
    """Rate how well cells fit a meaning, 0..1; 0.5 says nothing either way (an empty column, or a meaning without a shape)."""
    return kind.fit(p, known) if p.filled else 0.5


def contradicts(kind: CellKind, p: Profile, known: KnownIds) -> bool:
    """Return whether enough filled cells look like something else altogether: the column does not mean this (any more)."""
    if p.filled < 10:
        return False
    if kind.any_words:
        return is_something_else(p)
    return fit(kind, p, known) <= 0.1
