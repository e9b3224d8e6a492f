"""Renaming at the door: values and filters go out by the names that Twenty's API has now, and come back by those known here.

People rename objects, fields and options, and give options other values. What was made is known by its metadata id
(`known_names`). Compensations, images and projections keep the names that it was made with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from consumers.twenty.metadata import FieldMetadata, ObjectMetadata


def sent_values(object_type: ObjectMetadata, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record by the names that Twenty's API has for its columns."""
    if not object_type.is_renamed:
        return dict(values)
    sent: dict[str, Any] = {}
    for name, value in values.items():
        field = object_type.columns.get(name)
        if field is None:
            sent[name] = value
        else:
            sent[field.twenty_column or name] = _value(value, field.api_values)
    return sent


def sent_filter(object_type: ObjectMetadata, filter_: Mapping[str, Any]) -> dict[str, Any]:
    """Return a GraphQL filter by the names that Twenty's API has for its columns."""
    if not object_type.is_renamed:
        return dict(filter_)
    return {name: part for key, value in filter_.items() for name, part in (_condition(object_type, key, value),)}


def known_value(field: FieldMetadata, value: Any) -> Any:
    """Return the value of a field as it is known here."""
    return _value(value, field.known_values)


def known_column(object_type: ObjectMetadata, name: str | None) -> str | None:
    """Return the name known here of a column, or of a field, that Twenty names; None where the object has none of that name."""
    for known, field in (*object_type.columns.items(), *object_type.fields.items()):
        if name is not None and name in (field.api_column, field.api_name):
            return known
    return None


def _condition(object_type: ObjectMetadata, key: str, value: Any) -> tuple[str, Any]:
    if key in ("and", "or"):
        return key, [sent_filter(object_type, one) for one in value]
    if key == "not":
        return key, sent_filter(object_type, value)
    field = object_type.columns.get(key)
    if field is None:
        return key, value
    if field.api_values and isinstance(value, Mapping):
        value = {operator: _value(operand, field.api_values) for operator, operand in value.items()}
    return field.twenty_column or key, value


def _value(value: Any, values: Mapping[str, str]) -> Any:
    if not values:
        return value
    if isinstance(value, list):
        return [values.get(one, one) for one in value]
    return values.get(value, value) if isinstance(value, str) else value
