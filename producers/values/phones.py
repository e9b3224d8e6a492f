"""Phone numbers in full international form (E.164).

A number counts as a phone number when it has the length and the structure of one. Whether a line behind it exists is not asked:
number ranges change, and `555-01xx`, reserved for invented people, must pass.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import phonenumbers

from producers.values.blanks import DASHES, NOTHING, trimmed
from producers.values.reasons import INVALID_PHONE, PHONE_EXTENSION, PHONE_REMARK, PLACEHOLDER_PHONE

_NANP: Final = frozenset({"US", "CA", "PR"})
_USUAL: Final = re.compile(r"(?:\+?1[-. ]?)?\(?([2-9]\d\d)\)?[-. ]*([2-9]\d\d)[-. ]?(\d{4})", re.ASCII)
_DIALLED: Final = re.compile(r"00[-. ]?(?=[1-9](?:[-.() ]*\d){8,14}(?!\d))", re.ASCII)
"""The prefix of international calls in most countries, before the number of a country: `001 585 …`."""
_EXTENSION: Final = re.compile(r"[\s,;]*(?:extension|extn|ext|x|#)[.:]?\s*#?\s*\d{1,7}\s*$", re.IGNORECASE | re.ASCII)
_NUMBER: Final = re.compile(r"\+?[\d(][\d\s().\-/]{5,}\d", re.ASCII)
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE | re.ASCII)
_COUNTING: Final = frozenset({"1234567890", "0123456789", "9876543210", "0987654321", "1234567", "12345678", "123456789"})


@lru_cache(maxsize=8_192)
def clean_phone(text: str, country: str = "US") -> tuple[str | None, str | None]:
    """Return the phone number in a cell as E.164, read as one of `country` (ISO 3166) unless it begins with `+`.

    Only an empty cell, dashes and `nan` or `NULL` are blank; `n/a` is a lost value here (sample extracts, truth). Reasons:
    invalid_phone and placeholder_phone (`999-999-9999`), both without a value; phone_extension and phone_remark, where the
    number is kept and what stood beside it is not.
    """
    value = trimmed(text)
    if value in DASHES or value in NOTHING:
        return None, None
    number = _EXTENSION.sub("", value)
    reason = PHONE_EXTENSION if number != value else None
    number = number.removesuffix(".0")
    if (dialled := _DIALLED.match(number)) is not None:
        number = f"+{number[dialled.end() :]}"
    if country in _NANP and (usual := _USUAL.fullmatch(number)) is not None:
        area, exchange, line = usual.groups()
        return _judged(f"+1{area}{exchange}{line}", area + exchange + line, reason)
    if any(c.isalpha() for c in number):
        found = _NUMBER.findall(number)
        if not found or _SCIENTIFIC.search(number):
            return None, INVALID_PHONE
        number, reason = found[0], PHONE_REMARK
    digits = re.sub(r"[^0-9]", "", number)
    if _is_placeholder(digits):
        return None, PLACEHOLDER_PHONE
    if len(digits) > 17:
        number, reason = _NUMBER.findall(number + " ")[0].split("/")[0] if "/" in number else number, PHONE_REMARK
    return _parsed(number, country, reason)


def _parsed(number: str, country: str, reason: str | None) -> tuple[str | None, str | None]:
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return None, INVALID_PHONE
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None, INVALID_PHONE
    national = phonenumbers.national_significant_number(parsed)
    if parsed.country_code == 1 and (_is_placeholder(national) or not re.fullmatch(r"[2-9]\d\d[2-9]\d{6}", national)):
        return None, PLACEHOLDER_PHONE if _is_placeholder(national) else INVALID_PHONE
    full = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return _judged(full, national, reason) if parsed.country_code == 1 else (full, reason)


def _judged(full: str, national: str, reason: str | None) -> tuple[str | None, str | None]:
    """Return a North American number, unless it is one that is typed where there is none."""
    if _is_placeholder(national):
        return None, PLACEHOLDER_PHONE
    return (None, INVALID_PHONE) if national[1:3] == "11" else (full, reason)


def _is_placeholder(digits: str) -> bool:
    """Recognise one digit over and over (also behind an area code), digits in a row, or an area code that never existed."""
    digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    if len(digits) >= 7 and (len(set(digits)) == 1 or digits in _COUNTING):
        return True
    return len(digits) == 10 and (len(set(digits[3:])) == 1 or digits[:3] in {"000", "555", "999"})
