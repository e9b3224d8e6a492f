"""A step: one change of the data model, what it made, and what takes it back. Plain data that travels in decisions as JSON.

Bodies: SCHEMA_STEP_INTENDED `{"step"}`; SCHEMA_STEP_APPLIED `{"step", "ids", "inverse"}`; SCHEMA_STEP_UNDONE
`{"step", "undoes", "offset"}` with the event id of the applied step, or with `"undoes": null` for an intended step that was not
applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as having
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter


class StepKind(StrEnum):
    """Kind of a step."""

    CREATE_OBJECT = "CREATE_OBJECT"
    CREATE_FIELD = "CREATE_FIELD"
    CREATE_RELATION = "CREATE_RELATION"
    ADD_OPTIONS = "ADD_OPTIONS"
    MAKE_PRIVATE = "MAKE_PRIVATE"
    SWITCH_OFF_WORKFLOW = "SWITCH_OFF_WORKFLOW"
    MAKE_ROLE = "MAKE_ROLE"
    SHOW_FIELD = "SHOW_FIELD"
    CREATE_VIEW = "CREATE_VIEW"
    ADD_COLUMNS = "ADD_COLUMNS"
    ADD_FILTER = "ADD_FILTER"
    ADD_SORT = "ADD_SORT"
    CREATE_NAVIGATION = "CREATE_NAVIGATION"
    MOVE_NAVIGATION = "MOVE_NAVIGATION"


LAYOUT_KINDS = frozenset(
    {
        StepKind.SHOW_FIELD,
        StepKind.CREATE_VIEW,
        StepKind.ADD_COLUMNS,
        StepKind.ADD_FILTER,
        StepKind.ADD_SORT,
        StepKind.CREATE_NAVIGATION,
        StepKind.MOVE_NAVIGATION,
    }
)
"""The steps about views and the menu. Their effects show in the layout of the workspace, not in its data model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutPart:
    """A view, a column, filter or sort of it, or an item of the menu. Its `id` is chosen by us, or that of what is there.

    `within` is the id of its view or folder, `field` the name of a field. `value` is a filter's value, a sort's direction, the
    id of the view that an item leads to, or a folder's name; `operand` a filter's operand. `entry` names what an item leads
    to. `had_position` and `had_folder` are where something stood before.
    """

    id: str
    within: str | None = None
    field: str | None = None
    operand: str = ""
    value: str = ""
    entry: str = ""
    position: float = 0
    had_position: float = 0
    had_folder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelStep:
    """One change. `object` and `field` are API names (the object's singular); `options` are (value, label); `had` are the ids
    of the options that were there before. `plural` and `label_plural` are an object's, `target`, `back_label` and
    `back_icon` a relation's; `audited` is whether a new field's changes go to Twenty's audit log (None: as Twenty does). Of a
    workflow that is switched off, `field` is its id, `label` its name, `had` the ids of the rows (of `object`) by which Twenty
    fires it.
    `view` is the key of a view, or of what the menu leads to, and `parts` are what a step about the layout makes or changes.
    """

    kind: StepKind
    object: str
    field: str | None = None
    label: str = ""
    type: str | None = None
    unique: bool = False
    options: tuple[tuple[str, str], ...] = ()
    had: tuple[str, ...] = ()
    target: str | None = None
    back_label: str | None = None
    plural: str | None = None
    label_plural: str | None = None
    icon: str | None = None
    back_icon: str | None = None
    audited: bool | None = None
    view: str | None = None
    parts: tuple[LayoutPart, ...] = ()

    @property
    def name(self) -> str:
        """Return what it is about: `treatmentPlan`, `person.pbnId`, `task:appointments.taskType`; a workflow's name and id."""
        if self.kind is StepKind.SWITCH_OFF_WORKFLOW:
            return f"{self.label} ({self.field})"
        if self.kind is StepKind.MAKE_ROLE:
            return f"role {self.label}"
        if self.view is not None:
            return f"{self.object}:{self.view}" + (f".{self.field}" if self.field else "")
        return f"{self.object}.{self.field}" if self.field else self.object


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The metadata ids of what a step made: the object or the field; a SELECT's new options by value; and of a new object,
    the fields that it came with by name.
    """

    object: str | None = None
    field: str | None = None
    options: Mapping[str, str] = having(default_factory=dict)
    came_with: Mapping[str, str] = having(default_factory=dict)


class Undoing(StrEnum):
    """Action that takes a step back."""

    DELETE_OBJECT = "DELETE_OBJECT"
    DELETE_FIELD = "DELETE_FIELD"
    DROP_OPTIONS = "DROP_OPTIONS"
    MAKE_OPEN = "MAKE_OPEN"
    SWITCH_ON_WORKFLOW = "SWITCH_ON_WORKFLOW"
    DELETE_ROLE = "DELETE_ROLE"
    HIDE_FIELD = "HIDE_FIELD"
    DESTROY_VIEW = "DESTROY_VIEW"
    GO_WITH_VIEW = "GO_WITH_VIEW"
    DELETE_NAVIGATION = "DELETE_NAVIGATION"
    MOVE_NAVIGATION_BACK = "MOVE_NAVIGATION_BACK"


_LAYOUT_UNDOING = {
    StepKind.SHOW_FIELD: Undoing.HIDE_FIELD,
    StepKind.CREATE_VIEW: Undoing.DESTROY_VIEW,
    StepKind.ADD_COLUMNS: Undoing.GO_WITH_VIEW,
    StepKind.ADD_FILTER: Undoing.GO_WITH_VIEW,
    StepKind.ADD_SORT: Undoing.GO_WITH_VIEW,
    StepKind.CREATE_NAVIGATION: Undoing.DELETE_NAVIGATION,
    StepKind.MOVE_NAVIGATION: Undoing.MOVE_NAVIGATION_BACK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepInverse:
    """Inverse of a step: the action, the metadata id of what it acts on, and the ids of options, or the parts of a layout."""

    action: Undoing
    id: str
    options: tuple[str, ...] = ()
    parts: tuple[LayoutPart, ...] = ()


def inverse_of(step: ModelStep, made: Made) -> StepInverse:
    """Return the inverse of a step that made this. Deleting a relation's field takes its other side along."""
    if step.kind in LAYOUT_KINDS:
        first = step.parts[0]
        on = first.within if _LAYOUT_UNDOING[step.kind] is Undoing.GO_WITH_VIEW and first.within else first.id
        return StepInverse(action=_LAYOUT_UNDOING[step.kind], id=on, parts=step.parts)
    if step.kind is StepKind.CREATE_OBJECT:
        assert made.object is not None
        return StepInverse(action=Undoing.DELETE_OBJECT, id=made.object)
    if step.kind is StepKind.MAKE_PRIVATE:
        assert made.object is not None
        return StepInverse(action=Undoing.MAKE_OPEN, id=made.object)
    if step.kind is StepKind.MAKE_ROLE:
        assert made.object is not None
        return StepInverse(action=Undoing.DELETE_ROLE, id=made.object)
    assert made.field is not None
    if step.kind is StepKind.SWITCH_OFF_WORKFLOW:
        return StepInverse(action=Undoing.SWITCH_ON_WORKFLOW, id=made.field)
    if step.kind is StepKind.ADD_OPTIONS:
        return StepInverse(action=Undoing.DROP_OPTIONS, id=made.field, options=tuple(made.options.values()))
    return StepInverse(action=Undoing.DELETE_FIELD, id=made.field)


