"""Reading and changing the data model through the metadata API. None of it counts against the rate limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from consumers.twenty import metadata_answers as read
from consumers.twenty.metadata import FieldMetadata, Metadata, ObjectMetadata, SelectOption
from consumers.twenty.model_changes import options_input
from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import Refusal, Refused

_PAGE = 200
_TARGETS = (
    "{ nameSingular fieldsList { name relation { type targetObjectMetadata { nameSingular } targetFieldMetadata { name } } } }"
)


def metadata(connection: Connection, targets: read.RelationTargets) -> Metadata:
    """Return the whole data model, page by page; `targets` is where its relations lead."""
    objects: list[ObjectMetadata] = []
    after: str | None = None
    while True:
        params: dict[str, str | int] = {"limit": _PAGE} if after is None else {"limit": _PAGE, "starting_after": after}
        call = Call(
            method="GET", path="/rest/metadata/objects", purpose="read the data model", surface=Surface.METADATA, params=params
        )
        body = connection.send(call)
        page = read.listed(body, "objects")
        objects += [read.object_type(one, targets) for one in page]
        info = body.get("pageInfo") or {}
        after = info.get("endCursor")
        if not (page and info.get("hasNextPage") and after):
            return Metadata(objects)


def set_readability(connection: Connection, object_id: str, readability: str) -> ObjectMetadata:
    """Make an object PRIVATE or OPEN (from 2.43 on). Raises `Refused` (schema) for PRIVATE without a sharing rule."""
    body = {"readability": readability}
    purpose = f"make the object {object_id} {readability.lower()}"
    return read.object_type(_change(connection, "PATCH", f"objects/{object_id}", purpose, body))


def set_options(connection: Connection, field_id: str, options: Sequence[SelectOption], *, drop: bool = False) -> FieldMetadata:
    """Give a SELECT these options. Existing ones keep their ids, found by value where `options` lacks them.

    Sent without ids, the same values would empty the field in every record, and an option left out empties it where it
    was chosen (cassette `metadata-select-options`). So leaving one out raises `Refused` unless `drop` says that it is meant.
    """
    current = {option.value: option.id for option in _field(connection, field_id).options}
    named = [option if option.id else replace(option, id=current.get(option.api_value)) for option in options]
    kept = {option.id for option in named if option.id}
    lost = sum(1 for one in current.values() if one not in kept)
    if lost and not drop:
        raise Refused(f"{lost} options of the field {field_id} would be lost, and with them values", kind=Refusal.SCHEMA)
    body = {"options": options_input(named)}
    return read.field(_change(connection, "PATCH", f"fields/{field_id}", f"set the options of the field {field_id}", body))


def delete_field(connection: Connection, field_id: str) -> None:
    """Delete a custom field, with its values. Raises `NotFound`, and `Refused` (schema) for a standard field."""
    _change(connection, "DELETE", f"fields/{field_id}", f"delete the field {field_id}")


def delete_object(connection: Connection, object_id: str) -> None:
    """Delete a custom object, with its records. Raises `NotFound`, and `Refused` (schema) for a standard object."""
    _change(connection, "DELETE", f"objects/{object_id}", f"delete the object {object_id}")


def _field(connection: Connection, field_id: str) -> FieldMetadata:
    call = Call(
        method="GET", path=f"/rest/metadata/fields/{field_id}", purpose=f"read the field {field_id}", surface=Surface.METADATA
    )
    return read.field(read.single(connection.send(call)))


def _change(connection: Connection, method: str, path: str, purpose: str, body: Any = None) -> Any:
    call = Call(method=method, path=f"/rest/metadata/{path}", purpose=purpose, surface=Surface.METADATA, writes=True, json=body)
    return read.single(connection.send(call))


def relation_targets(connection: Connection) -> read.RelationTargets:
    """Return the targets of relations. A server whose metadata has no such fields leaves the targets unknown."""
    targets: dict[tuple[str, str], tuple[str, str]] = {}
    after: str | None = None
    while True:
        paging = f"first: {_PAGE}" + (f", after: {orjson.dumps(after).decode()}" if after else "")
        query = f"{{ objects(paging: {{{paging}}}) {{ edges {{ node {_TARGETS} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        call = Call(
            method="POST",
            path="/metadata",
            purpose="read the targets of relations",
            surface=Surface.METADATA,
            graphql=True,
            json={"query": query},
        )
        try:
            found = connection.send(call)["data"]["objects"]
        except Refused:
            return targets
        targets |= read.relation_targets([edge["node"] for edge in found["edges"]])
        after = found["pageInfo"].get("endCursor")
        if not (found["edges"] and found["pageInfo"].get("hasNextPage") and after):
            return targets
