"""Taking tables of no known entity for custom objects: proposals for the operator, who turns an object on or leaves it off."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from events.vocabulary.custom_objects import CustomObject
from events.vocabulary.mapping import BOTH_ORDERS, ColumnBinding, ColumnMapping, TableBinding, TableKind
from events.vocabulary.practice import Practice
from producers.binding.guessing.guess import Bound, TableGuess
from producers.binding.objects.identifying import RowIdentity, identity_of
from producers.binding.objects.linking import links_of
from producers.binding.objects.naming import named_after
from producers.binding.sampled import BoundTable, Sampled, occurrences
from producers.entities.custom_object import COLUMNS
from producers.kinds.profile import KnownIds
from producers.vocabulary.headers import meaning

NO_IDENTITY: Final = "no column, and no few columns together, tell its rows apart"
_BY_IDS, _BY_KEY = 0.9, 0.85
_IN_KEY: Final = "part of the natural key"
_TITLES: Final = frozenset(["name", "title", "kpi", "metric", "measure", "indicator"])
_SURE: Final = 0.9


def take_for_object(
    s: Sampled, others: Sequence[Sampled], known: KnownIds, practice: Practice, mapping: ColumnMapping, used: Collection[str]
) -> ColumnMapping:
    """Take a table of no known entity for a custom object, by a guess with its identity and its links.

    Return the mapping with that object, turned off. Tables with the same columns are of one object: `others` are the tables
    of the extract. `used` are names that no object must have.
    """
    alike = next((o for o in others if _is_of_object(o.kind) and set(o.occurrences) == set(s.occurrences)), None)
    if alike is not None and alike.guess is not None:
        _take_as(s, alike, alike.guess)
        return mapping
    there = next((t.kind for t in mapping.tables if _is_of_object(t.kind) and _same_columns(t, s)), None)
    if there is None:
        taken = [*used, *(name for one in mapping.objects for name in (one.name, one.plural))]
        made = named_after(s.table.sheet or PurePosixPath(s.table.file).stem, taken)
        tables = tuple(t for t in mapping.tables if t.kind is not TableKind.UNKNOWN or not _same_columns(t, s))
        mapping, kind = replace(mapping, objects=(*mapping.objects, made), tables=tables), TableKind(made.entity)
    else:
        kind = there
    rows = [cells for _, cells in s.table.rows()]
    links = links_of(s.table.headers, s.profiles, known, practice)
    places = [b.index for b in links if b.column.name == "practice_ref"] if practice.locations else []
    identity = identity_of(s.table.headers, s.profiles, rows, [b.index for b in links], places) if rows else None
    bound = [*links, *_own_id(identity), *_title(s, {b.index for b in links}, identity)]
    evidence = f"of no known entity; {identity.evidence if identity is not None else NO_IDENTITY}"
    sure = 0.0 if identity is None else _BY_IDS if identity.ids is not None else _BY_KEY
    s.guess = TableGuess(kind=kind, bound=tuple(bound), points=0.0, confidence=sure, evidence=evidence)
    s.key = dict(identity.key) if identity is not None else {}
    return mapping


def _take_as(s: Sampled, alike: Sampled, guess: TableGuess) -> None:
    """Take a table as another one with the same columns, in whatever order."""
    at = {occurrence: index for index, occurrence in enumerate(s.occurrences)}
    place = [at[occurrence] for occurrence in alike.occurrences]
    s.guess = replace(guess, bound=tuple(replace(b, index=place[b.index]) for b in guess.bound))
    s.key = {place[index]: compared for index, compared in alike.key.items()}


def with_key(binding: TableBinding, s: Sampled) -> TableBinding:
    """Return the binding of a proposed table with its natural key."""
    columns = (
        replace(c, key=s.key[i], evidence=f"{_IN_KEY}; {c.evidence}" if c.evidence else _IN_KEY) if i in s.key else c
        for i, c in enumerate(binding.columns)
    )
    return replace(binding, columns=tuple(columns))


def with_orders_of_key(bound: BoundTable, practice: Practice) -> BoundTable:
    """Return a table whose key's dates are read in one order for good: a setting that changes makes no other records."""

    def ordered(column: ColumnBinding) -> ColumnBinding:
        verdict = column.verdict
        if column.key != "date" or verdict is None or verdict.order not in (None, BOTH_ORDERS):
            return column
        return replace(column, verdict=replace(verdict, order=practice.date_order))

    return BoundTable(bound.table, replace(bound.binding, columns=tuple(map(ordered, bound.binding.columns))))


def left_out(bound: BoundTable, mapping: ColumnMapping) -> BoundTable:
    """Return a table as it is read: one whose object is turned off is read as a table of no known entity."""
    return BoundTable(bound.table, binding_left_out(bound.binding)) if mapping.leaves_out(bound.binding.kind) else bound


def binding_left_out(binding: TableBinding) -> TableBinding:
    """Return the binding of a table that makes no record."""
    nobody = "the table is of no known entity"
    columns = tuple(ColumnBinding(header=c.header, ignored=nobody) for c in binding.columns)
    return TableBinding(kind=TableKind.UNKNOWN, columns=columns, confidence=0.0, evidence=binding.evidence)


def object_of_table(mapping: ColumnMapping, headers: Sequence[str]) -> CustomObject | None:
    """Return the object that a mapping has for tables with these headers."""
    met = set(occurrences(headers))
    kinds = (t.kind for t in mapping.tables if _is_of_object(t.kind) and set(occurrences(t.headers)) == met)
    return next((found for kind in kinds if (found := mapping.object_of(kind)) is not None), None)


def _is_of_object(kind: TableKind) -> bool:
    return kind.entity is not None and kind.entity.object_name is not None


def _same_columns(binding: TableBinding, s: Sampled) -> bool:
    return set(occurrences(binding.headers)) == set(s.occurrences)


def _own_id(identity: RowIdentity | None) -> list[Bound]:
    if identity is None or identity.ids is None:
        return []
    return [Bound(index=identity.ids, column=COLUMNS["native_id"], confidence=_SURE, evidence=identity.evidence)]


def _title(s: Sampled, links: Collection[int], identity: RowIdentity | None) -> list[Bound]:
    """Return the column with the names of the rows, if a header says so and its cells are short words."""
    for index, (header, p) in enumerate(zip(s.table.headers, s.profiles, strict=True)):
        own_id = identity is not None and index == identity.ids
        if index in links or own_id or not set(meaning(header).split()) & _TITLES:
            continue
        if p.filled == p.rows and p.share("date", "money", "digits") == 0 and p.length <= 60:
            return [Bound(index=index, column=COLUMNS["title"], confidence=_SURE, evidence="the header names the rows")]
    return []
