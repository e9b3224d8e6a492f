"""Finding records: by filter, in order, page by page (cassettes ``paging-forward``, ``list-limits``, ``filter-deleted``)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from rehearsal.cursors import cursor_of, read_cursor
from rehearsal.errors import bad_request
from rehearsal.filters import Filter, Test, compile_filter, ids_asked_for, linked_asked_for, mentions_deleted
from rehearsal.model import DataModel, ObjectType
from rehearsal.ordering import Ordering, Term
from rehearsal.store import Store
from rehearsal.table import Table
from rehearsal.uniqueness import Row


@dataclass(frozen=True)
class Wanted:
    """Which page of which list."""

    where: Filter | None = None
    order_by: tuple[Term, ...] = ()
    first: int = 60
    after: str | None = None
    before: str | None = None
    offset: int = 0


@dataclass(frozen=True)
class Page:
    """A page; cursors stand for each of its records."""

    rows: list[Row]
    cursors: list[str]
    total: int
    has_next: bool
    has_previous: bool


class Search:
    """Finds records of one workspace."""

    def __init__(self, model: DataModel, store: Store, schema: str) -> None:
        self._model, self._store, self._schema = model, store, schema

    def matching(self, item: ObjectType, where: Filter | None, *, with_deleted: bool) -> list[Row]:
        """All records that match, by id. ``with_deleted``: soft-deleted ones too, even if the filter does not ask for them.

        Raises:
            ApiError: the filter is wrong.
        """
        test = self.test(item, where)
        hidden = not with_deleted and not mentions_deleted(where)
        table = self._store.table(item)
        return [
            row for row in _candidates(table, where) if (not hidden or row["deletedAt"] is None) and (test is None or test(row))
        ]

    def test(self, item: ObjectType, where: Filter | None) -> Test | None:
        """The test that a filter stands for."""
        return compile_filter(where, item, self._model, self._store, self._schema)

    def page(self, item: ObjectType, wanted: Wanted) -> Page:
        """A page of a list.

        Raises:
            ApiError: the filter, the order or a cursor is wrong.
        """
        if wanted.after and wanted.before:
            raise bad_request("Cannot provide both before and after", "INVALID_QUERY_INPUT")
        ordering = Ordering(item, list(wanted.order_by))
        if not wanted.where and ordering.by_id_only and not wanted.before and not wanted.offset:
            return self._plain_page(self._store.table(item), wanted)
        rows = self.matching(item, wanted.where, with_deleted=False)
        if not ordering.by_id_only:
            rows.sort(key=ordering.key)
        total = len(rows)
        if wanted.before:
            values, row_id = read_cursor(wanted.before, len(wanted.order_by))
            rows = rows[: bisect_left(rows, ordering.key_of(values, row_id), key=ordering.key)]
            start = max(0, len(rows) - wanted.first)
            return _page(rows[start:], ordering, total, has_next=False, has_previous=start > 0)
        start = wanted.offset
        if wanted.after:
            values, row_id = read_cursor(wanted.after, len(wanted.order_by))
            start += bisect_right(rows, ordering.key_of(values, row_id), key=ordering.key)
        end = start + wanted.first
        return _page(rows[start:end], ordering, total, has_next=end < len(rows), has_previous=False)

    def _plain_page(self, table: Table, wanted: Wanted) -> Page:
        """A page of all live records by id, without looking at every record."""
        _, row_id = read_cursor(wanted.after, 0) if wanted.after else ([], "")
        following = (row for row in table.after(row_id) if row["deletedAt"] is None)
        rows = list(islice(following, wanted.first + 1))
        return _page(
            rows[: wanted.first], Ordering(table.item, []), table.live, has_next=len(rows) > wanted.first, has_previous=False
        )


def _page(rows: list[Row], ordering: Ordering, total: int, *, has_next: bool, has_previous: bool) -> Page:
    return Page(rows, [cursor_of(row["id"], ordering.values(row)) for row in rows], total, has_next, has_previous)


def _candidates(table: Table, where: Filter | None) -> Iterable[Row]:
    """The records worth testing, by id: few where the filter names ids, or records of another object."""
    ids = ids_asked_for(where)
    if ids is None:
        linked = linked_asked_for(where, [field.column or "" for field in table.item.to_one])
        ids = None if linked is None else [row_id for value in linked[1] for row_id in table.linked(linked[0], value)]
    if ids is None:
        return table.after("")
    return table.some(ids)
