"""Seeing everything: which objects an API key may see in part only, and which fields it may not write.

From 2.40 on an object has a `readability` and a `writability`, a field a `writability` (`twenty-orm/…/row-access-policy`):

- OPEN: what the role allows; SYSTEM: nothing, to every key; APPLICATION: everything to its own app, nothing to others;
- PRIVATE: the records that are shared with a member, or with a role, one by one or by a rule;
- INHERITED: the records whose parent may be read.

A record that an answer lacks may then be there all the same. Twenty does not tell a key whether a rule shows it all of a
PRIVATE object: the operator says so (`granted`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from consumers.twenty.metadata import Metadata, ObjectMetadata, RelationKind
from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import Refused, UnexpectedAnswer
from events.errors import CutoverError, ExitCode

OFFERED_BY = "Object.readability"

_QUERY = (
    "query V($after: ConnectionCursor) { objects(paging: {first: 200, after: $after}) { edges { node { nameSingular "
    "readability writability fieldsList { name writability } } } pageInfo { hasNextPage endCursor } } }"
)


class NotEverything(CutoverError):
    """The API key may not see all records that this needs to see. Nothing was written."""

    exit_code = ExitCode.APPROVAL


class _Payload(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", populate_by_name=True)


class _FieldPayload(_Payload):
    name: str
    writability: str | None = None


class _ObjectPayload(_Payload):
    name_singular: str
    readability: str | None = None
    writability: str | None = None
    fields_list: list[_FieldPayload] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Access to one object, by Twenty's words; `fields` are those that are not open for writing."""

    readability: str
    writability: str
    fields: Mapping[str, str]


Accesses = Mapping[str, Access]
"""By the object's singular name; empty where the server knows no such thing."""


def accesses(connection: Connection) -> Accesses:
    """Ask for the access of all objects, page by page; none where the server turns out not to know of any."""
    found: dict[str, Access] = {}
    after: str | None = None
    while True:
        json = {"query": _QUERY, "variables": {"after": after}}
        call = Call(
            method="POST", path="/metadata", purpose="read who sees what", surface=Surface.METADATA, graphql=True, json=json
        )
        try:
            page = (connection.send(call).get("data") or {})["objects"]
            nodes = [_ObjectPayload.model_validate(edge["node"]) for edge in page["edges"]]
            info = page["pageInfo"]
        except Refused:
            return found
        except (ValidationError, KeyError, TypeError):
            raise UnexpectedAnswer("who sees what is not told in a form that we know: check Twenty's version") from None
        found |= {one.name_singular: _access(one) for one in nodes}
        after = info.get("endCursor")
        if not (nodes and info.get("hasNextPage") and after):
            return found


def with_access(metadata: Metadata, found: Accesses) -> Metadata:
    """Return the data model with what each object and field allows."""
    return Metadata(_allowed(one, found[one.singular]) if one.singular in found else one for one in metadata.objects)


def hidden_in(metadata: Metadata, singulars: Collection[str], granted: Collection[str] = ()) -> tuple[str, ...]:
    """Return those of the objects, by singular name, of which the key may see only a part. Of an INHERITED object the
    parents count that are among these objects: our records point at no others.
    """
    closed = {one for one in singulars if one in metadata and metadata.object(one).readability in ("APPLICATION", "SYSTEM")}
    closed |= {
        one for one in singulars if one in metadata and one not in granted and metadata.object(one).readability == "PRIVATE"
    }
    for _ in singulars:  # a chain of parents is no longer than there are objects
        closed |= {one for one in singulars if one in metadata and _parents(metadata.object(one)) & closed}
    return tuple(one for one in singulars if one in closed)


def require_everything(metadata: Metadata, singulars: Collection[str], granted: Collection[str], what_for: str) -> None:
    """Raise `NotEverything` unless the key may see all records of these objects."""
    hidden = hidden_in(metadata, singulars, granted)
    if hidden:
        raise NotEverything(
            f"nothing was written: to {what_for}, all records of {', '.join(hidden)} must be seen, and Twenty may keep some "
            "from this API key (they are shared one by one). In Twenty, share each PRIVATE object with the key's role by a "
            "rule without criteria, with full access; then name it in [twenty] granted"
        )


def _access(payload: _ObjectPayload) -> Access:
    fields = {one.name: one.writability for one in payload.fields_list if one.writability not in (None, "OPEN")}
    return Access(
        readability=payload.readability or "OPEN",
        writability=payload.writability or "OPEN",
        fields={k: v for k, v in fields.items() if v},
    )


def _allowed(one: ObjectMetadata, access: Access) -> ObjectMetadata:
    fields = {name: replace(field, writability=access.fields.get(name, "OPEN")) for name, field in one.fields.items()}
    return replace(one, readability=access.readability, writability=access.writability, fields=fields)


def _parents(one: ObjectMetadata) -> frozenset[str]:
    if one.readability != "INHERITED":
        return frozenset()
    relations = [field.relation for field in one.fields.values() if field.relation]
    return frozenset(r.target for r in relations if r.kind is RelationKind.MANY_TO_ONE and r.target)
