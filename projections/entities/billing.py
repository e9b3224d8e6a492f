"""A patient's balance becomes a billingRecord (field map)."""

from __future__ import annotations

from datetime import date

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, Desired, Projected
from projections.fields import Fields
from projections.icons import BALANCES, TO_LOOK_AT
from projections.links import patient_of
from projections.spec import PBN_ID, DestinationSpec, TwentyObject, WantedField, WritingStage, patient_of_object
from projections.values import currency, day, text
from projections.views import WantedView, names_in_order, without
from projections.wording import day_in_words, joined, money_in_words

NAME = "Account balance"
"""Name of a balance that says nothing of itself."""


def billing_record(record: Record, context: Context) -> Projected:
    """Return the billing record of a patient's balance."""
    values = record.values
    fields = Fields(context, "billingRecords")
    identity = context.pbn_id(Entity.BILLING, record.native_id)
    person = patient_of(record, context)
    fields.put("pbnId", identity)
    fields.put("name", name_of(record, context.practice.currency))
    fields.put("patientId", str(person) if person else None)
    if "balance" in values:
        fields.put("outstandingBalance", currency(values["balance"], context.practice.currency))
    if "payment_plan_status" in values:
        fields.word("paymentPlanStatus", values["payment_plan_status"])
    for name, twenty in (("last_payment_date", "lastPaymentDate"), ("as_of_date", "asOfDate")):
        if name in values:
            fields.put(twenty, day(values[name]))
    fields.custom(record.custom)
    desired = Desired(
        object="billingRecords",
        id=context.twenty_id(Entity.BILLING, record.native_id),
        pbn_id=identity,
        values=fields.values,
        needs=("people", person) if person else None,
    )
    return Projected(records=(desired,), missing_words=tuple(fields.missing))


def name_of(record: Record, currency_code: str) -> str:
    """Return the name that tells a balance apart in search and pickers: `$264.78 · Nov 16, 2026`, from its own fields.

    Without a day on which it was worked out, the day of the last payment stands in it, and without any day the word of its
    payment plan.
    """
    values = record.values
    balance, worked_out, paid = (values.get(name) for name in ("balance", "as_of_date", "last_payment_date"))
    when = text(values.get("payment_plan_status"))
    if isinstance(worked_out, date):
        when = day_in_words(worked_out)
    elif isinstance(paid, date):
        when = f"last paid {day_in_words(paid)}"
    amount = money_in_words(balance, currency_code) if isinstance(balance, int) else NAME
    return joined(amount, when)


SPEC = DestinationSpec(
    entity=Entity.BILLING,
    place=9,
    shown="balances",
    object=TwentyObject(
        singular="billingRecord",
        plural="billingRecords",
        label="Billing Record",
        label_plural="Billing Records",
        standard=False,
        stage=WritingStage.RECORDS,
        shown="Balances",
        icon=BALANCES,
    ),
    fields=(
        PBN_ID,
        WantedField(name="outstandingBalance", label="Outstanding Balance", type="CURRENCY", icon="IconReportMoney"),
        WantedField(name="paymentPlanStatus", label="Payment Plan Status", type="SELECT", words="payment_plan_status"),
        WantedField(name="lastPaymentDate", label="Last Payment Date", type="DATE", icon="IconCalendarDollar"),
        WantedField(name="asOfDate", label="As of Date", type="DATE"),
    ),
    relations=(patient_of_object("billingRecord", "Billing Records", BALANCES),),
    columns=("name", "patient", "outstandingBalance", "paymentPlanStatus", "lastPaymentDate", "asOfDate"),
    views=(
        WantedView(
            key="billingRecordsWithoutPatient",
            object="billingRecord",
            name="To look at: balances without a patient",
            icon=TO_LOOK_AT,
            columns=names_in_order("name outstandingBalance paymentPlanStatus lastPaymentDate asOfDate"),
            filters=(without("patient"),),
            to_look_at=True,
        ),
    ),
    project=billing_record,
)
