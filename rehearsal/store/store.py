"""All records of a workspace: a table for each object, statements that happen whole or not at all, and a note of what
changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rehearsal.model.model import ObjectType
from rehearsal.store.table import StoredTable, rebuilt
from rehearsal.store.uniqueness import Row
from rehearsal.values.errors import ApiError


class Store:
    """Tables by object id. Every change goes through here, so that it can be undone and kept."""

    def __init__(self) -> None:
        self._tables: dict[str, StoredTable] = {}
        self._journal: list[tuple[StoredTable, str, Row | None]] = []  # (table, id, image before; None: it was not there)

    def table(self, item: ObjectType) -> StoredTable:
        """Return the table of an object."""
        return self._tables[item.id]

    def tables(self) -> Iterator[StoredTable]:
        """Return all tables."""
        return iter(self._tables.values())

    def add_table(self, item: ObjectType) -> None:
        """Add a table for a new object."""
        self._tables[item.id] = StoredTable(item)

    def drop_table(self, item: ObjectType) -> None:
        """Take the table of an object away, with all its records."""
        del self._tables[item.id]

    def rebuild(self, item: ObjectType, rows: list[Row]) -> None:
        """Give an object's table another shape and other rows, after a change of the data model.

        Raises:
            ApiError: the rows do not fit its unique indexes; nothing was changed.
        """
        self._tables[item.id] = rebuilt(item, rows)

    @contextmanager
    def statement(self) -> Iterator[None]:
        """Return what happens inside happens whole or not at all, like a statement of a database."""
        mark = len(self._journal)
        try:
            yield
        except ApiError:
            while len(self._journal) > mark:
                table, row_id, image = self._journal.pop()
                table.restore_image(row_id, image)
            raise

    def insert(self, table: StoredTable, row: Row) -> None:
        """Add a record. Raises ApiError: something unique about it is taken."""
        table.insert(row)
        self._journal.append((table, row["id"], None))

    def replace(self, table: StoredTable, row_id: str, row: Row) -> None:
        """Change a record. Raises ApiError: something unique about it is taken."""
        before = table.get(row_id)
        table.replace(row_id, row)
        self._journal.append((table, row_id, before))
        if row["id"] != row_id:
            self._journal.append((table, row["id"], None))

    def remove(self, table: StoredTable, row_id: str) -> None:
        """Take a record away for good."""
        self._journal.append((table, row_id, table.remove(row_id)))

    def changes(self) -> list[tuple[ObjectType, str, Row | None]]:
        """Return what changed since this was last asked: (object, id, the record as it is now; None: it is gone)."""
        changed = {(table.item.id, row_id): table for table, row_id, _ in self._journal}
        self._journal.clear()
        return [
            (table.item, row_id, table.get(row_id))
            for (object_id, row_id), table in changed.items()
            if self._tables.get(object_id) is table
        ]
