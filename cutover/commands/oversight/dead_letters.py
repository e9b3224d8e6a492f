"""`dead-letters list` and `dead-letters retry`: what could not be carried, and trying again."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from uuid import UUID

from rich.console import RenderableType

from consumers.state.view import DEAD
from cutover.reports.answer import Answer, table
from cutover.reports.documents.dead_letters import DeadLettersDocument, KeptBack
from cutover.runs.approvals import approved_mapping, require_schema
from cutover.runs.carrying import carry
from cutover.runs.claims.consuming import alone
from cutover.runs.run import running
from cutover.runs.run_outcome import RunOutcome, answer_of, totals
from cutover.runs.session import Session
from events.crash_points import CrashPoint
from events.decisions import Decided


def list_dead_letters(session: Session) -> Answer:
    """Records that are kept back, with their reason codes."""
    letters: list[KeptBack] = [
        {
            "record": str(UUID(bytes=h.record_id)),
            "entity": h.entity.value,
            "reason": h.reason,
            "status": h.status,
            "attempts": h.attempts,
            "position": f"offset:{h.partition}:{h.offset}",
        }
        for h in session.view.kept_back()
    ]
    rows = Counter((x["entity"], x["reason"], x["status"]) for x in letters)
    text: list[RenderableType] = [
        table("kept back", ("entity", "why", "status", "records"), [(*k, n) for k, n in sorted(rows.items())], right=(3,)),
        "`cutover reconcile` names them with file and row.",
    ]
    document: DeadLettersDocument = {"dead_letters": letters}
    return Answer(document=document, text=text if letters else ["There are no dead letters."], findings=bool(letters))


def retry_dead_letters(session: Session) -> Answer:
    """Try the refused records again, in their newest revision, so that a retry never overtakes."""
    mapping = approved_mapping(session.decisions)
    require_schema(session.decisions, session.workspace_id, mapping)
    outcome = RunOutcome()
    with (
        alone(session, holder="dead-letters retry"),
        running("retry", session.log, session.decisions, session.world, session.workspace_id) as run,
    ):
        session.engine.settle(run.id)
        dead = [h for h in session.view.kept_back() if h.status == DEAD]
        session.world.reached(CrashPoint.BEFORE_RETRY)
        session.decisions.record(
            Decided.DEAD_LETTERS_RETRIED, {"records": len(dead)}, run=run.id, workspace=session.workspace_id
        )
        session.world.reached(CrashPoint.RETRY_RECORDED)
        session.view.save(heads=[replace(h, status="", reason=None, waits_for=None) for h in dead])
        carry(session, run, outcome)
        totals(session, run, outcome)
    return answer_of(session, run, outcome)
