"""What one kind of table is on the side of the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.vocabulary.mapping import TableKind
from producers.entities.column import Column

Aliases = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """One kind of table.

    `columns` can be bound; the bound ones must reach the weight `enough` together. `nouns` are the words for a row, which may
    stand before any header; `nouns_of` has those of columns about another thing. `signs` are words that headers of other kinds
    hardly have. A `clear` alias names a column on its own, a
    `vague` one could name several.
    """

    kind: TableKind
    nouns: frozenset[str]
    nouns_of: Mapping[str, frozenset[str]] = field(default_factory=dict)
    enough: float
    columns: tuple[Column, ...]
    signs: frozenset[str] = frozenset()
    clear: Aliases
    vague: Aliases

    def own_nouns(self, name: str) -> frozenset[str]:
        """Return the words for the thing that a column is about."""
        return self.nouns_of.get(name, self.nouns)

    def column(self, name: str) -> Column:
        """Return the column of this name; raises KeyError where the kind has none."""
        for candidate in self.columns:
            if candidate.name == name:
                return candidate
        raise KeyError(name)


def words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())
