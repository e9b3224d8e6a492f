"""Composites whose parts are texts: names, addresses, links."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from projections.types.numbers import number
from projections.types.type import (
    INVALID_TEXT,
    UNSTORABLE,
    Held,
    TwentyType,
    list_or_empty,
    number_form,
    same_parts,
    text_or_empty,
)

COORDINATES = frozenset({"addressLat", "addressLng"})


def storable(value: Any) -> Held:
    """Return a text without what cannot be stored; what else it may hold is kept as it is."""
    if not isinstance(value, str):
        return "", INVALID_TEXT
    clean = UNSTORABLE.sub("", value) if UNSTORABLE.search(value) else value
    return clean, None if clean == value else INVALID_TEXT


def is_storable(value: Any) -> bool:
    """Return whether a part of a composite can be stored as it is."""
    return value is None or (isinstance(value, str) and not UNSTORABLE.search(value))


def composite(*known: str) -> Callable[[Any], Held]:
    """Return the rule of a composite: each part on its own, texts as texts."""
    names = frozenset(known)

    def held(value: Any) -> Held:
        if isinstance(value, dict) and value.keys() <= names and all(map(is_storable, value.values())):
            return value, None  # as nearly all are
        if not isinstance(value, Mapping):
            return dict.fromkeys(known, ""), INVALID_TEXT
        texts = {
            part: storable(text) if part not in COORDINATES else number(text)
            for part, text in value.items()
            if text is not None
        }
        reason = next((why for _, why in texts.values() if why), None)
        if reason is None and not value.keys() - set(known) - COORDINATES:
            return value, None
        return {part: text for part, (text, _) in texts.items() if part in known or part in COORDINATES}, INVALID_TEXT

    return held


_ADDRESS = tuple(f"address{part}" for part in ("Street1", "Street2", "City", "State", "Postcode", "Country"))

SPECS = (
    TwentyType(
        name="FULL_NAME",
        valid=composite("firstName", "lastName"),
        same=same_parts,
        parts={"firstName": text_or_empty, "lastName": text_or_empty},
    ),
    TwentyType(
        name="ADDRESS",
        icon="IconMap",
        valid=composite(*_ADDRESS),
        same=same_parts,
        parts={
            "addressStreet1": text_or_empty,
            "addressStreet2": text_or_empty,
            "addressCity": text_or_empty,
            "addressPostcode": text_or_empty,
            "addressState": text_or_empty,
            "addressCountry": text_or_empty,
            "addressLat": number_form,
            "addressLng": number_form,
        },
    ),
    TwentyType(
        name="LINKS",
        same=same_parts,
        parts={"primaryLinkLabel": text_or_empty, "primaryLinkUrl": text_or_empty, "secondaryLinks": list_or_empty},
    ),
)
