"""Relations in records that are written: connecting by a unique value, and records that must exist (cassette
``values-relation``).
"""

from __future__ import annotations

import hashlib
from typing import Any

from rehearsal.composites import COMPOSITES
from rehearsal.errors import bad_request, invalid_value, unknown_reference
from rehearsal.model import DataModel, Field, ObjectType
from rehearsal.store import Store
from rehearsal.table import Table
from rehearsal.uniqueness import Row, UniqueIndex
from rehearsal.uuids import is_uuid


def connected(field: Field, value: Any, model: DataModel, store: Store) -> str | None:
    """The id to write for a relation sent by its name: ``{"connect": {"where": {…}}}`` or ``{"disconnect": true}``.

    Raises:
        ApiError: neither of the two, no unique value in ``where``, or nobody has it.
    """
    if isinstance(value, dict) and value.get("disconnect") is True:
        return None
    where = (
        (value.get("connect") or {}).get("where")
        if isinstance(value, dict) and isinstance(value.get("connect"), dict)
        else None
    )
    if not isinstance(where, dict):
        raise invalid_value(f'Relation "{field.name}" requires connect or disconnect operation')
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


def _find(table: Table, where: dict[str, Any]) -> tuple[str | None, str | None]:
    """(id of the record, how messages name the condition; None: no unique value was sent)."""
    if is_uuid(where.get("id")):
        row = table.get(where["id"].lower())
        return (row["id"] if row else None), f"id = {where['id']}"
    for index in table.uniques:
        value = where.get(index.column)
        if value in (None, "") or (index.field.type in COMPOSITES and not isinstance(value, dict)):
            continue
        sent = {**COMPOSITES[index.field.type].empty, **value} if isinstance(value, dict) else value
        return index.holder(sent), _condition(index, value)
    return None, None


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
    """The name of a foreign key."""
    return "FK_" + hashlib.sha256(f"{item.table}_{column}".encode()).hexdigest()[:27]
