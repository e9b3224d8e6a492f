"""Payloads of records: as fastavro takes them, which the program's own encoder is compared with, and as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from events.change_writer import parts_of
from events.codec.declared import FIELDS
from events.vocabulary.records import Record


def payload_of(record: Record, changed: Sequence[str] = ()) -> dict[str, Any]:
    """Return a record as the Avro value of its entity's schema."""
    values = record.values
    payload: dict[str, Any] = dict(values)
    payload["native_id"] = record.native_id
    # a datetime is a date too: without its branch named, fastavro would write it as one and lose the time
    payload["custom"] = {name: ("long", v) if isinstance(v, datetime) else v for name, v in record.custom.items()}
    names = FIELDS[record.entity]
    if len(values) == len(names):
        payload["unknown"] = ()
    else:
        payload["unknown"] = [name for name in names if name not in values]
    payload["changed"] = changed
    payload["issues"] = [{"field": i.field, "reason": i.reason} for i in record.issues]
    return payload


def encode_record(record: Record, changed: Sequence[str] = ()) -> bytes:
    """Return the bare Avro bytes of a record's payload."""
    return b"".join(parts_of(record, changed))
