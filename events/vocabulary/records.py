"""Typed records: one PbN row (or one treatment plan with its lines), cleaned.

A record's `values` hold the fields of its entity, by the names in `FIELDS`. A name that is absent was never seen in any
extract (the column is missing): it changes nothing in Twenty. A name that is there with None is blank: it clears.

The Python type of a value is that of its kind (`events.vocabulary.kinds`). Custom values are str, bool, float (NUMBER), date
(DATE) or datetime (DATE_TIME). An amount of money (CURRENCY) is a str, the amount and its currency: `1250.5 USD`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from events.vocabulary.entities import Entity
from events.vocabulary.kinds import BOOLEAN, DATE, DATE_TIME, ID, LINES, MONEY, NUMBER, TEXT, TEXTS, WORD, FieldKind

Value = str | int | bool | float | date | datetime | list[str] | list[dict[str, Any]] | None
CustomValue = str | bool | float | int | date | datetime | None


class _Fields(dict[Entity, Mapping[str, FieldKind]]):
    """The fields by entity. Those of custom objects have the same."""

    def __missing__(self, entity: Entity) -> Mapping[str, FieldKind]:
        if entity.object_name is None:
            raise KeyError(entity)
        return _OF_OBJECTS


_OF_OBJECTS: Mapping[str, FieldKind] = {
    "patient_id": ID,
    "provider_ref": TEXT,  # as PbN has it: a provider's id, code or name
    "practice_ref": TEXT,  # the practice as the row names it
    "title": TEXT,
}
"""The fields of a custom object's records; all other columns are custom fields."""

FIELDS: dict[Entity, Mapping[str, FieldKind]] = _Fields()
FIELDS |= {
    Entity.PRACTICE: {"name": TEXT},
    Entity.PROVIDER: {
        "first_name": TEXT,
        "last_name": TEXT,
        "display_name": TEXT,
        "code": TEXT,
        "email": TEXT,
        "active": BOOLEAN,
    },
    Entity.PATIENT: {
        "first_name": TEXT,
        "last_name": TEXT,
        "emails": TEXTS,  # valid addresses, lower-cased, in the order of the columns
        "primary_email": TEXT,  # the one of `emails` that this patient owns; None when another of us owns it
        "phones": TEXTS,  # E.164; mobile, home, work
        "address_street1": TEXT,
        "address_street2": TEXT,
        "address_city": TEXT,
        "address_state": TEXT,
        "address_postcode": TEXT,
        "address_country": TEXT,
        "birth_date": DATE,
        "guarantor_id": ID,
        "provider_ref": TEXT,  # as PbN has it: a provider's id, code or name
        "insurance_carrier": WORD,
        "referral_source": WORD,
        "status": WORD,
        "created_at": DATE_TIME,
        "modified_at": DATE_TIME,
    },
    Entity.APPOINTMENT: {
        "patient_id": ID,
        "starts_at": DATE_TIME,
        "type": TEXT,
        "provider_ref": TEXT,
        "length_minutes": NUMBER,
        "status": WORD,
        "note": TEXT,
        "created_at": DATE_TIME,
    },
    Entity.TREATMENT_PLAN: {
        "patient_id": ID,
        "name": TEXT,
        "status": WORD,
        "estimated_cost": MONEY,
        "actual_cost": MONEY,
        "created_at": DATE_TIME,
        "lines": LINES,
    },
    Entity.BILLING: {
        "patient_id": ID,
        "balance": MONEY,
        "payment_plan_status": WORD,
        "last_payment_date": DATE,
        "as_of_date": DATE,
    },
    Entity.NOTE: {
        "patient_id": ID,
        "type": TEXT,
        "text": TEXT,
        "author": TEXT,
        "created_at": DATE_TIME,
    },
    Entity.CLAIM: {
        "patient_id": ID,
        "number": TEXT,
        "status": WORD,
        "submitted_amount": MONEY,
        "paid_amount": MONEY,
        "adjustment_amount": MONEY,
        "carrier": TEXT,
        "service_date": DATE,
    },
    Entity.COMMUNICATION: {
        "patient_id": ID,
        "type": TEXT,
        "channel": WORD,
        "delivered_at": DATE_TIME,
        "delivery_status": WORD,
        "message": TEXT,
        "in_future": BOOLEAN,  # delivered_at lies after the extract was taken
    },
    Entity.DOCUMENT: {
        "patient_id": ID,
        "file_name": TEXT,
        "path": TEXT,  # relative to the extract's folder
        "sha256": TEXT,  # lower-case hex, of the file's bytes
        "size": NUMBER,  # bytes
        "created_at": DATE_TIME,
    },
}

"""The fields of each entity, in the order of its schema. An entity whose schema names the kinds of its fields needs no row
here: `events.codec.declared` adds it.
"""

LINE_FIELDS: Mapping[str, FieldKind] = {
    "code": TEXT,
    "description": TEXT,
    "tooth": TEXT,
    "surface": TEXT,
    "fee": MONEY,
    "status": WORD,
}
"""The fields of a treatment plan's line item."""


@dataclass(frozen=True, slots=True)
class Issue:
    """A value that was lost or is doubtful: the field (Twenty's name for it) and a reason code. Never the value."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One cleaned, typed record of a practice; see the module for what `values` holds."""

    entity: Entity
    native_id: str
    values: Mapping[str, Value]
    custom: Mapping[str, CustomValue] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


MICROS: Final = 1_000_000
_AMOUNT: Final = re.compile(r"(-?)(\d+)(?:\.(\d{1,6}))? ([A-Z]{3})")


def amount_text(micros: int, currency: str) -> str:
    """Return a custom amount of money, as it is carried: `1250.5 USD`. `currency` is an ISO 4217 code."""
    whole, places = divmod(abs(micros), MICROS)
    decimals = f".{places:06d}".rstrip("0").rstrip(".")
    return f"{'-' if micros < 0 else ''}{whole}{decimals} {currency}"


def amount_of(text: str) -> tuple[int, str] | None:
    """Return the millionths and the currency of a custom amount; None for any other text."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    micros = int(match[2]) * MICROS + int((match[3] or "").ljust(6, "0"))
    return -micros if match[1] else micros, match[4]


def has_money(record: Record) -> bool:
    """Return whether a record holds an amount of money, also in one of its lines."""
    values = record.values
    for name, kind in FIELDS[record.entity].items():
        value = values.get(name)
        if kind is MONEY and value is not None:
            return True
        if kind is LINES and isinstance(value, list):
            fees = [line.get(of_line) for line in value if isinstance(line, dict) for of_line in _MONEY_OF_LINES]
            if any(fee is not None for fee in fees):
                return True
    return False


_MONEY_OF_LINES = tuple(name for name, kind in LINE_FIELDS.items() if kind is MONEY)
