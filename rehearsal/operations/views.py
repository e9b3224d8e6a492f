"""Changing views: their columns, filters and sorts (Twenty 2.21's source, ``flat-view…-validator.service``)."""

from __future__ import annotations

import json
import re
from typing import Any

from rehearsal.layout.entries import view, view_field, view_filter, view_sort
from rehearsal.layout.following import board_groups
from rehearsal.layout.layout import Json, WorkspaceLayout
from rehearsal.model.model import Field
from rehearsal.operations.refusals import ModelProblem, refused
from rehearsal.values.clock import now_text
from rehearsal.values.errors import ApiError, validation_pipe
from rehearsal.values.uuids import new_uuid
from rehearsal.workspace.workspace import RehearsalWorkspace

_NAME = re.compile(r"(?!(?:not|or|and|Int|Float|Boolean|String|ID)$)[^'\"\\;.=*/]+\Z")
_EMPTY = ("IS_EMPTY", "IS_NOT_EMPTY")
_OPERANDS = {
    "SELECT": ("IS", "IS_NOT", *_EMPTY),
    "RELATION": ("IS", "IS_NOT", *_EMPTY),
    "TEXT": ("CONTAINS", "DOES_NOT_CONTAIN", *_EMPTY),
    "BOOLEAN": ("IS",),
}
"""The operands that a filter may have (``filterOperandsMap``), for the types that a migration filters by."""


def create_view(workspace: RehearsalWorkspace, sent: Json) -> Json:
    """Make a view.

    Raises:
        ApiError: the name, the object or what arranges the records is wrong, or the id is taken.
    """
    if not _NAME.match(sent.get("name") or ""):
        raise validation_pipe(["name has failed the name validation check"])
    item = workspace.model.get(sent["objectMetadataId"])
    if item is None:
        raise _absent()
    group = _field(workspace, sent.get("mainGroupByFieldMetadataId"))
    _field(workspace, sent.get("calendarFieldMetadataId"))
    if sent.get("type") == "KANBAN":
        if group is None:
            raise _refused("view", "creating", "Kanban view must have a main group by field")
        if group.type != "SELECT" and (group.type != "RELATION" or group.column is None):
            message = "Kanban main group by field must be a SELECT or a many-to-one relation field"
            raise _refused("view", "creating", message)
    if sent.get("type") == "CALENDAR" and not (sent.get("calendarLayout") and sent.get("calendarFieldMetadataId")):
        raise _failed("view")  # the table has a check: CHK_VIEW_CALENDAR_INTEGRITY
    if sent.get("id") in workspace.layout.views:
        raise _failed("view")
    made = workspace.layout.put_view(view(item.id, sent))
    board_groups(workspace.layout, made, item)
    return made


def update_view(workspace: RehearsalWorkspace, view_id: str, sent: Json) -> Json:
    """Change a view. Raises ApiError: there is none."""
    there = _view(workspace.layout, view_id)
    return workspace.layout.put_view(there | {k: v for k, v in sent.items() if k != "id"} | {"updatedAt": now_text()})


def delete_view(workspace: RehearsalWorkspace, view_id: str) -> bool:
    """Soft-delete a view: it is shown no more, and its id stays taken. Raises ApiError: there is none."""
    there = _view(workspace.layout, view_id)
    workspace.layout.put_view(there | {"deletedAt": now_text()})
    return True


def destroy_view(workspace: RehearsalWorkspace, view_id: str) -> bool:
    """Take a view away; one that Twenty made along with an object, or ships, becomes inactive instead.

    Raises:
        ApiError: there is none, or it is the only view of its object.
    """
    there = _view(workspace.layout, view_id, "destroy")
    if there["_system"] or there.get("_standard"):
        workspace.layout.put_view(there | {"isActive": False, "updatedAt": now_text()})
        return True
    if len(workspace.layout.views_of(there["objectMetadataId"])) <= 1:
        raise _refused("view", "destroying", "Cannot delete the only view for this object")
    workspace.layout.drop_view(view_id)
    return True


