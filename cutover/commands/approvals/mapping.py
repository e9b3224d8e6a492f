"""`map propose`, `map show`, `map approve`: which column means what, with confidence and evidence, and who approved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import RenderableType

from cutover.mapping_file.destinations import goes_to
from cutover.mapping_file.differing import MappingDifference, differences
from cutover.mapping_file.meanings import Meaning
from cutover.mapping_file.reading import FileDecision, unread_needs
from cutover.mapping_file.sharing import with_settled
from cutover.project.errors import ApprovalMissing, UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.mapping import (
    ApprovedMapping,
    ColumnCode,
    ColumnVerdict,
    DecidedColumn,
    MappingContent,
    ProposedMapping,
    ShownMapping,
)
from cutover.reports.findings import finding_lines, shown_finding
from cutover.runs.approvals import mapping_state
from cutover.runs.arguments.named_person import NOBODY, NamedPerson
from cutover.runs.column_examples import Examples, no_examples, proposal_sights, read_examples
from cutover.runs.left_columns import left_column_lines, left_columns, newly_left
from cutover.runs.mapping_edits import (
    digest_of,
    draft,
    mapping_file,
    parsed_file,
    proposals,
    proposed_again,
    write_file,
)
from cutover.runs.session import Session
from events.decisions import Decided
from events.vocabulary.custom_objects import CustomObject
from events.vocabulary.mapping import CERTAIN, ColumnBinding, ColumnMapping, TableKind, Verdict, mapping_body
from producers.binding.findings import doubts_of
from producers.binding.meeting import entity_of
from producers.entities.registry import read_entities
from producers.kinds.sights import TableSight
from producers.sources.addresses import SourcePlace


def map_propose(
    session: Session, paths: Sequence[SourcePlace], other: Path | None = None, reader: NamedPerson = NOBODY
) -> Answer:
    """Look at the extracts, propose a mapping and write it to mapping.toml.

    Earlier approvals, proposals and decisions in the file are extended, none is forgotten. `other` is the mapping of
    another practice: what people settled there is proposed. A project's log begins here: no other command makes it.
    A `reader` who asks for values is shown examples, which is recorded.
    """
    reader.require_name_to_read("--examples")
    session.project.log(make=True)
    known = draft(session).mapping if mapping_state(session.decisions).proposal is not None else None
    found = proposals(session, paths, known)
    assert found, "there is at least one path"
    mapping = found[-1][1].mapping
    if other is not None:
        mapping = with_settled(mapping, parsed_file(other))
    body = mapping_body(mapping, paths=[str(path.absolute()) for path in paths])
    session.decisions.record(Decided.MAPPING_PROPOSED, body)
    sights = [sight for _, p in found for sight in p.sights]
    write_file(session, mapping, sights)
    examples = read_examples(session, mapping, sights, reader, "map propose") if reader.decrypt else no_examples(mapping)
    findings = [f for _, p in found for f in p.findings]
    tables = [t for _, p in found for t in p.tables]
    document: ProposedMapping = {
        "version": mapping.version,
        "approved": False,
        "mapping_file": str(mapping_file(session)),
        "tables": [
            {
                "file": t.file,
                "sheet": t.sheet,
                "kind": t.kind.value,
                "rows": t.rows,
                "rejected": t.rejected,
                "columns": t.columns,
                "confidence": round(t.confidence, 3),
            }
            for t in tables
        ],
        **_mapping_document(mapping, examples),
        "findings": [shown_finding(f) for f in findings],
    }
    text: list[RenderableType] = [
        table(
            f"{session.practice.name}: tables found",
            ("file", "taken for", "rows", "not readable", "sure"),
            [(t.file, t.kind.value, t.rows, t.rejected, f"{t.confidence:.0%}") for t in tables],
            right=(2, 3, 4),
        ),
        "",
        *_example_tables(mapping, examples),
        *finding_lines(findings),
        f"Proposed: mapping {mapping.version}, written to {mapping_file(session)}.",
    ]
    return Answer(document=document, text=text, findings=any(not f.notice for f in findings), next_step="`cutover map show`")


def map_show(session: Session, reader: NamedPerson = NOBODY) -> Answer:
    """Show the mapping with the decisions of its file: first what a person must decide, then each table in its order.

    A `reader` who asks for values is shown examples, which is recorded.
    """
    reader.require_name_to_read("--examples")
    drafted = draft(session)
    mapping = drafted.mapping
    if reader.decrypt:
        examples = read_examples(session, mapping, proposal_sights(session), reader, "map show")
    else:
        examples = no_examples(mapping)
    document: ShownMapping = {
        "version": mapping.version,
        "approved": not drafted.waiting,
        "mapping_file": str(mapping_file(session)),
        **_mapping_document(mapping, examples),
    }
    text: list[RenderableType] = [
        f"Mapping {mapping.version}: {'proposed, not yet approved' if drafted.waiting else 'approved'}",
        *_decision_lines(drafted.decisions),
        "",
    ]
    doubts = [
        (b.kind.value, c.header, str(Meaning.of(c)), f"{c.confidence:.0%}", c.evidence)
        for b in mapping.carried.tables
        for c in b.columns
        if c.doubtful
    ]
    if doubts:
        text += [table("to decide", ("table", "column", "taken for", "sure", "because"), doubts, right=(3,)), ""]
    for binding in mapping.tables:
        rows = [
            (c.header, _meaning(c), goes_to(binding.kind, c) or "", f"{c.confidence:.0%}", c.evidence) for c in binding.columns
        ]
        made = mapping.object_of(binding.kind)
        named = f"{made.label_plural}, {'on' if made.is_on else 'off'}" if made is not None else binding.kind.value
        title = f"{named} ({binding.confidence:.0%})"
        text += [table(title, ("column", "means", "goes to", "sure", "because"), rows, right=(3,)), ""]
    text += _example_tables(mapping, examples)
    custom = [(f.entity.value, f.name, f.label, f.type.value) for f in mapping.custom_fields]
    text.append(table("custom fields", ("on", "name", "label", "type"), custom))
    codes = [
        (b.kind.value, c.header, one["code"], one["count"], _said(one["proposed"]), _said(one["word"]))
        for b in mapping.tables
        for c in b.columns
        for one in _codes(c)
    ]
    if codes:
        text += ["", table("codes", ("in", "column", "code", "cells", "proposed", "settled"), codes, right=(3,))]
    words = [(v.entity.value, v.field, v.type.value, len(v.words)) for v in mapping.vocabularies]
    text += ["", table("words", ("on", "field", "carried as", "words"), words, right=(3,))]
    if doubts:
        following = (
            "`cutover map set` (`ignore`, `custom`, `accept`) or edit mapping.toml; then `cutover map approve --by NAME`"
        )
    else:
        following = "`cutover map approve --by NAME`" if drafted.waiting else "`cutover schema plan`"
    return Answer(document=document, text=text, next_step=following)


def map_approve(session: Session, by: str, *, accept_doubtful: bool = False) -> Answer:
    """Approve the newest mapping with the decisions of its file. Doubtful columns need a decision, or `accept_doubtful`.

    Names, decisions and the file's hash are recorded. Where nothing is to be decided and no name is given, the machine's
    user is named. Repeating it changes nothing.
    """
    drafted = draft(session)
    mapping, state = drafted.mapping, drafted.state
    sights: list[TableSight] = []
    if drafted.decisions:
        if not by:
            raise UsageError("mapping.toml holds decisions: they need the name of the person who made them; add --by NAME")
        again = proposed_again(session, drafted)
        mapping = again[-1][1].mapping
        sights = [sight for _, p in again for sight in p.sights]
    doubtful = [*doubts_of(mapping), *unread_needs(mapping)]
    if accept_doubtful and not by:
        raise UsageError("--accept-doubtful needs the name of the person who answers for it; add --by NAME")
    if doubtful and drafted.waiting and not accept_doubtful:
        write_file(session, mapping, sights)
        raise ApprovalMissing(
            f"nothing was approved: {len(doubtful)} are less than {CERTAIN:.0%} sure: {', '.join(doubtful)}; "
            "next: `cutover map show`, then decide with `cutover map set`, `ignore`, `custom` or `accept`, or approve all as "
            "proposed with `cutover map approve --accept-doubtful --by NAME`"
        )
    changed = differences(state.approved, mapping)
    left = left_columns(session)
    if drafted.waiting:
        by = by.strip() or session.world.operator()
        left = newly_left(session, mapping)
        mapping = _with_words_of(mapping, state.approved)
        mapping = replace(mapping, objects=tuple(replace(o, carried=o.carried or o.is_on) for o in mapping.objects))
        write_file(session, mapping, sights)
        body = mapping_body(
            mapping,
            by=by,
            accepted=doubtful,
            file=digest_of(mapping_file(session)),
            left_columns=left,
            decisions=[{"table": d.table, "column": d.header, "about": d.about, "to": d.after} for d in drafted.decisions],
        )
        session.decisions.record(Decided.MAPPING_APPROVED, body)
    again_read = _read_again(session, changed)
    document: ApprovedMapping = {
        "version": mapping.version,
        "approved": True,
        "by": by,
        "doubtful": doubtful,
        "decisions": [_decision(d) for d in drafted.decisions],
        "changes": [c.text for c in changed],
        "records_read_again": again_read,
        "left_columns": left,
    }
    said = "was approved already" if not drafted.waiting else f"is approved by {by}"
    text = [f"Mapping {mapping.version} {said}.", *_decision_lines(drafted.decisions), *(f"Changed: {c.text}" for c in changed)]
    if again_read:
        text.append(f"The next sync reads {counted(again_read, 'record')} again, and writes those that differ.")
    text += left_column_lines(left)
    if doubtful:
        text.append(f"Notice: {len(doubtful)} are accepted without certainty: {', '.join(doubtful)}")
    return Answer(document=document, text=text, next_step="`cutover schema plan`")


def _read_again(session: Session, changed: Sequence[MappingDifference]) -> int:
    """Return how many known records stand in tables that are read in another way now."""
    counts = session.project.producer_state().counts() if changed else {}
    entities = {entity for c in changed if (entity := entity_of(c.kind)) is not None}
    return sum(counts.get(entity, 0) for entity in entities)


def _decision(d: FileDecision) -> DecidedColumn:
    return {"table": d.table, "column": d.header, "about": d.about, "before": d.before, "after": d.after}


def _decision_lines(decisions: Sequence[FileDecision]) -> list[str]:
    return [f"Decided: {d.table}: {d.header or 'the table'}: {d.about}: {d.before} → {d.after}" for d in decisions]


def _with_words_of(mapping: ColumnMapping, before: ColumnMapping | None) -> ColumnMapping:
    """Keep the words that runs have met since the proposal are not forgotten."""
    if before is not None:
        for v in before.vocabularies:
            mapping = mapping.with_words(v.entity, v.field, v.words)
    return replace(mapping)


def _example_tables(mapping: ColumnMapping, examples: Examples) -> list[RenderableType]:
    """Return the columns with their examples, a table for each binding that has any."""
    text: list[RenderableType] = []
    for binding, values in zip(mapping.tables, examples, strict=True):
        rows = [(c.header, _meaning(c), " | ".join(some)) for c, some in zip(binding.columns, values, strict=True) if some]
        made = mapping.object_of(binding.kind)
        title = f"examples: {made.label_plural if made is not None else binding.kind.value}"
        text += [table(title, ("column", "means", "values"), rows), ""] if rows else []
    return text


def _mapping_document(mapping: ColumnMapping, examples: Examples) -> MappingContent:
    return {
        "bindings": [
            {
                "kind": b.kind.value,
                "confidence": round(b.confidence, 3),
                "columns": [
                    {
                        "header": c.header,
                        "field": c.field,
                        "custom": c.custom,
                        "ignored": c.ignored,
                        "confidence": round(c.confidence, 3),
                        "evidence": c.evidence,
                        "goes_to": goes_to(b.kind, c),
                        "doubtful": c.doubtful,
                        "settled": c.settled,
                        "verdict": _verdict(c.verdict),
                        "codes": _codes(c),
                        "examples": list(some),
                    }
                    for c, some in zip(b.columns, values, strict=True)
                ],
            }
            for b, values in zip(mapping.tables, examples, strict=True)
        ],
        "objects": [
            {
                "name": one.name,
                "plural": one.plural,
                "label": one.label,
                "label_plural": one.label_plural,
                "on": one.is_on,
                "identity": _identity(mapping, one),
            }
            for one in mapping.objects
        ],
        "custom_fields": [
            {"entity": f.entity.value, "name": f.name, "label": f.label, "type": f.type.value} for f in mapping.custom_fields
        ],
        "vocabularies": [
            {"entity": v.entity.value, "field": v.field, "type": v.type.value, "words": len(v.words)}
            for v in mapping.vocabularies
        ],
        "missing": sorted(_missing_kinds(mapping)),
    }


def _identity(mapping: ColumnMapping, made: CustomObject) -> list[str]:
    """Return the headers of the columns that tell an object's rows apart, of its first table."""
    table = next((t for t in mapping.tables if t.kind.entity is made.entity), None)
    return [c.header for c in table.columns if c.key is not None or c.field == "native_id"] if table is not None else []


def _missing_kinds(mapping: ColumnMapping) -> set[str]:
    """List entities for which no table is known."""
    found = {b.kind for b in mapping.tables}
    return {entity.value for entity in read_entities() if TableKind(entity.value) not in found}


def _verdict(verdict: Verdict | None) -> ColumnVerdict | None:
    if verdict is None:
        return None
    return {
        "order": verdict.order,
        "decimal": verdict.decimal,
        "unit": verdict.unit,
        "width": verdict.width,
        "blanks": list(verdict.blanks),
        "codes": verdict.codes,
    }


def _codes(column: ColumnBinding) -> list[ColumnCode]:
    words = dict(column.verdict.words) if column.verdict is not None else {}
    return [
        {"code": one.code, "count": one.count, "proposed": one.proposed, "word": words.get(one.code)} for one in column.codes
    ]


def _said(word: str | None) -> str:
    return "" if word is None else word or "(nothing)"


def _meaning(c: ColumnBinding) -> str:
    if c.field:
        return c.field
    return f"custom field {c.custom}" if c.custom else f"not carried: {c.ignored}" if c.ignored else "not carried"
