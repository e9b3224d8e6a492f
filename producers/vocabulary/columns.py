"""What the columns of a practice's tables can mean, per kind of table: the names that a column binding's `field` may have.

They are finer than a record's fields (a name may stand in one cell or in three, a start in one cell or as date and
time); assembly puts them together. Each says what its cells look like (`shape`) and how much its presence says about the
kind of the table (`weight`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from events.vocabulary.mapping import TableKind


class Shape(Enum):
    """What the cells of a column look like."""

    ID = "an id"
    PATIENT_ID = "a patient's id"
    PLAN_ID = "a treatment plan's id"
    NAME = "a name"
    FULL_NAME = "a whole name"
    INITIAL = "an initial"
    EMAIL = "an e-mail address"
    PHONE = "a phone number"
    STREET = "a street"
    CITY = "a city"
    STATE = "a state"
    POSTCODE = "a postcode"
    DATE = "a date"
    BIRTH_DATE = "a date of birth"
    DATE_TIME = "a date, mostly with a time"
    TIME = "a time of day"
    MONEY = "an amount"
    MINUTES = "minutes"
    ORDER = "a running number"
    CODE = "a procedure code"
    TOOTH = "a tooth"
    SURFACE = "a surface"
    FLAG = "yes or no"
    WORD = "a few words"
    PROVIDER = "a provider's id, code or name"
    CHANNEL = "a way of sending"
    DELIVERY = "a delivery status"
    VISIT = "an appointment status"
    CLAIM = "a claim status"
    PLAN = "a plan's status"
    PATIENT_STATUS = "a patient status"
    TEXT = "a text"
    CARRIER = "an insurance carrier"
    AUTHOR = "a name, or a provider's code"
    FILE = "a file name"
    PATH = "a path"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One bindable column. `weight`: what finding it says about the table's kind. `need`: a table cannot be read without one
    column of each need. `many`: several columns of a table may mean it. `ignored`: it is recognised in order to be left
    out, for this reason, where the column that it `repeats` is there; without that one it `stands_in` for it, or becomes
    a custom field.
    """

    name: str
    shape: Shape
    weight: float = 1.0
    need: str | None = None
    many: bool = False
    ignored: str | None = None
    repeats: str | None = None
    stands_in: bool = False


_S = Shape
_REPEATS_PATIENT = "repeats the patient, to whom the row is linked by id"
_REPEATS_PROVIDER = "repeats the provider, who is linked by another column"

_PATIENT_ID = Column(name="patient_id", shape=_S.PATIENT_ID, weight=1.0, need="the patient's id")
_PATIENT_NAME = Column(
    name="patient_name", shape=_S.FULL_NAME, weight=0.2, many=True, ignored=_REPEATS_PATIENT, repeats="patient_id"
)
_PROVIDER_NAME = Column(
    name="provider_name",
    shape=_S.FULL_NAME,
    weight=0.2,
    many=True,
    ignored=_REPEATS_PROVIDER,
    repeats="provider_ref",
    stands_in=True,
)
_CREATED = Column(name="created_at", shape=_S.DATE_TIME, weight=0.4)


def _native(what: str) -> Column:
    return Column(name="native_id", shape=_S.ID, weight=1.2, need=what)


_LINES = (
    Column(name="line_id", shape=_S.ID, weight=0.1, ignored="a line item has no id of its own in Twenty"),
    Column(name="line_order", shape=_S.ORDER, weight=0.5),
    Column(name="code", shape=_S.CODE, weight=3.0),
    Column(name="description", shape=_S.WORD, weight=0.3),
    Column(name="tooth", shape=_S.TOOTH, weight=2.0),
    Column(name="surface", shape=_S.SURFACE, weight=2.0),
    Column(name="fee", shape=_S.MONEY, weight=0.8),
    Column(name="line_status", shape=_S.WORD, weight=0.5),
)
LINE_COLUMNS = frozenset(c.name for c in _LINES)
"""The columns of a line item, which may stand in the table of the plans, too."""

