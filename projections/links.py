"""Link rows: a task or a note has exactly one, to its patient's person. Their ids are deterministic, for Twenty itself does not
stop duplicate links (cassette task-targets).
"""

from __future__ import annotations

from uuid import UUID

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Desired


def patient_of(record: Record, context: Context) -> UUID | None:
    """Return the id in Twenty of the person that a record belongs to; None when the record names no patient."""
    native = record.values.get("patient_id")
    return context.person_of(native) if isinstance(native, str) and native else None


def link(record: Record, context: Context, *, plural: str, column: str, target: Desired) -> Desired | None:
    """Return the link row from a task or note to the person that it needs."""
    person = target.needs[1] if target.needs is not None else None
    native = record.values.get("patient_id")
    if person is None or not isinstance(native, str) or target.pbn_id is None:
        return None
    identity = context.link_id(target.pbn_id, context.pbn_id(Entity.PATIENT, native))
    return Desired(
        object=plural,
        id=identity,
        pbn_id=None,
        values={column: str(target.id), "targetPersonId": str(person)},
        needs=("people", person),
        created_at=target.created_at,  # Twenty lists a person's notes and tasks by the age of their links
    )
