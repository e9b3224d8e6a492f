"""Views and the navigation menu over GraphQL, ``/metadata``: the resolvers of ``layout_schema``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.layout.layout import PARTS, Json
from rehearsal.operations import navigation, views
from rehearsal.workspace.workspace import RehearsalWorkspace

Resolver = Callable[..., Any]
_LABEL = "{objectLabelPlural}"


def _view(workspace: RehearsalWorkspace, one: Json) -> Json:
    label = workspace.model.object(one["objectMetadataId"]).label_plural
    parts = {kind: workspace.layout.parts_of(one["id"], kind) for kind in PARTS}
    return one | parts | {"name": one["name"].replace(_LABEL, label)}


def _get_views(context: Any, objectMetadataId: str | None = None, viewTypes: list[str] | None = None) -> list[Json]:
    workspace: RehearsalWorkspace = context.workspace
    shown = [
        _view(workspace, one)
        for one in workspace.layout.views.values()
        if one["deletedAt"] is None
        and (objectMetadataId in (None, one["objectMetadataId"]))
        and (not viewTypes or one["type"] in viewTypes)
    ]
    return sorted(shown, key=lambda one: one["position"])


def _get_view(context: Any, id: str) -> Json | None:
    return next((one for one in _get_views(context) if one["id"] == id), None)


def _items(context: Any) -> list[Json]:
    return sorted(context.workspace.layout.items.values(), key=lambda one: one["position"])


QUERIES: dict[str, Resolver] = {"getViews": _get_views, "getView": _get_view, "navigationMenuItems": _items}

MUTATIONS: dict[str, Resolver] = {
    "createView": lambda context, input: _view(context.workspace, views.create_view(context.workspace, input)),
    "updateView": lambda context, id, input: _view(context.workspace, views.update_view(context.workspace, id, input)),
    "deleteView": lambda context, id: views.delete_view(context.workspace, id),
    "destroyView": lambda context, id: views.destroy_view(context.workspace, id),
    "createViewField": lambda context, input: views.create_columns(context.workspace, [input])[0],
    "createManyViewFields": lambda context, inputs: views.create_columns(context.workspace, inputs),
    "updateViewField": lambda context, input: views.update_column(context.workspace, input["id"], input["update"]),
    "destroyViewField": lambda context, input: views.destroy_column(context.workspace, input["id"]),
    "createViewFilter": lambda context, input: views.create_filter(context.workspace, input),
    "destroyViewFilter": lambda context, input: views.destroy_filter(context.workspace, input["id"]),
    "createViewSort": lambda context, input: views.create_sort(context.workspace, input),
    "destroyViewSort": lambda context, input: views.destroy_sort(context.workspace, input["id"]),
    "createNavigationMenuItem": lambda context, input: navigation.create_items(context.workspace, [input])[0],
    "createManyNavigationMenuItems": lambda context, inputs: navigation.create_items(context.workspace, inputs),
    "updateNavigationMenuItem": lambda context, input: navigation.update_items(context.workspace, [input])[0],
    "updateManyNavigationMenuItems": lambda context, inputs: navigation.update_items(context.workspace, inputs),
    "deleteNavigationMenuItem": lambda context, id: navigation.delete_items(context.workspace, [id])[0],
    "deleteManyNavigationMenuItems": lambda context, ids: navigation.delete_items(context.workspace, ids),
}
