"""Holdings that keep a step from being taken back: data in it that is not ours, and what people have built on it.

When a rollback has undone our records, every value that is left in Cutover's fields comes from people or other programs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from consumers.data_model.ledger import Applied
from consumers.data_model.steps import Undoing
from consumers.twenty.graphql import and_deleted
from consumers.twenty.metadata import FieldMetadata, Metadata, ObjectMetadata
from consumers.twenty.workspace import Workspace


class HoldingReason(StrEnum):
    """Why something of ours stays in the workspace."""

    HOLDS_RECORDS = "holds-records"
    FIELDS_OF_OTHERS = "fields-of-others"
    HOLDS_VALUES = "holds-values"
    OPTIONS_OF_OTHERS = "options-of-others"
    OPTIONS_IN_USE = "options-in-use"
    LAST_OPTIONS = "last-options"
    INACTIVE = "inactive"
    CHANGED_BY_PEOPLE = "changed-by-people"
    HAS_KEYS = "has-keys"
    REFUSED = "refused-by-twenty"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptModelPart:
    """Part of the data model that stays: the object (singular), its fields concerned, and the reason."""

    object: str
    fields: tuple[str, ...]
    reason: HoldingReason


def kept_back(workspace: Workspace, metadata: Metadata, applied: Sequence[Applied]) -> dict[str, KeptModelPart]:
    """Return the steps that must stay, by event id. Costs a request for each object of which something is to go, and one
    more for each field where something was found. Raises TwentyError.
    """
    kept: dict[str, KeptModelPart] = {}
    going: set[str] = set()
    for one in applied:
        there = metadata.by_id(one.inverse.id) if one.inverse.action is Undoing.DELETE_OBJECT else None
        if there:
            reason = _object_stays(workspace, there, applied)
            if reason:
                kept[one.event_id] = reason
            else:
                going.add(there.id)
    by_object: dict[str, list[tuple[Applied, FieldMetadata]]] = {}
    for one in applied:
        field = field_of_id(metadata, one.inverse.id) if one.inverse.action is not Undoing.DELETE_OBJECT else None
        if field and field.object_id not in going:
            by_object.setdefault(field.object_id, []).append((one, field))
    for object_id, steps in by_object.items():
        object_type = metadata.by_id(object_id)
        assert object_type is not None
        kept |= _fields_stay(workspace, object_type, steps)
    return kept


def _object_stays(workspace: Workspace, there: ObjectMetadata, applied: Sequence[Applied]) -> KeptModelPart | None:
    ours = {one.made.field for one in applied} | {i for one in applied for i in one.made.came_with.values()}
    others = tuple(sorted(f.name for f in there.fields.values() if f.id not in ours and not f.is_system))
    if others:
        return KeptModelPart(object=there.singular, fields=others, reason=HoldingReason.FIELDS_OF_OTHERS)
    if workspace.count(there.plural, and_deleted({})):
        return KeptModelPart(object=there.singular, fields=(), reason=HoldingReason.HOLDS_RECORDS)
    return None


def _fields_stay(
    workspace: Workspace, there: ObjectMetadata, steps: Sequence[tuple[Applied, FieldMetadata]]
) -> dict[str, KeptModelPart]:
    kept: dict[str, KeptModelPart] = {}
    questions: dict[str, tuple[FieldMetadata, HoldingReason, dict[str, Any]]] = {}
    for one, field in steps:
        doubt = _built_on(field, [a for a, f in steps if f.id == field.id], one)
        if doubt:
            kept[one.event_id] = KeptModelPart(object=there.singular, fields=(field.name,), reason=doubt)
        elif one.inverse.action is Undoing.DELETE_FIELD:
            questions[one.event_id] = (field, HoldingReason.HOLDS_VALUES, holds_value(field))
        elif values := [o.value for o in field.options if o.id in one.inverse.options]:
            questions[one.event_id] = (field, HoldingReason.OPTIONS_IN_USE, {field.name: {"in": values}})
    if questions and _any(workspace, there, {"or": [filter_ for _, _, filter_ in questions.values()]}):
        for event_id, (field, reason, filter_) in questions.items():
            if _any(workspace, there, filter_):
                kept[event_id] = KeptModelPart(object=there.singular, fields=(field.name,), reason=reason)
    return kept


def _built_on(field: FieldMetadata, steps: Sequence[Applied], one: Applied) -> HoldingReason | None:
    """Return the reason why a step on this field stays whatever its records hold, from all recorded `steps` on the field."""
    if not field.is_active:
        return HoldingReason.INACTIVE
    ours = {option for step in steps for option in step.made.options.values()}
    if one.inverse.action is Undoing.DELETE_FIELD:
        return HoldingReason.OPTIONS_OF_OTHERS if any(option.id not in ours for option in field.options) else None
    left = [option for option in field.options if option.id not in one.inverse.options]
    return None if left else HoldingReason.LAST_OPTIONS


def holds_value(field: FieldMetadata) -> dict[str, Any]:
    """Return the GraphQL filter for records that hold a value in this field: no value is null, an empty text, a default,
    and of money a missing amount. `neq` leaves out records without a value (cassette filter-comparators).
    """
    column = field.column or field.name
    if field.type in _PARTS:
        return {"or": [{column: {part: condition}} for part, condition in _PARTS[field.type].items()]}
    if field.type == "BOOLEAN" and isinstance(field.default, bool):
        return {column: {"eq": not field.default}}
    return {column: _TEXT} if field.type == "TEXT" else {column: _SET}


_SET = {"is": "NOT_NULL"}
_TEXT = {"neq": ""}
_PARTS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "CURRENCY": {"amountMicros": _SET},
    "ADDRESS": {
        **{f"address{part}": _TEXT for part in ("Street1", "Street2", "City", "State", "Postcode", "Country")},
        "addressLat": _SET,
        "addressLng": _SET,
    },
}


def _any(workspace: Workspace, there: ObjectMetadata, filter_: Mapping[str, Any]) -> bool:
    """Return whether any record matches, a soft-deleted one included: what it holds comes back with it."""
    return workspace.count(there.plural, and_deleted(filter_)) > 0


def field_of_id(metadata: Metadata, field_id: str) -> FieldMetadata | None:
    """Return the field with that metadata id, if it is still there."""
    return next((f for one in metadata.objects for f in one.fields.values() if f.id == field_id), None)
