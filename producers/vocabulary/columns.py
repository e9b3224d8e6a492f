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


@dataclass(frozen=True, slots=True)
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

_PATIENT_ID = Column("patient_id", _S.PATIENT_ID, 1.0, need="the patient's id")
_PATIENT_NAME = Column("patient_name", _S.FULL_NAME, 0.2, many=True, ignored=_REPEATS_PATIENT, repeats="patient_id")
_PROVIDER_NAME = Column(
    "provider_name", _S.FULL_NAME, 0.2, many=True, ignored=_REPEATS_PROVIDER, repeats="provider_ref", stands_in=True
)
_CREATED = Column("created_at", _S.DATE_TIME, 0.4)


def _native(what: str) -> Column:
    return Column("native_id", _S.ID, 1.2, need=what)


_LINES = (
    Column("line_id", _S.ID, 0.1, ignored="a line item has no id of its own in Twenty"),
    Column("line_order", _S.ORDER, 0.5),
    Column("code", _S.CODE, 3.0),
    Column("description", _S.WORD, 0.3),
    Column("tooth", _S.TOOTH, 2.0),
    Column("surface", _S.SURFACE, 2.0),
    Column("fee", _S.MONEY, 0.8),
    Column("line_status", _S.WORD, 0.5),
)
LINE_COLUMNS = frozenset(c.name for c in _LINES)
"""The columns of a line item, which may stand in the table of the plans, too."""

COLUMNS: Mapping[TableKind, tuple[Column, ...]] = {
    TableKind.PROVIDER: (
        _native("the provider's id"),
        Column("first_name", _S.NAME, 0.7),
        Column("last_name", _S.NAME, 0.7),
        Column("display_name", _S.FULL_NAME, 1.2),
        Column("code", _S.ID, 0.6),
        Column("email", _S.EMAIL, 1.0),
        Column("active", _S.FLAG, 0.8),
    ),
    TableKind.PATIENT: (
        _native("the patient's id"),
        Column("full_name", _S.FULL_NAME, 1.4, need="the patient's name"),
        Column("first_name", _S.NAME, 0.7, need="the patient's name"),
        Column("last_name", _S.NAME, 0.7, need="the patient's name"),
        Column("middle_initial", _S.INITIAL, 0.3),
        Column("email", _S.EMAIL, 1.5, many=True),
        Column("mobile_phone", _S.PHONE, 1.2),
        Column("home_phone", _S.PHONE, 1.0),
        Column("work_phone", _S.PHONE, 1.0),
        Column("address_street1", _S.STREET, 1.0),
        Column("address_street2", _S.STREET, 0.4),
        Column("address_city", _S.CITY, 0.8),
        Column("address_state", _S.STATE, 0.8),
        Column("address_postcode", _S.POSTCODE, 0.8),
        Column("address_country", _S.WORD, 0.3),
        Column("birth_date", _S.BIRTH_DATE, 2.0),
        Column("status", _S.PATIENT_STATUS, 0.5),
        Column("guarantor_id", _S.PATIENT_ID, 1.0),
        Column(
            "guarantor_name", _S.FULL_NAME, 0.2, ignored="repeats the guarantor, who is named by id", repeats="guarantor_id"
        ),
        Column("provider_ref", _S.PROVIDER, 0.5),
        Column("provider_name", _S.FULL_NAME, 0.2, ignored=_REPEATS_PROVIDER, repeats="provider_ref", stands_in=True),
        Column("insurance_carrier", _S.CARRIER, 0.6),
        Column("referral_source", _S.WORD, 0.8),
        Column("created_at", _S.DATE_TIME, 0.3),
        Column("modified_at", _S.DATE_TIME, 0.3),
    ),
    TableKind.APPOINTMENT: (
        _native("the appointment's id"),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column("starts_at", _S.DATE_TIME, 2.0, need="the start of the appointment"),
        Column("start_time", _S.TIME, 1.0),
        Column("type", _S.WORD, 0.8),
        Column("provider_ref", _S.PROVIDER, 0.7),
        _PROVIDER_NAME,
        Column("length_minutes", _S.MINUTES, 1.5),
        Column("status", _S.VISIT, 1.2),
        Column("note", _S.TEXT, 0.3),
        _CREATED,
    ),
    TableKind.TREATMENT_PLAN: (
        _native("the treatment plan's id"),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column("name", _S.WORD, 1.0, need="a name or cost of the plan"),
        Column("status", _S.PLAN, 0.7),
        Column("estimated_cost", _S.MONEY, 1.6, need="a name or cost of the plan"),
        Column("actual_cost", _S.MONEY, 1.4, need="a name or cost of the plan"),
        _CREATED,
        *_LINES,
    ),
    TableKind.TREATMENT_LINE: (
        Column("plan_id", _S.PLAN_ID, 1.6, need="the treatment plan's id"),
        Column("plan_name", _S.WORD, 0.2, ignored="repeats the treatment plan, to which the line belongs"),
        Column("line_patient", _S.WORD, 0.1, many=True, ignored="repeats the patient of the treatment plan"),
        *(
            Column(c.name, c.shape, c.weight, "the procedure code" if c.name == "code" else None, c.many, c.ignored)
            for c in _LINES
        ),
    ),
    TableKind.BILLING: (
        Column("native_id", _S.ID, 0.8),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column("guarantor_name", _S.FULL_NAME, 0.3, ignored=_REPEATS_PATIENT, repeats="patient_id"),
        Column("balance", _S.MONEY, 2.5, need="the outstanding balance"),
        Column("payment_plan_status", _S.WORD, 1.2),
        Column("last_payment_date", _S.DATE, 1.2),
        Column("as_of_date", _S.DATE, 1.0),
    ),
    TableKind.NOTE: (
        _native("the note's id"),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column("type", _S.WORD, 0.8),
        Column("text", _S.TEXT, 2.0, need="the text of the note"),
        Column("author", _S.AUTHOR, 1.4),
        Column("created_at", _S.DATE_TIME, 0.8),
    ),
    TableKind.CLAIM: (
        _native("the claim's id"),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column("number", _S.ID, 0.8),
        Column("status", _S.CLAIM, 1.0),
        Column("submitted_amount", _S.MONEY, 1.4, need="the submitted amount"),
        Column("paid_amount", _S.MONEY, 1.0),
        Column("adjustment_amount", _S.MONEY, 1.0),
        Column("carrier", _S.CARRIER, 1.2),
        Column("service_date", _S.DATE, 1.0),
    ),
    TableKind.COMMUNICATION: (
        _native("the communication's id"),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column("type", _S.WORD, 0.8),
        Column("channel", _S.CHANNEL, 2.0),
        Column("delivered_at", _S.DATE_TIME, 1.2, need="the time of delivery"),
        Column("delivered_time", _S.TIME, 0.4),
        Column("delivery_status", _S.DELIVERY, 1.6),
        Column("message", _S.TEXT, 1.0),
    ),
    TableKind.DOCUMENT: (
        Column("native_id", _S.ID, 0.8),
        _PATIENT_ID,
        _PATIENT_NAME,
        Column("file_name", _S.FILE, 2.0, need="the file"),
        Column("path", _S.PATH, 2.0, need="the file"),
        Column("created_at", _S.DATE_TIME, 0.5),
    ),
    TableKind.AUTOMATION: (
        Column("name", _S.WORD, 1.0, need="the rule's name"),
        Column("trigger", _S.WORD, 1.6),
        Column("timing", _S.WORD, 1.6),
        Column("channel", _S.CHANNEL, 1.0),
        Column("template", _S.TEXT, 1.6, need="the template"),
        Column("active", _S.FLAG, 0.8),
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
