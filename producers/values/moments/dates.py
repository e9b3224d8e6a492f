"""Dates: a date stays a date, without time and zone."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from events.vocabulary.practice import DateOrder
from producers.values.blanks import filled
from producers.values.reasons import EPOCH_BIRTH_DATE, FUTURE_BIRTH_DATE, INVALID_DATE


class Pivot(NamedTuple):
    """Reading of two-digit years: as the latest year that ends so and is not after `latest`. Birth dates are never in the
    future (`birth`): a full date after `latest` is then refused.
    """

    latest: date
    birth: bool = False

    @classmethod
    def of_births(cls, taken: date) -> Pivot:
        """Return the rule for birth dates, in an extract taken on this day."""
        return cls(taken, birth=True)

    @classmethod
    def around(cls, taken: date, years_ahead: int = 20) -> Pivot:
        """Return the rule for other dates: two-digit years reach at most `years_ahead` into the future."""
        return cls(date(min(9999, taken.year + years_ahead), 12, 31))


CENTURY: Final = Pivot(date(2068, 12, 31))
"""The pivot of POSIX, where a field has none of its own: 69 is 1969, 68 is 2068."""

_NEVER: Final = frozenset(
    {date(1, 1, 1), date(1753, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(9999, 12, 31)}
)
EPOCH: Final = date(1970, 1, 1)
"""What Unix counts from, and computers write for no date."""
_EARLIEST, _LATEST = 1850, 2199
_SERIAL_START: Final = date(1899, 12, 30)
_MONTHS: Final = {
    m: i for i, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)
}
_NUMERIC: Final = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})", re.ASCII)
_PACKED: Final = re.compile(r"\d{8}", re.ASCII)
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_NAMED: Final = re.compile(
    r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? +)?"
    r"(?:(?P<m1>[a-z]{3,9})\.?[ -]*(?P<d1>\d{1,2})(?:st|nd|rd|th)?"
    r"|(?P<d2>\d{1,2})(?:st|nd|rd|th)?[ .-]*(?:of )?(?P<m2>[a-z]{3,9})\.?)"
    r"[ ,'-]+(?P<y>\d{4}|\d{2})",
    re.IGNORECASE | re.ASCII,
)
_EMPTY_MASK: Final = re.compile(r"[\s/._-]+|0{1,4}([-/.])0{1,2}\1(?:0{2}|0{4})(?:[ T]+[\d:.]+(?: ?am)?Z?)?|0{8}", re.IGNORECASE)
_TIME_PART: Final = re.compile(
    r"[ T]+\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?(?: ?[ap]\.?m\.?)?(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?$", re.IGNORECASE | re.ASCII
)

JAVASCRIPT: Final = re.compile(
    r"[a-z]{3},? (?P<day>[a-z]{3} \d{1,2} \d{4}|\d{1,2} [a-z]{3} \d{4}) (?P<time>\d{2}:\d{2}:\d{2}) "
    r"(?P<offset>(?:GMT|UTC)?[+-]\d{2}:?\d{2}|GMT|UTC)(?: \([^()]*\))?",
    re.IGNORECASE | re.ASCII,
)
"""The texts of `Date` in browsers and of mail: `Tue Dec 01 2026 09:30:00 GMT-0500 (Eastern Standard Time)`."""


@lru_cache(maxsize=8_192)
def clean_date(text: str, order: DateOrder, pivot: Pivot = CENTURY) -> tuple[date | None, str | None]:
    """Return the date in a cell, `order` saying which of the numbers is the month.

    Read are numeric dates (two-digit years by the pivot), ISO, `20260704`, names of months, and the day numbers of
    spreadsheets; a time that follows is left away, but of a text of JavaScript only midnight is a day. `0001-01-01`,
    `1900-01-01` and other ways of saying "never" are blank, and so is 1970-01-01, but as a birth date. Reasons: invalid_date
    and future_birth_date, both without a value; epoch_birth_date.
    """
    return _read(text, order, pivot)


def _read(text: str, order: DateOrder, pivot: Pivot) -> tuple[date | None, str | None]:
    parts = text.split("/")
    if len(parts) == 3 and len(parts[2]) == 4 and order == "mdy":  # the usual shapes, 07/04/2026 and 7/4/2026
        try:
            found = date(int(parts[2]), int(parts[0]), int(parts[1]))
        except ValueError:
            return _slowly(text, order, pivot)
        return _judged(found, pivot)
    if len(text) == 10 and text[4] == "-":  # and 2026-07-04
        try:
            return _judged(date.fromisoformat(text), pivot)
        except ValueError:
            return _slowly(text, order, pivot)
    return _slowly(text, order, pivot)


def _slowly(text: str, order: DateOrder, pivot: Pivot) -> tuple[date | None, str | None]:
    value = filled(text)
    if value is None or _EMPTY_MASK.fullmatch(value):
        return None, None
    if (match := JAVASCRIPT.fullmatch(value)) is not None:
        if match["time"] != "00:00:00":  # midnight of another zone: the day may be another one
            return None, INVALID_DATE
        value = match["day"]
    try:
        return _judged(read_date(_TIME_PART.sub("", value), order, pivot), pivot)
    except (ValueError, OverflowError):
        return None, INVALID_DATE


def _judged(found: date | None, pivot: Pivot) -> tuple[date | None, str | None]:
    if found is None:
        return None, INVALID_DATE
    if is_never(found):
        return None, None
    if found == EPOCH:
        return (found, EPOCH_BIRTH_DATE) if pivot.birth else (None, None)
    if pivot.birth and found > pivot.latest:
        return None, FUTURE_BIRTH_DATE
    return (found, None) if _EARLIEST <= found.year <= _LATEST else (None, INVALID_DATE)


def is_never(day: date) -> bool:
    """Return whether a date is a database's or a spreadsheet's way of saying that there is none."""
    return day in _NEVER


def is_plausible(day: date) -> bool:
    """Return whether a date can be one of a practice's: neither "never" nor a slip of the keyboard."""
    return _EARLIEST <= day.year <= _LATEST and day not in _NEVER


