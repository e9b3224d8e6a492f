"""One patient taken out of Twenty with all migrated records that hang on them: found, refused, or carried out."""

from __future__ import annotations

from dataclasses import dataclass

from consumers.rollback.chains import choose
from consumers.rollback.compensator import Undone
from consumers.rollback.scopes import OfRecords
from consumers.state.view import View
from cutover.project.errors import UsageError
from cutover.reports.counted import counted
from cutover.reports.documents.rollback import TimelineDocument
from cutover.runs.session import Session
from cutover.runs.timeline import timeline_document, timeline_rows

_NAMED = 5
"""Records that a refusal names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOut:
    """The records of a patient that were taken out of Twenty, and the timeline rows that went with them."""

    result: Undone
    timeline: TimelineDocument


def records_of(session: Session, pbn: str, view: View) -> set[bytes]:
    """Return the record with this pbnId and, for a patient, everything that hangs on it. Raises UsageError for one never
    seen.
    """
    ids = session.ids_of(pbn)
    found = {*view.heads(ids), *(head.record_id for head in view.of_patients(ids))}
    if not found:
        raise UsageError(
            f"no record {pbn} was ever carried into this workspace; a pbnId looks like {session.practice.id}:patient:1042"
        )
    return found


def take_out(session: Session, run: str, pbn: str, *, force: bool) -> TakenOut:
    """Take a patient's records out of Twenty, and the timeline rows of our writes to them.

    Records that people edited or built on stay unless it is forced; then nothing is written at all. Raises UsageError,
    TwentyError, LogError.
    """
    session.engine.settle(run)
    scope = OfRecords(frozenset(records_of(session, pbn, session.view)))
    looked = session.engine.compensator(run, force=force, dry_run=True).roll_back(scope)
    if looked.kept:
        named = ", ".join(f"{k.pbn_id or k.object} ({k.reason})" for k in looked.kept[:_NAMED])
        more = f" and {len(looked.kept) - _NAMED} more" if len(looked.kept) > _NAMED else ""
        raise UsageError(
            f"people worked on {counted(len(looked.kept), 'record')} of this patient in Twenty: {named}{more}; "
            "nothing was written. "
            "Keep what is needed elsewhere, then run the same command with --force, which destroys them too"
        )
    rows, before = timeline_rows(session, run), session.workspace.requests
    rows.take_back(choose(session.view, scope))
    requests = session.workspace.requests - before
    result = session.engine.compensator(run, force=force).roll_back(scope)
    before = session.workspace.requests
    rows.take_back(choose(session.view, scope))
    return TakenOut(result=result, timeline=timeline_document(rows, requests + session.workspace.requests - before))
