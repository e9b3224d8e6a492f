"""Tables of an extract, with the profiles of their columns, and with what they are bound as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from events.vocabulary.mapping import TableBinding, TableKind
from producers.binding.guessing.guess import TableGuess
from producers.kinds.profile import Profile
from producers.sources.tables.table import Table
from producers.vocabulary.headers import key

Occurrence = tuple[str, int]
"""A header as it is met again: its key, and which of several columns of that name it is."""


@dataclass(frozen=True)
class BoundTable:
    """A table and how it is read. The binding's columns stand in the order of the table's."""

    table: Table
    binding: TableBinding


@dataclass(kw_only=True)
class Sampled:
    """A table with the profiles of its columns."""

    table: Table
    profiles: list[Profile]
    occurrences: list[Occurrence]
    approved: TableBinding | None = None
    guess: TableGuess | None = None
    key: dict[int, Literal["text", "date"]] = field(default_factory=dict)
    """Of a table taken for a custom object: the columns of its natural key, by index."""

    @property
    def kind(self) -> TableKind:
        """Return the kind that the table is taken for; UNKNOWN where it lacks a column that the kind needs."""
        if self.approved is not None:
            return self.approved.kind
        return self.guess.kind if self.guess is not None and not self.guess.missing else TableKind.UNKNOWN

    @property
    def likeness(self) -> TableKind | None:
        """Return what a table of no known entity comes nearest to, if to anything."""
        if self.guess is None or self.kind is not TableKind.UNKNOWN:
            return None
        return self.guess.kind if self.guess.missing else self.guess.likeness

    def index_of(self, name: str) -> int | None:
        """Return the index of the column that has a meaning, by the approved binding or by the guess."""
        if self.approved is not None:
            fields = {o: c.field for o, c in zip(occurrences(self.approved.headers), self.approved.columns, strict=True)}
            return next((i for i, o in enumerate(self.occurrences) if fields.get(o) == name), None)
        return self.guess.index_of(name) if self.guess is not None and self.kind is not TableKind.UNKNOWN else None


def occurrences(headers: Sequence[str]) -> list[Occurrence]:
    """Return the headers as they are met again."""
    seen: Counter[str] = Counter()
    out = []
    for header in headers:
        seen[key(header)] += 1
        out.append((key(header), seen[key(header)]))
    return out
