"""Typed records: one PbN row (or one treatment plan with its lines), cleaned.

A record's `values` hold the fields of its entity, by the names in `FIELDS`. A name that is absent was never seen in any
extract (the column is missing): it changes nothing in Twenty. A name that is there with None is blank: it clears.

Python types by kind: TEXT, WORD, ID → str; DATE → datetime.date; DATE_TIME → aware datetime in UTC, whole milliseconds;
MONEY → int, millionths of the practice's currency; NUMBER → int; BOOLEAN → bool; TEXTS → list[str]; LINES → list of dicts
with the keys of `LINE_FIELDS`. Custom values are str, bool, float (NUMBER), date (DATE) or datetime (DATE_TIME).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from events.vocabulary.entities import Entity

Value = str | int | bool | float | date | datetime | list[str] | list[dict[str, Any]] | None
CustomValue = str | bool | float | int | date | datetime | None


class Kind(StrEnum):
    """The type of a record's field."""

    TEXT = "TEXT"
    WORD = "WORD"
    ID = "ID"
    DATE = "DATE"
    DATE_TIME = "DATE_TIME"
    MONEY = "MONEY"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    TEXTS = "TEXTS"
    LINES = "LINES"


_K = Kind

FIELDS: Mapping[Entity, Mapping[str, Kind]] = {
    Entity.PRACTICE: {"name": _K.TEXT},
    Entity.PROVIDER: {
        "first_name": _K.TEXT,
        "last_name": _K.TEXT,
        "display_name": _K.TEXT,
        "code": _K.TEXT,
        "email": _K.TEXT,
        "active": _K.BOOLEAN,
    },
    Entity.PATIENT: {
        "first_name": _K.TEXT,
        "last_name": _K.TEXT,
        "emails": _K.TEXTS,  # valid addresses, lower-cased, in the order of the columns
        "primary_email": _K.TEXT,  # the one of `emails` that this patient owns; None when another of us owns it
        "phones": _K.TEXTS,  # E.164; mobile, home, work
        "address_street1": _K.TEXT,
        "address_street2": _K.TEXT,
        "address_city": _K.TEXT,
        "address_state": _K.TEXT,
        "address_postcode": _K.TEXT,
        "address_country": _K.TEXT,
        "birth_date": _K.DATE,
        "guarantor_id": _K.ID,
        "provider_ref": _K.TEXT,  # as PbN has it: a provider's id, code or name
        "insurance_carrier": _K.WORD,
        "referral_source": _K.WORD,
        "status": _K.WORD,
        "created_at": _K.DATE_TIME,
        "modified_at": _K.DATE_TIME,
    },
    Entity.APPOINTMENT: {
        "patient_id": _K.ID,
        "starts_at": _K.DATE_TIME,
        "type": _K.TEXT,
        "provider_ref": _K.TEXT,
        "length_minutes": _K.NUMBER,
        "status": _K.WORD,
        "note": _K.TEXT,
        "created_at": _K.DATE_TIME,
    },
    Entity.TREATMENT_PLAN: {
        "patient_id": _K.ID,
        "name": _K.TEXT,
        "status": _K.WORD,
        "estimated_cost": _K.MONEY,
        "actual_cost": _K.MONEY,
        "created_at": _K.DATE_TIME,
        "lines": _K.LINES,
    },
    Entity.BILLING: {
        "patient_id": _K.ID,
        "balance": _K.MONEY,
        "payment_plan_status": _K.WORD,
        "last_payment_date": _K.DATE,
        "as_of_date": _K.DATE,
    },
    Entity.NOTE: {
        "patient_id": _K.ID,
        "type": _K.TEXT,
        "text": _K.TEXT,
        "author": _K.TEXT,
        "created_at": _K.DATE_TIME,
    },
    Entity.CLAIM: {
        "patient_id": _K.ID,
        "number": _K.TEXT,
        "status": _K.WORD,
        "submitted_amount": _K.MONEY,
        "paid_amount": _K.MONEY,
        "adjustment_amount": _K.MONEY,
        "carrier": _K.TEXT,
        "service_date": _K.DATE,
    },
    Entity.COMMUNICATION: {
        "patient_id": _K.ID,
        "type": _K.TEXT,
        "channel": _K.WORD,
        "delivered_at": _K.DATE_TIME,
        "delivery_status": _K.WORD,
        "message": _K.TEXT,
        "in_future": _K.BOOLEAN,  # delivered_at lies after the extract was taken
    },
    Entity.DOCUMENT: {
        "patient_id": _K.ID,
        "file_name": _K.TEXT,
        "path": _K.TEXT,  # relative to the extract's folder
        "sha256": _K.TEXT,  # lower-case hex, of the file's bytes
        "size": _K.NUMBER,  # bytes
        "created_at": _K.DATE_TIME,
    },
}

LINE_FIELDS: Mapping[str, Kind] = {
    "code": _K.TEXT,
    "description": _K.TEXT,
    "tooth": _K.TEXT,
    "surface": _K.TEXT,
    "fee": _K.MONEY,
    "status": _K.WORD,
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
