"""The image of a record: what Twenty holds, in one form, whichever way it was read.

REST and GraphQL differ in small things (parts that are left out, text for numbers, `__typename`, signed addresses of
files). After `canonical` they do not: two images of the same state are equal by `==`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from consumers.twenty.metadata import Field, ObjectType

Image = dict[str, Any]


def _text(value: Any) -> Any:
    return "" if value is None else value


def _as_is(value: Any) -> Any:
    return value


def _list(value: Any) -> Any:
    return [] if value is None else value


def _whole(value: Any) -> Any:
    """Micros: a whole number, which GraphQL may send as text."""
    return None if value is None or value == "" else int(value)


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, str) else value


# The parts of Twenty's composite fields and how each is brought into form (cassettes `create-one`, `graphql-records`).
COMPOSITES: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "FULL_NAME": {"firstName": _text, "lastName": _text},
    "EMAILS": {"primaryEmail": _text, "additionalEmails": _list},
    "PHONES": {
        "primaryPhoneNumber": _text,
        "primaryPhoneCountryCode": _text,
        "primaryPhoneCallingCode": _text,
        "additionalPhones": _list,
    },
    "LINKS": {"primaryLinkLabel": _text, "primaryLinkUrl": _text, "secondaryLinks": _list},
    "ADDRESS": {
        "addressStreet1": _text,
        "addressStreet2": _text,
        "addressCity": _text,
        "addressPostcode": _text,
        "addressState": _text,
        "addressCountry": _text,
        "addressLat": _number,
        "addressLng": _number,
    },
    "CURRENCY": {"amountMicros": _whole, "currencyCode": _as_is},
    "RICH_TEXT": {"blocknote": _as_is, "markdown": _text},
    "RICH_TEXT_V2": {"blocknote": _as_is, "markdown": _text},
    # Without `context`: the server answers {} or null for the same thing (cassette `system-fields`).
    "ACTOR": {"source": _as_is, "workspaceMemberId": _as_is, "name": _text},
}

_IN_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)

_FILE_PARTS = ("fileId", "label")


def _date_time(value: Any) -> Any:
    """UTC with milliseconds, as REST answers it (cassette `values-dates`): `2025-03-09T15:04:05.678Z`."""
    if value is None or (isinstance(value, str) and _IN_FORM.fullmatch(value)):
        return value
    moment = datetime.fromisoformat(str(value))
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _date(value: Any) -> Any:
    return None if value is None else str(value)[:10]


def _id(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _files(value: Any) -> Any:
    """Files by id and label; their addresses are signed anew with every answer (cassette `files`)."""
    return None if not value else [{part: one.get(part) for part in _FILE_PARTS} for one in value]


_SCALARS: Mapping[str, Callable[[Any], Any]] = {
    "TEXT": _text,
    "UUID": _id,
    "RELATION": _id,
    "MORPH_RELATION": _id,
    "DATE": _date,
    "DATE_TIME": _date_time,
    "FILES": _files,
    "NUMERIC": _number,
    "NUMBER": _number,
    "POSITION": _number,
    "BOOLEAN": _as_is,
    "SELECT": _as_is,
    "RATING": _as_is,
    "MULTI_SELECT": _as_is,
    "ARRAY": _as_is,
    "RAW_JSON": _as_is,
}


def image_columns(object_type: ObjectType) -> Mapping[str, Field]:
    """The keys an image has: every active field but the many side of relations, search vectors and types we do not know."""
    return {name: field for name, field in object_type.columns.items() if field.type in COMPOSITES or field.type in _SCALARS}


def selection(column: str, field: Field) -> str:
    """The GraphQL selection of one field, all parts of a composite included."""
    if field.type in COMPOSITES:
        return f"{column} {{ {' '.join(COMPOSITES[field.type])} }}"
    if field.type == "FILES":
        return f"{column} {{ {' '.join(_FILE_PARTS)} }}"
    return column


def canonical(records: Iterable[Mapping[str, Any]], object_type: ObjectType) -> list[Image]:
    """The images of answered records: those of the object's fields that an answer has, each in its one form."""
    forms = [(name, _form_of(field.type)) for name, field in image_columns(object_type).items()]
    return [{name: into_form(record[name]) for name, into_form in forms if name in record} for record in records]


def _form_of(field_type: str) -> Callable[[Any], Any]:
    parts = COMPOSITES.get(field_type)
    return _SCALARS[field_type] if parts is None else partial(_composite, parts)


def _composite(parts: Mapping[str, Callable[[Any], Any]], value: Any) -> dict[str, Any]:
    held = value if isinstance(value, dict) else {}
    return {part: into_form(held.get(part)) for part, into_form in parts.items()}
