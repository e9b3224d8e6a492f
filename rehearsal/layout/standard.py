"""The layout of a new workspace: the views of the standard objects and the navigation menu (``twenty-standard-application``).

Of the standard objects, the columns are those that this workspace has. Only the views of companies, notes, opportunities,
people and tasks are listed; other objects have one with the field that names their records.
"""

from __future__ import annotations

from rehearsal.layout.entries import navigation_item, view, view_field
from rehearsal.layout.following import board_groups, made_with_object
from rehearsal.layout.layout import WorkspaceLayout
from rehearsal.model.model import DataModel, ObjectType

INDEX = {
    "company": "name domainName createdBy accountOwner createdAt employees linkedinLink address",
    "note": "title noteTargets bodyV2 createdBy createdAt",
    "opportunity": "name amount createdBy closeDate company pointOfContact",
    "person": "name emails createdBy company phones createdAt jobTitle linkedinLink",
    "task": "title status taskTargets createdBy dueAt assignee bodyV2 createdAt",
}
"""The columns of the view that lists all records."""

RECORD_PAGE = {
    "company": "domainName accountOwner employees address linkedinLink createdAt createdBy",
    "note": "bodyV2 noteTargets createdAt createdBy",
    "opportunity": "amount closeDate stage company pointOfContact createdAt createdBy",
    "person": "emails phones company jobTitle linkedinLink createdAt createdBy",
    "task": "dueAt status assignee bodyV2 taskTargets createdAt createdBy",
}
"""The fields that a record's page shows."""

OTHERS = {"task": (("By Status", "KANBAN", "title status dueAt assignee createdAt"), ("Assigned to Me", "TABLE", "title"))}
"""Further views."""

MENU = ("company", "person", "opportunity", "task", "note", "dashboard")


def standard_layout(model: DataModel) -> WorkspaceLayout:
    """Return the layout for a model; custom objects in it have what Twenty makes along with an object."""
    layout = WorkspaceLayout()
    for item in model:
        if item.custom:
            made_with_object(layout, item)
        else:
            _standard_views(layout, item)
    for place, singular in enumerate(MENU):
        if found := model.singular(singular):
            layout.put_item(navigation_item("OBJECT", place, targetObjectMetadataId=found.id))
    return layout


def _standard_views(layout: WorkspaceLayout, item: ObjectType) -> None:
    named = INDEX.get(item.name_singular, item.label_field.name if item.label_field else "id")
    _add(layout, item, "All {objectLabelPlural}", "TABLE", named, key="INDEX")
    for name, kind, columns in OTHERS.get(item.name_singular, ()):
        _add(layout, item, name, kind, columns)
    if shown := RECORD_PAGE.get(item.name_singular):
        _add(layout, item, f"{item.label_singular} Record Page Fields", "FIELDS_WIDGET", shown)


def _add(layout: WorkspaceLayout, item: ObjectType, name: str, kind: str, columns: str, key: str | None = None) -> None:
    group = item.by_name["status"].id if name in ("By Status", "Assigned to Me") else None
    sent = {"name": name, "icon": "IconList", "type": kind, "key": key, "mainGroupByFieldMetadataId": group}
    made = layout.put_view(view(item.id, sent) | {"isCustom": False, "_standard": True})
    board_groups(layout, made, item)
    for place, column in enumerate(columns.split()):
        if column in item.by_name:
            layout.put_part("viewFields", view_field(made["id"], item.by_name[column].id, position=place))
