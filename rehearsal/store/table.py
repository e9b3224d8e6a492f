"""The records of one object, in memory, with the indexes that make them quick to find."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from rehearsal.model.model import ObjectType
from rehearsal.store.uniqueness import Row, UniqueIndex
from rehearsal.values.errors import duplicate


class StoredTable:
    """Rows by id. A row is never changed in place: ``put`` replaces it, so that a row at hand is an image."""

    def __init__(self, item: ObjectType) -> None:
        self.item = item
        self._rows: dict[str, Row] = {}
        self._live = 0
        self._sorted: list[str] | None = None
        self._lowest = self._highest = 0.0
        self._uniques = [UniqueIndex(field) for field in item.unique_fields]
        self._links: dict[str, dict[str, dict[str, None]]] = {field.column or "": {} for field in item.to_one}

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    @property
    def live(self) -> int:
        """Return how many records are not soft-deleted."""
        return self._live

    @property
    def uniques(self) -> list[UniqueIndex]:
        """Return its unique indexes, the id left aside, in the order of the fields."""
        return self._uniques

    def get(self, row_id: str) -> Row | None:
        """Return the record with this id, soft-deleted or not."""
        return self._rows.get(row_id)

    def some(self, ids: Iterable[str]) -> list[Row]:
        """Return those of these records that exist, in the order of their ids."""
        return [self._rows[i] for i in sorted(set(ids)) if i in self._rows]

    def first_position(self) -> float:
        """Return the lowest position there ever was; above that of the first record where there is none yet."""
        return self._lowest if self._rows else 1.0

    def last_position(self) -> float:
        """Return the highest position there ever was."""
        return self._highest

    def linked(self, column: str, target_id: str) -> list[str]:
        """Return the ids of the records whose join column holds this id."""
        return list(self._links.get(column, {}).get(target_id, ()))

    def sorted_ids(self) -> list[str]:
        """Return all ids in order, which is the default order of lists (cassette ``list-limits``)."""
        if self._sorted is None:
            self._sorted = sorted(self._rows)
        return self._sorted

    def after(self, row_id: str) -> Iterator[Row]:
        """Return the records whose ids come after this one, in order."""
        ids = self.sorted_ids()
        return (self._rows[ids[i]] for i in range(bisect_right(ids, row_id), len(ids)))

    def before(self, row_id: str) -> Iterator[Row]:
        """Return the records whose ids come before this one, nearest first."""
        ids = self.sorted_ids()
        return (self._rows[ids[i]] for i in range(bisect_left(ids, row_id) - 1, -1, -1))

    def insert(self, row: Row) -> None:
        """Add a record.

        Raises:
            ApiError: its id or one of its unique values is taken; nothing was changed.
        """
        row_id = row["id"]
        if row_id in self._rows:
            raise duplicate(None, self.item.name_singular, None)
        self._claim(row)
        self._rows[row_id] = row
        position = row["position"] or 0
        is_first = len(self._rows) == 1
        if is_first or position < self._lowest:
            self._lowest = position
        if is_first or position > self._highest:
            self._highest = position
        self._sorted = None
        self._count(row, 1)

    def replace(self, old_id: str, row: Row) -> None:
        """Put a record in the place of the one with ``old_id``; its own id may be another.

        Raises:
            ApiError: its id or one of its unique values is taken; nothing was changed.
        """
        old = self._rows[old_id]
        if row["id"] != old_id:
            if row["id"] in self._rows:
                raise duplicate(None, self.item.name_singular, None)
            self._sorted = None
        changed = [index for index in self._uniques if row["id"] != old_id or old[index.column] != row[index.column]]
        for index in changed:
            index.release(old)
        try:
            self._claim(row, changed)
        except Exception:
            for index in changed:
                index.claim(old)
            raise
        self._count(old, -1)
        if row["id"] == old_id:
            self._rows[old_id] = row
        else:
            del self._rows[old_id]
            self._rows[row["id"]] = row
        self._count(row, 1)

    def remove(self, row_id: str) -> Row:
        """Take a record away for good, and give it."""
        row = self._rows.pop(row_id)
        self._sorted = None
        for index in self._uniques:
            index.release(row)
        self._count(row, -1)
        return row

    def restore_image(self, row_id: str, image: Row | None) -> None:
        """Put a record back to an earlier image; None: it was not there. For undoing only: images never clash when undone
        in order.
        """
        if row_id in self._rows:
            self.remove(row_id)
        if image is not None:
            self.insert(image)

    def _claim(self, row: Row, indexes: list[UniqueIndex] | None = None) -> None:
        claimed: list[UniqueIndex] = []
        for index in self._uniques if indexes is None else indexes:
            holder = index.claim(row)
            if holder is not None:
                for done in claimed:
                    done.release(row)
                other = self._rows.get(holder)
                visible = holder if other is not None and other["deletedAt"] is None else None
                raise duplicate(index.field.label, self.item.name_singular, visible)
            claimed.append(index)

    def _count(self, row: Row, by: int) -> None:
        if row["deletedAt"] is None:
            self._live += by
        row_id = row["id"]
        for column, index in self._links.items():
            target = row[column]
            if target is None:
                continue
            if by > 0:
                index.setdefault(target, {})[row_id] = None
            elif target in index:
                index[target].pop(row_id, None)


def rebuilt(item: ObjectType, rows: Iterable[dict[str, Any]]) -> StoredTable:
    """Return a table for an object with these records.

    Raises:
        ApiError: two of them hold the same unique value.
    """
    table = StoredTable(item)
    for row in rows:
        table.insert(row)
    return table
