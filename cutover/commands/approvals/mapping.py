"""`map propose`, `map show`, `map approve`: which column means what, with confidence and evidence, and who approved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import RenderableType

from cutover.project.errors import ApprovalMissing, UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.documents.mapping import (
    ApprovedMapping,
    ColumnCode,
    ColumnVerdict,
    MappingContent,
    ProposedMapping,
    ShownFinding,
    ShownMapping,
)
from cutover.reports.findings import finding_lines
from cutover.runs.approvals import mapping_state
from cutover.runs.arguments.code_words import words_in
from cutover.runs.arguments.extracts import open_extracts
from cutover.runs.session import Session
from events.decisions import Decided
from events.vocabulary.mapping import CERTAIN, ColumnBinding, ColumnMapping, TableKind, Verdict, mapping_body
from producers.binding.findings import Finding, doubts_of
from producers.binding.proposal import Proposal, propose
from producers.entities.registry import read_entities
from producers.verdicts.settling import settled
from projections.custom_names import custom_names


def map_propose(session: Session, paths: Sequence[Path]) -> Answer:
    """Look at the extracts and propose a mapping; what was approved or proposed before is extended, nothing is forgotten.

    A project's log begins here: no other command makes it.
    """
    session.project.log(make=True)
    state = mapping_state(session.decisions)
    mapping = state.approved or state.proposed
    proposals: list[tuple[str, Proposal]] = []
    for extract in open_extracts(session, paths):
        proposal = propose(extract, session.practice, mapping, custom_names())
        mapping = proposal.mapping
        proposals.append((extract.source.name, proposal))
    assert mapping is not None, "there is at least one path"
    body = mapping_body(mapping, paths=[str(path.absolute()) for path in paths])
    session.decisions.record(Decided.MAPPING_PROPOSED, body)
    findings = [f for _, p in proposals for f in p.findings]
    tables = [t for _, p in proposals for t in p.tables]
    document: ProposedMapping = {
        "version": mapping.version,
        "approved": False,
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
        **_mapping_document(mapping),
        "findings": [_finding(f) for f in findings],
    }
    text: list[RenderableType] = [
        table(
            f"{session.practice.name}: tables found",
            ("file", "taken for", "rows", "not readable", "sure"),
            [(t.file, t.kind.value, t.rows, t.rejected, f"{t.confidence:.0%}") for t in tables],
            right=(2, 3, 4),
        ),
        "",
        *finding_lines(findings),
        f"Proposed: mapping {mapping.version}.",
    ]
    return Answer(document=document, text=text, findings=any(not f.notice for f in findings), next_step="`cutover map show`")


def map_show(session: Session) -> Answer:
    """The mapping in force, or the proposed one where none is."""
    state = mapping_state(session.decisions)
    waiting = state.proposal is not None and (state.approval is None or state.proposal.offset > state.approval.offset)
    mapping = state.proposed if waiting else state.approved
    if mapping is None:
        raise ApprovalMissing("there is no mapping yet; next: `cutover map propose PATH`")
    document: ShownMapping = {"version": mapping.version, "approved": not waiting, **_mapping_document(mapping)}
    text: list[RenderableType] = [
        f"Mapping {mapping.version}: {'proposed, not yet approved' if waiting else 'approved'}",
        "",
    ]
    for binding in mapping.tables:
        rows = [(c.header, _meaning(c.field, c.custom, c.ignored), f"{c.confidence:.0%}", c.evidence) for c in binding.columns]
        text += [
            table(f"{binding.kind.value} ({binding.confidence:.0%})", ("column", "means", "sure", "because"), rows, right=(2,)),
            "",
        ]
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
    following = "`cutover map approve --by NAME`" if waiting else "`cutover schema plan`"
    return Answer(document=document, text=text, next_step=following)


def map_approve(session: Session, by: str, *, accept_doubtful: bool = False, codes: Path | None = None) -> Answer:
    """Approve the newest proposal; doubtful tables and columns only with `accept_doubtful`, which is recorded with the name.

    `codes` is a file with the words of codes, for a mapping that waits or is in force. Repeating it changes nothing.
    """
    state = mapping_state(session.decisions)
    if state.proposal is None:
        raise ApprovalMissing("there is nothing to approve; next: `cutover map propose PATH`")
    mapping = state.proposed
    assert mapping is not None, "a proposal holds a mapping"
    already = state.approval is not None and state.approval.offset > state.proposal.offset
    if (accept_doubtful or codes is not None) and not by:
        option = "--accept-doubtful" if accept_doubtful else "--codes"
        raise UsageError(f"{option} needs the name of the person who answers for it; add --by NAME")
    if codes is not None:
        before = state.approved if already and state.approved is not None else mapping
        mapping = settled(before, words_in(codes, before))
        already = already and mapping == before
    doubtful = doubts_of(mapping)
    if doubtful and not already and not accept_doubtful:
        raise ApprovalMissing(
            f"nothing was approved: {len(doubtful)} are less than {CERTAIN:.0%} sure: {', '.join(doubtful)}; "
            "next: `cutover map show`, then `cutover map approve --accept-doubtful --by NAME` if every meaning is right"
        )
    if not already:
        approved = _with_words_of(mapping, state.approved)
        session.decisions.record(Decided.MAPPING_APPROVED, mapping_body(approved, by=by, accepted=doubtful))
    document: ApprovedMapping = {"version": mapping.version, "approved": True, "by": by, "doubtful": doubtful}
    said = "was approved already" if already else f"is approved by {by}" if by else "is approved"
    text = [f"Mapping {mapping.version} {said}."]
    if doubtful:
        text.append(f"Notice: {len(doubtful)} are accepted without certainty: {', '.join(doubtful)}")
    return Answer(document=document, text=text, next_step="`cutover schema plan`")


def _with_words_of(mapping: ColumnMapping, before: ColumnMapping | None) -> ColumnMapping:
    """Words that runs have met since the proposal are not forgotten."""
    if before is not None:
        for v in before.vocabularies:
            mapping = mapping.with_words(v.entity, v.field, v.words)
    return replace(mapping)


def _mapping_document(mapping: ColumnMapping) -> MappingContent:
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
                        "verdict": _verdict(c.verdict),
                        "codes": _codes(c),
                    }
                    for c in b.columns
                ],
            }
            for b in mapping.tables
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


def _missing_kinds(mapping: ColumnMapping) -> set[str]:
    """Entities for which no table is known."""
    found = {b.kind for b in mapping.tables}
    return {entity.value for entity in read_entities() if TableKind(entity.value) not in found}


def _said(word: str | None) -> str:
    return "" if word is None else word or "(nothing)"


def _meaning(field: str | None, custom: str | None, ignored: str | None) -> str:
    if field:
        return field
    return f"custom field {custom}" if custom else f"not carried: {ignored}" if ignored else "not carried"


def _finding(f: Finding) -> ShownFinding:
    return {"code": f.code, "file": f.file, "column": f.column, "text": f.text, "notice": f.notice}
