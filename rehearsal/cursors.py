"""Cursors: where a page ended, as an opaque text. It holds the record's id and the values it was ordered by (cassette
``paging-forward``).
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import orjson

from rehearsal.errors import bad_request
from rehearsal.uuids import is_uuid


def cursor_of(row_id: str, values: list[Any]) -> str:
    """The cursor of a record."""
    return base64.b64encode(orjson.dumps({"values": values, "id": row_id} if values else {"id": row_id})).decode()


def read_cursor(cursor: str, terms: int) -> tuple[list[Any], str]:
    """(values, id) of a cursor for an order of so many terms.

    Raises:
        ApiError: it is no cursor, or one of another order.
    """
    try:
        data = orjson.loads(base64.b64decode(cursor, validate=True))
        values, row_id = data.get("values", []), data["id"]
    except (binascii.Error, orjson.JSONDecodeError, KeyError, AttributeError, ValueError) as error:
        raise _invalid(cursor) from error
    if not is_uuid(row_id) or len(values) != terms:
        raise _invalid(cursor)
    return values, row_id


def _invalid(cursor: str) -> Exception:
    return bad_request(f"Invalid cursor: {cursor}", "INVALID_CURSOR")
