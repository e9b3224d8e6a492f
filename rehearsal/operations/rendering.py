"""From stored records to answers: addresses of files, and the records around one at depth 1 (cassettes ``depth``,
``soft-delete-parent``).
"""

from __future__ import annotations

from typing import Any

from rehearsal.model.model import Field, ObjectType
from rehearsal.store.uniqueness import Row
from rehearsal.workspace.workspace import RehearsalWorkspace


class Renderer:
    """Renders records for one request; ``base_url`` is where its sender found the server."""

    def __init__(self, workspace: RehearsalWorkspace, base_url: str) -> None:
        self._workspace = workspace
        self._base_url = base_url.rstrip("/")
        self.is_capped = False
        """Whether a record had more fields than this form of Twenty answers with over REST, so that some were left out."""

    def rows(self, item: ObjectType, rows: list[Row], depth: int = 0) -> list[Row]:
        """Return records as REST answers with them."""
        return [self.row(item, row, depth) for row in rows]

    def row(self, item: ObjectType, row: Row, depth: int = 0) -> Row:
        """Return a record as REST answers with it; at depth 1 with the records it points at and those that point at it."""
        if item.file_columns:
            row = row | {column: self.files(row[column]) for column in item.file_columns}
        return self._capped(self._with_relations(item, row) if depth else row)

    def _capped(self, row: Row) -> Row:
        most = self._workspace.form.most_fields
        if most is None or len(row) <= most:
            return row
        self.is_capped = True
        return dict(list(row.items())[:most])

    def files(self, entries: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        """Return the value of a FILES field, with signed addresses."""
        if entries is None:
            return None
        return [entry | {"url": self.file_url(entry["fileId"])} for entry in entries]

    def file_url(self, file_id: str) -> str:
        """Return the address where a file can be read without a key."""
        return f"{self._base_url}/file/files-field/{file_id}?token={self._workspace.files.token(file_id)}"

    def upload_url(self, file_id: str) -> str:
        """Return the address where the bytes of an announced file can be put."""
        return f"{self._base_url}/file-upload/{file_id}?token={self._workspace.files.token(file_id)}"

    def target(self, field: Field) -> ObjectType:
        """Return the object on the other side of a relation."""
        return self._workspace.model.object(field.target_object_id)

    def to_one(self, item: ObjectType, column: str, row: Row) -> tuple[ObjectType, Row | None]:
        """Return the live record that a join column points at."""
        target = self._workspace.model.object(item.by_column[column].target_object_id)
        other = self._workspace.store.table(target).get(row[column]) if row[column] else None
        return target, None if other is None or other["deletedAt"] is not None else other

    def to_many(self, item: ObjectType, name: str, row: Row) -> tuple[ObjectType, list[Row]]:
        """Return the live records on the many side of a relation."""
        field = item.by_name[name]
        target = self._workspace.model.object(field.target_object_id)
        back = self._workspace.model.field(field.target_field_id)
        table = self._workspace.store.table(target)
        others = table.some(table.linked(back.column or "", row["id"])) if back else []
        return target, [other for other in others if other["deletedAt"] is None]

    def _with_relations(self, item: ObjectType, row: Row) -> Row:
        result = dict(row)
        for field in item.to_one:
            column = field.column or ""
            target, other = self.to_one(item, column, row)
            result[field.name] = None if other is None else self.row(target, other)
            if other is None:
                result[column] = None  # a soft-deleted target hides its id too
        for field in item.to_many:
            target, others = self.to_many(item, field.name, row)
            result[field.name] = self.rows(target, others)
        return result
