"""From a change event's record to what Twenty should hold. Pure: no I/O, no clock, no randomness."""

from __future__ import annotations

from events.change_events import Operation
from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.registry import DESTINATIONS
from projections.valid import valid


def project(operation: Operation, record: Record, context: Context) -> Projected:
    """Return the desired records of a change event; none for a provider (matched with members, never written).

    A deletion asks for the record to be soft-deleted; Twenty takes the links of a task or note along (cassette
    soft-delete-task-links). Values that the workspace would refuse are left out, see `projections.valid`.
    """
    spec = DESTINATIONS.get(record.entity)
    if spec is None or spec.object is None or spec.project is None:
        return Projected()
    if operation is Operation.DELETED:
        identity = context.pbn_id(record.entity, record.native_id)
        return Projected(
            records=(
                Desired(
                    object=spec.object.plural,
                    id=context.twenty_id(record.entity, record.native_id),
                    pbn_id=identity,
                    values={},
                    deleted=True,
                ),
            )
        )
    return valid(spec.project(record, context), context)
