"""A treatment plan becomes a treatmentPlan; its line items are flattened into it, and nothing is lost (field map)."""

from __future__ import annotations

from typing import Any

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.fields import Fields
from projections.icons import BOARDS, PLANS, TO_LOOK_AT
from projections.links import patient_of
from projections.spec import CREATED, PBN_ID, DestinationSpec, TwentyObject, WantedField, WritingStage, patient_of_object
from projections.values import currency, date_time, decimal_text, text
from projections.views import ViewKind, WantedView, names_in_order, without


def treatment_plan(record: Record, context: Context) -> Projected:
    """Return the record of a treatment plan and its lines."""
    values, code = record.values, context.practice.currency
    fields = Fields(context, "treatmentPlans")
    identity = context.pbn_id(Entity.TREATMENT_PLAN, record.native_id)
    person = patient_of(record, context)
    fields.put("pbnId", identity)
    fields.put("name", text(values.get("name")) or f"Treatment plan {record.native_id}")
    fields.put("patientId", str(person) if person else None)
    if "status" in values:
        fields.word("status", values["status"])
    for name, twenty in (("estimated_cost", "estimatedCost"), ("actual_cost", "actualCost")):
        if name in values:
            fields.put(twenty, currency(values[name], code))
    if "lines" in values:
        lines: Any = values["lines"] or []
        _put_lines(fields, lines, code)
    if "created_at" in values:
        fields.put("originalCreateDate", date_time(values["created_at"]))
    fields.custom(record.custom)
    desired = Desired(
        object="treatmentPlans",
        id=context.twenty_id(Entity.TREATMENT_PLAN, record.native_id),
        pbn_id=identity,
        values=fields.values,
        needs=("people", person) if person else None,
    )
    return Projected(records=(desired,), missing_words=tuple(fields.missing))


def _put_lines(fields: Fields, lines: list[dict[str, Any]], code: str) -> None:
    fees = [line["fee"] for line in lines if line.get("fee") is not None]
    surfaces = ("-".join(part for part in (line.get("tooth"), line.get("surface")) if part) for line in lines)
    fields.put("procedureCode", "; ".join(line["code"] for line in lines if line.get("code")))
    fields.put("toothSurface", "; ".join(s for s in surfaces if s))
    fields.put("surfaceFee", currency(sum(fees) if fees else None, code))
    fields.put("lineItemCount", len(lines))
    # an empty list reads back as null (cassette values-number-boolean)
    fields.put("lineItems", [_line(line) for line in lines] or None)


def _line(line: dict[str, Any]) -> dict[str, Any]:
    out = {name: line.get(name) for name in ("code", "tooth", "surface", "status")}
    out["fee"] = decimal_text(line.get("fee"))
    if line.get("description"):
        out["description"] = line["description"]
    return out


SPEC = DestinationSpec(
    entity=Entity.TREATMENT_PLAN,
    place=8,
    shown="treatment plans",
    object=TwentyObject(
        singular="treatmentPlan",
        plural="treatmentPlans",
        label="Treatment Plan",
        label_plural="Treatment Plans",
        standard=False,
        stage=WritingStage.RECORDS,
        shown="Treatment plans",
        icon=PLANS,
    ),
    fields=(
        PBN_ID,
        WantedField(name="status", label="Status", type="SELECT", words="status", icon="IconProgressCheck"),
        WantedField(name="estimatedCost", label="Estimated Cost", type="CURRENCY"),
        WantedField(name="actualCost", label="Actual Cost", type="CURRENCY"),
        WantedField(name="procedureCode", label="Procedure Code", type="TEXT", icon="IconStethoscope"),
        WantedField(name="toothSurface", label="Tooth Surface", type="TEXT", icon="IconDental"),
        WantedField(name="surfaceFee", label="Surface Fee", type="CURRENCY"),
        WantedField(name="lineItemCount", label="Line Item Count", type="NUMBER", icon="IconListNumbers"),
        WantedField(name="lineItems", label="Line Items", type="RAW_JSON"),
        CREATED,
    ),
    relations=(patient_of_object("treatmentPlan", "Treatment Plans", PLANS),),
    columns=("name", "patient", "status", "estimatedCost", "actualCost", "procedureCode", "originalCreateDate"),
    views=(
        WantedView(
            key="treatmentPlansByStatus",
            object="treatmentPlan",
            name="Treatment plans by status",
            icon=BOARDS,
            kind=ViewKind.BOARD,
            arranged_by="status",
            columns=names_in_order("name patient estimatedCost"),
        ),
        WantedView(
            key="treatmentPlansWithoutPatient",
            object="treatmentPlan",
            name="To look at: treatment plans without a patient",
            icon=TO_LOOK_AT,
            columns=names_in_order("name status estimatedCost actualCost procedureCode originalCreateDate"),
            filters=(without("patient"),),
            to_look_at=True,
        ),
    ),
    project=treatment_plan,
)
