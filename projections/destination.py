"""The destination: the objects and fields that Twenty must have, by the names of the field map, which are fixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, FieldType
from projections.options import option_values


@dataclass(frozen=True, slots=True, kw_only=True)
class TwentyObject:
    """An object: API names, labels, and whether it is one that Twenty ships (standard) or one that we make."""

    singular: str
    plural: str
    label: str
    label_plural: str
    standard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TwentyField:
    """A field we need. `options` are (value, label) of a SELECT; `target` the singular name of a relation's other side, and
    `back_label` what the relation is called there. `audited`: whether its changes go to Twenty's audit log; None: as Twenty
    does.
    """

    object: str
    name: str
    label: str
    type: str
    unique: bool = False
    options: tuple[tuple[str, str], ...] = ()
    target: str | None = None
    back_label: str | None = None
    icon: str = "IconBox"
    audited: bool | None = None


OBJECTS = {
    o.singular: o
    for o in (
        TwentyObject(singular="company", plural="companies", label="Company", label_plural="Companies", standard=True),
        TwentyObject(singular="person", plural="people", label="Person", label_plural="People", standard=True),
        TwentyObject(singular="task", plural="tasks", label="Task", label_plural="Tasks", standard=True),
        TwentyObject(
            singular="taskTarget", plural="taskTargets", label="Task Target", label_plural="Task Targets", standard=True
        ),
        TwentyObject(singular="note", plural="notes", label="Note", label_plural="Notes", standard=True),
        TwentyObject(
            singular="noteTarget", plural="noteTargets", label="Note Target", label_plural="Note Targets", standard=True
        ),
        TwentyObject(
            singular="attachment", plural="attachments", label="Attachment", label_plural="Attachments", standard=True
        ),
        TwentyObject(
            singular="treatmentPlan",
            plural="treatmentPlans",
            label="Treatment Plan",
            label_plural="Treatment Plans",
            standard=False,
        ),
        TwentyObject(
            singular="billingRecord",
            plural="billingRecords",
            label="Billing Record",
            label_plural="Billing Records",
            standard=False,
        ),
        TwentyObject(
            singular="insuranceClaim",
            plural="insuranceClaims",
            label="Insurance Claim",
            label_plural="Insurance Claims",
            standard=False,
        ),
    )
}

WRITE_STAGES = (
    ("companies",),
    ("people",),
    ("tasks", "notes", "treatmentPlans", "billingRecords", "insuranceClaims"),
    ("taskTargets", "noteTargets", "attachments"),
)
"""Parents before children; the objects of one stage do not point at each other."""

WRITE_ORDER = tuple(plural for stage in WRITE_STAGES for plural in stage)
"""Parents before children."""

LINKS = ("noteTargets", "taskTargets")
"""The objects that tie a note or a task to its person; their records have no pbnId."""

PARENTS = frozenset({"companies", "people"})
"""The objects that a desired record may need."""

OBJECT_OF = {
    Entity.PRACTICE: "company",
    Entity.PATIENT: "person",
    Entity.APPOINTMENT: "task",
    Entity.COMMUNICATION: "task",
    Entity.TREATMENT_PLAN: "treatmentPlan",
    Entity.BILLING: "billingRecord",
    Entity.NOTE: "note",
    Entity.CLAIM: "insuranceClaim",
    Entity.DOCUMENT: "attachment",
}
"""The object that an entity's records become (a provider is a workspace member: matched, never written)."""

WORDS = {
    ("person", "insuranceCarrier"): (Entity.PATIENT, "insurance_carrier"),
    ("person", "referralSource"): (Entity.PATIENT, "referral_source"),
    ("person", "patientStatus"): (Entity.PATIENT, "status"),
    ("task", "appointmentStatus"): (Entity.APPOINTMENT, "status"),
    ("task", "channel"): (Entity.COMMUNICATION, "channel"),
    ("task", "deliveryStatus"): (Entity.COMMUNICATION, "delivery_status"),
    ("treatmentPlan", "status"): (Entity.TREATMENT_PLAN, "status"),
    ("billingRecord", "paymentPlanStatus"): (Entity.BILLING, "payment_plan_status"),
    ("insuranceClaim", "status"): (Entity.CLAIM, "status"),
}
"""Which words of the practice become which SELECT's options."""

CLAIM_STATUSES = ("Submitted", "Pending", "Paid", "Denied")


def _f(name: str, label: str, type_: str, *, unique: bool = False) -> tuple[str, str, str, bool]:
    return (name, label, type_, unique)


_PBN_ID = _f("pbnId", "PbN ID", "TEXT", unique=True)
_CREATED = _f("originalCreateDate", "Original Create Date", "DATE_TIME")

