"""Operations on records: create, upsert, update, soft-delete, restore, destroy.

Each method takes what was sent and gives the records as they are stored then. Statements happen whole or not at all; an
upsert is several
statements: its updates stay when its inserts fail (cassette ``upsert-partly-failing``).
"""

from __future__ import annotations

from typing import Any

from rehearsal.model.model import ObjectType
from rehearsal.operations import cascades
from rehearsal.operations.relations import check_references, connected
from rehearsal.store.filters import Filter
from rehearsal.store.uniqueness import Row, UniqueIndex
from rehearsal.store.writers import Checked, check, created_by, empty_row, merged, required_of
from rehearsal.values.clock import now_text
from rehearsal.values.composites import COMPOSITES
from rehearsal.values.errors import ApiError, bad_request, not_found, null_in_column, permission_denied, type_error
from rehearsal.values.uuids import new_uuid
from rehearsal.workspace.workspace import RehearsalWorkspace

MAX_RECORDS = 200


class Records:
    """The records of a workspace, as an API key may treat them."""

    def __init__(self, workspace: RehearsalWorkspace) -> None:
        self._workspace = workspace
        self._model, self._store, self._files = workspace.model, workspace.store, workspace.files

    def create(self, item: ObjectType, sent: Any, *, upsert: bool = False) -> list[Row]:
        """Create records; with ``upsert`` those that are known by id or a unique value are updated instead.

        Plain: the created records, as sent. Upsert: first the updated ones, each once, then the new ones (cassette
        ``upsert-answer-order``).

        Raises:
            ApiError: not a list, more than 200, a bad value, a taken unique value, a relation to no record.
        """
        if item.name_singular == "workspaceMember":
            raise permission_denied()
        if not isinstance(sent, list):
            raise type_error("args.data.forEach is not a function")
        if len(sent) > MAX_RECORDS:
            message = f"Maximum number of records to upsert is {MAX_RECORDS}."
            raise bad_request(message, "TOO_MANY_RECORDS_TO_UPDATE", friendly=message)
        for record in sent:
            _refuse_other_than_object(record, upsert=upsert)
        self._workspace.writing(item, sent)
        item = self._model.object(item.id)
        checked = [self._check(item, record) for record in sent]
        if not upsert:
            return self._insert(item, checked)
        known = [self._known(item, record) for record in checked]
        updated: dict[str, Row] = {}
        for record, row_id in zip(checked, known, strict=True):
            if row_id is not None:
                kept = {column: value for column, value in record.items() if column not in ("id", "createdBy", "deletedAt")}
                with self._store.statement():
                    updated[row_id] = self.write(item, row_id, kept | {"deletedAt": None})
        new = self._insert(item, [record for record, row_id in zip(checked, known, strict=True) if row_id is None])
        return [*updated.values(), *new]

    def update(self, item: ObjectType, row_id: str, sent: Any) -> Row:
        """Change one record, soft-deleted or not (cassette ``patch-soft-deleted``).

        Raises:
            ApiError: there is none, a bad value, a taken unique value, a relation to no record.
        """
        row = self._store.table(item).get(row_id.lower())
        checked = self._check(item, sent, row)
        if row is None or row["id"] in self._workspace.hidden:
            raise not_found()
        with self._store.statement():
            return self.write(item, row["id"], checked)

    def update_many(self, item: ObjectType, where: Filter | None, sent: Any) -> list[Row]:
        """Change all records that match, soft-deleted ones too; without a filter all there are (cassette
        ``no-filter-means-all``).

        Raises:
            ApiError: more than 200 match, or what ``update`` raises.
        """
        rows = self._workspace.search.matching(item, where, with_deleted=True)
        if len(rows) > MAX_RECORDS:
            message, code = f"Cannot update more than {MAX_RECORDS} records at once", "TOO_MANY_RECORDS_TO_UPDATE"
            raise ApiError(message, error="Error", code=code, sub_code=code)
        checked = self._check(item, sent)
        with self._store.statement():
            return [self.write(item, row["id"], checked) for row in rows]

    def soft_delete(self, item: ObjectType, rows: list[Row]) -> list[Row]:
        """Set ``deletedAt``; the links of tasks and notes go along, and the parts of workflows."""
        return self._set_deleted(item, rows, now_text())

    def restore(self, item: ObjectType, rows: list[Row]) -> list[Row]:
        """Empty ``deletedAt``; the links of tasks and notes come along, and the parts of workflows."""
        return self._set_deleted(item, rows, None)

    def destroy(self, item: ObjectType, rows: list[Row]) -> list[Row]:
        """Take records away for good; gives their last images."""
        if item.name_singular == "workspaceMember":
            raise permission_denied()
        with self._store.statement():
            gone = cascades.destroy(item, rows, self._model, self._store)
        for other, row in gone:
            for column in other.file_columns:
                self._files.discard(row[column])
        return rows

    def _set_deleted(self, item: ObjectType, rows: list[Row], moment: str | None) -> list[Row]:
        if item.name_singular == "workspaceMember":
            raise permission_denied()
        for link, links in cascades.owned_by(item, rows, self._model, self._store):
            self._set_deleted(link, links, moment)
        table, now, results = self._store.table(item), now_text(), []
        for row in rows:
            kept = cascades.deactivated(item, row) if moment else row
            changed = kept | {"deletedAt": moment, "updatedAt": now, "updatedBy": self._workspace.actor}
            self._store.replace(table, row["id"], changed)
            results.append(changed)
        self._workspace.changed("deleted" if moment else "restored", item, list(zip(rows, results, strict=True)))
        return results

    def _check(self, item: ObjectType, sent: Any, row: Row | None = None) -> Checked:
        """Return the values to write: relations by name are looked up, files seen to, everything else read by its type."""
        if sent is None:
            raise type_error("Cannot convert undefined or null to object")
        if not isinstance(sent, dict):
            return check(item, {} if isinstance(sent, bool | int | float) else sent)
        special: Checked = {}
        plain = sent
        for key in sent:
            field = item.by_name.get(key)
            if field is not None and (field.type == "FILES" or (field.is_relation and field.column)):
                plain = {k: v for k, v in plain.items() if k != key}
                if field.type == "FILES":
                    special[key] = self._files.read_field(sent[key], field, row[key] if row else None)
                else:
                    special[field.column or key] = connected(field, sent[key], self._model, self._store)
        checked = check(item, plain)
        return checked | special if special else checked

    def _known(self, item: ObjectType, checked: Checked) -> str | None:
        """Return the id of the record that an upsert means (cassettes ``upsert-by-*``); None: a new one.

        Raises:
            ApiError: its keys lead to different records (cassette ``upsert-conflicts``).
        """
        table = self._store.table(item)
        found: list[tuple[str, str]] = []
        if checked.get("id") in table:
            found.append((checked["id"], f"id (id: {checked['id']})"))
        for index in table.uniques:
            if index.column in checked:
                value = _whole(index, checked[index.column])
                holder = index.holder(value)
                if holder is not None:
                    found.append((holder, index.describe(value)))
        if len({row_id for row_id, _ in found}) > 1:
            described = "; ".join(text for _, text in found)
            raise bad_request(
                f"Multiple records found with the same unique field values for {described}. "
                "Cannot determine which record to update.",
                "UPSERT_MULTIPLE_MATCHING_RECORDS_CONFLICT",
            )
        return found[0][0] if found else None

    def _insert(self, item: ObjectType, records: list[Checked]) -> list[Row]:
        table, actor, now = self._store.table(item), self._workspace.actor, now_text()
        base = empty_row(item)
        position = table.first_position() - 1
        rows, columns, required = [], set[str](), required_of(item)
        with self._store.statement():
            for checked in records:
                if (left_out := next((column for column in required if checked.get(column) in (None, "")), None)) is not None:
                    raise null_in_column(left_out, item.table)
                row = merged(item, base, checked)
                if "id" not in checked:
                    row["id"] = new_uuid()
                row["createdAt"] = checked.get("createdAt") or now
                row["updatedAt"] = checked.get("updatedAt") or now
                row["createdBy"] = created_by(checked.get("createdBy"), actor)
                row["updatedBy"] = actor
                sent_position = checked.get("position")
                if sent_position is None or sent_position == "first":
                    row["position"], position = position, position - 1
                elif sent_position == "last":
                    row["position"] = table.last_position() + 1
                self._store.insert(table, row)
                rows.append(row)
                columns.update(checked)
            check_references(item, rows, columns, self._model, self._store)
        self._keep_files(item, rows)
        self._workspace.upserted(item, rows)
        self._workspace.changed("created", item, [(None, row) for row in rows])
        return rows

    def write(self, item: ObjectType, row_id: str, checked: Checked) -> Row:
        """Write checked values over a record that is there, within a statement. Raises ApiError."""
        table = self._store.table(item)
        old = table.get(row_id)
        assert old is not None
        row = merged(item, old, checked)
        row["updatedAt"] = checked.get("updatedAt") or now_text()
        row["updatedBy"] = self._workspace.actor
        if checked.get("position") == "first":
            row["position"] = table.first_position() - 1
        elif checked.get("position") == "last":
            row["position"] = table.last_position() + 1
        self._store.replace(table, row_id, row)
        check_references(item, [row], set(checked), self._model, self._store)
        for column in item.file_columns:
            if column in checked and old[column] != row[column]:
                held = {entry["fileId"] for entry in row[column] or ()}
                self._files.discard([entry for entry in old[column] or () if entry["fileId"] not in held])
        self._keep_files(item, [row])
        if old.get("emails") != row.get("emails"):
            self._workspace.upserted(item, [row])
        self._workspace.changed("updated", item, [(old, row)])
        return row

    def _keep_files(self, item: ObjectType, rows: list[Row]) -> None:
        for column in item.file_columns:
            for row in rows:
                self._files.keep_for_good(row[column])


def _refuse_other_than_object(record: Any, *, upsert: bool) -> None:
    """Return what a record that is no object runs into; an upsert takes a number for an object without keys."""
    if record is None:
        raise type_error("Cannot read properties of null (reading 'position')")
    kind = {bool: "boolean", int: "number", float: "number", str: "string"}.get(type(record))
    if kind and not upsert:
        raise type_error(
            f"Cannot create property 'position' on {kind} '{record if kind != 'boolean' else str(record).lower()}'"
        )


def _whole(index: UniqueIndex, value: Any) -> Any:
    """Return a checked value as it would be stored in a new record: for a composite, with the parts that were not sent."""
    composite = COMPOSITES.get(index.field.type)
    return {**composite.empty, **value} if composite else value
