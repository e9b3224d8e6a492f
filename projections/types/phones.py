"""Phone numbers (cassette values-phones)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from projections.types.type import INVALID_PHONE, MAPPINGS, Held, TwentyType, list_or_empty, text_or_empty

_PHONE = re.compile(r"\+\d{3,20}")
_NOT_DIALLED = re.compile(r"[^\d+]")


def _phones(value: Any) -> Held:
    """Keep international numbers alone: Twenty guesses nothing of a national one (cassette values-phones)."""
    if not isinstance(value, Mapping):
        return None, INVALID_PHONE
    primary, more = value.get("primaryPhoneNumber") or "", value.get("additionalPhones") or []
    # the number says its country: what is said besides can only contradict it
    good = [{"number": one["number"]} for one in more if isinstance(one, Mapping) and _is_phone(one.get("number"))]
    if (not primary or _is_phone(primary)) and len(good) == len(more):
        plain = value.keys() <= {"primaryPhoneNumber", "additionalPhones"} and good == list(more)
        if plain or not primary:
            return value, None
        return {"primaryPhoneNumber": primary, "additionalPhones": good}, None
    if _is_phone(primary):
        return {"primaryPhoneNumber": primary, "additionalPhones": good}, INVALID_PHONE
    codes = {"primaryPhoneCountryCode": "", "primaryPhoneCallingCode": ""}
    if not good:
        return {"primaryPhoneNumber": "", **codes, "additionalPhones": []}, INVALID_PHONE
    return {"primaryPhoneNumber": good[0]["number"], "additionalPhones": good[1:]}, INVALID_PHONE


def _is_phone(number: Any) -> bool:
    return isinstance(number, str) and _PHONE.fullmatch(number) is not None


def _said(value: Any) -> tuple[str, list[str]]:
    if not isinstance(value, MAPPINGS):
        return "", []
    primary = dialled(value.get("primaryPhoneNumber"), value.get("primaryPhoneCallingCode"))
    more = value.get("additionalPhones") or []
    return primary, sorted(dialled(p.get("number"), p.get("callingCode")) for p in more if isinstance(p, Mapping))


def dialled(number: Any, calling: Any) -> str:
    """Return a number with the calling code of its country, without what is not dialled."""
    digits, code = _NOT_DIALLED.sub("", str(number or "")), _NOT_DIALLED.sub("", str(calling or ""))
    if not digits or digits.startswith("+"):
        return digits
    return f"+{code.lstrip('+')}{digits}" if code else digits


SPECS = (
    TwentyType(
        name="PHONES",
        valid=_phones,
        same=lambda wanted, image: _said(wanted) == _said(image),
        parts={
            "primaryPhoneNumber": text_or_empty,
            "primaryPhoneCountryCode": text_or_empty,
            "primaryPhoneCallingCode": text_or_empty,
            "additionalPhones": list_or_empty,
        },
        says=("primaryPhoneNumber", "additionalPhones"),
    ),
)
