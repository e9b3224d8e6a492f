"""`forget PBNID`: erase a patient from the log by destroying their data key, and certify what was erased."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from cutover.answer import Answer
from cutover.errors import UsageError
from cutover.session import Session
from events.change_events import read_change
from events.compensations import read_compensation
from events.decisions import Decided
from events.entities import Entity, twenty_id
from events.log import CHANGES, COMPENSATIONS, read_all


def forget(session: Session, pbn: str, *, yes: bool) -> Answer:
    """Destroy the data key of a patient: their events become unreadable everywhere, and an opaque tombstone stops a later
    extract from bringing them back. Twenty itself is not touched. Raises UsageError.
    """
    if f":{Entity.PATIENT.value}:" not in pbn or not pbn.startswith(f"{session.practice.id}:"):
        raise UsageError(f"{pbn!r} is no patient of this practice; give the pbnId as in {session.practice.id}:patient:1042")
    if not yes:
        raise UsageError("forgetting cannot be taken back and asks for --yes")
    subject = twenty_id(session.practice.namespace, pbn).bytes
    session.producer().catch_up()
    if not session.keys.forgotten(subject) and not session.project.producer_state().known([subject]):
        raise UsageError(f"no patient {pbn} was ever read here; look the id up in PbN or in Twenty (PbN ID)")
    key = session.keys.of(subject) if not session.keys.forgotten(subject) else None
    erased: Counter[str] = Counter()
    if key is not None:
        for entry in read_all(session.log, CHANGES):
            event = read_change(entry.value)
            if event.sealed is not None and event.sealed.envelope["key_id"] == key.id:
                erased[f"{event.entity.value} events"] += 1
        for entry in read_all(session.log, COMPENSATIONS):
            sealed = read_compensation(entry.value).sealed
            if sealed is not None and sealed.envelope["key_id"] == key.id:
                erased["compensations"] += 1
    session.keys.forget(subject)
    session.project.producer_state().forget(subject)
    session.decisions.record(Decided.PERSON_FORGOTTEN, {"record": subject.hex(), "erased": dict(erased)})
    certificate = {
        "record": str(UUID(bytes=subject)),
        "key": key.id.hex() if key else None,
        "erased": dict(erased),
        "at": session.world.now().isoformat(),
        "already_forgotten": key is None,
    }
    lines = [
        f"The data key of {certificate['record']} is destroyed."
        if key
        else "This patient was forgotten before; nothing was left to erase.",
        *(f"  {count} {name} cannot be read any more" for name, count in sorted(erased.items())),
        "What Twenty holds is not touched: delete it there, or roll it back first.",
        "Backups of the key store still hold the key: delete those of before today.",
    ]
    return Answer(certificate, lines)
