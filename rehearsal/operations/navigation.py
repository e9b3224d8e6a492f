"""Changing the navigation menu (Twenty 2.21's source, ``navigation-menu-item.service`` and its validator)."""

from __future__ import annotations

from rehearsal.layout.entries import navigation_item
from rehearsal.layout.layout import Json
from rehearsal.operations.refusals import ModelProblem, refused
from rehearsal.values.clock import now_text
from rehearsal.values.errors import ApiError
from rehearsal.values.uuids import new_uuid
from rehearsal.workspace.workspace import RehearsalWorkspace

_NEEDS = {
    "OBJECT": (("targetObjectMetadataId",), "targetObjectMetadataId is required for OBJECT type"),
    "VIEW": (("viewId",), "viewId is required for VIEW type"),
    "LINK": (("link",), "link is required for LINK type"),
    "PAGE_LAYOUT": (("pageLayoutId",), "pageLayoutId is required for PAGE_LAYOUT type"),
    "RECORD": (
        ("targetRecordId", "targetObjectMetadataId"),
        "targetRecordId and targetObjectMetadataId are required for RECORD type",
    ),
    "FOLDER": (("name",), "Folder name is required"),
}
"""The required parts of an item, by its type."""


def create_items(workspace: RehearsalWorkspace, sent: list[Json]) -> list[Json]:
    """Make items of the menu, folders first; all or none.

    Raises:
        ApiError: an item lacks what its type needs, leads nowhere, or lies in a folder that is in a folder.
    """
    layout = workspace.layout
    made: dict[str, Json] = {}
    for one in sorted(sent, key=lambda item: item["type"] != "FOLDER"):
        names, why = _NEEDS[one["type"]]
        if not all(str(one.get(name) or "").strip() for name in names):
            raise _refused("creating", why, "create")
        folder_id = one.get("folderId")
        _check_targets(workspace, one, {**layout.items, **made})
        if one.get("id") in layout.items or one.get("id") in made:
            message = f"Migration action 'create' for 'navigationMenuItem' (universalIdentifier: {new_uuid()}) failed"
            raise ApiError(message, status=500, body=message, graphql_code="INTERNAL_SERVER_ERROR")
        beside = [item["position"] for item in (*layout.items.values(), *made.values()) if item["folderId"] == folder_id]
        position = one["position"] if one.get("position") is not None else max([0, *beside]) + 1
        rest = {key: value for key, value in one.items() if key not in ("type", "position")}
        item = navigation_item(one["type"], position, **rest)
        made[item["id"]] = item
    by_sent = [next(item for item in made.values() if _is_of(item, one)) for one in sent]
    for item in made.values():
        layout.put_item(item)
    return by_sent


def update_items(workspace: RehearsalWorkspace, sent: list[Json]) -> list[Json]:
    """Move or rename items of the menu, ``{"id", "update"}`` each. Raises ApiError: one is absent."""
    for one in sent:
        _found(workspace, one["id"], "update")
        _check_targets(workspace, one["update"], workspace.layout.items)
    return [
        workspace.layout.put_item(workspace.layout.items[one["id"]] | one["update"] | {"updatedAt": now_text()}) for one in sent
    ]


def delete_items(workspace: RehearsalWorkspace, ids: list[str]) -> list[Json]:
    """Take items of the menu away, a folder with all that lies in it. Raises ApiError: one is absent."""
    gone = [_found(workspace, one, "delete") for one in ids]
    workspace.layout.drop_items(ids)
    return gone


def _is_of(item: Json, sent: Json) -> bool:
    return all(item.get(key) == value for key, value in sent.items() if value is not None)


def _found(workspace: RehearsalWorkspace, item_id: str, action: str) -> Json:
    item = workspace.layout.items.get(item_id)
    if item is None:
        raise ApiError(f"Navigation menu item to {action} not found", status=404, graphql_code="NOT_FOUND")
    return item


def _check_targets(workspace: RehearsalWorkspace, sent: Json, items: dict[str, Json]) -> None:
    folder = items.get(sent.get("folderId") or "")
    absent = (
        (sent.get("folderId") and folder is None)
        or (sent.get("viewId") and sent["viewId"] not in workspace.layout.views)
        or (sent.get("targetObjectMetadataId") and workspace.model.get(sent["targetObjectMetadataId"]) is None)
    )
    if absent:
        raise ApiError("Could not find flat entity in maps", graphql_code="INTERNAL_SERVER_ERROR")
    if folder is not None and sent.get("type") == "FOLDER":
        raise _refused("creating", "Navigation menu item hierarchy exceeds maximum depth of 2", "create")


def _refused(doing: str, message: str, action: str) -> ApiError:
    problem = ModelProblem(code="INVALID_NAVIGATION_MENU_ITEM_INPUT", message=message)
    return refused(f"{doing} navigation menu items", "navigationMenuItem", [problem], {}, action)
