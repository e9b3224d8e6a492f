"""Relations in records that are written: connecting by a unique value, and records that must exist (cassette
``values-relation``).
"""

from __future__ import annotations

import hashlib
from typing import Any

from rehearsal.model.model import DataModel, Field, ObjectType
from rehearsal.store.store import Store
from rehearsal.store.table import StoredTable
from rehearsal.store.uniqueness import Row, UniqueIndex
from rehearsal.values.composites import COMPOSITES
from rehearsal.values.errors import ApiError, bad_request, invalid_value, unknown_reference
from rehearsal.values.uuids import is_uuid


def connected(field: Field, value: Any, model: DataModel, store: Store) -> str | None:
    """Return the id to write for a relation sent by its name: ``{"connect": {"where": {…}}}`` or ``{"disconnect": true}``.

    Raises:
        ApiError: neither of the two, no unique value in ``where``, or no record has it.
    """
    operation = value if isinstance(value, dict) else {}
    if operation.get("connect") is None and operation.get("disconnect") is None:
        raise invalid_value(f'Relation "{field.name}" requires connect or disconnect operation')
    connect = operation.get("connect")
    where = connect.get("where") if isinstance(connect, dict) else None
    if not isinstance(where, dict) or not where:
        return None
    table = store.table(model.object(field.target_object_id))
    found, described = _find(table, where)
    if described is None:
        message = f"Missing required fields: at least one unique constraint have to be fully populated for '{field.name}'."
        raise bad_request(message, "CONNECT_UNIQUE_CONSTRAINT_ERROR")
    if found is None:
        raise bad_request(
            f"Expected 1 record to connect to {field.name}, but found 0 for {described}", "CONNECT_RECORD_NOT_FOUND"
        )
    return found


def _find(table: StoredTable, where: dict[str, Any]) -> tuple[str | None, str | None]:
    """Return (id of the record, how messages name the condition; None: no unique value was sent)."""
    if isinstance(where.get("id"), str):
        if not is_uuid(where["id"]):
            raise bad_request(f'invalid input syntax for type uuid: "{where["id"]}"')
        row = table.get(where["id"].lower())
        return (row["id"] if row else None), f"id = {where['id']}"
    for index in table.uniques:
        value = where.get(index.column)
        if value in (None, "") or (index.field.type in COMPOSITES and not isinstance(value, dict)):
            continue
        value = _as_stored(index, value)
        sent = {**COMPOSITES[index.field.type].empty, **value} if isinstance(value, dict) else value
        return index.holder(sent), _condition(index, value)
    return None, None


def _as_stored(index: UniqueIndex, value: Any) -> Any:
    """Return the value in its stored form, e-mails in small letters; what its field would not take stays as sent."""
    if not isinstance(value, dict):
        return value
    try:
        read = COMPOSITES[index.field.type].reader(index.field.name)(value)
    except ApiError:
        return value
    return {part: read.get(part, v) for part, v in value.items()}


def _condition(index: UniqueIndex, value: Any) -> str:
    if not isinstance(value, dict):
        return f"{index.column} = {value}"
    return " and ".join(f"{index.column}{part[0].upper()}{part[1:]} = {v}" for part, v in value.items())


def check_references(item: ObjectType, rows: list[Row], columns: set[str], model: DataModel, store: Store) -> None:
    """See that the records that these rows point at exist; soft-deleted ones do.

    Args:
        item: the object of the rows.
        rows: records as they are to be stored.
        columns: the join columns that were written.
        model: finds the objects on the other side.
        store: finds their records.

    Raises:
        ApiError: one does not exist.
    """
    for field in item.to_one:
        column = field.column or ""
        if column not in columns:
            continue
        targets = store.table(model.object(field.target_object_id))
        if any(row[column] is not None and row[column] not in targets for row in rows):
            raise unknown_reference(item.table, constraint_name(item, column))


def constraint_name(item: ObjectType, column: str) -> str:
    """Return the name of a foreign key."""
    return "FK_" + hashlib.sha256(f"{item.table}_{column}".encode()).hexdigest()[:27]
