"""References to records, files, and the actor of a change."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from projections.types.type import INVALID_RELATION, Held, TwentyType, as_is, text_or_empty

_IDENTITY = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_FILE_PARTS = ("fileId", "label")


def _relation(value: Any) -> Held:
    if isinstance(value, str) and _IDENTITY.fullmatch(value):
        return value, None
    try:
        UUID(value)
    except (AttributeError, TypeError, ValueError):
        return None, INVALID_RELATION
    return value, None


def _id(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _files(value: Any) -> Any:
    """Return files by id and label; their addresses are signed anew with every answer (cassette `files`)."""
    return None if not value else [{part: one.get(part) for part in _FILE_PARTS} for one in value]


SPECS = (
    TwentyType(name="RELATION", valid=_relation, form=_id),
    TwentyType(name="MORPH_RELATION", valid=_relation, form=_id),
    TwentyType(name="UUID", valid=_relation, form=_id),
    # the bytes are wanted by their hash, which Twenty does not keep
    TwentyType(name="FILES", same=lambda _wanted, _image: False, form=_files, selected=_FILE_PARTS),
    # without `context`: the server answers {} or null for the same thing (cassette `system-fields`)
    TwentyType(name="ACTOR", parts={"source": as_is, "workspaceMemberId": as_is, "name": text_or_empty}),
)
