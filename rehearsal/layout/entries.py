"""New views, parts of views and navigation items, with what a client did not send as Twenty fills it in."""

from __future__ import annotations

from typing import Any

from rehearsal.layout.layout import Json
from rehearsal.values.clock import now_text
from rehearsal.values.uuids import new_uuid

SIZE = 180
"""The width of a column in pixels (``DEFAULT_VIEW_FIELD_SIZE``)."""

SHOWN_GROUPS = 40
"""Groups of a board that are shown at first, at most (``VIEW_GROUP_VISIBLE_OPTIONS_MAX``)."""


def view(object_id: str, sent: Json, *, system: bool = False) -> Json:
    """Return a view; ``system``: Twenty makes it along with an object."""
    defaults = {
        "type": "TABLE",
        "key": None,
        "position": 0,
        "isCompact": False,
        "openRecordIn": "SIDE_PANEL",
        "kanbanAggregateOperation": None,
        "kanbanAggregateOperationFieldMetadataId": None,
        "mainGroupByFieldMetadataId": None,
        "shouldHideEmptyGroups": False,
        "kanbanColumnWidth": None,
        "calendarFieldMetadataId": None,
        "calendarLayout": None,
        "anyFieldFilterValue": None,
        "visibility": "WORKSPACE",
    }
    own = {"objectMetadataId": object_id, "isCustom": True, "isActive": True, "createdByUserWorkspaceId": None}
    return _entry(sent, defaults) | own | {"_system": system}


def view_field(view_id: str, field_id: str, *, system: bool = False, **sent: Any) -> Json:
    """Return a column of a view."""
    defaults = {"isVisible": True, "size": SIZE, "position": 0, "aggregateOperation": None, "viewFieldGroupId": None}
    own = {"viewId": view_id, "fieldMetadataId": field_id, "isActive": True, "_system": system}
    return _entry(sent, defaults) | own


def view_filter(sent: Json) -> Json:
    """Return a filter of a view."""
    defaults = {
        "operand": "CONTAINS",
        "viewFilterGroupId": None,
        "positionInViewFilterGroup": None,
        "subFieldName": None,
        "relationTargetFieldMetadataId": None,
    }
    return _entry(sent, defaults)


def view_sort(sent: Json) -> Json:
    """Return a sort of a view."""
    return _entry(sent, {"direction": "ASC", "subFieldName": None})


def view_group(view_id: str, value: str, position: int) -> Json:
    """Return a column of a board: the records whose field has this value; none for an empty text."""
    own = {"viewId": view_id, "fieldValue": value, "position": position, "isVisible": position < SHOWN_GROUPS}
    return _entry(own, {})


def navigation_item(kind: str, position: float, **sent: Any) -> Json:
    """Return an item of the navigation menu."""
    names = ("userWorkspaceId", "targetRecordId", "targetObjectMetadataId", "viewId", "name", "link", "icon", "color")
    defaults = dict.fromkeys((*names, "folderId", "pageLayoutId"))
    item = _entry(sent, defaults) | {"type": kind, "position": position}
    del item["deletedAt"]
    return item


def _entry(sent: Json, defaults: Json) -> Json:
    now = now_text()
    given = {key: value for key, value in sent.items() if value is not None or key not in defaults}
    return {**defaults, **given, "id": sent.get("id") or new_uuid(), "createdAt": now, "updatedAt": now, "deletedAt": None}
