"""Finding records: by filter, in order, page by page (cassettes ``paging-forward``, ``list-limits``, ``filter-deleted``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from rehearsal.model.model import DataModel, ObjectType
from rehearsal.store.cursors import Cursor, condition_of, cursor_of, read_cursor
from rehearsal.store.filters import Filter, Test, compile_filter, ids_asked_for, linked_asked_for, mentions_deleted
from rehearsal.store.ordering import Ordering, OrderTerm
from rehearsal.store.store import Store
from rehearsal.store.table import StoredTable
from rehearsal.store.uniqueness import Row
from rehearsal.values.errors import bad_request
from rehearsal.values.uuids import is_uuid


@dataclass(frozen=True, kw_only=True)
class WantedPage:
    """Page of a list that a request wants."""

    where: Filter | None = None
    order_by: tuple[OrderTerm, ...] = ()
    first: int = 60
    after: str | None = None
    before: str | None = None
    offset: int = 0


@dataclass(frozen=True, kw_only=True)
class RecordPage:
    """A page; cursors stand for each of its records. Of a page that was read backwards the outer two are exchanged."""

    rows: list[Row]
    cursors: list[str]
    total: int
    has_next: bool
    has_previous: bool
    is_backward: bool = False

    @property
    def ends(self) -> tuple[str | None, str | None]:
        """Return (``startCursor``, ``endCursor``)."""
        if not self.cursors:
            return None, None
        first, last = self.cursors[0], self.cursors[-1]
        return (last, first) if self.is_backward else (first, last)


class Search:
    """Finds records of one workspace."""

    def __init__(self, model: DataModel, store: Store, schema: str, unseen: Collection[str] = frozenset()) -> None:
        """Take ``unseen``: ids of records that are not shared with who asks."""
        self._model, self._store, self._schema, self._unseen = model, store, schema, unseen

    def matching(self, item: ObjectType, where: Filter | None, *, with_deleted: bool) -> list[Row]:
        """Return all records that match, by id. ``with_deleted``: soft-deleted ones too, even if the filter does not ask
        for them.

        Raises:
            ApiError: the filter is wrong.
        """
        test = self.test(item, where)
        hidden = not with_deleted and not mentions_deleted(where)
        table = self._store.table(item)
        return [
            row
            for row in _candidates(table, where)
            if (not hidden or row["deletedAt"] is None) and (test is None or test(row)) and row["id"] not in self._unseen
        ]

    def test(self, item: ObjectType, where: Filter | None, *, trusted: bool = False) -> Test | None:
        """Return the test that a filter stands for; ``trusted``: its values are out of a cursor."""
        return compile_filter(where, item, self._model, self._store, self._schema, trusted=trusted)

    def page(self, item: ObjectType, wanted: WantedPage) -> RecordPage:
        """Return a page of a list.

        Raises:
            ApiError: the filter, the order or a cursor is wrong.
        """
        if wanted.after and wanted.before:
            raise bad_request("Cannot provide both before and after", "INVALID_QUERY_INPUT")
        terms = list(wanted.order_by)
        ordering = Ordering(item, terms, self._model, self._store)
        forward = wanted.before is None
        text = wanted.after or wanted.before
        cursor = read_cursor(text) if text else {}
        table = self._store.table(item)
        is_plain = not wanted.where and ordering.by_id_only and forward and not wanted.offset and _is_plain(cursor)
        if is_plain and not self._unseen:
            return self._plain_page(table, wanted, str(cursor.get("id") or ""))
        beyond = condition_of(item, cursor, terms, forward=forward)
        rows = self.matching(item, wanted.where, with_deleted=False)
        total = len(rows)
        test = self.test(item, beyond, trusted=True)
        if test is not None:
            rows = [row for row in rows if test(row)]
        if not (forward and ordering.by_id_only):
            rows.sort(key=ordering.key if forward else ordering.backward_key)
        end = wanted.offset + wanted.first
        has_more, rows = len(rows) > end, rows[wanted.offset : end]
        if not forward:
            rows.reverse()
        cursors = [cursor_of(item, row, terms) for row in rows]
        return RecordPage(
            rows=rows,
            cursors=cursors,
            total=total,
            has_next=forward and has_more,
            has_previous=not forward and has_more,
            is_backward=not forward,
        )

    def _plain_page(self, table: StoredTable, wanted: WantedPage, row_id: str) -> RecordPage:
        """Return a page of all live records by id, without looking at every record."""
        following = (row for row in table.after(row_id) if row["deletedAt"] is None)
        rows = list(islice(following, wanted.first + 1))
        shown = rows[: wanted.first]
        cursors = [cursor_of(table.item, row, []) for row in shown]
        return RecordPage(rows=shown, cursors=cursors, total=table.live, has_next=len(rows) > wanted.first, has_previous=False)


def _is_plain(cursor: Cursor) -> bool:
    return not cursor or (set(cursor) == {"id"} and is_uuid(cursor["id"]))


def _candidates(table: StoredTable, where: Filter | None) -> Iterable[Row]:
    """Return the records worth testing, by id: few where the filter names ids, or records of another object."""
    ids = ids_asked_for(where)
    if ids is None:
        linked = linked_asked_for(where, [field.column or "" for field in table.item.to_one])
        ids = None if linked is None else [row_id for value in linked[1] for row_id in table.linked(linked[0], value)]
    if ids is None:
        return table.after("")
    return table.some(ids)
