"""Timeline rows of our own writes, taken back for a command: the decision before each request, and the counts."""

from __future__ import annotations

from consumers.rollback.timeline import TimelineRows
from cutover.reports.counted import counted
from cutover.reports.documents.rollback import TimelineDocument
from cutover.runs.session import Session
from events.decisions import Decided


def timeline_rows(session: Session, run: str | None, *, dry_run: bool = False) -> TimelineRows:
    """Return the timeline rows of the session's workspace. Destroyed rows are counted in a decision before they go."""

    def decide(rows: int) -> None:
        session.decisions.record(Decided.TIMELINE_DESTROYED, {"rows": rows}, run=run, workspace=session.workspace_id)

    return TimelineRows(workspace=session.workspace, decide=decide, dry_run=dry_run)


def timeline_document(timeline: TimelineRows, requests: int) -> TimelineDocument:
    """Return the counts as documents have them. `requests` are those sent for timeline rows; a dry run adds those to come."""
    tally = timeline.tally
    return {
        "destroyed": tally.rows,
        "of_others": tally.others,
        "refused": tally.refused,
        "requests": requests + tally.ahead,
    }


def timeline_lines(document: TimelineDocument | None, *, dry_run: bool) -> list[str]:
    """Return a line for people, where there is anything to say."""
    if document is None or not any((document["destroyed"], document["of_others"], document["refused"])):
        return []
    would = "would be destroyed" if dry_run else "destroyed"
    lines = [
        f"{counted(document['destroyed'], 'timeline row')} of our own writes {would}, "
        f"{counted(document['requests'], 'request')}."
    ]
    if document["of_others"]:
        lines.append(f"{counted(document['of_others'], 'timeline row')} about the work of people and workflows stay.")
    if document["refused"]:
        lines.append(f"{document['refused']:,} timeline rows stay: the key's role may not destroy them.")
    return lines
