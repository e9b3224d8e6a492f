"""Does Twenty's image of a field say what we want? By field type, blind to the forms in which Twenty gives values back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

MAPPINGS = (dict, Mapping)
"""A dict is told faster than any other mapping."""
_NOT_DIALLED = re.compile(r"[^\d+]")


def same(kind: str, wanted: Any, image: Any) -> bool:
    """Whether `image` (canonical) holds what `wanted` (in the API's form) asks for, for a field of this Twenty type."""
    if wanted == image and kind != "FILES":
        return True  # nearly all are, so that only the others are brought into one form
    return _SAME.get(kind, _equal)(wanted, image)


def _equal(wanted: Any, image: Any) -> bool:
    return bool(wanted == image)


def _texts(wanted: Any, image: Any) -> bool:
    return bool((wanted or None) == (image or None))


def _days(wanted: Any, image: Any) -> bool:
    return (str(wanted)[:10] if wanted else None) == (str(image)[:10] if image else None)


def _moments(wanted: Any, image: Any) -> bool:
    return _instant(wanted) == _instant(image)


def _get(value: Any, part: str) -> Any:
    return (value.get(part) or "") if isinstance(value, MAPPINGS) else ""


def _parts(wanted: Any, image: Any) -> bool:
    return all((value or "") == _get(image, part) for part, value in (wanted or {}).items())


def _emails(value: Any) -> tuple[str, list[str]]:
    additional = value.get("additionalEmails") if isinstance(value, MAPPINGS) else None
    return _get(value, "primaryEmail").lower(), sorted(str(e).lower() for e in additional or [])


def _phones(value: Any) -> tuple[str, list[str]]:
    if not isinstance(value, MAPPINGS):
        return "", []
    primary = dialled(value.get("primaryPhoneNumber"), value.get("primaryPhoneCallingCode"))
    more = value.get("additionalPhones") or []
    return primary, sorted(dialled(p.get("number"), p.get("callingCode")) for p in more if isinstance(p, Mapping))


def dialled(number: Any, calling: Any) -> str:
    digits, code = _NOT_DIALLED.sub("", str(number or "")), _NOT_DIALLED.sub("", str(calling or ""))
    if not digits or digits.startswith("+"):
        return digits
    return f"+{code.lstrip('+')}{digits}" if code else digits


def _money(value: Any) -> tuple[int, str] | None:
    amount = value.get("amountMicros") if isinstance(value, MAPPINGS) else None
    return None if amount is None else (int(amount), str(value.get("currencyCode") or ""))


def _instant(value: Any) -> datetime | None:
    if not value:
        return None
    moment = datetime.fromisoformat(str(value))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


_SAME: Mapping[str, Callable[[Any, Any], bool]] = {
    "FULL_NAME": _parts,
    "ADDRESS": _parts,
    "LINKS": _parts,
    "EMAILS": lambda wanted, image: _emails(wanted) == _emails(image),
    "PHONES": lambda wanted, image: _phones(wanted) == _phones(image),
    "CURRENCY": lambda wanted, image: _money(wanted) == _money(image),
    "RICH_TEXT": lambda wanted, image: bool(_get(wanted, "markdown") == _get(image, "markdown")),
    "RICH_TEXT_V2": lambda wanted, image: bool(_get(wanted, "markdown") == _get(image, "markdown")),
    "DATE_TIME": _moments,
    "DATE": _days,
    "NUMBER": lambda wanted, image: _number(wanted) == _number(image),
    "NUMERIC": lambda wanted, image: _number(wanted) == _number(image),
    "FILES": lambda _wanted, _image: False,  # the bytes are wanted by their hash, which Twenty does not keep
    "TEXT": _texts,
    "RAW_JSON": _texts,
}
