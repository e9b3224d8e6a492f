"""REST for the data model: ``/rest/metadata/objects`` and ``/rest/metadata/fields`` (cassettes ``metadata-*``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rehearsal.operations.fields import create_field, delete_field, found_field, update_field
from rehearsal.operations.metadata_view import field_json, object_json
from rehearsal.operations.objects import create_object, delete_object, found_object, update_object
from rehearsal.rest.answer import HttpAnswer
from rehearsal.values.errors import coded, uuid_expected
from rehearsal.values.uuids import is_uuid
from rehearsal.workspace.model_answers import of_the_model
from rehearsal.workspace.workspace import RehearsalWorkspace

DEFAULT_LIMIT = 1000


def handle(workspace: RehearsalWorkspace, method: str, path: str, query: Mapping[str, str], body: Any) -> HttpAnswer | None:
    """Answer a request for the data model.

    Args:
        workspace: whose.
        method: the HTTP method.
        path: the whole path, ``/rest/metadata/objects``.
        query: ``limit``, ``starting_after``, ``ending_before``.
        body: the JSON body.

    Returns:
        (status, JSON body); None where there is no such path: the server takes it for one of records then.

    Raises:
        ApiError: it cannot be done.
    """
    kind, _, entity_id = path.removeprefix("/rest/metadata/").strip("/").partition("/")
    if kind not in ("objects", "fields"):
        return None
    workspace.require_flag("DATA_MODEL")
    if entity_id and not is_uuid(entity_id):
        raise uuid_expected()
    method = "GET" if method == "HEAD" else method
    is_object, entity_id = kind == "objects", entity_id.lower()
    view: Callable[[Any], dict[str, Any]] = object_json if is_object else field_json
    if method == "GET" and not entity_id:
        entities: list[Any] = list(workspace.model) if is_object else workspace.model.fields()
        question = ("rest", kind, *sorted(query.items()))
        return 200, of_the_model(workspace.model, question, lambda: _list([view(entity) for entity in entities], query))
    if method == "GET":
        return 200, view(found_object(workspace, entity_id) if is_object else found_field(workspace, entity_id))
    if method == "POST" and not entity_id:
        return 201, view(create_object(workspace, body) if is_object else create_field(workspace, body))
    if method in ("PATCH", "PUT") and entity_id:
        return 200, view((update_object if is_object else update_field)(workspace, entity_id, body))
    if method == "DELETE" and entity_id:
        return 200, view((delete_object if is_object else delete_field)(workspace, entity_id))
    return None


def _list(entities: list[dict[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
    """Return a page; cursors are ids."""
    text = query.get("limit") or str(DEFAULT_LIMIT)
    if not text.isdigit():
        raise coded(f"limit '{text}' is invalid. Should be an integer", "INVALID_LIMIT_QUERY_PARAM")
    ids = [entity["id"] for entity in entities]
    start, end = 0, len(entities)
    if query.get("starting_after") in ids:
        start = ids.index(query["starting_after"]) + 1
    if query.get("ending_before") in ids:
        end = ids.index(query["ending_before"])
        start = max(start, end - int(text))
    page = entities[start : min(end, start + int(text))]
    return {
        "data": page,
        "pageInfo": {
            "hasNextPage": start + len(page) < len(entities),
            "startCursor": page[0]["id"] if page else None,
            "endCursor": page[-1]["id"] if page else None,
        },
        "totalCount": len(entities),
    }
