"""Record values in the forms that Twenty's API takes. Composites are always whole: Twenty merges parts, and null for a whole
composite changes nothing (cassettes patch-composite-part, patch-values), so that a blank must clear each part.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

MICROS = 1_000_000
_WITHOUT_ZONE = len("2025-03-09T15:04:05.678")


def emails(primary: str | None, additional: Sequence[str]) -> dict[str, Any]:
    """Return an EMAILS value (cassette values-emails)."""
    return {"primaryEmail": primary or "", "additionalEmails": list(additional)}


def phones(numbers: Sequence[str]) -> dict[str, Any]:
    """Return a PHONES value from E.164 numbers; the first is the primary one.

    Without a number the codes are cleared too: an empty number alone leaves them (cassette patch-composite-part).
    """
    if not numbers:
        return {"primaryPhoneNumber": "", "primaryPhoneCountryCode": "", "primaryPhoneCallingCode": "", "additionalPhones": []}
    return {"primaryPhoneNumber": numbers[0], "additionalPhones": [{"number": n} for n in numbers[1:]]}


def address(street1: object, street2: object, city: object, state: object, postcode: object, country: object) -> dict[str, Any]:
    """Return an ADDRESS value."""
    return {
        "addressStreet1": street1 or "",
        "addressStreet2": street2 or "",
        "addressCity": city or "",
        "addressState": state or "",
        "addressPostcode": postcode or "",
        "addressCountry": country or "",
    }


def currency(micros: object, code: str) -> dict[str, Any]:
    """Return a CURRENCY value; None clears the amount and the code."""
    return {"amountMicros": micros, "currencyCode": code if micros is not None else ""}


def date_time(value: object) -> str | None:
    """Return a DATE_TIME value: ISO 8601, UTC, milliseconds."""
    if not isinstance(value, datetime):
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds")[:_WITHOUT_ZONE] + "Z"


def moment(value: object, zone: ZoneInfo | None = None) -> datetime | None:
    """Return the moment of a value: a day is midnight in the zone (field map, Settled cases); None for other values.

    A midnight that occurs twice is the first one; one that a change of the clock leaves out is that much later.
    """
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time(), zone or UTC).astimezone(UTC) if isinstance(value, date) else None


def day(value: object) -> str | None:
    """Return a DATE value: ISO 8601."""
    return value.isoformat() if isinstance(value, date) else None


def rich_text(markdown: str) -> dict[str, Any]:
    """Return a RICH_TEXT value; the server makes the blocknote form itself (cassette values-rich-text)."""
    return {"markdown": markdown}


def decimal_text(micros: object) -> str | None:
    """Write money as a decimal text with at least two places: 1234500000 → "1234.50"."""
    if not isinstance(micros, int):
        return None
    amount = Decimal(micros) / MICROS
    return format(amount.quantize(Decimal("0.01")) if amount == amount.quantize(Decimal("0.01")) else amount, "f")


def text(value: object) -> str:
    """Write any value as text: what cannot be carried in its type is carried as PbN wrote it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return date_time(value) or ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
