"""Cells as the office's program writes them: more than one way for dates, money and phones, as such programs do."""

from __future__ import annotations

from datetime import date, datetime

from cutover.demo_practice.practice.model import Cents

NO_DATE = "01/01/1900"
"""A date that some programs write where there is none."""


def us_date(day: date | None, blank: str = "") -> str:
    """Write a day as `10/05/2026`."""
    return f"{day.month:02}/{day.day:02}/{day.year}" if day else blank


def us_time(moment: datetime) -> str:
    """Write a moment as `10/05/2026 02:15 PM`."""
    hour = moment.hour % 12 or 12
    return f"{us_date(moment)} {hour:02}:{moment.minute:02} {'PM' if moment.hour >= 12 else 'AM'}"


def iso_time(moment: datetime) -> str:
    """Write a moment as `2026-10-05 14:15`."""
    return f"{moment.date().isoformat()} {moment.hour:02}:{moment.minute:02}"


def dollars(cents: Cents | None, blank: str = "") -> str:
    """Write an amount as `$1,234.50`; a credit in brackets: `($1,234.50)`."""
    if cents is None:
        return blank
    text = f"${abs(cents) // 100:,}.{abs(cents) % 100:02}"
    return f"({text})" if cents < 0 else text


def plain_money(cents: Cents | None, blank: str = "") -> str:
    """Write an amount as `1234.50`, `-1234.50`."""
    if cents is None:
        return blank
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def phone(digits: str, style: int) -> str:
    """Return a phone in one of the ways people type it; fewer than ten digits stay without an area code."""
    if len(digits) != 10:
        return f"{digits[:3]}-{digits[3:]}" if digits else ""
    area, exchange, line = digits[:3], digits[3:6], digits[6:]
    return (f"({area}) {exchange}-{line}", f"{area}.{exchange}.{line}", digits, f"{area}-{exchange}-{line}")[style % 4]


def yes_no(value: bool | None) -> str:  # noqa: FBT001 - it is the value
    """Write `Y`, `N` or blank."""
    return "" if value is None else "Y" if value else "N"
