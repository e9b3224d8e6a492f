"""DATE and DATE_TIME: the forms that are accepted, and what they are read as (cassette ``values-dates``)."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from rehearsal.clock import moment_text

_CLOCK = r"[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?"
_ISO_DATE = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}})(?:{_CLOCK})?\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_YEAR_FIRST = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})\Z")
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})\Z")
_NAMED_MONTH = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})\Z")
_DATE_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)? ?(?:(Z)|([+-])(\d{2}):?(\d{2}))?)?\Z"
)
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def read_date(text: str) -> str:
    """A date as ``YYYY-MM-DD``; slashes are read month first, a time of day without offset is dropped.

    Raises:
        ValueError: not a date, or one with an offset.
    """
    for pattern in (_ISO_DATE, _COMPACT, _YEAR_FIRST):
        if match := pattern.match(text):
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    if match := _MONTH_FIRST.match(text):
        return date(_full_year(match[3]), int(match[1]), int(match[2])).isoformat()
    if match := _NAMED_MONTH.match(text):
        names = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(match[1].lower())]
        if len(names) == 1:
            return date(int(match[3]), names[0], int(match[2])).isoformat()
    raise ValueError("not a date")


def read_date_time(text: str) -> str:
    """A moment as ``YYYY-MM-DDTHH:mm:ss.sssZ``; an offset is converted, without one it is UTC, microseconds are cut.

    Raises:
        ValueError: not a moment.
    """
    match = _DATE_TIME.match(text)
    if match is None:
        raise ValueError("not a moment")
    year, month, day, hour, minute, second, fraction, _utc, sign, offset_hours, offset_minutes = match.groups()
    milliseconds = int((fraction or "0").ljust(3, "0")[:3])
    moment = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), milliseconds * 1000)
    if sign:
        offset = timedelta(hours=int(offset_hours), minutes=int(offset_minutes))
        try:
            moment += -offset if sign == "+" else offset
        except OverflowError as error:
            raise ValueError("out of range") from error
    return moment_text(moment)


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) == 4:
        return year
    return 2000 + year if year < 50 else 1900 + year
