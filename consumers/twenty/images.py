"""The image of a record: what Twenty holds, in one form, whichever way it was read.

REST and GraphQL differ in small things (parts that are left out, text for numbers, `__typename`, signed addresses of
files). After `canonical` they do not: two images of the same state are equal by `==`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from consumers.twenty.known_names import known_value
from consumers.twenty.metadata import FieldMetadata, ObjectMetadata
from events.vocabulary.specs import Compiled
from projections.types.registry import TYPES
from projections.types.type import ImageForm

Image = dict[str, Any]


def image_columns(object_type: ObjectMetadata) -> Mapping[str, FieldMetadata]:
    """Return the keys an image has: every active field but the many side of relations, search vectors and types we do not
    know.
    """
    return {name: field for name, field in object_type.columns.items() if _FORMS[field.type] is not None}


def selection(column: str, field: FieldMetadata) -> str:
    """Return the GraphQL selection of one field, all parts of a composite included."""
    known = TYPES[field.type]
    parts, name = known.parts or known.selected, field.twenty_column or column
    return f"{name} {{ {' '.join(parts)} }}" if parts else name


def canonical(records: Iterable[Mapping[str, Any]], object_type: ObjectMetadata) -> list[Image]:
    """Return the images of answered records: those of the object's fields that an answer has, each in its one form."""
    columns = image_columns(object_type).items()
    if object_type.is_renamed:
        return [_renamed(record, columns) for record in records]
    forms = [(name, into_form) for name, field in columns if (into_form := _FORMS[field.type]) is not None]
    return [{name: into_form(record[name]) for name, into_form in forms if name in record} for record in records]


def _renamed(record: Mapping[str, Any], columns: Iterable[tuple[str, FieldMetadata]]) -> Image:
    """Return the image of a record of an object of which people renamed fields or options, by the names known here."""
    image: Image = {}
    for name, field in columns:
        into_form, there = _FORMS[field.type], field.twenty_column or name
        if into_form is not None and there in record:
            image[name] = known_value(field, into_form(record[there]))
    return image


def _form_of(field_type: str) -> ImageForm | None:
    known = TYPES.get(field_type)
    if known is None:
        return None
    return known.form if known.parts is None else partial(_composite, known.parts)


def _composite(parts: Mapping[str, Callable[[Any], Any]], value: Any) -> dict[str, Any]:
    held = value if isinstance(value, dict) else {}
    return {part: into_form(held.get(part)) for part, into_form in parts.items()}


_FORMS: Compiled[str, ImageForm | None] = Compiled(_form_of)
