"""Proposing a mapping for an extract, and binding a later extract under an approved one.

`propose` looks at everything and leaves the judgement to the operator. `bind_for_run` is what a run uses: an approved
mapping covers later extracts too. A renamed column that binds with confidence goes on, and a new column becomes a new
custom field: both are findings, with the mapping they extend. A column that is missing changes nothing. Guesses that must not
be made stop the run:

CannotBind
└── problems   missing_required_column, unbound_table, changed_meaning
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from shlex import quote

from events.vocabulary.custom_names import NONE_USED, CustomNames
from events.vocabulary.mapping import ColumnMapping, FieldType, TableBinding, TableKind
from events.vocabulary.practice import Practice
from producers.binding.declared_location import tables_of
from producers.binding.errors import CannotBind
from producers.binding.findings import Finding, shown
from producers.binding.guessing.guess import ACCEPTED, CONFIDENT
from producers.binding.guessing.profiles import contradicts
from producers.binding.links import PADDED_IDS, link_findings, lost_widths
from producers.binding.located import located, location_findings
from producers.binding.location_evidence import repeated_at_locations
from producers.binding.matching import sample, set_aside
from producers.binding.meeting import Growing, MetTable, entity_of, meet
from producers.binding.objects.proposing import left_out, object_of_table, take_for_object, with_key, with_orders_of_key
from producers.binding.sampled import BoundTable, Sampled, occurrences
from producers.binding.verdicts import judged, verdict_findings, with_unreadable
from producers.binding.vocabularies import Words, typed
from producers.entities.registry import SOURCES
from producers.kinds.cell_fates import SENSITIVE_BECAUSE
from producers.kinds.custom import CUSTOM
from producers.kinds.judged import cleaner_under
from producers.kinds.profile import KnownIds
from producers.kinds.reading import Rules
from producers.kinds.sights import TableSight
from producers.sources.extract import Extract

_ALIKE = 0.5
"""The confidence in leaving out a table that looks like the only one of a known kind, but lacks what that kind needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedTable:
    """Table with its proposed kind. `rows` counts its data rows, `rejected` those that cannot be trusted."""

    file: str
    sheet: str | None
    kind: TableKind
    rows: int
    rejected: int
    columns: int
    confidence: float


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """A mapping for approval, what each table is, how each is read, and what an operator should look at."""

    mapping: ColumnMapping
    tables: tuple[ProposedTable, ...]
    sights: tuple[TableSight, ...]
    bound: tuple[BoundTable, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, kw_only=True)
class RunBinding:
    """Rules for reading the tables of a later extract; `mapping` is the approved one, extended where there are findings.
    The rows of the tables `held` are not read: their links fit no other table as they are written.
    """

    tables: tuple[BoundTable, ...]
    held: tuple[BoundTable, ...]
    mapping: ColumnMapping
    findings: tuple[Finding, ...]


def propose(
    extract: Extract, practice: Practice, known: ColumnMapping | None = None, names: CustomNames = NONE_USED
) -> Proposal:
    """Return the mapping for an extract. With `known` it is extended and nothing of it is forgotten. No custom field gets one
    of the used `names`.
    """
    growing = Growing(mapping=known or ColumnMapping(practice=practice.id), names=names)
    sampled, ids = sample(tables_of(extract, practice), growing.mapping, practice.locations, extract.location)
    kinds = {s.kind for s in sampled}
    bound = []
    for s in sampled:
        resembling = _resembling(s, kinds)
        if s.kind is TableKind.UNKNOWN and not resembling:
            growing.mapping = take_for_object(s, sampled, ids, practice, growing.mapping, names.objects)
        m = meet(s, ids, growing, ACCEPTED)
        off = growing.mapping.leaves_out(s.kind)
        growing.findings += _drift(s, m) if known is not None and not off else []
        lacking = _lacking(s, m, ids, kinds)
        growing.findings += [*([] if off else _doubts(s, m)), *lacking, *_unknown(s, growing.mapping, quiet=False)]
        growing.findings += repeated_at_locations(s) if lacking else []
        growing.findings += _sensitive(s, m)
        growing.findings += _changes(s, m.binding, ids, growing.mapping, practice, extract)
        growing.findings += link_findings(s, m.binding, ids, sampled)
        binding = with_key(m.binding, s)
        if lacking and s.kind is TableKind.UNKNOWN:
            binding = replace(binding, confidence=_ALIKE, evidence=lacking[0].text)
        bound.append(BoundTable(s.table, binding))
    rules = Rules.of(practice, extract.taken_at)
    bound = [with_orders_of_key(b, practice) for b in judged(bound, ids, practice)]
    for place, s in enumerate(sampled):
        bound[place], unread = with_unreadable(bound[place], growing.mapping, rules)
        growing.findings += unread
        growing.keep(s, bound[place].binding)
    read = [left_out(b, growing.mapping) for b in bound]
    growing.findings += [f for b in read for f in verdict_findings(b.table.file, b.binding.columns)]
    mapping = typed(growing.mapping, Words(bound), growing.added.keys(), rules, ids.given_names)
    return Proposal(
        mapping=mapping,
        tables=tuple(_counted(b) for b in read),
        sights=tuple(TableSight.of(s.table.file, s.table.sheet, s.table.headers, s.profiles) for s in sampled),
        bound=tuple(located(b, practice, extract.location) for b in read),
        findings=tuple(growing.findings),
    )