_FIELDS: dict[str, tuple[tuple[str, str, str, bool], ...]] = {
    "company": (_PBN_ID,),
    "person": (
        _PBN_ID,
        _f("mailingAddress", "Mailing Address", "ADDRESS"),
        _f("dateOfBirth", "Date of Birth", "DATE"),
        _f("insuranceCarrier", "Insurance Carrier", "SELECT"),
        _f("referralSource", "Referral Source", "SELECT"),
        _f("patientStatus", "Patient Status", "SELECT"),
        _CREATED,
        _f("originalModifiedDate", "Original Modified Date", "DATE_TIME"),
    ),
    "task": (
        _PBN_ID,
        _f("taskType", "Type", "SELECT"),
        _f("appointmentType", "Appointment Type", "TEXT"),
        _f("appointmentStatus", "Appointment Status", "SELECT"),
        _f("originalAppointmentDate", "Original Appointment Date", "DATE_TIME"),
        _CREATED,
        _f("channel", "Channel", "SELECT"),
        _f("deliveryStatus", "Delivery Status", "SELECT"),
    ),
    "note": (_PBN_ID, _CREATED, _f("originalAuthor", "Original Author", "TEXT")),
    "attachment": (_PBN_ID, _CREATED),
    "treatmentPlan": (
        _PBN_ID,
        _f("status", "Status", "SELECT"),
        _f("estimatedCost", "Estimated Cost", "CURRENCY"),
        _f("actualCost", "Actual Cost", "CURRENCY"),
        _f("procedureCode", "Procedure Code", "TEXT"),
        _f("toothSurface", "Tooth Surface", "TEXT"),
        _f("surfaceFee", "Surface Fee", "CURRENCY"),
        _f("lineItemCount", "Line Item Count", "NUMBER"),
        _f("lineItems", "Line Items", "RAW_JSON"),
        _CREATED,
    ),
    "billingRecord": (
        _PBN_ID,
        _f("outstandingBalance", "Outstanding Balance", "CURRENCY"),
        _f("paymentPlanStatus", "Payment Plan Status", "SELECT"),
        _f("lastPaymentDate", "Last Payment Date", "DATE"),
        _f("asOfDate", "As of Date", "DATE"),
    ),
    "insuranceClaim": (
        _PBN_ID,
        _f("status", "Status", "SELECT"),
        _f("submittedAmount", "Submitted Amount", "CURRENCY"),
        _f("paidAmount", "Paid Amount", "CURRENCY"),
        _f("adjustmentAmount", "Adjustment Amount", "CURRENCY"),
        _f("carrier", "Carrier", "TEXT"),
        _f("serviceDate", "Service Date", "DATE"),
    ),
}

_RELATIONS = (
    TwentyField(
        object="treatmentPlan",
        name="patient",
        label="Patient",
        type="RELATION",
        target="person",
        back_label="Treatment Plans",
        icon="IconUser",
    ),
    TwentyField(
        object="billingRecord",
        name="patient",
        label="Patient",
        type="RELATION",
        target="person",
        back_label="Billing Records",
        icon="IconUser",
    ),
    TwentyField(
        object="insuranceClaim",
        name="patient",
        label="Patient",
        type="RELATION",
        target="person",
        back_label="Insurance Claims",
        icon="IconUser",
    ),
    TwentyField(
        object="person",
        name="primaryProvider",
        label="Primary Provider",
        type="RELATION",
        target="workspaceMember",
        back_label="Patients",
        icon="IconUser",
    ),
)


def destination_fields(mapping: ColumnMapping) -> tuple[TwentyField, ...]:
    """Every field the approved mapping needs, in the order in which they are made: plain ones, custom ones, relations."""
    fields = [_fixed(name, row, mapping) for name, rows in _FIELDS.items() for row in rows]
    fields += [_custom(c.entity, c.name, c.label, c.type, mapping) for c in mapping.custom_fields if c.entity in OBJECT_OF]
    unique: dict[tuple[str, str], TwentyField] = {}
    for field in (*fields, *_RELATIONS):
        unique.setdefault((field.object, field.name), field)
    return tuple(unique.values())


def _fixed(singular: str, row: tuple[str, str, str, bool], mapping: ColumnMapping) -> TwentyField:
    name, label, type_, unique = row
    words: Sequence[str] = ()
    if (singular, name) == ("task", "taskType"):
        words = ("Appointment", "Communication")
    elif (singular, name) in WORDS:
        vocabulary = mapping.vocabulary(*WORDS[singular, name])
        words = vocabulary.words if vocabulary else ()
        if vocabulary and vocabulary.type is FieldType.TEXT:
            return TwentyField(object=singular, name=name, label=label, type="TEXT")
        if (singular, name) == ("insuranceClaim", "status"):
            words = (*CLAIM_STATUSES, *words)
    if type_ == "SELECT":
        # Twenty refuses a SELECT without options (cassette metadata-select-options)
        return TwentyField(
            object=singular, name=name, label=label, type=type_, options=tuple(option_values(words or ("Unknown",)).values())
        )
    return TwentyField(object=singular, name=name, label=label, type=type_, unique=unique)


def _custom(entity: Entity, name: str, label: str, type_: FieldType, mapping: ColumnMapping) -> TwentyField:
    singular = OBJECT_OF[entity]
    if type_ is FieldType.SELECT:
        vocabulary = mapping.vocabulary(entity, name)
        words = vocabulary.words if vocabulary and vocabulary.words else ("Unknown",)
        return TwentyField(object=singular, name=name, label=label, type="SELECT", options=tuple(option_values(words).values()))
    return TwentyField(object=singular, name=name, label=label, type=type_.value)
