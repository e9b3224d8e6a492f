"""Reading and changing the data model through the metadata API. None of it counts against the rate limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from consumers.twenty import metadata_answers as read
from consumers.twenty.metadata import FieldMetadata, Metadata, ObjectMetadata, RelationKind, SelectOption
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


def create_object(
    connection: Connection,
    singular: str,
    plural: str,
    label_singular: str,
    label_plural: str,
    *,
    icon: str = "IconBox",
    description: str | None = None,
) -> ObjectMetadata:
    """Make a custom object. Raises `Refused` (schema) for a name that is taken or reserved (cassette `metadata-objects`)."""
    body: dict[str, Any] = {
        "nameSingular": singular,
        "namePlural": plural,
        "labelSingular": label_singular,
        "labelPlural": label_plural,
        "icon": icon,
    }
    if description is not None:
        body["description"] = description
    return read.object_type(_change(connection, "POST", "objects", f"create the object {singular}", body))


def create_field(
    connection: Connection,
    object_id: str,
    name: str,
    label: str,
    field_type: str,
    *,
    is_unique: bool = False,
    options: Sequence[SelectOption] = (),
    description: str | None = None,
    default: Any = None,
    icon: str | None = None,
    audited: bool | None = None,
) -> FieldMetadata:
    """Make a field; it can be written at once. Options get their ids from the server (cassette `metadata-field-types`)."""
    body: dict[str, Any] = {"objectMetadataId": object_id, "name": name, "label": label, "type": field_type}
    if is_unique:
        body["isUnique"] = True
    if options:
        body["options"] = _options_body(options)
    if description is not None:
        body["description"] = description
    if default is not None:
        body["defaultValue"] = default
    if icon is not None:
        body["icon"] = icon
    if audited is not None:
        body["isAuditLogged"] = audited
    return read.field(_change(connection, "POST", "fields", f"create the field {name}", body))


def create_relation(
    connection: Connection,
    object_id: str,
    name: str,
    label: str,
    target_object_id: str,
    target_label: str,
    *,
    kind: RelationKind = RelationKind.MANY_TO_ONE,
    icon: str | None = None,
    target_icon: str = "IconBox",
    audited: bool | None = None,
) -> FieldMetadata:
    """Make a relation; `target_label` is its label on the other side, whose name follows from it (`metadata-relations`)."""
    body: dict[str, Any] = {
        "objectMetadataId": object_id,
        "name": name,
        "label": label,
        "type": "RELATION",
        "relationCreationPayload": {
            "type": kind.value,
            "targetObjectMetadataId": target_object_id,
            "targetFieldLabel": target_label,
            "targetFieldIcon": target_icon,
        },
    }
    if icon is not None:
        body["icon"] = icon
    if audited is not None:
        body["isAuditLogged"] = audited
    return read.field(_change(connection, "POST", "fields", f"create the relation {name}", body))


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
    body = {"options": _options_body(named)}
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


def _options_body(options: Sequence[SelectOption]) -> list[dict[str, Any]]:
    """Return options as they are sent. Their order is their position: Twenty refuses the same position twice."""
    bodies: list[dict[str, Any]] = []
    for position, option in enumerate(options):
        body = {"value": option.api_value, "label": option.label, "color": option.color, "position": position}
        bodies.append(body | {"id": option.id} if option.id else body)
    return bodies


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
