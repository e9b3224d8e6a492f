"""A guess: the kind that a table is taken for, and the meanings of its columns."""

from __future__ import annotations

from dataclasses import dataclass

from events.vocabulary.mapping import CERTAIN, TableKind
from producers.entities.column import Column

ACCEPTED = 0.45
"""The least score with which a column is bound."""
CONFIDENT = CERTAIN
"""The least confidence that needs no second look (and with which a renamed column goes on without approval)."""
_LIKELY, _LIKELY_COLUMN = 0.6, 0.7
"""The least confidences in a table, and in a column that it needs, beside other tables of the same kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One bound column of a table: its index, its meaning, how sure, and why (shapes and counts)."""

    index: int
    column: Column
    confidence: float
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableGuess:
    """Guessed kind of a table, and the meaning of its columns. `missing` names what the kind needs and no column gives;
    `kind` is then only a likeness.
    """

    kind: TableKind
    bound: tuple[Bound, ...]
    points: float
    confidence: float
    missing: tuple[str, ...] = ()
    evidence: str = ""
    likeness: TableKind | None = None
    """The kind nearest to an unknown table, where it has over half of the columns that the kind asks for."""

    @property
    def unlikely(self) -> bool:
        """Return whether the whole of it, or a column that the kind needs, is not even likely."""
        return self.confidence < _LIKELY or any(b.column.need and b.confidence < _LIKELY_COLUMN for b in self.bound)

    def index_of(self, name: str) -> int | None:
        """Return the index of the column bound to a name."""
        return next((b.index for b in self.bound if b.column.name == name), None)
