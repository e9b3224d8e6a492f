"""The points of a kind: how much of a table its columns explain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from events.vocabulary.mapping import TableKind
from producers.binding.guessing.column_scores import CHECKED
from producers.binding.guessing.guess import Bound
from producers.binding.guessing.joins import Pointed
from producers.entities.column import Column
from producers.entities.registry import SOURCES
from producers.kinds import cells
from producers.kinds.profile import KnownIds, Profile
from producers.vocabulary.headers import meaning, readings

_LINKED = 1.0
"""The weight of links from other tables that say what the rows of a table are."""
_WITHOUT_CELLS = 0.5
"""The weight of a blank column, of that of a filled one."""
_OWN_WORDS, _SEVERAL, _ALL_OF_THEM = 0.5, 3, 0.95
_OF_FILES, _FILES = (cells.FILE, cells.PATH), 1.0
"""The weight of a column of names or paths of files: rows of no other kind have one."""
_A_SIGN = 0.25
_MOST_SIGNS = 4


def points_of(
    kind: TableKind,
    headers: Sequence[str],
    bound: Mapping[int, Bound],
    profiles: Sequence[Profile],
    known: KnownIds,
    pointed: Sequence[Pointed],
) -> float:
    """Return the points of a kind: those of its bound columns, less those of headers that speak against it."""
    spoken = SOURCES[kind].against
    against = sum(bool(spoken & set(meaning(header).split())) for header in headers) if spoken else 0
    points = sum(b.column.weight * b.confidence * _presence(b.column, profiles[i]) for i, b in bound.items())
    points += sum(_OWN_WORDS for i, b in bound.items() if _in_words_of(b.column, profiles[i], known))
    points += (
        _FILES
        if any(b.column.kind in _OF_FILES and profiles[i].share("path", "file") == 1.0 for i, b in bound.items())
        else 0.0
    )
    points += _signs(kind, headers) + (_LINKED if any(one.kind is kind for one in pointed) else 0.0)
    return max(0.0, points - against)


def _signs(kind: TableKind, headers: Sequence[str]) -> float:
    """Return the weight of the headers that have a word which only tables of a kind have."""
    signs = SOURCES[kind].signs
    return _A_SIGN * min(_MOST_SIGNS, sum(any(signs & set(said.split()) for said in readings(header)) for header in headers))


def _in_words_of(c: Column, p: Profile, known: KnownIds) -> bool:
    """Return whether a column holds several words, all of which are known for its meaning: states of plans, ways of sending."""
    return c.kind.any_words and p.distinct >= _SEVERAL and c.kind.fit(p, known) >= _ALL_OF_THEM


def _presence(c: Column, p: Profile) -> float:
    """Return how much of a column is there: few of a needed column's cells are little, and so is a blank column."""
    if p.rows < CHECKED:
        return 1.0
    return p.filled / p.rows if c.need else 1.0 if p.filled else _WITHOUT_CELLS
