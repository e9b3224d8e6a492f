"""A communication becomes a task with one link to its person (field map, task)."""

from __future__ import annotations

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Projected
from projections.icons import COMMUNICATIONS
from projections.spec import DestinationSpec, WantedField
from projections.tasks import TASK, TASK_LINK, begun_task, body, linked_task, of_type
from projections.values import date_time, moment, text
from projections.views import WantedView, names_in_order
from projections.wording import joined, moment_in_words


def communication(record: Record, context: Context) -> Projected:
    """Return the task and the link of a communication."""
    values = record.values
    fields = begun_task(record, context, "COMMUNICATION")
    fields.put("title", text(values.get("type")) or "Communication")
    fields.put("status", "TODO" if values.get("in_future") else "DONE")
    delivered = moment(values.get("delivered_at"))
    if "delivered_at" in values:
        fields.put("dueAt", date_time(delivered))
    when = moment_in_words(delivered, context.practice.zone) if delivered is not None else ""
    fields.put("bodyV2", body(joined(when, text(values.get("delivery_status"))), text(values.get("message"))))
    if "channel" in values:
        fields.word("channel", values["channel"])
    if "delivery_status" in values:
        fields.word("deliveryStatus", values["delivery_status"])
    return linked_task(record, context, fields, created_at=None if values.get("in_future") else delivered)


SPEC = DestinationSpec(
    entity=Entity.COMMUNICATION,
    place=5,
    shown="communications",
    object=TASK,
    fields=(
        WantedField(name="channel", label="Channel", type="SELECT", words="channel", icon="IconMessages"),
        WantedField(
            name="deliveryStatus", label="Delivery Status", type="SELECT", words="delivery_status", icon="IconMailCheck"
        ),
    ),
    link=TASK_LINK,
    views=(
        WantedView(
            key="communications",
            object="task",
            name="Communications",
            icon=COMMUNICATIONS,
            columns=names_in_order("title taskTargets dueAt channel deliveryStatus"),
            filters=(of_type("COMMUNICATION"),),
            sort=("dueAt", "DESC"),
        ),
    ),
    project=communication,
)
