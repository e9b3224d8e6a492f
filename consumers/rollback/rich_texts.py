"""Rich texts: Markdown and BlockNote of one text, of which Twenty makes one from the other where only one is sent.

The image of a long text with its BlockNote may be larger than one request may be, although its Markdown is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

_FORMATTED: Final = {"blocknote", "markdown"}
FORMATTING_LOST: Final = "formatting_lost"
"""The reason of a text that was given back without the formatting that only its BlockNote had."""


def markdown_alone(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return these values with the Markdown alone of rich texts that have both forms."""
    return _alone("markdown", values)


def blocknote_alone(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return these values with the BlockNote alone of rich texts that have both forms."""
    return _alone("blocknote", values)


def is_changed(wanted: Any, held: Any) -> bool:
    """Return whether a rich text with both forms is not held as it was wanted; the ids of its blocks are made anew each
    time.
    """
    if not _has_both(wanted):
        return False
    found = held if isinstance(held, Mapping) else {}
    return wanted["markdown"] != found.get("markdown") or bool(_blocks(wanted["blocknote"]) != _blocks(found.get("blocknote")))


def _alone(form: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: {form: value[form]} if _has_both(value) else value for name, value in values.items()}


def _has_both(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == _FORMATTED and all(value.values())


def _blocks(text: Any) -> Any:
    """Return a BlockNote text, without the ids that its blocks get anew whenever they are made."""
    try:
        return _without_ids(orjson.loads(text))
    except (orjson.JSONDecodeError, TypeError):
        return text


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _without_ids(inner) for name, inner in value.items() if name != "id"}
    return value
