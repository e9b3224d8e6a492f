"""How the cells of each column are read, and how the field is called when one of them cannot be.

A reader remembers what it has read: an appointment book says the same few types, providers and days again and again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from events.vocabulary.mapping import FieldType, TableKind
from events.vocabulary.practice import DateOrder, Practice
from events.vocabulary.records import Issue
from producers.values.booleans import clean_boolean
from producers.values.date_times import clean_date_time
from producers.values.dates import Pivot, clean_date
from producers.values.emails import clean_email
from producers.values.ids import clean_code, clean_id
from producers.values.money import MICROS, clean_money
from producers.values.names import clean_name
from producers.values.numbers import clean_integer, clean_minutes, clean_number
from producers.values.phones import clean_phone
from producers.values.postcodes import clean_postcode
from producers.values.texts import clean_note, clean_text
from producers.values.words import clean_word

Cleaner = Callable[[str], tuple[Any, str | None]]

REMEMBERED = 16_384
"""Cells that a column remembers, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What reading depends on besides the cell: the practice, and when the extract was taken."""

    order: DateOrder
    zone: ZoneInfo
    country: str
    births: Pivot
    dates: Pivot

    @classmethod
    def of(cls, practice: Practice, taken_at: datetime) -> Rules:
        """The rules of a practice for an extract taken at this moment (aware)."""
        day = taken_at.astimezone(practice.zone).date()
        return cls(
            order=practice.date_order,
            zone=practice.zone,
            country=practice.country,
            births=Pivot.of_births(day),
            dates=Pivot.around(day),
        )


class Remembered(dict[str, tuple[Any, Issue | None]]):
    """Cell → (value, issue), read when first met and remembered while there is room (a column that fills it hardly repeats)."""

    def __init__(self, clean: Cleaner, field: str) -> None:
        super().__init__()
        self._clean, self._field = clean, field

    def __missing__(self, cell: str) -> tuple[Any, Issue | None]:
        value, reason = self._clean(cell)
        read = (value, Issue(self._field, reason) if reason is not None else None)
        if len(self) < REMEMBERED and len(cell) <= 200:
            self[cell] = read
        return read


def read_flag(text: str) -> tuple[bool | None, str | None]:
    """Yes or no, also said as `Active` and `Inactive`."""
    word = text.strip().casefold()
    if word in ("active", "enabled", "inactive", "disabled"):
        return word in ("active", "enabled"), None
    return clean_boolean(text)


def read_number(text: str) -> tuple[float | None, str | None]:
    """A number; an amount of money counts as one, without its currency."""
    number, reason = clean_number(text)
    if reason is None:
        return number, None
    micros, trouble = clean_money(text)
    return (None, reason) if micros is None or trouble is not None else (micros / MICROS, None)


def _moments(rules: Rules) -> Cleaner:
    """Moments hardly repeat: past `Remembered` they go without a second cache, whose upkeep would cost more than reading."""
    return partial(clean_date_time.__wrapped__, order=rules.order, zone=rules.zone, pivot=rules.dates)


def cleaner(kind: TableKind, name: str, rules: Rules) -> Cleaner:
    """How the cells of a vocabulary column are cleaned."""
    r = rules
    match name:
        case "native_id" | "patient_id" | "plan_id" | "guarantor_id":
            return clean_id
        case "first_name" | "last_name" | "middle_initial":
            return clean_name
        case "email":
            return clean_email
        case "mobile_phone" | "home_phone" | "work_phone":
            return lambda text: clean_phone(text, r.country)
        case "address_postcode":
            return lambda text: clean_postcode(text, r.country)
        case "birth_date":
            return lambda text: clean_date(text, r.order, r.births)
        case "last_payment_date" | "as_of_date" | "service_date":
            return lambda text: clean_date(text, r.order, r.dates)
        case "created_at" | "modified_at" | "starts_at" | "delivered_at":
            return _moments(r)
        case "balance" | "estimated_cost" | "actual_cost" | "submitted_amount" | "paid_amount" | "adjustment_amount" | "fee":
            return clean_money
        case "length_minutes":
            return clean_minutes
        case "line_order":
            return clean_integer
        case "tooth" | "surface" | "number":
            return clean_code
        case "code":
            return clean_code if kind is not TableKind.PROVIDER else clean_text
        case "active":
            return read_flag
        case (
            "status"
            | "payment_plan_status"
            | "channel"
            | "delivery_status"
            | "insurance_carrier"
            | "referral_source"
            | "line_status"
        ):
            return clean_word
        case "text" | "note" | "message" | "template":
            return clean_note
        case _:
            return clean_text


def custom_cleaner(type_: FieldType, rules: Rules) -> Cleaner:
    """How the cells of a custom field are cleaned."""
    match type_:
        case FieldType.NUMBER:
            return read_number
        case FieldType.BOOLEAN:
            return clean_boolean
        case FieldType.DATE:
            return lambda text: clean_date(text, rules.order, rules.dates)
        case FieldType.DATE_TIME:
            return _moments(rules)
        case FieldType.SELECT:
            return clean_word
        case FieldType.TEXT:
            return clean_text


_ISSUE_FIELDS: dict[str, str] = {
    "native_id": "id",
    "patient_id": "patient",
    "plan_id": "id",
    "first_name": "name",
    "last_name": "name",
    "middle_initial": "name",
    "full_name": "name",
    "display_name": "name",
    "email": "emails",
    "mobile_phone": "phones",
    "home_phone": "phones",
    "work_phone": "phones",
    "birth_date": "dateOfBirth",
    "guarantor_id": "guarantor",
    "insurance_carrier": "insuranceCarrier",
    "referral_source": "referralSource",
    "created_at": "originalCreateDate",
    "modified_at": "originalModifiedDate",
    "starts_at": "dueAt",
    "delivered_at": "dueAt",
    "length_minutes": "body",
    "note": "body",
    "text": "body",
    "message": "body",
    "author": "originalAuthor",
    "estimated_cost": "estimatedCost",
    "actual_cost": "actualCost",
    "balance": "outstandingBalance",
    "payment_plan_status": "paymentPlanStatus",
    "last_payment_date": "lastPaymentDate",
    "as_of_date": "asOfDate",
    "number": "name",
    "submitted_amount": "submittedAmount",
    "paid_amount": "paidAmount",
    "adjustment_amount": "adjustmentAmount",
    "service_date": "serviceDate",
    "delivery_status": "deliveryStatus",
    "file_name": "name",
    "code": "lineItems",
    "description": "lineItems",
    "tooth": "lineItems",
    "surface": "lineItems",
    "fee": "lineItems",
    "line_status": "lineItems",
    "line_order": "lineItems",
}
_BY_KIND: dict[tuple[TableKind, str], str] = {
    (TableKind.PATIENT, "status"): "patientStatus",
    (TableKind.PATIENT, "provider_ref"): "primaryProvider",
    (TableKind.APPOINTMENT, "provider_ref"): "assignee",
    (TableKind.APPOINTMENT, "status"): "appointmentStatus",
    (TableKind.APPOINTMENT, "type"): "appointmentType",
    (TableKind.COMMUNICATION, "type"): "title",
    (TableKind.NOTE, "type"): "title",
}


def issue_field(kind: TableKind, name: str) -> str:
    """Twenty's name for the field that a column fills, as issues give it."""
    if name.startswith("address_"):
        return "mailingAddress"
    return _BY_KIND.get((kind, name)) or _ISSUE_FIELDS.get(name, name)
