"""From a change event's record to what Twenty should hold. Pure: no I/O, no clock, no randomness."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from events.change_events import Operation
from events.vocabulary.records import Record
from projections.desired import Context, Desired, LostValue, Projected
from projections.registry import DESTINATIONS
from projections.valid import valid

MISSING_OBJECT = "missing_object"


def project(operation: Operation, record: Record, context: Context, *, taken_at: datetime | None = None) -> Projected:
    """Return the desired records of a change event; none for a provider (matched with members, never written).

    A deletion asks for the record to be soft-deleted; Twenty takes the links of a task or note along (cassette
    soft-delete-task-links). Values that the workspace would refuse are left out, see `projections.valid`. Where people removed
    an object, its records are told apart from those to write. No record is dated
    later than its extract was taken (`taken_at`): Twenty would list it above all that comes after it.
    """
    spec = DESTINATIONS.get(record.entity)
    if spec is None or spec.object is None or spec.project is None:
        return Projected()
    is_there = not context.knows_all_fields or (spec.object.plural, "id") in context.types
    if not is_there and record.entity.object_name is not None:  # a custom object may never have been turned on there
        return Projected()
    if operation is Operation.DELETED:
        identity = context.pbn_id(record.entity, record.native_id)
        desired = Desired(
            object=spec.object.plural,
            id=context.twenty_id(record.entity, record.native_id),
            pbn_id=identity,
            values={},
            deleted=True,
        )
        projected = Projected(records=(desired,))
    else:
        projected = _until(spec.project(record, context), taken_at)
    if is_there:
        return valid(projected, context)
    lost = LostValue(object=spec.object.plural, field="", reason=MISSING_OBJECT)
    return Projected(lost=(lost,), of_missing_object=projected.records)


def _until(projected: Projected, taken_at: datetime | None) -> Projected:
    """Return the same records without dates of their own that lie after an extract was taken."""
    if taken_at is None or not any(one.created_at is not None and one.created_at > taken_at for one in projected.records):
        return projected
    records = (
        replace(one, created_at=None) if one.created_at is not None and one.created_at > taken_at else one
        for one in projected.records
    )
    return replace(projected, records=tuple(records))