def bind_for_run(extract: Extract, mapping: ColumnMapping, practice: Practice, names: CustomNames = NONE_USED) -> RunBinding:
    """Return the reading of an extract under an approved mapping. No custom field gets one of the used `names`.

    Raises CannotBind with all problems, before any row becomes a record.
    """
    growing, whole, mapping = Growing(mapping=mapping, names=names), mapping, mapping.carried
    sampled, ids = sample(tables_of(extract, practice), mapping, practice.locations, extract.location)
    for s in sampled:
        if s.approved is None and _seen(s, whole):
            set_aside(s, "approved as a table of no known entity")
    kinds = {s.kind for s in sampled}
    problems: list[Finding] = []
    padded: set[int] = set()
    bound: list[BoundTable] = []
    for place, s in enumerate(sampled):
        m = meet(s, ids, growing, CONFIDENT)
        problems += [*_lacking(s, m, ids, kinds, whole), *_unsure(s, m), *lost_widths(s, m.binding)]
        links = link_findings(s, m.binding, ids, sampled)
        growing.findings += links  # rows with damaged ids are refused one by one
        if any(f.code == PADDED_IDS for f in links):
            padded.add(place)
        else:
            problems += _changes(s, m.binding, ids, mapping, practice, extract)
        growing.findings += [*_drift(s, m), *_unknown(s, whole, quiet=True)]
        growing.findings += [f for f in _sensitive(s, m) if s.approved is None or f.column not in s.approved.headers]
        bound.append(BoundTable(s.table, m.binding))
    if problems:
        raise CannotBind(problems)
    bound = _with_all_verdicts(bound, growing, ids, practice)
    for s, b in zip(sampled, bound, strict=True):
        growing.keep(s, b.binding)
    extended = growing.mapping
    if growing.added:
        rules = Rules.of(practice, extract.taken_at)
        words = Words(bound, growing.added.keys(), fields=False)
        extended = typed(extended, words, growing.added.keys(), rules, ids.given_names)
    growing.findings += location_findings(bound, practice)
    bound = [located(b, practice, extract.location) for b in bound]
    return RunBinding(
        tables=tuple(b for place, b in enumerate(bound) if place not in padded),
        held=tuple(bound[place] for place in sorted(padded)),
        mapping=extended,
        findings=tuple(growing.findings),
    )


def _with_all_verdicts(bound: Sequence[BoundTable], growing: Growing, known: KnownIds, practice: Practice) -> list[BoundTable]:
    """Judge the columns of a run that have no verdict: new ones, and those that were approved before columns were judged."""
    found = judged(bound, known, practice, anew=False)
    for before, after in zip(bound, found, strict=True):
        new = [now for then, now in zip(before.binding.columns, after.binding.columns, strict=True) if then.verdict is None]
        growing.findings += verdict_findings(after.table.file, new)
    return found


