"""Views and the navigation menu of a workspace, over its metadata API (Twenty 2.21's source, `metadata-modules/view…`).

Ids are the client's to choose. Changes of the layout are changes of the metadata like others, and share requests with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from consumers.twenty.model_changes import ModelChange
from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import UnexpectedAnswer

NEEDED = (
    "Query.getViews",
    "Query.navigationMenuItems",
    "View.isActive",
    "View.mainGroupByFieldMetadataId",
    "View.calendarFieldMetadataId",
    "Mutation.createView",
    "Mutation.destroyView",
    "Mutation.createManyViewFields",
    "Mutation.updateViewField",
    "Mutation.createViewFilter",
    "Mutation.createViewSort",
    "Mutation.createManyNavigationMenuItems",
    "Mutation.updateManyNavigationMenuItems",
    "Mutation.deleteManyNavigationMenuItems",
    "CreateViewInput.id",
    "CreateViewInput.calendarLayout",
    "CreateViewInput.mainGroupByFieldMetadataId",
    "CreateViewFieldInput.id",
    "CreateViewFilterInput.id",
    "CreateViewSortInput.id",
    "CreateNavigationMenuItemInput.id",
)
"""Paths of the metadata API without which no views are made."""

_READ = """{
  getViews {
    id name objectMetadataId type key isActive mainGroupByFieldMetadataId calendarFieldMetadataId
    viewFields { id fieldMetadataId isVisible position }
    viewFilters { id fieldMetadataId operand value }
    viewSorts { id fieldMetadataId direction }
  }
  navigationMenuItems { id type name viewId targetObjectMetadataId folderId position }
}"""

_INPUTS = {
    "createView": ("input", "CreateViewInput!", "id"),
    "destroyView": ("id", "String!", ""),
    "createManyViewFields": ("inputs", "[CreateViewFieldInput!]!", "id"),
    "updateViewField": ("input", "UpdateViewFieldInput!", "id"),
    "createViewFilter": ("input", "CreateViewFilterInput!", "id"),
    "createViewSort": ("input", "CreateViewSortInput!", "id"),
    "createManyNavigationMenuItems": ("inputs", "[CreateNavigationMenuItemInput!]!", "id"),
    "updateManyNavigationMenuItems": ("inputs", "[UpdateOneNavigationMenuItemInput!]!", "id"),
    "deleteManyNavigationMenuItems": ("ids", "[UUID!]!", "id"),
}
"""For each root field its argument, the argument's type, and what is selected of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewColumn:
    """A column of a view."""

    id: str
    field_id: str
    is_visible: bool
    position: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewCondition:
    """A filter of a view (operand and value), or a sort (its direction as the operand)."""

    id: str
    field_id: str
    operand: str
    value: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenView:
    """A view. `is_index`: the one that Twenty makes for all records of an object. `arranged_by` is the id of a field."""

    id: str
    name: str
    object_id: str
    kind: str
    is_index: bool
    arranged_by: str | None
    columns: tuple[ViewColumn, ...] = ()
    filters: tuple[ViewCondition, ...] = ()
    sorts: tuple[ViewCondition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """An item of the menu that all members have."""

    id: str
    kind: str
    name: str | None
    view_id: str | None
    object_id: str | None
    folder_id: str | None
    position: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLayout:
    """The views and menu items of a workspace, by id."""

    views: Mapping[str, SeenView]
    items: Mapping[str, MenuItem]

    def index_of(self, object_id: str) -> SeenView | None:
        """Return the view that Twenty made for all records of an object."""
        return next((one for one in self.views.values() if one.object_id == object_id and one.is_index), None)

    def column(self, column_id: str) -> ViewColumn | None:
        """Return the column with that id."""
        return next((c for view in self.views.values() for c in view.columns if c.id == column_id), None)

    def in_folder(self, folder_id: str) -> list[MenuItem]:
        """Return the items that lie in a folder."""
        return [one for one in self.items.values() if one.folder_id == folder_id]


def read_layout(connection: Connection) -> SeenLayout:
    """Return the layout. Costs one request. Raises TwentyError."""
    purpose = "read the views and the menu"
    call = Call(method="POST", path="/metadata", purpose=purpose, surface=Surface.METADATA, graphql=True, json={"query": _READ})
    data = connection.send(call).get("data")
    if not isinstance(data, dict):
        raise UnexpectedAnswer(f"the answer to the request to {purpose} has no data: check Twenty's version")
    return SeenLayout(
        views={one["id"]: _view(one) for one in data["getViews"] if one["isActive"]},
        items={one["id"]: _item(one) for one in data["navigationMenuItems"]},
    )


def layout_change(root: str, argument: Any) -> ModelChange:
    """Return the change of a layout that a mutation makes of its one argument."""
    name, kind, selection = _INPUTS[root]
    return ModelChange(mutation=root, arguments={name: (kind, argument)}, selection=selection)


def _view(one: Mapping[str, Any]) -> SeenView:
    return SeenView(
        id=one["id"],
        name=one["name"],
        object_id=one["objectMetadataId"],
        kind=one["type"],
        is_index=one["key"] == "INDEX",
        arranged_by=one["calendarFieldMetadataId"] if one["type"] == "CALENDAR" else one["mainGroupByFieldMetadataId"],
        columns=tuple(
            ViewColumn(id=c["id"], field_id=c["fieldMetadataId"], is_visible=c["isVisible"], position=c["position"])
            for c in one["viewFields"]
        ),
        filters=tuple(_condition(one, "operand") for one in one["viewFilters"]),
        sorts=tuple(_condition(one, "direction") for one in one["viewSorts"]),
    )


def _condition(one: Mapping[str, Any], named: str) -> ViewCondition:
    return ViewCondition(id=one["id"], field_id=one["fieldMetadataId"], operand=one[named], value=one.get("value", ""))


def _item(one: Mapping[str, Any]) -> MenuItem:
    return MenuItem(
        id=one["id"],
        kind=one["type"],
        name=one["name"],
        view_id=one["viewId"],
        object_id=one["targetObjectMetadataId"],
        folder_id=one["folderId"],
        position=one["position"],
    )


def ids_of(layout: SeenLayout) -> Iterable[str]:
    """Yield the ids of everything in a layout: views, their parts, items of the menu."""
    yield from layout.views
    yield from layout.items
    for view in layout.views.values():
        yield from (one.id for one in view.columns)
        yield from (one.id for one in (*view.filters, *view.sorts))
