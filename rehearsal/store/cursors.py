"""Cursors: where a page ended, as an opaque text. It holds the record's id and the values of the fields it was ordered by
(cassette ``paging-forward``).

The next page is found as SQL finds it: by a condition made of those values. Nothing compares with null, so where an order has
records without a value, pages end at the border to them, whatever there is beyond. A real 2.21 server was seen to do so.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

from rehearsal.model.model import ObjectType
from rehearsal.store.filters import Filter
from rehearsal.store.ordering import DIRECTIONS, OrderTerm
from rehearsal.store.uniqueness import Row
from rehearsal.values.composites import COMPOSITES
from rehearsal.values.errors import GENERIC, ApiError, bad_request, coded

Cursor = dict[str, Any]
_BEHIND = {True: "gt", False: "lt"}


def cursor_of(item: ObjectType, row: Row, terms: list[OrderTerm]) -> str:
    """Return the cursor of a record in a list of this order."""
    values: Cursor = {}
    for name, direction in terms:
        field = item.by_name.get(name)
        if field is None or field.is_relation:
            continue
        if field.type in COMPOSITES and isinstance(direction, dict):
            values[name] = values.get(name, {}) | {part: row[name].get(part) for part in direction}
        else:
            values[name] = row[name]
    return base64.b64encode(orjson.dumps(values | {"id": row["id"]})).decode()


def read_cursor(text: str) -> Cursor:
    """Return what a cursor holds.

    Raises:
        ApiError: it is no cursor.
    """
    try:
        data = orjson.loads(base64.b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, orjson.JSONDecodeError, ValueError) as error:
        raise bad_request(f"Invalid cursor: {text}", "INVALID_CURSOR") from error
    return data if isinstance(data, dict) else {}


def condition_of(item: ObjectType, cursor: Cursor, terms: list[OrderTerm], *, forward: bool) -> Filter | None:
    """Return the filter that finds what is behind a cursor, or before it; None where the cursor holds nothing.

    Raises:
        ApiError: it is a cursor of another order.
    """
    terms = [*terms, ("id", DIRECTIONS[0])]
    entries = list(cursor.items())
    conditions = [
        _both([_equal(item, *earlier) for earlier in entries[:place]], _beyond(item, *entry, terms, forward=forward))
        for place, entry in enumerate(entries)
    ]
    return {"or": conditions} if conditions else None


def _both(equal: list[Filter], beyond: Filter) -> Filter:
    return {"and": [*equal, beyond]} if equal else beyond


def _equal(item: ObjectType, name: str, value: Any) -> Filter:
    if _is_composite(item, name):
        return {name: {part: {"eq": v} for part, v in _known_parts(item, name, value).items()}}
    return {name: {"eq": value}}


def _beyond(item: ObjectType, name: str, value: Any, terms: list[OrderTerm], *, forward: bool) -> Filter:
    directions = [direction for term, direction in terms if term == name]
    if name not in item.by_name:
        raise _invalid(f"Field metadata not found for key: {name}")
    if not directions:
        raise _invalid("Invalid cursor")
    if not _is_composite(item, name):
        if directions[0] not in DIRECTIONS:
            raise _invalid("Expected non-composite field order by")
        return {name: {_BEHIND[directions[0].startswith("Asc") is forward]: value}}
    ways: dict[str, str] = {}
    for direction in directions:
        ways |= direction if isinstance(direction, dict) else {}
    parts = list(_known_parts(item, name, value).items())
    conditions = []
    for place, (part, v) in enumerate(parts):
        if part not in ways:
            raise _invalid("Invalid cursor")
        beyond = {name: {part: {_BEHIND[ways[part].startswith("Asc") is forward]: v}}}
        conditions.append(_both([{name: {earlier: {"eq": w}}} for earlier, w in parts[:place]], beyond))
    return conditions[0] if len(conditions) == 1 else {"or": conditions}


def _is_composite(item: ObjectType, name: str) -> bool:
    field = item.by_name.get(name)
    return field is not None and field.type in COMPOSITES


def _known_parts(item: ObjectType, name: str, value: Any) -> dict[str, Any]:
    """Return the parts of a composite value in the order of the type; lists are left out."""
    kinds = COMPOSITES[item.by_name[name].type].kinds
    return {part: value[part] for part, kind in kinds.items() if kind != "RAW_JSON" and part in (value or {})}


def _invalid(message: str) -> ApiError:
    return coded(message, "INVALID_CURSOR", GENERIC)
