"""`forget PBNID`: erase a patient from the log by destroying their data key, and certify what was erased."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from cutover.following.reports import LOCK as FOLLOWER
from cutover.project.errors import UsageError
from cutover.project.locks import exclusive
from cutover.reports.answer import Answer
from cutover.reports.documents.oversight.forget import Certificate
from cutover.runs.claims.producing import producing
from cutover.runs.session import Session
from events.change_events import read_change
from events.compensations import read_compensation
from events.decisions import Decided
from events.log.port import CHANGES, COMPENSATIONS, read_all
from events.vocabulary.entities import Entity


def forget(session: Session, pbn: str, *, yes: bool) -> Answer:
    """Destroy the data key of a patient: their events become unreadable everywhere.

    An opaque tombstone stops a later extract from bringing them back. Twenty itself is not touched. Raises UsageError, also
    beside another command or a follower.
    """
    if f":{Entity.PATIENT.value}:" not in pbn or not pbn.startswith(f"{session.practice.id}:"):
        raise UsageError(f"{pbn!r} is no patient of this practice; give the pbnId as in {session.practice.id}:patient:1042")
    if not yes:
        raise UsageError("forgetting cannot be taken back and asks for --yes")
    with (
        exclusive(session.project, FOLLOWER, holder="forget"),  # it holds keys, and would go on with them
        exclusive(session.project, "consumer", holder="forget"),
        producing(session, holder="forget"),
    ):
        return _forget(session, pbn)


def _forget(session: Session, pbn: str) -> Answer:
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
    if workspace is not None:  # nobody can settle a conflict whose values cannot be read
        view = session.project.view(workspace)
        view.forget_conflicts([*subjects, *(head.record_id for head in view.of_patients(subjects))])
    certificate: Certificate = {
        "record": str(UUID(bytes=subjects[0])),
        "key": ", ".join(sorted(key.hex() for key in keys)) or None,
        "erased": dict(erased),
        "at": session.world.now().isoformat(),
        "already_forgotten": not keys,
    }
    lines = [
        f"The data key of {certificate['record']} is destroyed."
        if keys
        else "This patient was forgotten before; nothing was left to erase.",
        *(f"  {count} {name} cannot be read any more" for name, count in sorted(erased.items())),
        "What Twenty holds is not touched: delete it there, or roll it back first.",
        "Backups of the key store still hold the key: delete those of before today.",
    ]
    return Answer(document=certificate, text=lines)