def create_columns(workspace: RehearsalWorkspace, sent: list[Json]) -> list[Json]:
    """Give views columns; all or none.

    Raises:
        ApiError: a view or field is absent, a view has the column already, or one stands before the label's.
    """
    layout = workspace.layout
    made: list[Json] = []
    for one in sent:
        there = _view(layout, one["viewId"], "create")
        if _field(workspace, one["fieldMetadataId"]) is None:
            raise _absent()
        if one.get("id") in layout.parts["viewFields"]:
            raise _failed("viewField")
        columns = [*layout.parts_of(there["id"], "viewFields"), *(m for m in made if m["viewId"] == there["id"])]
        if any(column["fieldMetadataId"] == one["fieldMetadataId"] for column in columns):
            message = "View field with same fieldMetadataUniversalIdentifier and viewUniversalIdentifier already exists"
            raise _refused("viewField", "creating", message)
        rest = {key: value for key, value in one.items() if key not in ("viewId", "fieldMetadataId")}
        column = view_field(there["id"], one["fieldMetadataId"], **rest)
        _check_label_first(workspace, there, column, columns)
        made.append(column)
    return [layout.put_part("viewFields", column) for column in made]


def update_column(workspace: RehearsalWorkspace, column_id: str, sent: Json) -> Json:
    """Show, hide, move or widen a column.

    Raises:
        ApiError: there is none, or the label's would be hidden or not be the first.
    """
    there = workspace.layout.parts["viewFields"].get(column_id)
    if there is None:
        raise ApiError("View field to update not found", status=404, graphql_code="NOT_FOUND")
    changed = there | {key: value for key, value in sent.items() if value is not None}
    others = [c for c in workspace.layout.parts_of(there["viewId"], "viewFields") if c["id"] != column_id]
    if changed["fieldMetadataId"] == _label_id(workspace, workspace.layout.views[there["viewId"]]):
        _check_label_first(workspace, workspace.layout.views[there["viewId"]], changed, others)
    return workspace.layout.put_part("viewFields", changed | {"updatedAt": now_text()})


def destroy_column(workspace: RehearsalWorkspace, column_id: str) -> Json:
    """Take a column away. Raises ApiError: there is none."""
    return _destroy(workspace, "viewFields", column_id, "View field to destroy not found")


def create_filter(workspace: RehearsalWorkspace, sent: Json) -> Json:
    """Give a view a filter.

    Raises:
        ApiError: the view or field is absent, or the field takes no such operand or value.
    """
    there, field = _view(workspace.layout, sent["viewId"], "create"), _field(workspace, sent["fieldMetadataId"])
    if field is None:
        raise _absent()
    if sent.get("id") in workspace.layout.parts["viewFilters"]:
        raise _failed("viewFilter")
    operand = sent.get("operand") or _OPERANDS.get(field.type, ("CONTAINS",))[0]
    if operand not in (allowed := _OPERANDS.get(field.type, (operand,))):
        supported = f"Supported operands: {', '.join(allowed)}."
        message = f'Operand "{operand}" is not supported on field type "{field.type}". {supported}'
        raise _refused("viewFilter", "creating", message, "INVALID_VIEW_FILTER_DATA")
    unknown = set(_values(sent["value"])) - set(field.option_values)
    if field.type == "SELECT" and unknown and operand not in _EMPTY:
        allowed_values = f"Allowed values: {', '.join(field.option_values)}."
        message = f'Filter on "{field.label}" uses option(s) {", ".join(unknown)} that do not exist. {allowed_values}'
        raise _refused("viewFilter", "creating", message, "INVALID_VIEW_FILTER_DATA")
    return workspace.layout.put_part("viewFilters", view_filter(sent | {"viewId": there["id"], "operand": operand}))


