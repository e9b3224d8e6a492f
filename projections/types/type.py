"""Specification of one type of Twenty's fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

INVALID_EMAIL = "invalid_email"
INVALID_PHONE = "invalid_phone"
INVALID_DATE = "invalid_date"
INVALID_DATE_TIME = "invalid_date_time"
INVALID_NUMBER = "invalid_number"
INVALID_MONEY = "invalid_money"
INVALID_BOOLEAN = "invalid_boolean"
INVALID_TEXT = "invalid_text"
INVALID_RELATION = "invalid_relation"

Held = tuple[Any, str | None]
"""A value as it can be sent, and why it is not what was wanted (None: it is)."""
Rule = Callable[[Any], Held]
ImageForm = Callable[[Any], Any]

MAPPINGS = (dict, Mapping)
"""A dict is told faster than any other mapping."""

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""PostgreSQL stores no NUL, JSON no half of a character."""


def as_is(value: Any) -> Any:
    """Return the value itself."""
    return value


def equal(wanted: Any, image: Any) -> bool:
    """Compare two values as they are."""
    return bool(wanted == image)


def part_of(value: Any, part: str) -> Any:
    """Return a part of a composite, an empty text where it has none."""
    return (value.get(part) or "") if isinstance(value, MAPPINGS) else ""


def same_parts(wanted: Any, image: Any) -> bool:
    """Compare the parts of a composite that are wanted."""
    return all((value or "") == part_of(image, part) for part, value in (wanted or {}).items())


def text_or_empty(value: Any) -> Any:
    """Return a text, an empty one for none."""
    return "" if value is None else value


def list_or_empty(value: Any) -> Any:
    """Return a list, an empty one for none."""
    return [] if value is None else value


def number_form(value: Any) -> Any:
    """Return a number, which GraphQL may send as text."""
    return float(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class TwentyType:
    """One type of field in Twenty.

    `valid` holds a value against the workspace's rules; without it every value is sent. Blanks are sent as they are, but of a
    type that is `never_null`. `same` compares a wanted value with an image. An image has a composite's `parts`, each in its
    form, or a `form`; a type without either is no part of an image. `selected` are the parts that GraphQL must name of a type
    that is no composite. `custom` gives a custom field's value, `says` the parts that say something of themselves. A
    field without an icon of its own has the `icon`.
    """

    name: str
    valid: Rule | None = None
    never_null: bool = False
    same: Callable[[Any, Any], bool] = equal
    parts: Mapping[str, ImageForm] | None = None
    form: ImageForm | None = None
    selected: tuple[str, ...] = ()
    custom: ImageForm = as_is
    says: tuple[str, ...] = ()
    icon: str = "IconBox"
