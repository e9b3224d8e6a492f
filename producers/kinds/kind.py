"""Specification of one kind of cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from producers.kinds.profile import ENOUGH_CELLS, KnownIds, Profile
from producers.kinds.reading import Cleaning
from producers.vocabulary.code_lists import CodeList

Fit = Callable[[Profile, KnownIds], float]
"""How well cells fit a kind, 0..1. It is asked of columns with a filled cell only."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CellKind:
    """One kind of cell: `label` for people, `fit` for its look, `clean` for its values.

    `soft` are the concepts that a header of such cells may have or lack. `alone` is the confidence in values without a header
    for a column that the table needs (None: no confidence). `plain` cells cannot be mistaken: a column may be bound by them
    although the table does not need it. `by_itself` is the fit without a header, where it differs; it counts from `told_from`
    filled cells on. Several columns of a table may have cells of a `frequent` kind. A kind of `any_words` is contradicted only
    by cells that are no words at all.
    """

    label: str
    fit: Fit
    clean: Cleaning
    soft: frozenset[str] = frozenset()
    alone: float | None = None
    plain: bool = False
    by_itself: Fit | None = None
    frequent: bool = False
    told_from: int = ENOUGH_CELLS
    any_words: bool = False
    codes: CodeList | None = None

    def unnamed_fit(self, p: Profile, known: KnownIds) -> float:
        """Return how well filled cells fit where their header says nothing."""
        return (self.by_itself or self.fit)(p, known)
