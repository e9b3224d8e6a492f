"""Numbers: whole ones, any ones, and lengths of time in minutes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from events.vocabulary.practice import DecimalMark
from producers.values.blanks import filled
from producers.values.reasons import INVALID_NUMBER

_WHOLE: Final = re.compile(r"([-+]?)(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.0+)?", re.ASCII)
_ANY: Final = re.compile(r"[-+]?(?:\d{1,15}|\d{1,3}(?:,\d{3}){1,4})?(?:\.\d{1,20})?", re.ASCII)
_SWAPPED: Final = str.maketrans(".,", ",.")
_CLOCK: Final = re.compile(r"(\d{1,2}):(\d{2})(?::00)?", re.ASCII)
_SPOKEN: Final = re.compile(
    r"(?:(\d{1,2})\s*(?:h|hr|hrs|hours?)\.?)?\s*(?:(\d{1,4})\s*(?:m|min|mins|minutes?)\.?)?", re.IGNORECASE | re.ASCII
)


@lru_cache(maxsize=8_192)
def clean_integer(text: str) -> tuple[int | None, str | None]:
    """Read a whole number (`1,204`, `60.0`). Reason: invalid_number, without a value."""
    value = filled(text)
    if value is None:
        return None, None
    match = _WHOLE.fullmatch(value)
    if match is None:
        return None, INVALID_NUMBER
    number = int(match[2].replace(",", ""))
    return (-number if match[1] == "-" else number), None


@lru_cache(maxsize=8_192)
def clean_number(text: str, decimal: DecimalMark = ".") -> tuple[float | None, str | None]:
    """Read any decimal number, also in parentheses when negative. Reason: invalid_number, without a value."""
    value = filled(text)
    if value is None:
        return None, None
    if decimal == ",":
        value = value.translate(_SWAPPED)
    sign = 1
    if value.startswith("(") and value.endswith(")"):
        sign, value = -1, value[1:-1]
    if not _ANY.fullmatch(value) or not any(c.isdigit() for c in value):
        return None, INVALID_NUMBER
    return sign * float(value.replace(",", "")), None


@lru_cache(maxsize=16_384)
def clean_minutes(text: str) -> tuple[int | None, str | None]:
    """Read a length of time in minutes: `60`, `60 min`, `1 hr 30 min`, `1:30`. Reason: invalid_number, without a value."""
    value = filled(text)
    if value is None:
        return None, None
    if (clock := _CLOCK.fullmatch(value)) is not None:
        return int(clock[1]) * 60 + int(clock[2]), None
    if (spoken := _SPOKEN.fullmatch(value)) is not None:
        return int(spoken[1] or 0) * 60 + int(spoken[2] or 0), None
    minutes, reason = clean_integer(value)
    return (None, INVALID_NUMBER) if minutes is not None and minutes < 0 else (minutes, reason)
