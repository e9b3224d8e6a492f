"""`cutover audit`: what extracts hold, what they lack, how good it is. It needs the practice's settings and nothing else.

Nothing is written, and nothing is said of a patient: headers, counts, reason codes and file names only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import RenderableType

from consumers.sync.context import provider_of
from cutover.project.project import Project
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.audit import (
    AuditDocument,
    AuditedColumn,
    AuditedExtract,
    AuditedObject,
    ColumnOutcome,
    ReportedFileIssue,
)
from cutover.reports.findings import finding_lines
from cutover.reports.reasons import explain
from cutover.runs.arguments.surveying import survey_paths
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnBinding, TableKind
from producers.binding.findings import Finding
from producers.binding.guessing.guess import CONFIDENT
from producers.entities.registry import carried_fields
from producers.sources.addresses import SourcePlace
from producers.survey.exportability import Exportability, Exportable, verdicts
from producers.survey.survey import Survey
from projections.providers import Directory, directory
from projections.registry import object_name

_SAID = {
    "not_a_table": "holds no table",
    "empty_file": "is empty",
    "unreadable": "is damaged, locked or not readable",
    "not_in_index": "is in no index of documents",
}


def audit(project: Project, paths: Sequence[SourcePlace]) -> Answer:
    """Return the audit of these extracts. Raises ExtractError, UsageError."""
    surveyed = survey_paths(project, paths)
    surveys = [s for _, s in surveyed]
    known = directory(provider_of(record) for record in {k: v for s in surveys for k, v in s.providers.items()}.values())
    found = verdicts(surveys, lambda reference: known.find(reference) is not None)
    extracts = [_extract(path, s, known) for path, s in surveyed]
    document: AuditDocument = {
        "practice": project.practice.id,
        "extracts": extracts,
        "objects": [_verdict(v) for v in found],
        "manual": [{"object": v.name, "text": text} for v in found for text in v.manual],
    }
    findings = any(v.exportable is not Exportable.YES for v in found) or any(map(_has_findings, extracts))
    text: list[RenderableType] = [part for e in extracts for part in _extract_text(e)]
    return Answer(
        document=document, text=[*text, *_verdict_text(found)], findings=findings, next_step="`cutover map propose PATH`"
    )


def _extract(path: SourcePlace, s: Survey, known: Directory) -> AuditedExtract:
    unknown = {reference: rows for reference, rows in s.provider_refs.items() if known.find(reference) is None}
    return {
        "extract": s.extract.id,
        "path": str(path),
        "taken_at": s.extract.taken_at.isoformat(),
        "taken_at_stated": s.extract.taken_at_stated,
        "scope": s.extract.scope,
        "tables": [
            {
                "file": t.file,
                "sheet": t.sheet,
                "kind": t.kind.value,
                "confidence": round(t.confidence, 2),
                "rows": t.rows,
                "rejected": t.rejected,
                "columns": [_column(c) for c in b.binding.columns],
            }
            for t, b in zip(s.proposal.tables, s.proposal.bound, strict=True)
        ],
        "file_issues": [{"file": i.file, "sheet": i.sheet, "row": i.row, "reason": i.reason} for i in s.file_issues],
        "findings": [{"code": f.code, "file": f.file, "column": f.column, "text": f.text} for f in s.proposal.findings],
        "quality": {
            "records": {entity.value: n for entity, n in s.records.items()},
            "value_issues": [
                {"entity": entity.value, "field": field, "reason": reason, "count": n}
                for (entity, field, reason), n in _ordered(s.issues.items())
            ],
            "refused_rows": [
                {"file": file, "entity": entity.value, "reason": reason, "count": n}
                for (file, entity, reason), n in _ordered(s.refused.items())
            ],
            "duplicates": [
                {"entity": entity.value, "repeated": s.repeated[entity], "differing": s.differing[entity]}
                for entity in s.records
                if s.repeated[entity] or s.differing[entity]
            ],
            "orphans": [
                {"entity": entity.value, "reason": reason, "count": n} for (entity, reason), n in _ordered(s.orphans.items())
            ],
            "shared_emails": {"addresses": s.shared_addresses, "patients": s.sharing_patients},
            "blanks": {entity.value: _blanks(s, entity) for entity in s.records},
            "not_migrated": s.not_migrated,
            "unknown_providers": {"providers": len(unknown), "rows": sum(unknown.values())},
        },
    }


def _column(c: ColumnBinding) -> AuditedColumn:
    outcome: ColumnOutcome = "bound" if c.field is not None else "custom" if c.custom is not None else "ignored"
    return {
        "header": c.header,
        "outcome": outcome,
        "field": c.field or c.custom,
        "reason": c.ignored,
        "confidence": round(c.confidence, 2),
        "doubtful": outcome == "bound" and c.confidence < CONFIDENT,
    }


def _blanks(s: Survey, entity: Entity) -> dict[str, float]:
    """Return the share of records that leave a field blank; fields without a column are missing, not blank."""
    columns, records = s.columns(entity), s.records[entity]
    names = [n for n, carried in carried_fields(entity).items() if carried.has_column(columns)] + s.customs(entity)
    return {name: round(s.blanks[entity, name] / records, 4) for name in names}


def _ordered(items: Iterable[tuple[Any, int]]) -> list[tuple[Any, int]]:
    return sorted(items, key=lambda item: [str(part) for part in item[0]])


def _in_twenty(v: Exportability) -> str:
    """Return the name of the object or field that something becomes in Twenty."""
    if v.entity is None:
        return "custom fields"
    return ".".join(filter(None, (object_name(v.entity), v.part)))


def _verdict(v: Exportability) -> AuditedObject:
    return {
        "object": v.name,
        "twenty": _in_twenty(v),
        "found": v.found,
        "records": v.records,
        "exportable": v.exportable.value,
        "missing_fields": v.missing_fields,
        "why": [{"code": reason.code, "text": reason.text} for reason in v.why],
    }


def _has_findings(e: AuditedExtract) -> bool:
    quality = e["quality"]
    lost = any(quality[name] for name in ("value_issues", "refused_rows", "orphans")) or any(
        d["differing"] for d in quality["duplicates"]
    )
    doubt = any(column["doubtful"] for t in e["tables"] for column in t["columns"]) or any(t["rejected"] for t in e["tables"])
    return bool(e["file_issues"] or e["findings"] or lost or doubt or quality["unknown_providers"]["providers"])


def _extract_text(e: AuditedExtract) -> list[RenderableType]:
    quality = e["quality"]
    stated = e["taken_at"] if e["taken_at_stated"] else "it does not say when it was taken"
    rows = []
    for t in e["tables"]:
        outcomes = [c["outcome"] for c in t["columns"]]
        doubtful = sum(c["doubtful"] for c in t["columns"])
        name = f"{t['file']} ({t['sheet']})" if t["sheet"] else t["file"]
        counts = [outcomes.count("bound"), outcomes.count("custom"), outcomes.count("ignored"), doubtful]
        rows.append(
            [
                name,
                t["kind"],
                "" if t["kind"] == TableKind.UNKNOWN else f"{t['confidence']:.0%}",
                t["rows"],
                t["rejected"],
                *counts,
            ]
        )
    heads = ("file", "holds", "sure", "rows", "rejected", "bound", "custom", "ignored", "doubtful")
    out: list[RenderableType] = [table(f"{e['path']}: {e['scope']}, {stated}", heads, rows, right=range(2, 9))]
    lines = [_said(i) for i in e["file_issues"]]
    found = [Finding(code=f["code"], file=f["file"], column=f["column"], text=f["text"]) for f in e["findings"]]
    lines += [line.partition(": ")[2] for line in finding_lines(found)]
    lines += [
        f"{r['file']}: {r['entity']} rows that cannot be carried, {r['reason']}: {r['count']}. {explain(r['reason'])}"
        for r in quality["refused_rows"]
    ]
    lines += [
        f"{i['entity']}.{i['field']}, {i['reason']}: {i['count']}. {explain(i['reason'])}" for i in quality["value_issues"]
    ]
    lines += [
        f"{o['entity']} rows without their patient, {o['reason']}: {o['count']}. {explain(o['reason'])}"
        for o in quality["orphans"]
    ]
    for d in quality["duplicates"]:
        lines += [f"{d['entity']} rows that repeat another row: {d['repeated']}"] if d["repeated"] else []
        lines += (
            [f"{d['entity']} rows with the id of another row, but other values: {d['differing']}"] if d["differing"] else []
        )
    shared, unknown = quality["shared_emails"], quality["unknown_providers"]
    if shared["addresses"]:
        lines.append(
            f"e-mail addresses that several patients have: {shared['addresses']:,}, by {counted(shared['patients'], 'patient')}"
        )
    if quality["not_migrated"]:
        lines.append(f"patients who are deleted in the PMS and are not migrated: {quality['not_migrated']}")
    if unknown["providers"]:
        lines.append(f"providers who are named in rows but are in no table: {unknown['providers']}, in rows: {unknown['rows']}")
    blank = [
        [entity, name, f"{share:.0%}"]
        for entity, fields in quality["blanks"].items()
        for name, share in fields.items()
        if share
    ]
    if blank:
        out.append(table("Blank", ("entity", "field", "share"), blank, right=[2]))
    return [*out, "\n".join(f"- {line}" for line in lines)] if lines else out


def _said(issue: ReportedFileIssue) -> str:
    part = f", sheet {issue['sheet']!r}" if issue["sheet"] else f", from row {issue['row']}" if issue["row"] else ""
    said = _SAID.get(issue["reason"])
    return f"{issue['file']}{part} {said}" if said else f"{issue['file']}{part}: {explain(issue['reason'])}"


def _verdict_text(found: Sequence[Exportability]) -> list[RenderableType]:
    rows = [[v.name, _in_twenty(v), v.records, v.exportable.value, "; ".join(r.text for r in v.why)] for v in found]
    out: list[RenderableType] = [
        table("What can be carried", ("object", "Twenty", "records", "exportable", "why"), rows, right=[2])
    ]
    asks = [f"- {text}" for v in found for text in v.manual]
    return [*out, "\n".join(["To be exported by hand:", *asks])] if asks else out
