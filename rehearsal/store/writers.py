"""From a record as it is sent to a record as it is stored."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rehearsal.model.model import Field, ObjectType
from rehearsal.store.uniqueness import Row
from rehearsal.values.composites import COMPOSITES
from rehearsal.values.errors import invalid_value, null_in_column, unknown_field
from rehearsal.values.values import (
    READERS,
    ValueReader,
    id_reader,
    multi_select_reader,
    refusing_reader,
    select_reader,
    uuid_reader,
)

Checked = dict[str, Any]  # column → stored value, or for a composite the parts to write
NOT_NULL = ("id", "createdAt", "updatedAt")


@lru_cache(maxsize=1024)
def readers_of(item: ObjectType) -> dict[str, ValueReader]:
    """Return a reader for each key that a record of this object may be sent with; relations by name and files are not among
    them.
    """
    readers: dict[str, ValueReader] = {}
    for field in item.fields:
        column = field.column
        if column is None:
            error = invalid_value(f"One-to-many relation {field.name} field does not support write operations.")
            readers[field.name] = refusing_reader(error)
        elif field.name == "id":
            readers["id"] = id_reader
        elif field.type in COMPOSITES:
            readers[column] = COMPOSITES[field.type].reader(field.name)
        elif (reader := _simple_reader(field, column)) is not None:
            readers[column] = reader
    return readers


def check(item: ObjectType, sent: Any) -> Checked:
    """Return the values to write, each in its stored form.

    Keys of relations by name, and of files, must have been taken out before.

    Raises:
        ApiError: a key that the object does not have, a value that its field does not take, null in ``id`` or the like.
    """
    if isinstance(sent, list | str):
        sent = {str(i): value for i, value in enumerate(sent)}
    readers = readers_of(item)
    checked: Checked = {}
    for key, value in sent.items():
        reader = readers.get(key)
        if reader is None:
            raise unknown_field(item.name_singular, key)
        if value is None and key in NOT_NULL:
            raise null_in_column(key, item.table)
        if value is None and key in required_of(item):
            message = f"Field {key} is not nullable and has no default value."
            raise invalid_value(message, "A required field is missing.")
        checked[key] = reader(value)
    return checked


@lru_cache(maxsize=1024)
def required_of(item: ObjectType) -> frozenset[str]:
    """Return the columns of custom fields that take no null and have no default."""
    fields = item.by_column.items()
    return frozenset(column for column, field in fields if field.custom and not field.nullable and field.default is None)


@lru_cache(maxsize=1024)
def empty_row(item: ObjectType) -> Row:
    """Return a record with nothing but default values; what the server fills in anew each time is null."""
    return {column: default_value(field) for column, field in item.by_column.items()}


def default_value(field: Field) -> Any:
    """Return the stored form of a field's default, or of nothing."""
    default = _unquoted(field.default)
    composite = COMPOSITES.get(field.type)
    if composite is not None:
        return {**composite.empty, **default} if isinstance(default, dict) else composite.empty
    if field.type in ("MULTI_SELECT", "ARRAY"):
        return default if isinstance(default, list) else []
    if field.type in ("TEXT", "TS_VECTOR"):
        return default or ""
    return None if default in ("now", "uuid") else default


def _unquoted(default: Any) -> Any:
    """Return a default without its quotes: ``"'TODO'"`` → ``"TODO"``: texts in defaults are quoted."""
    if isinstance(default, str) and len(default) > 1 and default[0] == default[-1] == "'":
        return default[1:-1]
    if isinstance(default, list):
        return [_unquoted(entry) for entry in default]
    if isinstance(default, dict):
        return {key: _unquoted(value) for key, value in default.items()}
    return default


def merged(item: ObjectType, row: Row, checked: Checked) -> Row:
    """Return a record with the checked values written over it; the parts of a composite that are not sent stay."""
    result = row.copy()
    by_column = item.by_column
    for column, value in checked.items():
        result[column] = {**row[column], **value} if by_column[column].type in COMPOSITES else value
    return result


def created_by(sent: Checked | None, actor: dict[str, Any]) -> dict[str, Any]:
    """Return who made a record: the API key; a sent source alone changes the source, with a name it stands as sent (cassette
    ``system-fields``).
    """
    if not sent:
        return actor
    if not sent.get("name"):
        return actor | {part: value for part, value in sent.items() if part != "name" and value is not None}
    return {"source": "MANUAL", "workspaceMemberId": None, "name": "", "context": None} | sent


def _simple_reader(field: Field, path: str) -> ValueReader | None:
    """Return the reader for a field of simple type; None where the type is composite."""
    if field.type in ("SELECT", "RATING"):
        return select_reader(path, field.option_values)
    if field.type == "MULTI_SELECT":
        return multi_select_reader(path, field.option_values)
    if field.is_relation:
        return uuid_reader(path)
    if field.type == "TS_VECTOR":
        return refusing_reader(invalid_value(f"{field.name} TS_VECTOR-typed field does not support write operations"))
    factory = READERS.get(field.type)
    return factory(path) if factory else None
