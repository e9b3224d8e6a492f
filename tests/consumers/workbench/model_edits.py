"""People's edits of a workspace's data model: objects, fields and relations made in Twenty's settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from consumers.twenty.metadata import FieldMetadata, ObjectMetadata, SelectOption
from consumers.twenty.metadata_answers import field, object_type
from consumers.twenty.model_changes import FIELD, OBJECT, ModelChange, options_input
from consumers.twenty.workspace import Workspace


def create_object(workspace: Workspace, singular: str, plural: str, label_singular: str, label_plural: str) -> ObjectMetadata:
    """Make a custom object."""
    names = {"nameSingular": singular, "namePlural": plural, "labelSingular": label_singular, "labelPlural": label_plural}
    made = {"object": {**names, "icon": "IconBox"}}
    return object_type(_carried_out(workspace, "createOneObject", "CreateOneObjectInput!", made, OBJECT))


def create_field(
    workspace: Workspace,
    object_id: str,
    name: str,
    label: str,
    field_type: str,
    *,
    is_unique: bool = False,
    options: Sequence[SelectOption] = (),
    default: Any = None,
) -> FieldMetadata:
    """Make a field on the object with that metadata id; for a SELECT with its options."""
    made: dict[str, Any] = {"name": name, "label": label, "type": field_type}
    if is_unique:
        made["isUnique"] = True
    if options:
        made["options"] = options_input(options)
    if default is not None:
        made["defaultValue"] = default
    return _field(workspace, object_id, made)


def create_relation(
    workspace: Workspace, object_id: str, name: str, label: str, target_object_id: str, target_label: str
) -> FieldMetadata:
    """Make a relation from many records of one object to one of another; `target_label` is what the other side calls it."""
    led = {"type": "MANY_TO_ONE", "targetObjectMetadataId": target_object_id, "targetFieldLabel": target_label}
    other_side = {**led, "targetFieldIcon": "IconBox"}
    return _field(
        workspace, object_id, {"name": name, "label": label, "type": "RELATION", "relationCreationPayload": other_side}
    )


def _field(workspace: Workspace, object_id: str, made: dict[str, Any]) -> FieldMetadata:
    sent = {"field": {"objectMetadataId": object_id, **made}}
    return field(_carried_out(workspace, "createOneField", "CreateOneFieldMetadataInput!", sent, FIELD))


def _carried_out(workspace: Workspace, mutation: str, kind: str, sent: dict[str, Any], selection: str) -> Any:
    change = ModelChange(mutation=mutation, arguments={"input": (kind, sent)}, selection=selection)
    return workspace.change_model([change])[mutation]
