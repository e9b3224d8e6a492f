"""Verdicts on the columns of an extract's tables: the tables are read whole, and each column is judged once.

Tables with the same headers are read under one binding, so that their columns are judged together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from events.vocabulary.mapping import BOTH_ORDERS, ColumnBinding, ColumnMapping, TableKind
from events.vocabulary.practice import Practice
from producers.binding.findings import Finding, shown
from producers.binding.sampled import BoundTable, Occurrence, occurrences
from producers.entities.registry import SOURCES
from producers.kinds.profile import SAMPLE, KnownIds
from producers.kinds.reading import Rules
from producers.records.assembly import cleaner_of
from producers.verdicts.judge import Proven, doubted, judge
from producers.verdicts.look import Look, looks_at
from producers.verdicts.unreadable import unreadable

UNREADABLE_COLUMN = "unreadable_column"


@dataclass(kw_only=True)
class _Alike:
    """The tables of one kind with the same headers."""

    columns: dict[Occurrence, ColumnBinding] = field(default_factory=dict)
    looks: dict[Occurrence, Look] = field(default_factory=dict)

    def proven(self) -> Proven:
        return Proven.by_looks(self.looks.values(), [c for o, c in self.columns.items() if o not in self.looks])


def judged(tables: Sequence[BoundTable], known: KnownIds, practice: Practice, *, anew: bool = True) -> list[BoundTable]:
    """Return the tables with a verdict on each of their columns; without `anew`, those that have one keep it.

    Reads the tables with a column to judge whole.
    """
    groups: dict[tuple[TableKind, frozenset[Occurrence]], _Alike] = {}
    places = []
    for bound in tables:
        alike = groups.setdefault((bound.binding.kind, frozenset(occurrences(bound.table.headers))), _Alike())
        places.append(alike)
        _look(bound, alike, practice, anew=anew)
    for alike in groups.values():
        for look in alike.looks.values():
            look.settle()
    proven = {id(alike): alike.proven() for alike in groups.values()}
    everywhere = Proven.together(proven.values())
    found = []
    for bound, alike in zip(tables, places, strict=True):
        columns = list(bound.binding.columns)
        for index, occurrence in enumerate(occurrences(bound.table.headers)):
            if (seen := alike.looks.get(occurrence)) is not None:
                columns[index] = judge(columns[index], seen, proven[id(alike)], everywhere, known, practice)
        found.append(BoundTable(bound.table, replace(bound.binding, columns=tuple(columns))))
    return found


def with_unreadable(bound: BoundTable, mapping: ColumnMapping, rules: Rules) -> tuple[BoundTable, list[Finding]]:
    """Return a table whose columns are in doubt where nearly all of their cells cannot be read, and a finding for each."""
    columns, findings, file = list(bound.binding.columns), [], bound.table.file
    if bound.binding.kind is TableKind.UNKNOWN:
        return bound, []
    rows = [cells for _, cells in islice(bound.table.rows(), SAMPLE)]
    for index, column in enumerate(columns):
        read = cleaner_of(bound.binding.kind, column, mapping, rules)
        failed = unreadable((cells[index] for cells in rows), read[1]) if read is not None else None
        if failed is not None:
            columns[index] = doubted(column, failed.said())
            text = f"{file}: {shown(bound.table.headers, index)}: {failed.said()}"
            findings.append(Finding(code=UNREADABLE_COLUMN, file=file, column=column.header, text=text))
    return BoundTable(bound.table, replace(bound.binding, columns=tuple(columns))), findings


def verdict_findings(file: str, columns: Iterable[ColumnBinding]) -> list[Finding]:
    """Return a finding for each of these columns whose cells are bare codes, or prove two rules."""
    found = []
    for column in columns:
        verdict = column.verdict
        if verdict is not None and (verdict.codes or BOTH_ORDERS in (verdict.order, verdict.decimal)):
            text = f"{file}: {column.header!r}: {column.evidence}"
            found.append(Finding(code="doubtful_column", file=file, column=column.header, text=text))
    return found


def _look(bound: BoundTable, alike: _Alike, practice: Practice, *, anew: bool) -> None:
    """Add the cells of a table to the looks at its columns."""
    if bound.binding.kind is TableKind.UNKNOWN:
        return
    spec, adders = SOURCES[bound.binding.kind], []
    for index, occurrence in enumerate(occurrences(bound.table.headers)):
        column = bound.binding.columns[index]
        alike.columns.setdefault(occurrence, column)
        if looks_at(column) and (anew or column.verdict is None):
            kind = None if column.field is None else spec.column(column.field).kind
            look = alike.looks.setdefault(occurrence, Look(kind=kind, practice=practice))
            adders.append((index, look.add))
    if not adders:
        return
    for _, row in bound.table.rows():
        for index, add in adders:
            add(row[index])
