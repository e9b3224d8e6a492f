"""The destination side of recalls: a recall becomes a record of its own object in Twenty."""

from __future__ import annotations

from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.fields import Fields
from projections.links import patient_of
from projections.spec import PBN_ID, DestinationSpec, TwentyObject, WantedField, WritingStage, patient_of_object
from projections.values import day, text


def recall(record: Record, context: Context) -> Projected:
    """Return the record of a recall."""
    values, person = record.values, patient_of(record, context)
    fields = Fields(context, "recalls")
    identity = context.pbn_id(record.entity, record.native_id)
    fields.put("pbnId", identity)
    fields.put("name", text(values.get("kind")) or "Recall")
    fields.put("patientId", str(person) if person else None)
    if "kind" in values:
        fields.word("recallKind", values["kind"])
    if "due_date" in values:
        fields.put("dueDate", day(values["due_date"]))
    fields.custom(record.custom)
    desired = Desired(
        object="recalls",
        id=context.twenty_id(record.entity, record.native_id),
        pbn_id=identity,
        values=fields.values,
        needs=("people", person) if person else None,
    )
    return Projected(records=(desired,), missing_words=tuple(fields.missing))


SPEC = DestinationSpec(
    entity="recall",
    place=11,
    shown="recalls",
    object=TwentyObject(
        singular="recall",
        plural="recalls",
        label="Recall",
        label_plural="Recalls",
        standard=False,
        stage=WritingStage.RECORDS,
        shown="Recalls",
    ),
    fields=(
        PBN_ID,
        WantedField(name="recallKind", label="Recall Kind", type="SELECT", words="kind"),
        WantedField(name="dueDate", label="Due Date", type="DATE"),
    ),
    relations=(patient_of_object("recall", "Recalls"),),
    project=recall,
)
