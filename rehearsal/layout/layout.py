"""The layout: views, their parts and navigation items, each a JSON object as the metadata API answers with it.

A name that begins with ``_`` is the server's own and is not shown. Rules: Twenty 2.21's source, ``metadata-modules/view``,
``view-field``, ``view-filter``, ``view-sort``, ``view-group`` and ``navigation-menu-item``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]

PARTS = ("viewFields", "viewFilters", "viewSorts", "viewGroups")
"""The kinds of parts that a view has, by their name in its answer."""


class WorkspaceLayout:
    """All views, parts of views and navigation items of a workspace, by id."""

    def __init__(
        self, views: Iterable[Json] = (), parts: Mapping[str, Iterable[Json]] | None = None, items: Iterable[Json] = ()
    ) -> None:
        self.views: dict[str, Json] = {one["id"]: one for one in views}
        self.parts: dict[str, dict[str, Json]] = {
            kind: {one["id"]: one for one in (parts or {}).get(kind, ())} for kind in PARTS
        }
        self.items: dict[str, Json] = {one["id"]: one for one in items}
        self.is_changed = True

    def views_of(self, object_id: str) -> list[Json]:
        """Return the views of an object that are not deleted."""
        return [v for v in self.views.values() if v["objectMetadataId"] == object_id and v["deletedAt"] is None]

    def parts_of(self, view_id: str, kind: str) -> list[Json]:
        """Return the parts of one kind that a view has, in their order."""
        found = [one for one in self.parts[kind].values() if one["viewId"] == view_id and one["deletedAt"] is None]
        return sorted(found, key=lambda one: one.get("position") or 0)

    def put_view(self, view: Json) -> Json:
        """Add a view."""
        self.views[view["id"]] = view
        self.is_changed = True
        return view

    def put_part(self, kind: str, part: Json) -> Json:
        """Add a part of a view."""
        self.parts[kind][part["id"]] = part
        self.is_changed = True
        return part

    def put_item(self, item: Json) -> Json:
        """Add an item of the navigation menu."""
        self.items[item["id"]] = item
        self.is_changed = True
        return item

    def drop_parts(self, kind: str, ids: Iterable[str]) -> None:
        """Take parts of views away."""
        for one in list(ids):
            del self.parts[kind][one]
            self.is_changed = True

    def drop_view(self, view_id: str) -> None:
        """Take a view away, with its parts and with the navigation items that lead to it."""
        del self.views[view_id]
        for kind in PARTS:
            self.drop_parts(kind, [key for key, one in self.parts[kind].items() if one["viewId"] == view_id])
        self.drop_items(key for key, one in self.items.items() if one["viewId"] == view_id)
        self.is_changed = True

    def drop_items(self, ids: Iterable[str]) -> None:
        """Take navigation items away, those in a folder with their folder."""
        going = set(ids)
        going |= {key for key, one in self.items.items() if one["folderId"] in going}
        for one in going:
            del self.items[one]
            self.is_changed = True

    def to_json(self) -> Json:
        """Return all of it as JSON, to be kept."""
        parts = {kind: list(found.values()) for kind, found in self.parts.items()}
        return {"views": list(self.views.values()), "parts": parts, "items": list(self.items.values())}

    @classmethod
    def from_json(cls, data: Json) -> WorkspaceLayout:
        """Return what ``to_json`` gave."""
        made = cls(data["views"], data["parts"], data["items"])
        made.is_changed = False
        return made