COLUMNS: Mapping[TableKind, tuple[Column, ...]] = {
    TableKind.PROVIDER: (
        _native("the provider's id"),
        Column(name="first_name", shape=_S.NAME, weight=0.7),
        Column(name="last_name", shape=_S.NAME, weight=0.7),
        Column(name="display_name", shape=_S.FULL_NAME, weight=1.2),
        Column(name="code", shape=_S.ID, weight=0.6),
        Column(name="email", shape=_S.EMAIL, weight=1.0),
        Column(name="active", shape=_S.FLAG, weight=0.8),
    ),
    TableKind.PATIENT: (
        _native("the patient's id"),
        Column(name="full_name", shape=_S.FULL_NAME, weight=1.4, need="the patient's name"),
        Column(name="first_name", shape=_S.NAME, weight=0.7, need="the patient's name"),
        Column(name="last_name", shape=_S.NAME, weight=0.7, need="the patient's name"),
        Column(name="middle_initial", shape=_S.INITIAL, weight=0.3),
        Column(name="email", shape=_S.EMAIL, weight=1.5, many=True),
        Column(name="mobile_phone", shape=_S.PHONE, weight=1.2),
        Column(name="home_phone", shape=_S.PHONE, weight=1.0),
        Column(name="work_phone", shape=_S.PHONE, weight=1.0),
        Column(name="address_street1", shape=_S.STREET, weight=1.0),
        Column(name="address_street2", shape=_S.STREET, weight=0.4),
        Column(name="address_city", shape=_S.CITY, weight=0.8),
        Column(name="address_state", shape=_S.STATE, weight=0.8),
        Column(name="address_postcode", shape=_S.POSTCODE, weight=0.8),
        Column(name="address_country", shape=_S.WORD, weight=0.3),
        Column(name="birth_date", shape=_S.BIRTH_DATE, weight=2.0),
        Column(name="status", shape=_S.PATIENT_STATUS, weight=0.5),
        Column(name="guarantor_id", shape=_S.PATIENT_ID, weight=1.0),
        Column(
            name="guarantor_name",
            shape=_S.FULL_NAME,
            weight=0.2,
            ignored="repeats the guarantor, who is named by id",
            repeats="guarantor_id",
        ),
        Column(name="provider_ref", shape=_S.PROVIDER, weight=0.5),
        Column(
            name="provider_name",
            shape=_S.FULL_NAME,
            weight=0.2,
            ignored=_REPEATS_PROVIDER,
            repeats="provider_ref",
            stands_in=True,
        ),
        Column(name="insurance_carrier", shape=_S.CARRIER, weight=0.6),
        Column(name="referral_source", shape=_S.WORD, weight=0.8),
        Column(name="created_at", shape=_S.DATE_TIME, weight=0.3),
        Column(name="modified_at", shape=_S.DATE_TIME, weight=0.3),
    ),
    TableKind.APPOINTMENT: (
        _native("the appointment's id"),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column(name="starts_at", shape=_S.DATE_TIME, weight=2.0, need="the start of the appointment"),
        Column(name="start_time", shape=_S.TIME, weight=1.0),
        Column(name="type", shape=_S.WORD, weight=0.8),
        Column(name="provider_ref", shape=_S.PROVIDER, weight=0.7),
        _PROVIDER_NAME,
        Column(name="length_minutes", shape=_S.MINUTES, weight=1.5),
        Column(name="status", shape=_S.VISIT, weight=1.2),
        Column(name="note", shape=_S.TEXT, weight=0.3),
        _CREATED,
    ),
    TableKind.TREATMENT_PLAN: (
        _native("the treatment plan's id"),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column(name="name", shape=_S.WORD, weight=1.0, need="a name or cost of the plan"),
        Column(name="status", shape=_S.PLAN, weight=0.7),
        Column(name="estimated_cost", shape=_S.MONEY, weight=1.6, need="a name or cost of the plan"),
        Column(name="actual_cost", shape=_S.MONEY, weight=1.4, need="a name or cost of the plan"),
        _CREATED,
        *_LINES,
    ),
    TableKind.TREATMENT_LINE: (
        Column(name="plan_id", shape=_S.PLAN_ID, weight=1.6, need="the treatment plan's id"),
        Column(name="plan_name", shape=_S.WORD, weight=0.2, ignored="repeats the treatment plan, to which the line belongs"),
        Column(name="line_patient", shape=_S.WORD, weight=0.1, many=True, ignored="repeats the patient of the treatment plan"),
        *(
            Column(
                name=c.name,
                shape=c.shape,
                weight=c.weight,
                need="the procedure code" if c.name == "code" else None,
                many=c.many,
                ignored=c.ignored,
            )
            for c in _LINES
        ),
    ),
    TableKind.BILLING: (
        Column(name="native_id", shape=_S.ID, weight=0.8),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column(name="guarantor_name", shape=_S.FULL_NAME, weight=0.3, ignored=_REPEATS_PATIENT, repeats="patient_id"),
        Column(name="balance", shape=_S.MONEY, weight=2.5, need="the outstanding balance"),
        Column(name="payment_plan_status", shape=_S.WORD, weight=1.2),
        Column(name="last_payment_date", shape=_S.DATE, weight=1.2),
        Column(name="as_of_date", shape=_S.DATE, weight=1.0),
    ),
    TableKind.NOTE: (
        _native("the note's id"),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column(name="type", shape=_S.WORD, weight=0.8),
        Column(name="text", shape=_S.TEXT, weight=2.0, need="the text of the note"),
        Column(name="author", shape=_S.AUTHOR, weight=1.4),
        Column(name="created_at", shape=_S.DATE_TIME, weight=0.8),
    ),
    TableKind.CLAIM: (
        _native("the claim's id"),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column(name="number", shape=_S.ID, weight=0.8),
        Column(name="status", shape=_S.CLAIM, weight=1.0),
        Column(name="submitted_amount", shape=_S.MONEY, weight=1.4, need="the submitted amount"),
        Column(name="paid_amount", shape=_S.MONEY, weight=1.0),
        Column(name="adjustment_amount", shape=_S.MONEY, weight=1.0),
        Column(name="carrier", shape=_S.CARRIER, weight=1.2),
        Column(name="service_date", shape=_S.DATE, weight=1.0),
    ),
    TableKind.COMMUNICATION: (
        _native("the communication's id"),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column(name="type", shape=_S.WORD, weight=0.8),
        Column(name="channel", shape=_S.CHANNEL, weight=2.0),
        Column(name="delivered_at", shape=_S.DATE_TIME, weight=1.2, need="the time of delivery"),
        Column(name="delivered_time", shape=_S.TIME, weight=0.4),
        Column(name="delivery_status", shape=_S.DELIVERY, weight=1.6),
        Column(name="message", shape=_S.TEXT, weight=1.0),
    ),
    TableKind.DOCUMENT: (
        Column(name="native_id", shape=_S.ID, weight=0.8),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column(name="file_name", shape=_S.FILE, weight=2.0, need="the file"),
        Column(name="path", shape=_S.PATH, weight=2.0, need="the file"),
        Column(name="created_at", shape=_S.DATE_TIME, weight=0.5),
    ),
    TableKind.AUTOMATION: (
        Column(name="name", shape=_S.WORD, weight=1.0, need="the rule's name"),
        Column(name="trigger", shape=_S.WORD, weight=1.6),
        Column(name="timing", shape=_S.WORD, weight=1.6),
        Column(name="channel", shape=_S.CHANNEL, weight=1.0),
        Column(name="template", shape=_S.TEXT, weight=1.6, need="the template"),
        Column(name="active", shape=_S.FLAG, weight=0.8),
    ),
}

ENOUGH: Mapping[TableKind, float] = {
    TableKind.PROVIDER: 2.6,
    TableKind.PATIENT: 4.4,
    TableKind.APPOINTMENT: 4.5,
    TableKind.TREATMENT_PLAN: 4.0,
    TableKind.TREATMENT_LINE: 4.5,
    TableKind.BILLING: 4.0,
    TableKind.NOTE: 3.8,
    TableKind.CLAIM: 4.5,
    TableKind.COMMUNICATION: 4.2,
    TableKind.DOCUMENT: 3.0,
    TableKind.AUTOMATION: 4.0,
}
"""The weight that the bound columns must reach together before a table is taken to be of a kind."""


def column(kind: TableKind, name: str) -> Column:
    """The column of a kind by its name; KeyError when the kind has none of that name."""
    for candidate in COLUMNS[kind]:
        if candidate.name == name:
            return candidate
    raise KeyError(name)
