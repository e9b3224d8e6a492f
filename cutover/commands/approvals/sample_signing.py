"""`sample accept` and `sample reject`: a person signs the sample, or takes it back out of Twenty."""

from __future__ import annotations

from consumers.rollback.scopes import Everything, Narrowed
from cutover.following.reports import LOCK as FOLLOWER
from cutover.project.errors import ApprovalMissing
from cutover.project.locks import exclusive
from cutover.reports.answer import Answer
from cutover.reports.counted import counted
from cutover.reports.documents.approvals import AcceptedSample, RejectedSample
from cutover.runs.approvals import SampleState, sample_state
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.claims.consuming import alone
from cutover.runs.claims.producing import producing
from cutover.runs.happenings.telling import step_of
from cutover.runs.run import running
from cutover.runs.session import Session
from events.decisions import Decided

_SHOWN = 10
"""Kept records that the terminal lists; the document has all of them."""


def sample_accept(session: Session, person: NamedPerson) -> Answer:
    """Accept the sample that was taken last for this workspace. Raises UsageError without a name, ApprovalMissing."""
    person.require_name_to_decide("to accept the sample")
    last = _taken(session).taken[-1]
    body = {"sample": last.run, "by": person.by}
    session.decisions.record(Decided.SAMPLE_ACCEPTED, body, workspace=session.workspace_id)
    document: AcceptedSample = {"accepted": True, "run": last.run, "patients": last.body["patients"], "by": person.by}
    return Answer(document=document, text=[f"{person.by} accepted the sample."], next_step="`cutover sync PATH`")


def sample_reject(session: Session, person: NamedPerson) -> Answer:
    """Take back what the samples wrote; a sync then asks for a new sample. Raises UsageError, ApprovalMissing."""
    person.require_name_to_decide("to reject the sample")
    with (
        exclusive(session.project, FOLLOWER, holder="sample reject"),  # it would sync again what is taken back
        producing(session, holder="sample reject"),
        alone(session, holder="sample reject"),
    ):
        samples = [d.run for d in _taken(session).taken if d.run is not None]
        _require_not_live(session, samples)
        with running("sample reject", session.log, session.decisions, session.world, session.workspace_id) as run:
            session.engine.settle(run.id)
            before = session.workspace.requests
            with step_of(session, "taking the sample back") as tick:
                compensator = session.engine.compensator(run.id, progress=tick)
                result = compensator.roll_back(Narrowed(scope=Everything(), runs=frozenset(samples)))
            requests = session.workspace.requests - before
            # recorded last: a reject that was interrupted can be repeated, with the same samples
            body = {"samples": samples, "by": person.by, "reason": person.why}
            session.decisions.record(Decided.SAMPLE_REJECTED, body, workspace=session.workspace_id, run=run.id)
            run.totals.update({"undone": result.undone, "kept": len(result.kept), "requests": requests})
    document: RejectedSample = {
        "rejected": True,
        "run": run.id,
        "samples": samples,
        "by": person.by,
        "undone": result.undone,
        "kept": [{"object": k.object, "pbnId": k.pbn_id, "fields": list(k.fields), "reason": k.reason} for k in result.kept],
        "requests": requests,
        "seconds": run.seconds,
    }
    kept = document["kept"]
    text = [
        f"{person.by} rejected the sample: {counted(result.undone, 'record')} taken back, {len(kept)} kept, "
        f"{counted(requests, 'request')}."
    ]
    text += [f"Kept: {k['object']} {k['pbnId'] or ''} ({', '.join(k['fields'])}): {k['reason']}" for k in kept[:_SHOWN]]
    return Answer(
        document=document,
        text=text,
        findings=bool(kept),
        next_step="correct what is wrong (`cutover map show`), then `cutover sample` takes a new sample",
    )


def _taken(session: Session) -> SampleState:
    state = sample_state(session.decisions, session.workspace_id)
    if not state.taken:
        raise ApprovalMissing("no sample was taken for this workspace since the last was rejected; next: `cutover sample`")
    return state


def _require_not_live(session: Session, samples: list[str]) -> None:
    live = session.decisions.last(Decided.WENT_LIVE)
    if live is not None:
        raise ApprovalMissing(
            f"the practice went live on {live.recorded_at:%Y-%m-%d}, nothing was taken back; "
            f"if that is meant: `cutover rollback --run {samples[-1]} --yes --after-go-live`"
        )
