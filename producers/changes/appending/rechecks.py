"""Rows that read differently later, although nothing in them changes."""

from __future__ import annotations

from datetime import datetime

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record

_COMMUNICATION = Entity.COMMUNICATION


def time_of_recheck(record: Record) -> datetime | None:
    """Return when the same row reads differently: a communication dated in the future becomes one that was sent."""
    if record.entity is _COMMUNICATION and record.values.get("in_future"):
        moment = record.values.get("delivered_at")
        return moment if isinstance(moment, datetime) else None
    return None