def _lacking(
    s: Sampled, m: MetTable, known: KnownIds, kinds: set[TableKind], approved: ColumnMapping | None = None
) -> list[Finding]:
    """List columns that a table needs and lacks. A table that was not approved counts only where it seems to be the one
    that holds its kind's records: no other table does (and, where `approved` is given, an approved mapping knows such
    tables).
    """
    file = s.table.file
    if s.kind is not TableKind.UNKNOWN:
        text = f"{file}: no column gives {' and '.join(m.missing)}, which the {s.kind.value} table needs"
        return [Finding(code="missing_required_column", file=file, column=None, text=text)] if m.missing else []
    if approved is not None and _seen(s, approved):
        return []
    if resembling := _resembling(s, kinds, approved):
        return resembling
    near = s.likeness
    if approved is None:
        return []
    absent = [b for b in approved.carried.tables if b.kind is not TableKind.UNKNOWN and b.kind not in kinds]
    linked = any(p.filled >= 10 and p.among(known.patients) >= 0.8 for p in s.profiles)
    for b in absent:
        if (
            b.kind is near
            or (linked and b.kind.entity is not None and b.kind.entity.of_patient)
            or len(b.columns) == len(s.table.headers)
        ):
            text = f"{file}: may hold the {b.kind.value} records, which no other file has, but its columns are not understood"
            return [Finding(code="unbound_table", file=file, column=None, text=text)]
    return []


def _resembling(s: Sampled, kinds: set[TableKind], approved: ColumnMapping | None = None) -> list[Finding]:
    """Return a finding where a table of no known entity looks like the only one of a kind, but lacks what that kind needs."""
    file, near = s.table.file, s.likeness
    if near is None or near in kinds or s.guess is None or not s.guess.missing or not _expected(near, approved):
        return []
    text = f"{file}: no column gives {' and '.join(s.guess.missing)}; it looks like the {near.value} table"
    return [Finding(code="missing_required_column", file=file, column=None, text=text)]


def _expected(kind: TableKind, approved: ColumnMapping | None) -> bool:
    """Return whether tables of a kind are to be expected: always in a proposal, else where the approved mapping has one."""
    return approved is None or kind in {b.kind for b in approved.tables}


def _unknown(s: Sampled, mapping: ColumnMapping, *, quiet: bool) -> list[Finding]:
    """Return a table of no known entity, with its counts; with `quiet` only a notice where it was there when the mapping
    was approved.
    """
    table = s.table
    made = mapping.object_of(s.kind) or object_of_table(mapping, table.headers)
    if s.kind is not TableKind.UNKNOWN and not mapping.leaves_out(s.kind):
        return []
    rows = sum(1 for _ in table.rows())
    text = f"{table.file}: a table of no known entity, {len(table.headers)} columns, {rows} rows"
    if made is not None:
        text += f"; it can become the object {made.label_plural!r}: `cutover map object {quote(table.file)} --on`"
    return [Finding(code="unknown_table", file=table.file, column=None, text=text, notice=quiet and _seen(s, mapping))]


def _seen(s: Sampled, mapping: ColumnMapping) -> bool:
    """Return whether the mapping was approved with this table, of no known entity, in sight."""
    unread = (b for b in mapping.tables if b.kind is TableKind.UNKNOWN or mapping.leaves_out(b.kind))
    return any(set(occurrences(b.headers)) == set(s.occurrences) for b in unread)


def _counted(bound: BoundTable) -> ProposedTable:
    rejected: list[int] = []
    table = bound.table
    rows = sum(1 for _ in table.rows(lambda r: rejected.append(r.row)))
    kind, confidence = bound.binding.kind, bound.binding.confidence
    return ProposedTable(
        file=table.file,
        sheet=table.sheet,
        kind=kind,
        rows=rows,
        rejected=len(rejected),
        columns=len(table.headers),
        confidence=confidence,
    )


def _unsure(s: Sampled, m: MetTable) -> list[Finding]:
    """List new columns that the kind needs but that are bound without confidence."""
    found = []
    for b in m.new:
        if b.column.need and b.confidence < CONFIDENT:
            header = shown(s.table.headers, b.index)
            text = f"{s.table.file}: {header} may be {b.column.need}, but that is not certain"
            found.append(Finding(code="missing_required_column", file=s.table.file, column=s.table.headers[b.index], text=text))
    return found


