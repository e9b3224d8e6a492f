"""Moments: a date with a time, in the practice's zone unless the text names an offset, as aware datetimes in UTC."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from events.vocabulary.practice import DateOrder
from producers.values.blanks import filled
from producers.values.moments.dates import CENTURY, EPOCH, JAVASCRIPT, Pivot, clean_date, is_plausible
from producers.values.moments.times import read_time
from producers.values.reasons import AMBIGUOUS_LOCAL_TIME, INVALID_DATE_TIME, INVALID_TIME, MISSING_LOCAL_TIME

_Moment = tuple[datetime | None, str | None]
_Day = tuple[datetime, timedelta | None]
"""Midnight of a local day, written as if it were UTC, and the zone's offset on the whole day (None where it changes)."""

_SPLIT: Final = re.compile(
    r"(?P<day>.*?\d)(?:,?[ T]+(?:at )?(?P<time>\d{1,2}(?:[:.]\d{2}(?::\d{2}(?:[.,]\d+)?)?)?(?: ?[ap]\.?m\.?)?))?"
    r"\s*(?P<offset>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE | re.ASCII,
)
_SERIAL: Final = re.compile(r"(\d{5})(\.\d{1,15})", re.ASCII)
_DAY_BEFORE: Final = re.compile(
    r"(?P<day>\S*\d\S*?|(?:[a-z]+\.?,? )?[a-z]+\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}),?[ T]+\S", re.IGNORECASE | re.ASCII
)
"""A day before something that is no time of day."""
_FRACTION: Final = re.compile(r"0?\.\d{1,17}", re.ASCII)
"""A time of day as a spreadsheet counts it: the part of a day that has gone by."""
_ZERO: Final = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=8_192)
def clean_date_time(text: str, order: DateOrder, zone: ZoneInfo, pivot: Pivot = CENTURY) -> _Moment:
    """Return the moment in a cell, in UTC and whole milliseconds. A date alone is midnight in the zone; "never" dates are
    blank.

    A local time that occurs twice (clocks put back) is its first occurrence, one that does not exist (clocks put forward) is
    read with the offset before the change: the value is returned, with the reason ambiguous_local_time or missing_local_time.
    A time that cannot be read costs the time: the value is the day's midnight, with the reason invalid_time. A cell without a
    date is lost: invalid_date_time. 1970-01-01, the zero of computers, is blank.
    """
    return _read(text, order, zone, pivot)


def combine(date_text: str, time_text: str, order: DateOrder, zone: ZoneInfo, pivot: Pivot = CENTURY) -> _Moment:
    """Return the moment of a date and a time from two columns. Without a time it is the date's own time, else midnight;
    without a date it is blank. A time that cannot be read costs the time, not the day: invalid_time. A date that comes with
    a time column (`12/30/1899 2:45 PM`) is ignored.
    """
    clock_text = filled(time_text)
    moment, reason = clean_date_time(date_text, order, zone, pivot)
    if clock_text is None or moment is None:
        return moment, reason
    clock = read_time(clock_text)
    if clock is None:
        match = _SPLIT.fullmatch(clock_text)
        clock = read_time(match["time"]) if match is not None and match["time"] else _fraction(clock_text)
    if clock is None:
        return moment, INVALID_TIME
    day = moment.astimezone(zone).date()
    return _localised(datetime.combine(day, time(), UTC) + clock, zone)


def _read(text: str, order: DateOrder, zone: ZoneInfo, pivot: Pivot) -> _Moment:
    day: _Day | None = None
    if len(text) == 19 and text[4] == "-":  # the usual shape of a database, 2026-07-04 14:45:00
        try:
            local = datetime.fromisoformat(text).replace(tzinfo=UTC)
        except ValueError:
            return _slowly(text, order, zone, pivot)
        day = _day_of(local.date(), zone)
    else:  # the usual shape of a report, 07/04/2026 2:45 PM
        day_text, _, time_text = text.partition(" ")
        clock = read_time(time_text) if time_text and len(day_text) > 5 else None
        if clock is not None and (day := _day(day_text, order, zone, pivot)) is not None:
            local = day[0] + clock
    if day is None:
        return _slowly(text, order, zone, pivot)
    return _localised(local, zone) if day[1] is None else (local - day[1], None)


