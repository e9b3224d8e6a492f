"""REST for records: paths, query parameters, answers (cassettes ``paths-and-names``, ``list-limits``, ``delete``,
``restore`` and many more).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from rehearsal.model.model import ObjectType
from rehearsal.operations.merging import merge
from rehearsal.operations.records import MAX_RECORDS, Records
from rehearsal.operations.rendering import Renderer
from rehearsal.rest.answer import HttpAnswer
from rehearsal.rest.filter_text import read_filter
from rehearsal.store.filters import Filter
from rehearsal.store.ordering import read_order_by
from rehearsal.store.pages import RecordPage, WantedPage
from rehearsal.store.uniqueness import Row
from rehearsal.values.errors import ApiError, bad_request, not_found, type_error
from rehearsal.values.uuids import is_uuid
from rehearsal.values.values import number_of
from rehearsal.workspace.workspace import RehearsalWorkspace

DEFAULT_LIMIT = 60

Query = Mapping[str, str]


class RecordsApi:
    """Answers one request for records."""

    def __init__(self, workspace: RehearsalWorkspace, base_url: str, query: Query) -> None:
        self._workspace = workspace
        self._records = Records(workspace)
        self._renderer = Renderer(workspace, base_url)
        self._query = query

    @property
    def is_capped(self) -> bool:
        """Return whether fields were left out of the answer."""
        return self._renderer.is_capped

    def handle(self, method: str, path: str, body: Any) -> HttpAnswer:
        """Do what is asked.

        Args:
            method: the HTTP method.
            path: the whole path, ``/rest/people``.
            body: the JSON body.

        Returns:
            (status, JSON body).

        Raises:
            ApiError: it cannot be done.
        """
        method = "GET" if method == "HEAD" else method
        special, name, row_id = _parts(path, method)
        item = self._object(name)
        self._workspace.bucket.spend()
        depth = self._depth()
        self._workspace.require(item, self._right(method, special))
        # These two words count with one method each; with others the path means the object behind them.
        if body is None and method in ("POST", "PATCH", "PUT") and (special != "restore" or method != "PATCH"):
            of = "forEach" if special == "batch" and method == "POST" else "position"
            raise type_error(f"Cannot read properties of undefined (reading '{of}')")
        if special == "batch" and method == "POST":
            rows = self._records.create(item, body, upsert=self._query.get("upsert") == "true")
            return 201, _data(f"create{item.pascal_plural}", self._renderer.rows(item, rows, depth))
        if special == "merge":
            merged = merge(self._workspace, item, body if isinstance(body, dict) else {})
            return 200, _data(f"merge{item.pascal}", self._renderer.row(item, merged, depth))
        if special == "restore" and method == "PATCH":
            rows = self._records.restore(item, self._matching(item))
            return 200, _data(f"restore{item.pascal_plural}", self._renderer.rows(item, rows, depth))
        return _METHODS[method](self, item, row_id, body, depth)

    def _right(self, method: str, special: str | None) -> str:
        """Return the right that a request takes."""
        if special == "restore" or (method == "DELETE" and self._query.get("soft_delete") == "true"):
            return "SoftDelete"
        return {"GET": "Read", "DELETE": "Destroy"}.get(method, "Update")

    def _get(self, item: ObjectType, row_id: str | None, body: Any, depth: int) -> HttpAnswer:
        if row_id is None:
            return 200, self._list(item, self._workspace.search.page(item, self._wanted()), depth)
        row = self._workspace.store.table(item).get(row_id)
        if row is None or row["deletedAt"] is not None or row_id in self._workspace.hidden:
            raise not_found()
        return 200, _data(item.name_singular, self._renderer.row(item, row, depth))

    def _post(self, item: ObjectType, row_id: str | None, body: Any, depth: int) -> HttpAnswer:
        rows = self._records.create(item, [body], upsert=self._query.get("upsert") == "true")
        return 201, _data(f"create{item.pascal}", self._renderer.row(item, rows[0], depth))

    def _patch(self, item: ObjectType, row_id: str | None, body: Any, depth: int) -> HttpAnswer:
        if row_id is None:
            rows = self._records.update_many(item, self._where(), body)
            return 200, _data(f"update{item.pascal_plural}", self._renderer.rows(item, rows, depth))
        return 200, _data(f"update{item.pascal}", self._renderer.row(item, self._records.update(item, row_id, body), depth))

    def _delete(self, item: ObjectType, row_id: str | None, body: Any, depth: int) -> HttpAnswer:
        soft = self._query.get("soft_delete") == "true"  # any other value destroys
        if row_id is not None:
            row = self._workspace.store.table(item).get(row_id)
            if row is None:
                raise not_found()
            return 200, _data(f"delete{item.pascal}", self._gone(item, [row], depth, soft=soft)[0])
        if "filter" not in self._query:
            raise bad_request(
                f"Filters are mandatory for bulk {'delete' if soft else 'destroy'} operations. "
                "Please provide at least one filter to prevent accidental deletion of all records."
            )
        return 200, _data(f"delete{item.pascal_plural}", self._gone(item, self._matching(item), depth, soft=soft))

    def _gone(self, item: ObjectType, rows: list[Row], depth: int, *, soft: bool) -> list[Row]:
        if soft:
            return self._renderer.rows(item, self._records.soft_delete(item, rows), depth)
        return [{"id": row["id"]} for row in self._records.destroy(item, rows)]

    def _list(self, item: ObjectType, page: RecordPage, depth: int) -> dict[str, Any]:
        return {
            "data": {item.name_plural: self._renderer.rows(item, page.rows, depth)},
            "totalCount": page.total,
            "pageInfo": {
                "startCursor": page.ends[0],
                "endCursor": page.ends[1],
                "hasNextPage": page.has_next,
                "hasPreviousPage": page.has_previous,
            },
        }

    def _object(self, name: str) -> ObjectType:
        item = self._workspace.model.plural(name)
        if item is None:
            singular = self._workspace.model.singular(name)
            hint = f"Did you mean '{singular.name_plural}'?" if singular else "eg: companies"
            raise bad_request(f"object '{name}' not found. {hint}")
        return item

    def _matching(self, item: ObjectType) -> list[Row]:
        return self._workspace.search.matching(item, self._where(), with_deleted=True)

    def _where(self) -> Filter | None:
        return read_filter(self._query["filter"]) if "filter" in self._query else None

    def _wanted(self) -> WantedPage:
        return WantedPage(
            where=self._where(),
            order_by=tuple(read_order_by(self._query.get("order_by"))),
            first=self._limit(),
            after=self._query.get("starting_after"),
            before=self._query.get("ending_before"),
        )

    def _limit(self) -> int:
        text = self._query.get("limit", "")
        number = number_of(text) if text else DEFAULT_LIMIT
        if math.isnan(number) or number < 0:
            raise bad_request(f"limit '{text}' is invalid. Should be an integer")
        return math.ceil(min(number, MAX_RECORDS))

    def _depth(self) -> int:
        text = self._query.get("depth", "")
        depth = number_of(text) if text else 0
        if depth not in (0, 1):
            raise bad_request(f"'depth={text}' parameter invalid. Allowed values are 0, 1")
        return int(depth)


_METHODS = {
    "GET": RecordsApi._get,
    "POST": RecordsApi._post,
    "PATCH": RecordsApi._patch,
    "PUT": RecordsApi._patch,
    "DELETE": RecordsApi._delete,
}


def _parts(path: str, method: str) -> tuple[str, str, str | None]:
    """Return (``batch``, ``restore``, ``merge`` or nothing, plural name, id) of a path.

    Raises:
        ApiError: too many parts, or an id that is no UUID.
    """
    for special in ("batch", "restore"):
        prefix = f"/rest/{special}/"
        if path.startswith(prefix):
            name = path[len(prefix) :]
            if "/" in name.rstrip("/"):
                raise _invalid_path(path)
            return special, name.rstrip("/"), None
    # The server takes "/rest" out wherever it stands, also from ".../restore" (cassette "restore").
    parts = [part for part in path.replace("/rest", "").split("/") if part]
    if not 1 <= len(parts) <= 2:
        raise _invalid_path(path)
    if len(parts) == 1:
        return "", parts[0], None
    if parts[1] == "merge" and method == "PATCH":
        return "merge", parts[0], None
    if not is_uuid(parts[1]):
        raise bad_request(f"'{parts[1]}' is not a valid UUID")
    return "", parts[0], parts[1].lower()


def _invalid_path(path: str) -> ApiError:
    return bad_request(
        f"Query path '{path}' invalid. Valid examples: /rest/companies/id or /rest/companies or /rest/batch/companies"
    )


def _data(name: str, value: Any) -> dict[str, Any]:
    return {"data": {name: value}}