def read_date(text: str, order: DateOrder, pivot: Pivot) -> date | None:
    """Return the date that a trimmed text spells; None where it spells none. Raises ValueError for a day that no calendar
    has.
    """
    if (match := _NUMERIC.fullmatch(text)) is not None:
        return _numeric(match[1], match[3], match[4], order, pivot)
    if _PACKED.fullmatch(text):
        if 18 < int(text[:2]) < 22 and 1 <= int(text[4:6]) <= 12 and 1 <= int(text[6:]) <= 31:
            return date(int(text[:4]), int(text[4:6]), int(text[6:]))
        return _numeric(text[:2], text[2:4], text[4:], order, pivot) if order != "ymd" else None
    if _SERIAL.fullmatch(text):
        return _SERIAL_START + timedelta(days=int(text[:5]))
    if (match := _NAMED.fullmatch(text)) is not None:
        month = _MONTHS.get((match["m1"] or match["m2"])[:3].lower())
        if month is not None:
            day, year = int(match["d1"] or match["d2"]), match["y"]
            return _dated(year, month, day, pivot)
    return None


def _numeric(first: str, second: str, third: str, order: DateOrder, pivot: Pivot) -> date | None:
    if len(first) == 4 and len(third) <= 2:
        return date(int(first), int(second), int(third))
    if len(first) > 2 or len(third) == 3:
        return None
    if order == "ymd" and len(third) <= 2:
        return _dated(first, int(second), int(third), pivot)
    if len(third) == 1:
        return None
    month, day = (int(second), int(first)) if order == "dmy" else (int(first), int(second))
    return _dated(third, month, day, pivot)


def _dated(year: str, month: int, day: int, pivot: Pivot) -> date | None:
    if len(year) == 4:
        return date(int(year), month, day)
    if len(year) != 2:
        return None
    full = pivot.latest.year // 100 * 100 + int(year)
    found = date(full, month, day) if (month, day) != (2, 29) else _leap_day(full)
    return found if found is not None and found <= pivot.latest else _dated(f"{full - 100:04}", month, day, pivot)


def _leap_day(year: int) -> date | None:
    try:
        return date(year, 2, 29)
    except ValueError:
        return None