def _doubts(s: Sampled, m: MetTable) -> list[Finding]:
    file, confidence = s.table.file, m.binding.confidence
    found = []
    if s.kind is not TableKind.UNKNOWN and confidence < CONFIDENT:
        text = f"{file}: may be a table of kind {s.kind.value}; {m.binding.evidence}"
        found.append(Finding(code="doubtful_table", file=file, column=None, text=text, notice=True))
    return found + [
        Finding(
            code="doubtful_column",
            file=s.table.file,
            column=s.table.headers[b.index],
            text=f"{s.table.file}: {shown(s.table.headers, b.index)} may be {b.column.name}; {b.evidence}",
            notice=True,
        )
        for b in m.new
        if b.confidence < CONFIDENT
    ]


def _sensitive(s: Sampled, m: MetTable) -> list[Finding]:
    """List the columns that are left out because they are sensitive. Nothing of a cell is told."""
    return [
        Finding(
            code="sensitive_column",
            file=s.table.file,
            column=c.header,
            text=f"{s.table.file}: {shown(s.table.headers, index)} is left out, {c.ignored}",
            notice=True,
        )
        for index, c in enumerate(m.binding.columns)
        if c.ignored is not None and c.ignored.startswith(SENSITIVE_BECAUSE)
    ]


def _drift(s: Sampled, m: MetTable) -> list[Finding]:
    """List differences from the approved binding of the table: new tables, renamed and new columns, columns that are
    missing.
    """
    file, headers = s.table.file, s.table.headers
    if s.approved is None:
        if s.kind is TableKind.UNKNOWN:
            return []
        return [
            Finding(
                code="new_table",
                file=file,
                column=None,
                text=f"{file}: a {s.kind.value} table with headers that were not approved",
            )
        ]
    had = {c.field for c in s.approved.columns if c.field} | {c.custom for c in s.approved.columns if c.custom}
    found = []
    for b in m.new:
        name = b.column.name
        if b.column.ignored:
            found.append(
                Finding(
                    code="ignored_column",
                    file=file,
                    column=headers[b.index],
                    text=f"{file}: {shown(headers, b.index)} {b.column.ignored}",
                    notice=True,
                )
            )
        elif name in had:
            found.append(
                Finding(
                    code="renamed_column",
                    file=file,
                    column=headers[b.index],
                    text=f"{file}: {shown(headers, b.index)} is read as {name}, renamed",
                )
            )
        else:
            found.append(
                Finding(
                    code="new_column",
                    file=file,
                    column=headers[b.index],
                    text=f"{file}: {shown(headers, b.index)} is read as {name}",
                )
            )
    for index, name in m.customs:
        code = "new_custom_field" if name not in had else "renamed_column"
        found.append(
            Finding(
                code=code,
                file=file,
                column=headers[index],
                text=f"{file}: {shown(headers, index)} goes to the custom field {name}",
            )
        )
    has = {c.field for c in m.binding.columns} | {c.custom for c in m.binding.columns}
    for name in sorted(had - has):
        found.append(
            Finding(
                code="missing_column",
                file=file,
                column=None,
                text=f"{file}: no column for {name}; nothing of it changes",
                notice=True,
                kind=m.binding.kind.value,
                field=name,
            )
        )
    return found


def _changes(
    s: Sampled, binding: TableBinding, known: KnownIds, mapping: ColumnMapping, practice: Practice, extract: Extract
) -> list[Finding]:
    """List approved columns whose cells now look like something else altogether."""
    if s.approved is None:
        return []
    found = []
    entity = entity_of(s.kind)
    customs = mapping.custom_of(entity) if entity is not None else {}
    rules = Rules.of(practice, extract.taken_at)
    for index, c in enumerate(binding.columns):
        p = s.profiles[index]
        changed = False
        if c.field is not None:
            changed = contradicts(SOURCES[s.kind].column(c.field).kind, p, known)
            if c.field == "patient_id" and extract.scope == "full" and len(known.patients) >= 20 and p.filled >= 10:
                changed = changed or p.among(known.patients) == 0
        elif c.custom in customs and p.filled >= 10 and customs[c.custom].type not in (FieldType.TEXT, FieldType.SELECT):
            clean = cleaner_under(CUSTOM[customs[c.custom].type], rules, c.verdict)
            changed = sum(clean(v)[1] is None for v in p.values) <= 0.1 * len(p.values)
        if changed:
            approved_as, there = c.field or c.custom, f"its {p.filled} cells look like something else"
            text = f"{s.table.file}: {shown(s.table.headers, index)} was approved as {approved_as}, but {there}"
            found.append(Finding(code="changed_meaning", file=s.table.file, column=c.header, text=text))
    return found
