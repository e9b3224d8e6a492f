"""The findings of a run, one by one: conflicts with who changed what, and deletions that were withheld. Never a value."""

from __future__ import annotations

from collections.abc import Sequence

from consumers.journal.actors import Actor
from consumers.journal.planned import Conflict
from cutover.reports.counted import counted
from cutover.reports.documents import runs as documents
from cutover.reports.documents.mapping import ShownFinding
from cutover.reports.reason_codes.reason import NOTHING
from cutover.reports.reasons import REASONS, explain
from producers.binding.findings import Finding, shown
from producers.changes.produced import DeletionDoubt, Withheld
from producers.sources.extract import FileIssue

SHOWN = 20
"""Conflicts that people are shown; the document has all of them."""
PLACES = 5
"""Places of one cause that people are shown beside the first."""

_WHY = {
    DeletionDoubt.OVER_LIMIT: "that is more than [deletions] limit allows",
    DeletionDoubt.UNREADABLE_FILE: "a file of the extract cannot be read, and may hold them",
    DeletionDoubt.CHANGED_WHILE_READ: "the delivery changed while it was read; sync it again when it is copied",
    DeletionDoubt.UNPLACED_ROWS: "rows of theirs tell no location, and may be about them",
    DeletionDoubt.TRUNCATED_FILE: "a file of theirs was cut off, so that rows at its end are missing",
}


def conflict_list(conflicts: Sequence[Conflict]) -> list[documents.ReportedConflict]:
    """Return the conflicts as `--json` has them."""
    return [
        {
            "object": c.object,
            "pbnId": c.pbn_id,
            "id": c.twenty_id,
            "fields": list(c.fields),
            "reason": c.reason,
            "kept": c.kept,
            "changed_by": _actor(c.changed_by) if c.changed_by else None,
        }
        for c in conflicts
    ]


def _actor(by: Actor) -> documents.ChangedBy:
    return {"source": by.source, "name": by.name, "member": by.member}


def conflict_lines(conflicts: Sequence[Conflict]) -> list[str]:
    """Return the first conflicts for people."""
    lines = []
    for c in conflicts[:SHOWN]:
        by = f" by {c.changed_by.name or c.changed_by.source}" if c.changed_by else ""
        what = f"{c.object} {c.pbn_id or c.twenty_id}: {', '.join(c.fields) or 'record'}"
        lines.append(f"Conflict: {what} ({c.reason}{by}), {'kept' if c.kept else 'overwritten'}")
    if len(conflicts) > SHOWN:
        lines.append(f"… and {counted(len(conflicts) - SHOWN, 'more conflict')}; --json lists them all")
    return lines


def withheld_list(withheld: Sequence[Withheld]) -> list[documents.WithheldDeletions]:
    """Return the withheld deletions as `--json` has them."""
    return [
        {"entity": w.entity.value, "absent": w.absent, "live": w.live, "why": w.why.value, "records": list(w.records)}
        for w in withheld
    ]


def withheld_lines(withheld: Sequence[Withheld]) -> list[str]:
    """Return the withheld deletions for people."""
    return [
        f"Withheld: {w.absent} of {w.live} {w.entity.value} records disappeared, and none was deleted: {_WHY[w.why]}; "
        f"if they are gone: sync again with --confirm-deletions ({', '.join(w.records[:3])}{' …' if w.absent > 3 else ''})"
        for w in withheld
    ]


def finding_lines(findings: Sequence[Finding]) -> list[str]:
    """Return the findings about tables and columns for people, a line for each cause: the first of it, the number of the others
    with their places, and what to do.
    """
    causes: dict[tuple[str, bool], list[Finding]] = {}
    for finding in findings:
        causes.setdefault((finding.code, finding.notice), []).append(finding)
    lines = []
    for (code, notice), (first, *others) in causes.items():
        more = f"; and {len(others):,} more: {_places(others)}" if others else ""
        reason = REASONS.get(code)
        to_do = f". {reason.to_do}" if reason is not None and reason.to_do != NOTHING else ""
        lines.append(f"{'Notice' if notice else 'Finding'}: {first.text} ({code}){more}{to_do}")
    return lines


def shown_finding(finding: Finding) -> ShownFinding:
    """Return a finding as `--json` has it."""
    return {
        "code": finding.code,
        "file": finding.file,
        "column": finding.column,
        "text": finding.text,
        "notice": finding.notice,
    }


def _places(findings: Sequence[Finding]) -> str:
    places = list(dict.fromkeys(f"{f.file} {shown([f.column], 0)}" if f.column else f.file for f in findings))
    return ", ".join(places[:PLACES]) + (" …" if len(places) > PLACES else "")


def unread_list(unread: Sequence[FileIssue]) -> list[documents.UnreadPart]:
    """Return the files and sheets whose rows were not read as `--json` has them."""
    return [{"file": i.file, "sheet": i.sheet, "row": i.row, "reason": i.reason} for i in unread]


def unread_lines(unread: Sequence[FileIssue]) -> list[str]:
    """Return the files and sheets whose rows were not read for people."""
    causes: dict[str, list[str]] = {}
    for i in unread:
        part = f", sheet {i.sheet!r}" if i.sheet else f", from row {i.row}" if i.row else ""
        causes.setdefault(i.reason, []).append(f"{i.file}{part}")
    return [f"Finding: {first}{_and_more(others)}: {explain(reason)} ({reason})" for reason, (first, *others) in causes.items()]


def _and_more(places: Sequence[str]) -> str:
    more = ", ".join(places[:PLACES]) + (" …" if len(places) > PLACES else "")
    return f" and {len(places):,} more ({more})" if places else ""
