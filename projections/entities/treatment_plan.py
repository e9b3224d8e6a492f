"""A treatment plan becomes a treatmentPlan; its line items are flattened into it, and nothing is lost (field map)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.fields import Fields
from projections.icons import BOARDS, PLANS, TO_LOOK_AT
from projections.links import patient_of
from projections.spec import CREATED, PBN_ID, DestinationSpec, TwentyObject, WantedField, WritingStage, patient_of_object
from projections.values import currency, date_time, decimal_text, moment, text
from projections.views import ViewKind, WantedView, names_in_order, without
from projections.wording import joined, money_in_words

_PLAN: Final = "Treatment plan"
_NAMED: Final = 3
"""Procedures that a made name has room for."""
_LONGEST: Final = 40
"""Characters of a procedure's description in a made name."""


def treatment_plan(record: Record, context: Context) -> Projected:
    """Return the record of a treatment plan and its lines."""
    values, code = record.values, context.practice.currency
    fields = Fields(context, "treatmentPlans")
    identity = context.pbn_id(Entity.TREATMENT_PLAN, record.native_id)
    person = patient_of(record, context)
    fields.put("pbnId", identity)
    fields.put("name", text(values.get("name")) or made_name(record, code))
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
        created_at=moment(values.get("created_at")),
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


def made_name(record: Record, currency_code: str) -> str:
    """Return the name of a plan to which PbN gave none: `D2740 Crown, D2950 +1 · Accepted · $1,250.00`.

    It has the plan's first procedures, its status and its cost: the estimated one, else the actual one, else the fees.
    """
    values = record.values
    lines: Any = values.get("lines") or []
    procedures = list(dict.fromkeys(_procedure(line) for line in lines if _procedure(line)))
    more = len(procedures) - _NAMED
    named = ", ".join(procedures[:_NAMED]) + (f" +{more}" if more > 0 else "")
    status = text(values.get("status"))
    fees = [line["fee"] for line in lines if line.get("fee") is not None]
    costs = (values.get("estimated_cost"), values.get("actual_cost"), sum(fees) if fees else None)
    cost = next((one for one in costs if isinstance(one, int)), None)
    if not (named or status or cost is not None):
        return f"{_PLAN} {record.native_id}"
    return joined(named or _PLAN, status, money_in_words(cost, currency_code) if cost is not None else "")


def _procedure(line: Mapping[str, Any]) -> str:
    """Return a line's procedure by code and description, the latter not in full where it is long."""
    words = text(line.get("description"))
    short = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
    return " ".join(part for part in (text(line.get("code")), short) if part)


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
