"""Dates and moments (cassette values-dates)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from projections.types.type import INVALID_DATE, INVALID_DATE_TIME, Held, TwentyType
from projections.values import date_time, day

_IN_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)


def _day(value: Any) -> Held:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return None, INVALID_DATE
    return (value, None) if len(value) == len("2025-03-09") else (None, INVALID_DATE)


def _moment(value: Any) -> Held:
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None, INVALID_DATE_TIME
    return value, None


def _days(wanted: Any, image: Any) -> bool:
    return (str(wanted)[:10] if wanted else None) == (str(image)[:10] if image else None)


def _moments(wanted: Any, image: Any) -> bool:
    return _instant(wanted) == _instant(image)


def _instant(value: Any) -> datetime | None:
    if not value:
        return None
    moment = datetime.fromisoformat(str(value))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _date_time(value: Any) -> Any:
    """Write a moment in UTC with milliseconds, as REST answers it (cassette `values-dates`): `2025-03-09T15:04:05.678Z`."""
    if value is None or (isinstance(value, str) and _IN_FORM.fullmatch(value)):
        return value
    moment = datetime.fromisoformat(str(value))
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _date(value: Any) -> Any:
    return None if value is None else str(value)[:10]


SPECS = (
    TwentyType(
        name="DATE",
        icon="IconCalendar",
        valid=_day,
        same=_days,
        form=_date,
        custom=lambda value: day(value.date() if isinstance(value, datetime) else value),
    ),
    TwentyType(name="DATE_TIME", icon="IconCalendarClock", valid=_moment, same=_moments, form=_date_time, custom=date_time),
)
