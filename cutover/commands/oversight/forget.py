"""`forget PBNID`: erase a patient from the log by destroying their data key, and certify what was erased."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from uuid import UUID

from cutover.following.reports import LOCK as FOLLOWER
from cutover.project.errors import UsageError
from cutover.project.locks import exclusive
from cutover.reports.answer import Answer
from cutover.reports.counted import counted
from cutover.reports.documents.oversight.forget import Certificate, ErasedInTwenty
from cutover.reports.documents.rollback import KeptItem
from cutover.runs.claims.consuming import alone
from cutover.runs.claims.producing import producing
from cutover.runs.run import running
from cutover.runs.session import Session
from cutover.runs.taking_out import take_out
from cutover.runs.timeline import timeline_lines
from events.change_events import read_change
from events.compensations import read_compensation
from events.decisions import Decided
from events.log.port import CHANGES, COMPENSATIONS, read_all
from events.vocabulary.entities import Entity


def forget(session: Session, pbn: str, *, yes: bool, in_twenty: bool = False, force: bool = False) -> Answer:
    """Destroy the data key of a patient: their events become unreadable everywhere.

    An opaque tombstone stops a later extract from bringing them back. Twenty is not touched unless `in_twenty` says so: then
    the patient's records are taken out of it first, with the timeline rows of our writes; `force` takes those with people's
    work, too. Raises UsageError, also beside another command or a follower, and TwentyError.
    """
    if f":{Entity.PATIENT.value}:" not in pbn or not pbn.startswith(f"{session.practice.id}:"):
        raise UsageError(f"{pbn!r} is no patient of this practice; give the pbnId as in {session.practice.id}:patient:1042")
    if not yes:
        raise UsageError("forgetting cannot be taken back and asks for --yes")
    if force and not in_twenty:
        raise UsageError("--force is about records in Twenty, and goes with --in-twenty")
    with ExitStack() as held:
        held.enter_context(exclusive(session.project, FOLLOWER, holder="forget"))  # it holds keys, and would go on with them
        if not in_twenty:
            held.enter_context(exclusive(session.project, "consumer", holder="forget"))
            held.enter_context(producing(session, holder="forget"))
            return _forget(session, pbn, None)
        held.enter_context(producing(session, holder="forget"))
        held.enter_context(alone(session, holder="forget"))
        return _forget(session, pbn, _erase_in_twenty(session, pbn, force=force))


def _erase_in_twenty(session: Session, pbn: str, *, force: bool) -> ErasedInTwenty:
    before = session.workspace.requests
    with running("forget", session.log, session.decisions, session.world, session.workspace_id) as run:
        taken = take_out(session, run.id, pbn, force=force)
        requests = session.workspace.requests - before
        run.totals.update({"undone": taken.result.undone, "kept": len(taken.result.kept), "requests": requests})
    kept: list[KeptItem] = [
        {"object": k.object, "pbnId": k.pbn_id, "fields": list(k.fields), "reason": k.reason} for k in taken.result.kept
    ]
    return {
        "run": run.id,
        "undone": taken.result.undone,
        "kept": kept,
        "timeline": taken.timeline,
        "requests": requests - taken.timeline["requests"],
    }


def _forget(session: Session, pbn: str, erased_there: ErasedInTwenty | None) -> Answer:
    session.producer().catch_up()
    state = session.project.producer_state()
    subjects = [s for s in session.ids_of(pbn) if session.keys.forgotten(s) or state.known([s])]
    if not subjects:
        raise UsageError(f"no patient {pbn} was ever read here; look the id up in PbN or in Twenty (PbN ID)")
    keys = {key.id for s in subjects if not session.keys.forgotten(s) and (key := session.keys.of(s)) is not None}
    erased: Counter[str] = Counter()
    if keys:
        for entry in read_all(session.log, CHANGES):
            event = read_change(entry.value)
            if event.sealed is not None and event.sealed.envelope["key_id"] in keys:
                erased[f"{event.entity.value} events"] += 1
        for entry in read_all(session.log, COMPENSATIONS):
            sealed = read_compensation(entry.value).sealed
            if sealed is not None and sealed.envelope["key_id"] in keys:
                erased["compensations"] += 1
    for subject in subjects:
        session.keys.forget(subject)
        state.forget(subject)
        session.decisions.record(Decided.PERSON_FORGOTTEN, {"record": subject.hex(), "erased": dict(erased)})
    workspace = session.without_twenty()
    if workspace is not None:  # a conflict whose values cannot be read cannot be settled
        view = session.project.view(workspace)
        view.forget_conflicts([*subjects, *(head.record_id for head in view.of_patients(subjects))])
    certificate: Certificate = {
        "record": str(UUID(bytes=subjects[0])),
        "key": ", ".join(sorted(key.hex() for key in keys)) or None,
        "erased": dict(erased),
        "at": session.world.now().isoformat(),
        "already_forgotten": not keys,
        "in_twenty": erased_there,
    }
    lines = [
        f"The data key of {certificate['record']} is destroyed."
        if keys
        else "This patient was forgotten before; nothing was left to erase.",
        *(f"  {count} {name} cannot be read any more" for name, count in sorted(erased.items())),
        *_of_twenty(erased_there),
        "Backups of the key store still hold the key: delete those of before today.",
    ]
    findings = erased_there is not None and bool(erased_there["kept"] or erased_there["timeline"]["refused"])
    return Answer(document=certificate, text=lines, findings=findings)


def _of_twenty(erased: ErasedInTwenty | None) -> list[str]:
    if erased is None:
        return ["What Twenty holds is not touched: delete it there, or roll it back first (`--in-twenty` does both)."]
    lines = [
        f"{counted(erased['undone'], 'record was', 'records were')} taken out of Twenty.",
        *timeline_lines(erased["timeline"], dry_run=False),
    ]
    lines += [f"Twenty kept {k['pbnId'] or k['object']}: {k['reason']}; destroy it there." for k in erased["kept"]]
    return lines
