"""The answers of Twenty's metadata API, read into the typed data model.

REST answers in two shapes, by a flag of the workspace: the newer has the list under `data` and single things bare; the
older wraps both (`data.objects`, `data.createOneField` …). Cassettes `metadata-list`, `data-model` show the newer one.
REST does not say where a relation leads; the metadata GraphQL does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from consumers.twenty.metadata import FieldMetadata, ObjectMetadata, Relation, RelationKind, SelectOption
from consumers.twenty.transport.errors import UnexpectedAnswer

RelationTargets = Mapping[tuple[str, str], tuple[str, str]]
"""(object, field) → (target object, field there), all by name."""


class _Payload(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore", populate_by_name=True)


class _OptionPayload(_Payload):
    id: str | None = None
    value: str
    label: str
    color: str | None = None
    position: float = 0


class _FieldPayload(_Payload):
    id: str
    name: str
    label: str = ""
    type: str
    object_metadata_id: str = ""
    is_unique: bool | None = False
    is_nullable: bool | None = True
    is_active: bool | None = True
    is_system: bool | None = False
    default_value: Any = None
    options: list[_OptionPayload] | None = None
    settings: dict[str, Any] | None = None


class _ObjectPayload(_Payload):
    id: str
    name_singular: str
    name_plural: str
    label_singular: str = ""
    label_plural: str = ""
    is_active: bool | None = True
    is_system: bool | None = False
    fields_: list[_FieldPayload] = Field(default_factory=list, alias="fields")


def listed(body: Any, plural: str) -> list[Any]:
    """Return the list of a page, in either shape. `plural` is `objects` or `fields`."""
    data = body.get("data") if isinstance(body, dict) else None
    if isinstance(data, dict):
        data = data.get(plural)
    if not isinstance(data, list):
        raise _not_metadata()
    return data


def single(body: Any) -> Any:
    """Return the one thing of an answer, in either shape: bare, or as the only value under `data`."""
    data = body.get("data") if isinstance(body, dict) else None
    if isinstance(data, dict) and len(data) == 1:
        return next(iter(data.values()))
    return body


def object_type(raw: Any, targets: RelationTargets | None = None) -> ObjectMetadata:
    """Read one object with its fields, as REST or GraphQL answers with it. Raises `UnexpectedAnswer`."""
    try:
        payload = _ObjectPayload.model_validate({"fields": raw.get("fieldsList", []), **raw} if isinstance(raw, dict) else raw)
    except ValidationError:
        raise _not_metadata() from None
    fields = (_field(one, payload.id, payload.name_singular, targets or {}) for one in payload.fields_)
    return ObjectMetadata(
        id=payload.id,
        singular=payload.name_singular,
        plural=payload.name_plural,
        label_singular=payload.label_singular,
        label_plural=payload.label_plural,
        fields={one.name: one for one in fields},
        is_active=payload.is_active is not False,
        is_system=bool(payload.is_system),
    )


def field(raw: Any) -> FieldMetadata:
    """Read one field. Raises `UnexpectedAnswer`."""
    try:
        return _field(_FieldPayload.model_validate(raw), "", "", {})
    except ValidationError:
        raise _not_metadata() from None


def relation_targets(nodes: list[Any]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the targets of relations, from the object nodes of the metadata GraphQL."""
    targets: dict[tuple[str, str], tuple[str, str]] = {}
    for node in nodes:
        for one in node.get("fieldsList") or []:
            relation = one.get("relation")
            if relation:
                to = (relation["targetObjectMetadata"]["nameSingular"], relation["targetFieldMetadata"]["name"])
                targets[node["nameSingular"], one["name"]] = to
    return targets


def _field(payload: _FieldPayload, object_id: str, singular: str, targets: RelationTargets) -> FieldMetadata:
    options = sorted(payload.options or [], key=lambda one: one.position)
    return FieldMetadata(
        id=payload.id,
        name=payload.name,
        label=payload.label,
        type=payload.type,
        object_id=payload.object_metadata_id or object_id,
        is_unique=bool(payload.is_unique),
        is_nullable=payload.is_nullable is not False,
        is_active=payload.is_active is not False,
        is_system=bool(payload.is_system),
        default=payload.default_value,
        options=tuple(
            SelectOption(value=one.value, label=one.label, color=one.color or "blue", position=int(one.position), id=one.id)
            for one in options
        ),
        relation=_relation(payload, targets.get((singular, payload.name))),
    )


def _relation(payload: _FieldPayload, target: tuple[str, str] | None) -> Relation | None:
    if payload.type not in ("RELATION", "MORPH_RELATION"):
        return None
    settings = payload.settings or {}
    column = settings.get("joinColumnName")
    kind = RelationKind.ONE_TO_MANY if settings.get("relationType") == "ONE_TO_MANY" else RelationKind.MANY_TO_ONE
    if kind is RelationKind.MANY_TO_ONE and not column:
        column = f"{payload.name}Id"
    return Relation(
        kind=kind,
        join_column=column if kind is RelationKind.MANY_TO_ONE else None,
        target=target[0] if target else None,
        target_field=target[1] if target else None,
    )


def _not_metadata() -> UnexpectedAnswer:
    return UnexpectedAnswer("the workspace's metadata is not in a form we know: check [twenty] url and Twenty's version")
