"""Texts, words of a SELECT, formatted texts, and JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projections.types.composites import composite, storable
from projections.types.type import INVALID_TEXT, Held, TwentyType, as_is, part_of, text_or_empty
from projections.values import text


def _json(value: Any) -> Held:
    if not isinstance(value, list | Mapping):
        return None, INVALID_TEXT
    clean = _clean(value)
    return (value, None) if clean == value else (clean, INVALID_TEXT)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)[0]
    if isinstance(value, Mapping):
        return {storable(str(key))[0]: _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value


def _texts(wanted: Any, image: Any) -> bool:
    return bool((wanted or None) == (image or None))


def _same_markdown(wanted: Any, image: Any) -> bool:
    return bool(part_of(wanted, "markdown") == part_of(image, "markdown"))


def _rich_text(name: str) -> TwentyType:
    return TwentyType(
        name=name,
        valid=composite("markdown"),
        never_null=True,
        same=_same_markdown,
        parts={"blocknote": as_is, "markdown": text_or_empty},
        says=("markdown",),
    )


SPECS = (
    TwentyType(name="TEXT", icon="IconTypography", valid=storable, same=_texts, form=text_or_empty, custom=text),
    TwentyType(name="SELECT", icon="IconTag", valid=storable, form=as_is),
    TwentyType(name="MULTI_SELECT", form=as_is),
    TwentyType(name="ARRAY", form=as_is),
    TwentyType(name="RAW_JSON", icon="IconListDetails", valid=_json, same=_texts, form=as_is),
    _rich_text("RICH_TEXT"),
    _rich_text("RICH_TEXT_V2"),
)
