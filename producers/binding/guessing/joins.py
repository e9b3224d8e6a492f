"""Joins between the tables of an extract: which unique column of a table the links of other tables point to.

A column of another table that a header calls the number of a patient, a provider, a plan … and whose values all occur in a
unique column says two things: what the rows of that table are, and which of its columns is their identity.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from events.vocabulary.mapping import TableKind
from producers.binding.guessing.header_scores import header_score, named_as_number
from producers.entities.registry import SOURCES
from producers.kinds.profile import Profile
from producers.vocabulary.headers import key

_SAID = 0.7
_INSIDE = 0.9
_SEVERAL = 5


@dataclass(frozen=True, slots=True)
class Looked:
    """A table as far as joins are concerned: its headers and the profiles of its columns."""

    headers: Sequence[str]
    profiles: Sequence[Profile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointed:
    """A column of a table that links of other tables point to, the kind that they say, and how many they are.

    Links with the column's own name say that it is an identity, but not of which kind: their `kind` is None.
    """

    kind: TableKind | None
    index: int
    links: int


def is_key(p: Profile) -> bool:
    """Return whether a column may be the identity of a table's rows: filled, unique, and made of ids."""
    return p.filled >= 2 and p.filled == p.rows and p.unique == 1.0 and p.share("id", "initial") >= 0.9


def pointed_at(tables: Sequence[Looked]) -> list[tuple[Pointed, ...]]:
    """Return for each table its columns that other tables point to."""
    found: list[tuple[Pointed, ...]] = []
    links = [list(_links_of(t)) for t in tables]
    for at, table in enumerate(tables):
        keys = [i for i, p in enumerate(table.profiles) if is_key(p)]
        counts: dict[tuple[TableKind | None, int], int] = {(None, i): n for i, n in _namesakes(at, keys, tables) if n}
        for other, said in enumerate(links):
            if other == at:
                continue
            for kind, p in said:
                inside = [i for i in keys if _inside(p, table.profiles[i])]
                for i in inside if len(inside) == 1 else _best(kind, inside, table):
                    counts[kind, i] = counts.get((kind, i), 0) + 1
        found.append(tuple(Pointed(kind=kind, index=index, links=times) for (kind, index), times in counts.items()))
    return _widest(found, tables)


def _namesakes(at: int, keys: Sequence[int], tables: Sequence[Looked]) -> Iterator[tuple[int, int]]:
    """Yield each unique column named as a number of something, with the count of columns of that name in other tables that hold
    its values alone.
    """
    table = tables[at]
    for i in keys:
        name = key(table.headers[i])
        if not named_as_number(table.headers[i]):
            continue
        others = (other for place, other in enumerate(tables) if place != at)
        columns = ((h, p) for other in others for h, p in zip(other.headers, other.profiles, strict=True))
        linked = (p for h, p in columns if key(h) == name and p.distinct >= _SEVERAL and not is_key(p))
        yield i, sum(_inside(p, table.profiles[i]) for p in linked)


def _links_of(table: Looked) -> Iterator[tuple[TableKind, Profile]]:
    linked = [spec for spec in SOURCES if spec.linked_by]
    for header, p in zip(table.headers, table.profiles, strict=True):
        for spec in linked:
            if p.distinct < spec.fewest_linked or p.share("id", "initial") < 0.9:
                continue
            if max(header_score(TableKind(of), name, header) for of, name in spec.linked_by) >= _SAID:
                yield spec.kind, p


def _inside(p: Profile, key: Profile) -> bool:
    return sum(v in key.values for v in p.values) >= _INSIDE * len(p.values)


def _best(kind: TableKind, inside: Sequence[int], table: Looked) -> Sequence[int]:
    """Return, of several unique columns that hold the same values the one whose header says most."""
    ranked = sorted(inside, key=lambda i: -header_score(kind, "native_id", table.headers[i]))
    return ranked[:1]


def _widest(found: Sequence[tuple[Pointed, ...]], tables: Sequence[Looked]) -> list[tuple[Pointed, ...]]:
    """Keep for each kind the tables that hold the most of its ids: a list of balances holds patients' ids, but not all."""
    most: dict[TableKind | None, int] = {}
    for pointed, table in zip(found, tables, strict=True):
        for one in pointed:
            if one.kind is not None:
                most[one.kind] = max(most.get(one.kind, 0), table.profiles[one.index].distinct)
    return [
        tuple(one for one in pointed if table.profiles[one.index].distinct >= most.get(one.kind, 0))
        for pointed, table in zip(found, tables, strict=True)
    ]
