"""DATE and DATE_TIME: the forms that are accepted, and what they are read as (cassette ``values-dates``).

Twenty compares a date with a list of forms and then lets the database read it, month first. A moment is an ISO 8601 one, in its
many spellings, or else one of the other forms, at midnight UTC.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from rehearsal.values.clock import moment_text

_FULL_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTHS = tuple(name[:3] for name in _FULL_MONTHS)
_Y, _M, _D = r"(?P<y>\d{1,4})", r"(?P<m>\d{1,2})", r"(?P<d>\d{1,2})"
_YEAR_FIRST = r"(?P<y>\d{3,4})"  # with fewer digits the database takes it for the month
_NAME = rf"(?P<n>{'|'.join(_MONTHS)})"
_FULL_NAME = rf"(?P<n>{'|'.join((*_FULL_MONTHS, *_MONTHS))})"
_TIME = r"\d{1,2}:\d{1,2}:\d{1,2}"

_OTHER_FORMS = (
    *(rf"{_YEAR_FIRST}\.{_M}\.{_D}", rf"{_YEAR_FIRST}/{_M}/{_D}", rf"{_M}-{_D}-{_Y}", rf"{_M}/{_D}/{_Y}", rf"{_M}\.{_D}\.{_Y}"),
    *(rf"{_FULL_NAME} {_D}, {_Y}", rf"{_D} {_FULL_NAME} {_Y}", rf"{_D}-{_NAME}-{_Y}", rf"{_YEAR_FIRST}-{_NAME}-{_D}"),
)
_DATE_FORMS = (
    *(rf"{_YEAR_FIRST}-{_M}-{_D}", r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", *_OTHER_FORMS),
    *(
        rf"{_YEAR_FIRST}-{_M}-{_D}T{_TIME}(?:\.\d{{1,3}})?(?:Z|[+-]\d{{2}}(?:\d{{2}})?)?",
        rf"{_YEAR_FIRST}-{_M}-{_D} {_TIME}(?:\.\d{{1,3}})?",
    ),
)
# White space behind is passed over.
_DATES = tuple(re.compile(form + r"\s*\Z", re.IGNORECASE if "?P<n>" in form else 0) for form in _DATE_FORMS)
_OTHERS = tuple(re.compile(form + r"\s*\Z", re.IGNORECASE if "?P<n>" in form else 0) for form in _OTHER_FORMS)
_ISO = re.compile(
    r"(\d{4})(-?)(\d{2})\2(\d{2})(?:[Tt ](\d{2})(?:(:?)(\d{2})(?:\6(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r"(?:([Zz])|([+-])(\d{2})(?::?(\d{2}))?)?)?(?:\[[^\]]*\])*\Z"
)
# A filter takes fewer spellings of a moment than a record does.
_OFFSET = r"(?:Z|[+-]\d{2}(?::?\d{2})?)?"
_IN_FILTERS = re.compile(
    rf"{_YEAR_FIRST}-{_M}-{_D}(?:T{_TIME}(?:\.\d{{1,3}})?{_OFFSET}| \d{{1,2}}:\d{{1,2}}(?::\d{{1,2}}(?:\.\d{{1,3}})?)?)?\s*\Z"
    r"|\d{8}\s*\Z"
)
_PIVOT = 70  # two digits below it are of this century


def read_date(text: str) -> str:
    """Return a date as ``YYYY-MM-DD``; a time of day is dropped.

    Raises:
        ValueError: not a date.
    """
    return _first_of(_DATES, text).isoformat()


def read_date_time(text: str) -> str:
    """Return a moment as ``YYYY-MM-DDTHH:mm:ss.sssZ``; an offset is converted, without one it is UTC, microseconds are cut.

    Raises:
        ValueError: not a moment.
    """
    match = _ISO.match(text)
    if match is None:
        day = _first_of(_OTHERS, text)
        return moment_text(datetime(day.year, day.month, day.day))
    year, _, month, day_, hour, _, minute, second, fraction, _utc, sign, hours, minutes = match.groups()
    # The database keeps microseconds, rounded; a leap second is the second before it.
    microseconds = round(int((fraction or "0").ljust(9, "0")) / 1000)
    clock = (int(hour or 0), int(minute or 0), min(int(second or 0), 59 if second == "60" else 99))
    try:
        moment = datetime(int(year), int(month), int(day_), *clock) + timedelta(microseconds=microseconds)
        if sign:
            offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
            moment += -offset if sign == "+" else offset
    except OverflowError as error:
        raise ValueError("out of range") from error
    return moment_text(moment)


def read_filter_moment(text: str) -> str:
    """Return a moment in a filter, as ``read_date_time`` gives it.

    Raises:
        ValueError: not a moment, or not in a form that filters take.
    """
    if _IN_FILTERS.match(text) is None:
        day = _first_of(_OTHERS, text)
        return moment_text(datetime(day.year, day.month, day.day))
    return read_date_time(text.strip())


def _first_of(forms: tuple[re.Pattern[str], ...], text: str) -> date:
    for form in forms:
        match = form.match(text)
        if match is None:
            continue
        found = match.groupdict()
        month = _MONTHS.index(found["n"][:3].lower()) + 1 if found.get("n") else int(found["m"])
        try:
            return date(_full_year(found["y"]), month, int(found["d"]))
        except ValueError:
            continue
    raise ValueError("not a date")


def _full_year(text: str) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return 2000 + year if year < _PIVOT else 1900 + year