def _slowly(text: str, order: DateOrder, zone: ZoneInfo, pivot: Pivot) -> _Moment:
    value = filled(text)
    if value is None:
        return None, None
    if (serial := _SERIAL.fullmatch(value)) is not None:
        day_text, clock = serial[1], timedelta(seconds=round(float(serial[2]) * 86_400))
        offset_text = None
    else:
        match = _SPLIT.fullmatch(value) or JAVASCRIPT.fullmatch(value)
        if match is None:
            return _without_time(value, order, zone, pivot) if clean_date(value, order, pivot)[1] else (None, None)
        day_text, offset_text = match["day"], match["offset"]
        read = read_time(match["time"]) if match["time"] else timedelta()
        if read is None or _is_range(match):
            return _without_time(value, order, zone, pivot)
        clock = read
    found, reason = clean_date(day_text, order, pivot)
    if found is None and reason is None and clock:
        found, _ = clean_date(day_text, order, pivot._replace(birth=True))  # an hour of the epoch's day is no zero
    if found is None:
        return None, reason and INVALID_DATE_TIME
    local = datetime.combine(found, time(), UTC) + clock
    if offset_text is not None:
        exact = local - _offset(offset_text)
        return (None, None) if exact == _ZERO else (exact, None)
    moment, doubt = _localised(local, zone)
    return (None, None) if moment == _ZERO else (moment, doubt if clock else None)


def _without_time(text: str, order: DateOrder, zone: ZoneInfo, pivot: Pivot) -> _Moment:
    """Return midnight of the day that stands before a time that cannot be read."""
    match = _DAY_BEFORE.match(text)
    day = _day(match["day"].rstrip(","), order, zone, pivot) if match is not None else None
    return (None, INVALID_DATE_TIME) if day is None else (_localised(day[0], zone)[0], INVALID_TIME)


def _is_range(match: re.Match[str]) -> bool:
    """Tell `9:30-10:00` from a time with an offset, which has seconds or stands behind an ISO date."""
    offset, clock = match["offset"], match["time"] or ""
    return bool(offset) and offset[0] == "-" and ":" in offset and clock.count(":") < 2 and not match["day"][:4].isdigit()


def _fraction(text: str) -> timedelta | None:
    return timedelta(seconds=round(float(text) * 86_400)) if _FRACTION.fullmatch(text) else None


@lru_cache(maxsize=8_192)
def _day(text: str, order: DateOrder, zone: ZoneInfo, pivot: Pivot) -> _Day | None:
    """Return the day that a text spells; None where it spells none."""
    found, _ = clean_date(text, order, pivot)
    return None if found is None else _day_of(found, zone)


@lru_cache(maxsize=8_192)
def _day_of(day: date, zone: ZoneInfo) -> _Day | None:
    """Return a day's midnight and offset; None for a day that stands for none, or may do so."""
    if not is_plausible(day) or abs(day - EPOCH) <= timedelta(days=1):
        return None
    midnight = datetime.combine(day, time())
    before = (midnight - timedelta(hours=3)).replace(tzinfo=zone).utcoffset()
    after = (midnight + timedelta(hours=27)).replace(tzinfo=zone, fold=1).utcoffset()
    return midnight.replace(tzinfo=UTC), before if before == after else None


def _localised(local: datetime, zone: ZoneInfo) -> _Moment:
    """Return the moment of a local time that is written as if it were UTC; see clean_date_time for doubtful ones."""
    wall = local.replace(tzinfo=zone)
    early, late = wall.utcoffset() or timedelta(), wall.replace(fold=1).utcoffset() or timedelta()
    moment = local - early
    if early == late:
        return moment, None
    return moment, AMBIGUOUS_LOCAL_TIME if early > late else MISSING_LOCAL_TIME


def _offset(text: str) -> timedelta:
    text = text[3:] if text[:3].upper() in ("GMT", "UTC") else text
    if text[:1] not in ("+", "-"):
        return timedelta()
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -offset if text[0] == "-" else offset
