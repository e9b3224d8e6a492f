"""Times of day, as minutes and seconds since midnight."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from typing import Final

_CLOCK: Final = re.compile(
    r"(\d{1,2})(?:[:.](\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(?:([ap])\.?\s*m?\.?)?", re.IGNORECASE | re.ASCII
)
_MILITARY: Final = re.compile(r"([01]\d|2[0-3])([0-5]\d)(?: ?(?:h|hrs))?", re.ASCII)
_BEHIND_A_DAY: Final = re.compile(
    r"\d,?[ T]+(?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]\.?m\.?)?)(?: ?(?:Z|UTC|[+-]\d{2}:?\d{2}))?\s*$",
    re.IGNORECASE | re.ASCII,
)


def time_behind_day(text: str) -> timedelta | None:
    """Return the time of day that stands behind a day in a cell; None where there is none."""
    match = _BEHIND_A_DAY.search(text) if ":" in text else None
    return None if match is None else read_time(match["time"])


@lru_cache(maxsize=16_384)
def read_time(text: str) -> timedelta | None:
    """Return the time of day that a trimmed text spells (`2:45 PM`, `5:15pm`, `14:45`, `14:45:00.250`, `1445`, `2 pm`), in
    whole milliseconds; None where it spells none. A bare number of one or two digits is no time; `24:00` is the end of the
    day.
    """
    if (match := _MILITARY.fullmatch(text)) is not None:
        return timedelta(hours=int(match[1]), minutes=int(match[2]))
    match = _CLOCK.fullmatch(text)
    if match is None or (match[2] is None and match[5] is None):
        return None
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if match[5] is not None:
        if (hour > 12 and match[2] is None) or hour > 23:
            return None
        if hour <= 12:
            hour = hour % 12 + (12 if match[5] in "pP" else 0)
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        return None
    milliseconds = int((match[4] or "0")[:3].ljust(3, "0"))
    return timedelta(hours=hour, minutes=minute, seconds=second, milliseconds=milliseconds)