def intended_body(step: ModelStep) -> dict[str, Any]:
    """Return the body of a SCHEMA_STEP_INTENDED."""
    return {"step": _STEP.dump_python(step, mode="json")}


def applied_body(step: ModelStep, made: Made) -> dict[str, Any]:
    """Return the body of a SCHEMA_STEP_APPLIED."""
    return {
        **intended_body(step),
        "ids": _MADE.dump_python(made, mode="json"),
        "inverse": _INVERSE.dump_python(inverse_of(step, made), mode="json"),
    }


def undone_body(step: ModelStep, event_id: str | None, offset: int | None = None) -> dict[str, Any]:
    """Return the body of a SCHEMA_STEP_UNDONE: of the applied event with this id (hex), or with None of an intent not
    applied.
    """
    return {**intended_body(step), "undoes": event_id, "offset": offset}


def step_of(body: Mapping[str, Any]) -> ModelStep:
    """Return the step in a body."""
    return _STEP.validate_python(body["step"])


def made_of(body: Mapping[str, Any]) -> Made:
    """Return what an applied step made."""
    return _MADE.validate_python(body["ids"])


def inverse_in(body: Mapping[str, Any]) -> StepInverse:
    """Return the inverse in an applied step's body."""
    return _INVERSE.validate_python(body["inverse"])


_STEP = TypeAdapter(ModelStep)
_MADE = TypeAdapter(Made)
_INVERSE = TypeAdapter(StepInverse)
