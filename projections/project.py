"""From a change event's record to what Twenty should hold. Pure: no I/O, no clock, no randomness."""

from __future__ import annotations

from collections.abc import Callable

from events.change_events import Operation
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.attachment import attachment
from projections.billing_record import billing_record
from projections.company import company
from projections.desired import Context, Desired, Projected
from projections.destination import OBJECT_OF, OBJECTS
from projections.insurance_claim import insurance_claim
from projections.note import note
from projections.person import person
from projections.task import appointment, communication
from projections.treatment_plan import treatment_plan
from projections.valid import valid

_PROJECTIONS: dict[Entity, Callable[[Record, Context], Projected]] = {
    Entity.PRACTICE: company,
    Entity.PATIENT: person,
    Entity.APPOINTMENT: appointment,
    Entity.COMMUNICATION: communication,
    Entity.TREATMENT_PLAN: treatment_plan,
    Entity.BILLING: billing_record,
    Entity.NOTE: note,
    Entity.CLAIM: insurance_claim,
    Entity.DOCUMENT: attachment,
}


def project(operation: Operation, record: Record, context: Context) -> Projected:
    """The desired records of a change event; none for a provider (matched with members, never written).

    A deletion asks for the record to be soft-deleted; Twenty takes the links of a task or note along (cassette
    soft-delete-task-links). Values that the workspace would refuse are left out, see `projections.valid`.
    """
    if record.entity not in _PROJECTIONS:
        return Projected()
    if operation is Operation.DELETED:
        plural = OBJECTS[OBJECT_OF[record.entity]].plural
        identity = context.pbn_id(record.entity, record.native_id)
        return Projected(
            records=(
                Desired(
                    object=plural,
                    id=context.twenty_id(record.entity, record.native_id),
                    pbn_id=identity,
                    values={},
                    deleted=True,
                ),
            )
        )
    return valid(_PROJECTIONS[record.entity](record, context), context)
