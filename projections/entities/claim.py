"""An insurance claim becomes an insuranceClaim (field map)."""

from __future__ import annotations

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.fields import Fields
from projections.icons import BOARDS, CLAIMS, TO_LOOK_AT
from projections.links import patient_of
from projections.spec import PBN_ID, DestinationSpec, TwentyObject, WantedField, WritingStage, patient_of_object
from projections.values import currency, day, moment, text
from projections.views import ViewKind, WantedView, names_in_order, without

_AMOUNTS = (("submitted_amount", "submittedAmount"), ("paid_amount", "paidAmount"), ("adjustment_amount", "adjustmentAmount"))


def insurance_claim(record: Record, context: Context) -> Projected:
    """Return the record of a claim."""
    values = record.values
    fields = Fields(context, "insuranceClaims")
    identity = context.pbn_id(Entity.CLAIM, record.native_id)
    person = patient_of(record, context)
    fields.put("pbnId", identity)
    fields.put("name", text(values.get("number")) or record.native_id)
    fields.put("patientId", str(person) if person else None)
    if "status" in values:
        fields.word("status", values["status"])
    for name, twenty in _AMOUNTS:
        if name in values:
            fields.put(twenty, currency(values[name], context.practice.currency))
    if "carrier" in values:
        fields.put("carrier", text(values["carrier"]))
    if "service_date" in values:
        fields.put("serviceDate", day(values["service_date"]))
    fields.custom(record.custom)
    desired = Desired(
        object="insuranceClaims",
        id=context.twenty_id(Entity.CLAIM, record.native_id),
        pbn_id=identity,
        values=fields.values,
        needs=("people", person) if person else None,
        created_at=moment(values.get("service_date"), context.practice.zone),
    )
    return Projected(records=(desired,), missing_words=tuple(fields.missing))


SPEC = DestinationSpec(
    entity=Entity.CLAIM,
    place=10,
    shown="insurance claims",
    object=TwentyObject(
        singular="insuranceClaim",
        plural="insuranceClaims",
        label="Insurance Claim",
        label_plural="Insurance Claims",
        standard=False,
        stage=WritingStage.RECORDS,
        shown="Insurance claims",
        icon=CLAIMS,
    ),
    fields=(
        PBN_ID,
        WantedField(
            name="status",
            label="Status",
            type="SELECT",
            words="status",
            icon="IconProgressCheck",
            fixed=("Submitted", "Pending", "Paid", "Denied"),
        ),
        WantedField(name="submittedAmount", label="Submitted Amount", type="CURRENCY"),
        WantedField(name="paidAmount", label="Paid Amount", type="CURRENCY"),
        WantedField(name="adjustmentAmount", label="Adjustment Amount", type="CURRENCY"),
        WantedField(name="carrier", label="Carrier", type="TEXT", icon="IconUmbrella"),
        WantedField(name="serviceDate", label="Service Date", type="DATE", icon="IconCalendarEvent"),
    ),
    relations=(patient_of_object("insuranceClaim", "Insurance Claims", CLAIMS),),
    columns=("name", "patient", "status", "carrier", "serviceDate", "submittedAmount", "paidAmount"),
    views=(
        WantedView(
            key="insuranceClaimsByStatus",
            object="insuranceClaim",
            name="Claims by status",
            icon=BOARDS,
            kind=ViewKind.BOARD,
            arranged_by="status",
            columns=names_in_order("name patient carrier submittedAmount"),
        ),
        WantedView(
            key="insuranceClaimsWithoutPatient",
            object="insuranceClaim",
            name="To look at: claims without a patient",
            icon=TO_LOOK_AT,
            columns=names_in_order("name status carrier serviceDate submittedAmount paidAmount"),
            filters=(without("patient"),),
            to_look_at=True,
        ),
    ),
    project=insurance_claim,
)