def create_sort(workspace: RehearsalWorkspace, sent: Json) -> Json:
    """Give a view a sort. Raises ApiError: the view or field is absent."""
    _view(workspace.layout, sent["viewId"], "create")
    if _field(workspace, sent["fieldMetadataId"]) is None:
        raise _absent()
    if sent.get("id") in workspace.layout.parts["viewSorts"]:
        raise _failed("viewSort")
    return workspace.layout.put_part("viewSorts", view_sort(sent))


def destroy_filter(workspace: RehearsalWorkspace, filter_id: str) -> Json:
    """Take a filter away. Raises ApiError: there is none."""
    return _destroy(workspace, "viewFilters", filter_id, "View filter to destroy not found")


def destroy_sort(workspace: RehearsalWorkspace, sort_id: str) -> bool:
    """Take a sort away. Raises ApiError: there is none."""
    return bool(_destroy(workspace, "viewSorts", sort_id, "View sort to destroy not found"))


def _destroy(workspace: RehearsalWorkspace, kind: str, part_id: str, missing: str) -> Json:
    gone = workspace.layout.parts[kind].get(part_id)
    if gone is None:
        raise ApiError(missing, status=404, graphql_code="NOT_FOUND")
    workspace.layout.drop_parts(kind, [part_id])
    return gone | {"deletedAt": now_text()}


def _check_label_first(workspace: RehearsalWorkspace, there: Json, column: Json, others: list[Json]) -> None:
    """See that the column of the field that names a record is shown, and stands before all others."""
    label = _label_id(workspace, there)
    if there["type"] == "FIELDS_WIDGET" or label is None:
        return
    lowest = min((one["position"] for one in others), default=float("inf"))
    if column["fieldMetadataId"] == label:
        if not column["isVisible"]:
            raise _refused("viewField", "creating", "Label metadata identifier must stay visible")
        if column["position"] > lowest:
            raise _refused("viewField", "creating", "Label metadata identifier must keep the minimal position in the view.")
    elif any(one["fieldMetadataId"] == label for one in others) and column["position"] < lowest:
        message = "View field position cannot be lower than label identifier view field position"
        raise _refused("viewField", "creating", message)


def _label_id(workspace: RehearsalWorkspace, there: Json) -> str | None:
    label = workspace.model.object(there["objectMetadataId"]).label_field
    return label.id if label else None


def _view(layout: WorkspaceLayout, view_id: str, action: str = "update") -> Json:
    there = layout.views.get(view_id)
    if there is None and action == "create":
        raise _absent()
    if there is None:
        raise ApiError(f"View to {action} not found", status=404, graphql_code="NOT_FOUND")
    return there


def _field(workspace: RehearsalWorkspace, field_id: str | None) -> Field | None:
    """Return a field. Raises ApiError: an id is given, and no field has it."""
    field = workspace.model.field(field_id)
    if field_id is not None and field is None:
        raise _absent()
    return field


def _values(value: Any) -> list[str]:
    """Return the options that a filter names: a list, or its JSON."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return [value]
    return [one for one in value if one] if isinstance(value, list) else [value]


def _absent() -> ApiError:
    """Return the error for an id that leads nowhere (``resolveEntityRelationUniversalIdentifiers``)."""
    return ApiError("Could not find flat entity in maps", graphql_code="INTERNAL_SERVER_ERROR")


def _failed(kind: str) -> ApiError:
    message = f"Migration action 'create' for '{kind}' (universalIdentifier: {new_uuid()}) failed"
    return ApiError(message, status=500, body=message, graphql_code="INTERNAL_SERVER_ERROR")


def _refused(kind: str, doing: str, message: str, code: str = "INVALID_VIEW_DATA") -> ApiError:
    words = {"view": "view", "viewField": "view fields", "viewFilter": "view filter"}[kind]
    return refused(f"{doing} {words}", kind, [ModelProblem(code=code, message=message)], {}, "create")
