"""Changes of the layout that follow a change of the data model.

A new object gets an index view, a view for its record page, and a navigation item (``object-metadata.service``). A new field
is hidden in its object's index view and shown on the record page (``compute-flat-view-fields-from-fields-widgets``). A field
that goes takes its columns, filters and sorts along, and the boards and calendars that it arranges (foreign keys that cascade).
A field that is switched off takes its columns, filters, boards and calendars along, and none comes back when it is switched on
again (``handle-field-metadata-deactivation-side-effects``).
"""

from __future__ import annotations

from rehearsal.layout.entries import navigation_item, view, view_field, view_group
from rehearsal.layout.layout import Json, WorkspaceLayout
from rehearsal.model.model import Field, ObjectType

_NOT_SHOWN = frozenset({"TS_VECTOR", "POSITION", "MORPH_RELATION", "RELATION"})


def follow(layout: WorkspaceLayout, before: ObjectType | None, after: ObjectType) -> None:
    """Have the layout fit an object that was made or changed."""
    if before is None:
        made_with_object(layout, after)
        return
    known, now = {field.id: field for field in before.fields}, {field.id: field for field in after.fields}
    _fields_gone(layout, known.keys() - now.keys())
    for field in after.fields:
        if field.id not in known:
            if field.type != "MORPH_RELATION":
                _field_made(layout, field)
        elif known[field.id].active and not field.active:
            _field_off(layout, field)
        elif field.options != known[field.id].options:
            _options_changed(layout, after, field)


def object_gone(layout: WorkspaceLayout, item: ObjectType) -> None:
    """Take away the views of an object, and the navigation items that lead to it."""
    for one in [view_id for view_id, one in layout.views.items() if one["objectMetadataId"] == item.id]:
        layout.drop_view(one)
    layout.drop_items(key for key, one in layout.items.items() if one["targetObjectMetadataId"] == item.id)


def made_with_object(layout: WorkspaceLayout, item: ObjectType) -> None:
    """Make what a new object comes with."""
    sent = {"name": "All {objectLabelPlural}", "icon": "IconList", "key": "INDEX"}
    index = layout.put_view(view(item.id, sent, system=True))
    name = f"{item.label_singular} Record Page Fields"
    page = layout.put_view(view(item.id, {"name": name, "icon": "IconList", "type": "FIELDS_WIDGET"}, system=True))
    shown = [f for f in item.fields if f.type not in _NOT_SHOWN and f.name not in ("id", "deletedAt")]
    shown.sort(key=lambda field: field is not item.label_field)
    for place, field in enumerate(shown):
        layout.put_part("viewFields", view_field(index["id"], field.id, system=True, position=place))
    for place, field in enumerate(field for field in shown if field is not item.label_field):
        layout.put_part("viewFields", view_field(page["id"], field.id, system=True, position=place))
    places = [one["position"] for one in layout.items.values() if one["userWorkspaceId"] is None]
    layout.put_item(navigation_item("OBJECT", max(places, default=-1) + 1, targetObjectMetadataId=item.id))


def board_groups(layout: WorkspaceLayout, view_: Json, item: ObjectType) -> None:
    """Give a view that is arranged by a SELECT a group for each of its options, and one for records without a value."""
    field = next((f for f in item.fields if f.id == view_["mainGroupByFieldMetadataId"]), None)
    if field is None:
        return
    values = [*(option.value for option in field.options or ()), *([""] if field.nullable else [])]
    for place, value in enumerate(values):
        layout.put_part("viewGroups", view_group(view_["id"], value, place))


def _field_made(layout: WorkspaceLayout, field: Field) -> None:
    for one in layout.views_of(field.object_id):
        if one["isActive"] and (one["key"] == "INDEX" or one["type"] == "FIELDS_WIDGET"):
            places = [column["position"] for column in layout.parts_of(one["id"], "viewFields")]
            column = view_field(
                one["id"],
                field.id,
                system=one["_system"],
                isVisible=one["type"] == "FIELDS_WIDGET",
                position=max(places, default=-1) + 1,
            )
            layout.put_part("viewFields", column)


def _fields_gone(layout: WorkspaceLayout, gone: set[str]) -> None:
    for kind in ("viewFields", "viewFilters", "viewSorts"):
        layout.drop_parts(kind, [key for key, one in layout.parts[kind].items() if one["fieldMetadataId"] in gone])
    arranged = ("calendarFieldMetadataId", "mainGroupByFieldMetadataId", "kanbanAggregateOperationFieldMetadataId")
    for one in [key for key, one in layout.views.items() if any(one[name] in gone for name in arranged)]:
        layout.drop_view(one)


def _field_off(layout: WorkspaceLayout, field: Field) -> None:
    for kind in ("viewFields", "viewFilters"):
        layout.drop_parts(kind, [key for key, one in layout.parts[kind].items() if one["fieldMetadataId"] == field.id])
    arranged = ("calendarFieldMetadataId", "mainGroupByFieldMetadataId")
    for one in [key for key, one in layout.views.items() if field.id in (one[name] for name in arranged)]:
        layout.drop_view(one)


def _options_changed(layout: WorkspaceLayout, item: ObjectType, field: Field) -> None:
    values = {option.value for option in field.options or ()}
    for one in layout.views_of(item.id):
        if one["mainGroupByFieldMetadataId"] != field.id:
            continue
        groups = layout.parts_of(one["id"], "viewGroups")
        layout.drop_parts("viewGroups", [group["id"] for group in groups if group["fieldValue"] not in values | {""}])
        there = {group["fieldValue"] for group in groups}
        place = max((group["position"] for group in groups), default=-1)
        for value in [option.value for option in field.options or () if option.value not in there]:
            place += 1
            layout.put_part("viewGroups", view_group(one["id"], value, place))
