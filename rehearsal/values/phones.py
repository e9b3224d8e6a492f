"""Telephone numbers: what is parsed, completed or refused (cassette ``values-phones``)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber

from rehearsal.values.errors import coded, invalid_value
from rehearsal.values.inspection import inspect

# A number ends where its characters end: "+1-800-FLOWERS" is "+1-800-", an extension is dropped.
_NUMBER = re.compile(r"[^\d+]*(\+?\d[\d ().\-/\[\]\u00a0]*)")
Parsed = tuple[str, str, str]


def read_phone(number: Any, country: Any, calling_code: Any, path: str) -> Parsed:
    """Return (national number, country code, calling code) of a number and the hints sent with it.

    Raises:
        ApiError: no number, no way to know its country, or hints that contradict each other or the number.
    """
    for value, part in (
        (number, "primaryPhoneNumber"),
        (country, "primaryPhoneCountryCode"),
        (calling_code, "primaryPhoneCallingCode"),
    ):
        if value is not None and not isinstance(value, str):
            raise invalid_value(
                f'Invalid string value {inspect(value)} for text field "{path}.{part}"', f'Invalid value: "{inspect(value)}"'
            )
    outcome = _read(number or "", country or "", calling_code or "")
    if isinstance(outcome, tuple):
        return outcome
    raise coded(*outcome.args)


@lru_cache(maxsize=20_000)
def _read(number: str, country: str, calling_code: str) -> Parsed | ValueError:
    # Refusals are returned, not raised, so that they are remembered too.
    if country and country not in phonenumbers.SUPPORTED_REGIONS:
        return ValueError(f"Invalid country code {country}", "INVALID_PHONE_COUNTRY_CODE")
    digits = calling_code.lstrip("+")
    if digits and not (digits.isdigit() and int(digits) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE):
        return ValueError(f"Invalid calling code {calling_code}", "INVALID_PHONE_CALLING_CODE")
    if country and digits and phonenumbers.country_code_for_region(country) != int(digits):
        return ValueError(
            "Provided country code and calling code are conflicting", "CONFLICTING_PHONE_CALLING_CODE_AND_COUNTRY_CODE"
        )
    if not number:
        return "", country, calling_code
    region = country or (phonenumbers.region_code_for_country_code(int(digits)) if digits else None)
    parsed = _parse(number, region)
    if parsed is None:
        return ValueError(f"Provided phone number is invalid {number}", "INVALID_PHONE_NUMBER")
    inferred_code = f"+{parsed.country_code}"
    inferred = phonenumbers.region_code_for_number(parsed) or ""
    if country and inferred and inferred != country:
        return ValueError("Provided and inferred country code are conflicting", "CONFLICTING_PHONE_COUNTRY_CODE")
    if digits and digits != str(parsed.country_code):
        return ValueError("Provided and inferred calling code are conflicting", "CONFLICTING_PHONE_CALLING_CODE")
    return phonenumbers.national_significant_number(parsed), country or inferred, calling_code or inferred_code


def _parse(number: str, region: str | None) -> PhoneNumber | None:
    match = _NUMBER.match(number)
    if match is None:
        return None
    try:
        return phonenumbers.parse(match[1], region)
    except NumberParseException:
        return None
