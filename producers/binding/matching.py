"""Looking at the tables of an extract: what approved binding covers each, and what the others are taken for.

A table is met again by its headers (the order and the way they are written do not matter).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from events.vocabulary.locations import ONE_LOCATION, Locations
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, TableBinding, TableKind
from producers.binding.guessing.guess import TableGuess
from producers.binding.guessing.joins import Looked, pointed_at
from producers.binding.guessing.table_kinds import guess
from producers.binding.known_ids import known_ids
from producers.binding.located import location_column
from producers.binding.sampled import Occurrence, Sampled, occurrences
from producers.entities.registry import SOURCES
from producers.kinds.profile import SAMPLE, KnownIds, profiles_of
from producers.kinds.sights import TableSight
from producers.sources.tables.table import Table


def sample(
    tables: Sequence[Table], mapping: ColumnMapping, locations: Locations = ONE_LOCATION, declared: str | None = None
) -> tuple[list[Sampled], KnownIds]:
    """Look at the first rows of every table, find what covers it, and guess the others, with the ids that the tables hold.
    `declared` is the location of the delivery.
    """
    sampled, looked_at = [], []
    for table in tables:
        rows = _first_rows(table)
        looked_at.append(rows)
        profiles = profiles_of(rows, len(table.headers), location_column(table.headers, locations))
        sampled.append(Sampled(table=table, profiles=profiles, occurrences=occurrences(table.headers)))
    for s in sampled:
        s.approved = _covering(s, mapping)
    pointed = pointed_at([Looked(s.table.headers, s.profiles) for s in sampled])
    for s, links, rows in zip(sampled, pointed, looked_at, strict=True):
        if s.approved is None:
            s.guess = guess(s.table.headers, s.profiles, KnownIds(), links, rows)
    known = known_ids(sampled, locations, declared)
    for s, links, rows in zip(sampled, pointed, looked_at, strict=True):
        if s.approved is None:
            s.guess = guess(s.table.headers, s.profiles, known, links, rows)
    _set_unlikely_aside(sampled)
    return sampled, known


def sights_of(tables: Sequence[Table]) -> list[TableSight]:
    """Return a sight of each table by its first rows, without a judgement of what it is."""
    return [TableSight.of(t.file, t.sheet, t.headers, profiles_of(_first_rows(t), len(t.headers))) for t in tables]


def _first_rows(table: Table) -> list[tuple[str, ...]]:
    """Return the first rows of a table; equal rows count once."""
    return list(dict.fromkeys(tuple(cells) for _, cells in islice(table.rows(), SAMPLE)))


def _set_unlikely_aside(sampled: Sequence[Sampled]) -> None:
    """Bind a table that is hardly of a kind, beside others that are so for certain, is of no known entity (a ledger beside
    the clinical notes).
    """
    certain = {s.kind for s in sampled if s.guess is None or not s.guess.unlikely}
    for s in sampled:
        if s.guess is not None and s.guess.unlikely and s.kind in certain and s.kind is not TableKind.UNKNOWN:
            evidence = f"hardly a {s.kind.value} table, beside others that are so for certain"
            set_aside(s, evidence)


def set_aside(s: Sampled, evidence: str) -> None:
    """Take a table for one of no known entity, for this reason."""
    s.guess = TableGuess(kind=TableKind.UNKNOWN, bound=(), points=0.0, confidence=0.0, missing=(), evidence=evidence)


def _covering(s: Sampled, mapping: ColumnMapping) -> TableBinding | None:
    """Return the approved binding that covers most of a table's headers: at least half of them, with at least half of what
    the binding knows, and among it a column that the kind needs or four that mean something.
    """
    best: tuple[float, TableBinding] | None = None
    for binding in mapping.tables:
        if binding.kind is TableKind.UNKNOWN:
            continue
        fields = dict(zip(occurrences(binding.headers), binding.columns, strict=True))
        met = [fields[o] for o in s.occurrences if o in fields]
        share = len(met) / len(s.occurrences) if s.occurrences else 0.0
        names = {c.field for c in met}
        needed = any(c.need and c.name in names for c in SOURCES[binding.kind].columns if c.name != "patient_id")
        if binding.kind.entity is not None and binding.kind.entity.object_name is not None:
            needed = _has_identity(binding, fields, s.occurrences)
            if not needed:
                continue
        meant = sum(c.field is not None or c.custom is not None for c in met)
        meanings = {c.field or c.custom for c in binding.columns} - {None}
        most = len({c.field or c.custom for c in met} - {None}) * 2 >= len(meanings)
        if share >= 0.5 and most and (needed or meant > 3) and (best is None or share > best[0]):
            best = share, binding
    return best[1] if best is not None else None


def _has_identity(binding: TableBinding, fields: Mapping[Occurrence, ColumnBinding], met: Sequence[Occurrence]) -> bool:
    """Return whether a table has the columns that tell the rows of a custom object apart."""
    own = [o for o, c in fields.items() if c.key is not None or c.field == "native_id"]
    return set(own) <= set(met) if own else set(fields) == set(met)
