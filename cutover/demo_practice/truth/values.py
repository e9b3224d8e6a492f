"""Values of the truth: instants in UTC, money as decimal texts, and alternatives where the field map leaves room."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from cutover.demo_practice.practice.model import Cents

Json = dict[str, Any]


def instant(local: datetime | date, zone: ZoneInfo) -> str:
    """Return a local time in UTC; a date alone is midnight in the practice's zone."""
    moment = local if isinstance(local, datetime) else datetime(local.year, local.month, local.day)
    return moment.replace(tzinfo=zone).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def decimal(cents: Cents | None) -> str | None:
    """Write an amount as `1234.50`."""
    if cents is None:
        return None
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def day(value: date | None) -> str | None:
    """Write a day as `2026-10-05`, or null."""
    return value.isoformat() if value else None


def told_day(value: date) -> str:
    """Write a day for people: `Oct 5, 2026`."""
    return f"{value:%b} {value.day}, {value.year}"


def told_moment(value: datetime) -> str:
    """Write a local time for people: `Oct 5, 2026, 4:30 PM`."""
    return f"{told_day(value)}, {value.hour % 12 or 12}:{value:%M %p}"


def told_dollars(cents: Cents) -> str:
    """Write an amount for people: `-$1,264.78`."""
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02}"


def any_of(*values: Any) -> Any:
    """Return a truth that any of these values meets; a single value is itself."""
    different = [value for index, value in enumerate(values) if value not in values[:index]]
    return different[0] if len(different) == 1 else {"$any_of": different}


def containing(*pieces: Any) -> Json:
    """Return a text in which each of these occurs."""
    return {"$contains": [piece for piece in pieces if piece]}
