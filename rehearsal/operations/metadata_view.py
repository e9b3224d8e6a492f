"""Views of objects and fields from outside (cassettes ``metadata-list``, ``data-model``)."""

from __future__ import annotations

from typing import Any

from rehearsal.model.model import Field, ObjectType


def object_json(item: ObjectType) -> dict[str, Any]:
    """Return an object with its fields, as REST metadata answers with it."""
    return object_alone(item) | {"fields": [field_json(field) for field in item.fields]}


def object_alone(item: ObjectType) -> dict[str, Any]:
    """Return an object without its fields."""
    label_field = item.label_field
    return {
        "id": item.id,
        "universalIdentifier": item.id,
        "nameSingular": item.name_singular,
        "namePlural": item.name_plural,
        "labelSingular": item.label_singular,
        "labelPlural": item.label_plural,
        "description": item.description,
        "icon": item.icon,
        "isActive": item.active,
        "isSystem": item.system,
        "isSearchable": not item.system,
        "isUIReadOnly": False,
        "isLabelSyncedWithName": False,
        "labelIdentifierFieldMetadataId": label_field.id if label_field else None,
        "imageIdentifierFieldMetadataId": None,
        "createdAt": item.created_at,
        "updatedAt": item.updated_at,
    }


def field_json(field: Field) -> dict[str, Any]:
    """Return a field, as REST metadata answers with it."""
    return {
        "id": field.id,
        "universalIdentifier": field.id,
        "objectMetadataId": field.object_id,
        "type": field.type,
        "name": field.name,
        "label": field.label,
        "description": field.description,
        "icon": field.icon,
        "defaultValue": field.default,
        "options": options_json(field),
        "settings": field.settings,
        "isActive": field.active,
        "isSystem": field.system,
        "isUIReadOnly": False,
        "isNullable": field.nullable,
        "isUnique": field.unique,
        "isLabelSyncedWithName": False,
        "relationTargetObjectMetadataId": field.target_object_id,
        "relationTargetFieldMetadataId": field.target_field_id,
        "createdAt": field.created_at,
        "updatedAt": field.updated_at,
    }


def options_json(field: Field) -> list[dict[str, Any]] | None:
    """Return a field's options as they were sent; None for types that have none. Those of a RATING have no colour."""
    if field.options is None:
        return None
    without = {"color"} if field.type == "RATING" else set()
    return [{key: value for key, value in vars(option).items() if key not in without} for option in field.options]
