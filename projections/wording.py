"""Days, times and amounts of money as people of a practice read them in texts and names: `Nov 16, 2026, 4:30 PM`, `-$1,264.78`.

Months are named in English, whatever the language of the machine is. Pure.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from projections.values import MICROS

BETWEEN: Final = " · "
"""Stands between the parts of a name."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOON: Final = 12
_SIGNS: Final = {"USD": "$", "AUD": "A$", "CAD": "CA$", "EUR": "€", "GBP": "£", "JPY": "¥", "MXN": "MX$", "NZD": "NZ$"}
"""Signs of currencies as the Unicode CLDR has them in English; other amounts begin with the ISO 4217 code."""
_WITHOUT_CENTS: Final = frozenset({"CLP", "ISK", "JPY", "KRW", "VND"})


def day_in_words(day: date) -> str:
    """Return a day for people: `Nov 16, 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    """Return a moment for people, in the practice's zone: `Nov 16, 2026, 4:30 PM`.

    Midnight is left out: a day without a time is midnight in the practice's zone (field map, Settled cases).
    """
    local = moment.astimezone(zone)
    if local.time() == time():
        return day_in_words(local)
    half = "AM" if local.hour < _NOON else "PM"
    return f"{day_in_words(local)}, {local.hour % _NOON or _NOON}:{local.minute:02d} {half}"


def money_in_words(micros: int, code: str) -> str:
    """Return an amount of money for people: `$264.78`, `-$1,264.78`, `CHF 90.00`. `code` is its ISO 4217 code.

    Parts of a cent are written where there are some: a name says no other amount than the record.
    """
    amount = Decimal(abs(micros)) / MICROS
    places = 0 if code in _WITHOUT_CENTS else 2
    cents = amount.quantize(Decimal(1).scaleb(-places))
    written = f"{cents:,}" if cents == amount else f"{amount.normalize():,f}"
    return f"{'-' if micros < 0 else ''}{_SIGNS.get(code, f'{code} ')}{written}"


def joined(*parts: str) -> str:
    """Return the parts that say something, as one name: `$264.78 · Nov 16, 2026`."""
    return BETWEEN.join(part for part in parts if part)
