"""`reconcile`: what PbN has against what Twenty holds, and everything that did not move, with the reason."""

from __future__ import annotations

from collections import Counter

from rich.console import RenderableType

from consumers.reconcile.reconcile import reconcile as reconcile_workspace
from consumers.reconcile.reconciliation import ObjectReconciliation, Reconciliation
from cutover.reports.answer import Answer, table
from cutover.reports.books import (
    books_table,
    cell_lines,
    is_incomplete,
    left_out_lines,
    records_with,
    reservation,
    waiting_records,
)
from cutover.reports.counted import counted
from cutover.reports.documents.oversight.reconcile import (
    ListedRecord,
    ObjectCounts,
    ReconcileDocument,
    RejectedRows,
    ReportedIssue,
)
from cutover.reports.reasons import explain
from cutover.reports.records.advice import advice
from cutover.reports.records.issues import issues
from cutover.reports.records.sightings import Extracts, extracts_read
from cutover.runs.happenings.telling import step_of
from cutover.runs.left_columns import left_column_lines, left_columns
from cutover.runs.session import Session
from producers.changes.books import Term


def reconcile(session: Session) -> Answer:
    """Return counts per object, population per field, and issues."""
    session.require_sight("compare what is there")
    context = session.engine.context()
    heads = session.view.counts()
    with step_of(session, "comparing", sum(heads.values()) or None) as tick:
        found = reconcile_workspace(
            session.view,
            session.log,
            session.keys,
            session.workspace,
            context,
            history=session.engine.history(),
            merges=session.engine.merges(),
            progress=tick,
        )
    session.producer().catch_up()
    known = issues(
        log=session.log,
        keys=session.keys,
        view=session.view,
        state=session.project.producer_state(),
        decisions=session.decisions,
        context=context,
        found=found,
    )
    read = extracts_read(session.decisions)
    books = read.books
    document: ReconcileDocument = {
        "objects": [_counts(o) for o in found.objects],
        "issues": known,
        "behind": found.behind,
        "forgotten": found.forgotten,
        "edited": _listed(found, "edited"),
        "automated": _listed(found, "automated"),
        "merged": _listed(found, "merged"),
        "different": _listed(found, "different"),
        "missing": _listed(found, "missing"),
        "extra": _listed(found, "extra"),
        "books": books,
        "rejects": _rejects(read),
        "left_columns": left_columns(session),
    }
    return Answer(
        document=document,
        text=[*_text(found, document), *left_column_lines(document["left_columns"])],
        findings=not found.agrees or bool(known) or is_incomplete(books),
        next_step=advice(known, books, agrees=found.agrees),
    )


def _counts(found: ObjectReconciliation) -> ObjectCounts:
    return {
        "object": found.object,
        "source": found.source,
        "twenty": found.twenty,
        "missing": found.missing.count,
        "extra": found.extra.count,
        "different": found.different.count,
        "edited": found.edited.count,
        "automated": found.automated.count,
        "merged": found.merged.count,
        "waiting": found.waiting.count,
        "population": dict(found.population),
        "source_population": dict(found.source_population),
    }


def _rejects(read: Extracts) -> list[RejectedRows]:
    """Return the held rows of every delivery with books, in the order in which they were taken."""
    return [
        {"extract": one.id, "taken_at": one.taken_at.isoformat(), "rows": records_with(one.books, Term.HELD)}
        for one in read
        if one.books
    ]


def _listed(found: Reconciliation, kind: str) -> list[ListedRecord]:
    return [
        {"object": o.object, "pbnId": d.pbn_id, "id": d.twenty_id, "fields": list(d.fields)}
        for o in found.objects
        for d in getattr(o, kind).listed
    ]


def _text(found: Reconciliation, document: ReconcileDocument) -> list[RenderableType]:
    known, books = document["issues"], document["books"]
    rows = [
        (o.object, o.source, o.twenty, o.missing.count, o.extra.count, o.different.count, o.edited.count) for o in found.objects
    ]
    columns = ("object", "in PbN", "in Twenty", "missing", "extra", "different", "edited by people")
    reasons: Counter[tuple[str, str]] = Counter()
    for issue in known:
        reasons[issue["reason"], issue["entity"] or ""] += issue["count"]
    firsts = {(i["reason"], i["entity"] or ""): _place_of(i) for i in reversed(known)}
    text: list[RenderableType] = [
        table("PbN and Twenty", columns, rows, right=range(1, 7)),
        "",
        table(
            "what did not move, or is doubtful",
            ("reason", "of", "how many", "the first of them", "what it means"),
            [(reason, entity, n, firsts[reason, entity], explain(reason)) for (reason, entity), n in reasons.most_common()],
            right=(2,),
        ),
    ]
    if found.behind:
        text.append(
            f"{counted(found.behind, 'event is', 'events are')} not carried yet; run `cutover sync` or `cutover consume`."
        )
    if books:
        text += ["", books_table(books), *left_out_lines(books), *cell_lines(books)]
    text += _of_twenty(found)
    text.append(_verdict(found, document))
    return text


def _of_twenty(found: Reconciliation) -> list[RenderableType]:
    """Return what automations and merges in Twenty did to migrated records."""
    automated_ = sum(one.automated.count for one in found.objects)
    merged = sum(one.merged.count for one in found.objects)
    lines: list[RenderableType] = []
    if automated_:
        lines.append(
            f"Workflows or applications of Twenty wrote over values of {counted(automated_, 'record')}: "
            "`cutover replay --from start --heal-automations` writes PbN's again."
        )
    if merged:
        lines.append(
            f"{counted(merged, 'record was', 'records were')} merged into another one in Twenty (merged_in_twenty): "
            "`cutover conflicts list` names each with the choice, once a sync has met it."
        )
    return lines


def _place_of(issue: ReportedIssue) -> str:
    """Return the file, sheet, row, column and provider of an issue, as far as they are known."""
    row = f"row {issue['row']}" if issue["row"] else None
    column = f"column {issue['column']!r}" if issue["column"] else None
    provider = f"provider {issue['provider']}" if issue["provider"] else None
    return ", ".join(part for part in (issue["file"], issue["sheet"], row, column, provider) if part)


def _verdict(found: Reconciliation, document: ReconcileDocument) -> str:
    """Return the sentence about the whole: nothing is said to be complete while rows of the delivery went nowhere."""
    books = document["books"]
    but = reservation(books, waiting_records(document["objects"]))
    if not found.agrees:
        return "There are differences; `--json` lists the records."
    if not books:
        besides = f", but not: {but}" if but is not None else ""
        return f"Twenty holds what the log says{besides}. No delivery was read as a whole yet; run `cutover sync PATH`."
    if but is not None:
        return f"Twenty holds what was carried. Of the delivery it does not hold: {but}."
    return "Twenty holds what PbN has."
