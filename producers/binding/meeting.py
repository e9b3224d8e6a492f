"""Binding one table: by the approved binding that covers it, by the guess, and by a mapping that grows by what is new."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from events.vocabulary.custom_names import NONE_USED, CustomNames
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, CustomField, FieldType, TableBinding, TableKind
from producers.binding.findings import Finding
from producers.binding.guessing.binding import bind_as
from producers.binding.guessing.guess import Bound, TableGuess
from producers.binding.guessing.header_scores import header_score, repeats_patient
from producers.binding.sampled import Sampled, occurrences
from producers.entities.registry import SOURCES
from producers.kinds import cells
from producers.kinds.profile import KnownIds, Profile
from producers.kinds.sensitive import sensitive
from producers.vocabulary.custom_names import camel_case, free_name
from producers.vocabulary.labels import free_label

_OF_A_CUSTOM_FIELD, _AGAINST_ITS_HEADER = 0.9, 0.5
_DATES: Final = (cells.BIRTH_DATE, cells.DATE, cells.DATE_TIME)
_DAY_NUMBER: Final = re.compile(r"[1-6]?\d{4}(?:\.\d+)?", re.ASCII)
_ENOUGH_DAY_NUMBERS, _CLEAR = 3, 0.9


@dataclass(kw_only=True)
class Growing:
    """A mapping that grows while tables are bound; `added` are the custom fields that are new, with the tables they come
    from, and `names` those that they must not have.
    """

    mapping: ColumnMapping
    names: CustomNames = NONE_USED
    findings: list[Finding] = field(default_factory=list)
    added: dict[tuple[Entity, str], str] = field(default_factory=dict)

    def custom_for(self, header: str, entity: Entity, used: set[str]) -> str:
        """Return the custom field for a column: one that is there already under this name, else a new one (typed TEXT for
        now).
        """
        wanted = camel_case(header)
        for f in self.mapping.custom_fields:
            if f.entity is entity and f.name not in used and wanted in self._called(f):
                return f.name
        holder = self.names.holder
        beside = [f for f in self.mapping.custom_fields if holder(f.entity) == holder(entity)]
        name = free_name(header, self.names.names(entity), [f.name for f in beside])
        labels = [f.label for f in beside if f.entity is entity]
        label = free_label(header, labels, entity)
        created = CustomField(entity=entity, name=name, label=label, type=FieldType.TEXT)
        self.mapping = replace(self.mapping, custom_fields=(*self.mapping.custom_fields, created))
        self.added[entity, name] = header
        return name

    def _called(self, f: CustomField) -> set[str]:
        """Return the camelCase of all headers that a custom field is known by: its columns', and its label, which mappings of
        earlier versions took from the header.
        """
        headers = {
            column.header
            for table in self.mapping.tables
            if entity_of(table.kind) is f.entity
            for column in table.columns
            if column.custom == f.name
        }
        met = self.added.get((f.entity, f.name))
        return {camel_case(one) for one in (*headers, f.label, *([] if met is None else [met]))}

    def keep(self, s: Sampled, bound: TableBinding) -> None:
        """Remember a table's binding: its new columns join the binding that covers it, or one of its kind that does not
        disagree, or it becomes one of its own.
        """
        tables = [one for one in self.mapping.tables if not _is_recognised_now(one, bound)]
        if bound.kind is TableKind.UNKNOWN and any(
            self.mapping.leaves_out(t.kind) and set(occurrences(t.headers)) == set(s.occurrences) for t in tables
        ):
            return  # the mapping has it, for an object that is turned off
        for at, binding in enumerate(tables):
            if binding.kind is not bound.kind or (
                s.approved is not None and binding.headers[: len(s.approved.headers)] != s.approved.headers
            ):
                continue
            there = dict(zip(occurrences(binding.headers), binding.columns, strict=True))
            news = [(o, c) for o, c in zip(s.occurrences, bound.columns, strict=True) if o not in there]
            if bound.kind is TableKind.UNKNOWN:
                if news:
                    continue
                return
            if all(_agree(there[o], c) for o, c in zip(s.occurrences, bound.columns, strict=True) if o in there):
                fresh = dict(zip(s.occurrences, bound.columns, strict=True))
                columns = [_judged_anew(c, fresh.get(o)) for o, c in there.items()]
                tables[at] = replace(binding, columns=(*columns, *(c for _, c in news)))
                self.mapping = replace(self.mapping, tables=tuple(tables))
                return
        self.mapping = replace(self.mapping, tables=(*tables, bound))


def _is_recognised_now(before: TableBinding, now: TableBinding) -> bool:
    """Return whether a table of no known entity is of a known one by now."""
    was_unknown = before.kind is TableKind.UNKNOWN and now.kind is not TableKind.UNKNOWN
    return was_unknown and set(occurrences(before.headers)) == set(occurrences(now.headers))


def _judged_anew(column: ColumnBinding, fresh: ColumnBinding | None) -> ColumnBinding:
    """Return the column with the verdict of a new look at it."""
    if fresh is None or fresh.verdict is None:
        return column
    if (fresh.verdict, fresh.codes, fresh.doubtful) == (column.verdict, column.codes, column.doubtful):
        return column
    verdict = fresh.verdict
    if column.settled and column.verdict is not None:
        if {one.code for one in fresh.codes} <= {one.code for one in column.codes}:
            return column
        verdict = replace(column.verdict, codes=verdict.codes, words=verdict.words)
        column = replace(column, settled=False)  # new codes need a decision of their own
    return replace(column, verdict=verdict, codes=fresh.codes, evidence=fresh.evidence, confidence=fresh.confidence)


def _agree(one: ColumnBinding, other: ColumnBinding) -> bool:
    return (one.field, one.custom, one.ignored is None) == (other.field, other.custom, other.ignored is None)


def entity_of(kind: TableKind) -> Entity | None:
    """Return the entity that has a row's custom columns as fields: a line's plan; None where no record keeps them."""
    spec = SOURCES.get(kind)
    entity = spec.rows_of if spec is not None else None
    return entity if entity is not None and SOURCES[entity].keeps_columns else None


@dataclass(frozen=True, kw_only=True)
class MetTable:
    """A bound table, with what was found on the way: the columns that no approved binding covered, and the needs unmet."""

    binding: TableBinding
    new: tuple[Bound, ...]
    customs: tuple[tuple[int, str], ...]
    missing: tuple[str, ...]


def meet(s: Sampled, known: KnownIds, growing: Growing, least: float) -> MetTable:
    """Bind one table. Columns that no approved binding covers are bound where their confidence reaches `least` (columns that
    the kind needs are bound with less, too: the caller judges), else they become custom fields.
    """
    kind, headers = s.kind, s.table.headers
    if kind is TableKind.UNKNOWN:
        nobody = "the table is of no known entity"
        return MetTable(
            binding=TableBinding(
                kind=kind,
                columns=tuple(ColumnBinding(header=h, ignored=nobody) for h in headers),
                confidence=0.0,
                evidence=_why(s),
            ),
            new=(),
            customs=(),
            missing=(),
        )
    columns: dict[int, ColumnBinding] = {}
    if s.approved is not None:
        there = dict(zip(occurrences(s.approved.headers), s.approved.columns, strict=True))
        columns = {i: replace(there[o], header=headers[i]) for i, o in enumerate(s.occurrences) if o in there}
        taken = {c.field for c in columns.values() if c.field is not None}
        free = [i for i in range(len(headers)) if i not in columns]
        found = _new_columns(s, known, taken, free)
    else:
        assert s.guess is not None
        found = s.guess
    needed = {c.name for c in SOURCES[kind].columns if c.need}
    new = tuple(b for b in found.bound if b.confidence >= least or b.column.name in needed)
    for b in new:
        ignored = b.column.ignored
        name = None if ignored else b.column.name
        columns[b.index] = ColumnBinding(
            header=headers[b.index], field=name, custom=None, ignored=ignored, confidence=b.confidence, evidence=b.evidence
        )
    with_patients = bool(known.patients) or any(t.kind is TableKind.PATIENT for t in growing.mapping.tables)
    customs = tuple(_customs(s, kind, columns, growing, known=with_patients))
    names = {c.field for c in columns.values()}
    missing = {c.need for c in SOURCES[kind].columns if c.need} - {c.need for c in SOURCES[kind].columns if c.name in names}
    confidence = s.approved.confidence if s.approved is not None else found.confidence
    binding = TableBinding(
        kind=kind, columns=tuple(columns[i] for i in range(len(headers))), confidence=confidence, evidence=_why(s)
    )
    return MetTable(binding=binding, new=new, customs=customs, missing=tuple(sorted(m for m in missing if m)))


def _new_columns(s: Sampled, known: KnownIds, taken: Collection[str], free: Collection[int]) -> TableGuess:
    """Guess the columns that an approved binding does not cover. Those of a custom object become custom fields: its identity
    and its links are a decision.
    """
    if s.kind.entity is not None and s.kind.entity.object_name is not None:
        return TableGuess(kind=s.kind, bound=(), points=0.0, confidence=0.0)
    return bind_as(s.kind, s.table.headers, s.profiles, known, taken, free)


def _why(s: Sampled) -> str:
    return s.approved.evidence if s.approved is not None else s.guess.evidence if s.guess is not None else ""


def _customs(
    s: Sampled, kind: TableKind, columns: dict[int, ColumnBinding], growing: Growing, *, known: bool
) -> Iterator[tuple[int, str]]:
    """Give every column that is still unbound a custom field, or the reason why it has none. Columns about a row's patient are
    left out only where the patients are `known` by a table of their own.
    """
    entity = entity_of(kind)
    known = known and (entity is None or entity.object_name is None or any(c.field == "patient_id" for c in columns.values()))
    used = {c.custom for c in columns.values() if c.custom is not None}
    for index, header in enumerate(s.table.headers):
        if index in columns:
            continue
        p = s.profiles[index]
        if not header.strip() and not p.filled:
            columns[index] = ColumnBinding(header=header, ignored="a column without name and without values")
        elif (because := sensitive(header, p)) is not None:
            columns[index] = ColumnBinding(header=header, ignored=because)
        elif known and repeats_patient(kind, header):
            columns[index] = ColumnBinding(header=header, ignored="repeats the patient, to whom the row is linked by id")
        elif entity is None:
            columns[index] = ColumnBinding(header=header, ignored=f"a {kind.value} has no record that could hold it")
        else:
            name = growing.custom_for(header, entity, used)
            used.add(name)
            evidence = f"no known meaning; {p.filled} of {p.rows} cells are filled, {p.distinct} distinct"
            confidence = _OF_A_CUSTOM_FIELD
            if (date := _date_in_day_numbers(kind, header, p, columns.values())) is not None:
                evidence = f"the header says {date}; the cells are day numbers of a spreadsheet: export them as dates"
                confidence = _AGAINST_ITS_HEADER
            columns[index] = ColumnBinding(header=header, custom=name, confidence=confidence, evidence=evidence)
            yield index, name


def _date_in_day_numbers(kind: TableKind, header: str, p: Profile, bound: Collection[ColumnBinding]) -> str | None:
    """Return the date that a header names, where its cells are a spreadsheet's numbers of days and no column is bound to it."""
    if p.filled < _ENOUGH_DAY_NUMBERS or not all(_DAY_NUMBER.fullmatch(cell) for cell in p.values):
        return None
    taken = {column.field for column in bound}
    dates = (c.name for c in SOURCES[kind].columns if c.kind in _DATES and c.name not in taken and not c.ignored)
    return next((name for name in dates if header_score(kind, name, header) >= _CLEAR), None)
