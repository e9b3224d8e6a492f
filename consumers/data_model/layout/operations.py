"""Steps of the layout as changes that Twenty's metadata API takes, and as they show in the layout. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from consumers.data_model.steps import LayoutPart, ModelStep, StepKind
from consumers.twenty.layout import SeenLayout, ids_of, layout_change
from consumers.twenty.metadata import Metadata, ObjectMetadata
from consumers.twenty.model_changes import MOST_MUTATIONS, ModelChange

_WIDTH = 180
"""The width of a column in pixels, as Twenty's own."""

ROOTS = {
    StepKind.SHOW_FIELD: "updateViewField",
    StepKind.CREATE_VIEW: "createView",
    StepKind.ADD_COLUMNS: "createManyViewFields",
    StepKind.ADD_FILTER: "createViewFilter",
    StepKind.ADD_SORT: "createViewSort",
    StepKind.CREATE_NAVIGATION: "createManyNavigationMenuItems",
    StepKind.MOVE_NAVIGATION: "updateManyNavigationMenuItems",
}
"""The root field of each kind's mutation."""


def change_of(step: ModelStep, metadata: Metadata) -> ModelChange:
    """Return the change that carries a step out. Its fields are there by now."""
    first = step.parts[0]
    if step.kind is StepKind.SHOW_FIELD:
        return _change(step, {"id": first.id, "update": {"isVisible": True, "position": first.position}})
    if step.kind is StepKind.CREATE_NAVIGATION:
        return _change(step, [_item(part, step.icon) for part in step.parts])
    if step.kind is StepKind.MOVE_NAVIGATION:
        moved = [{"id": p.id, "update": {"folderId": p.within, "position": p.position}} for p in step.parts]
        return _change(step, moved)
    there = metadata.object(step.object)
    if step.kind is StepKind.CREATE_VIEW:
        return _change(step, _view(step, first, there))
    if step.kind is StepKind.ADD_COLUMNS:
        shown = {"isVisible": True, "size": _WIDTH}
        return _change(step, [_of_view(part, there) | shown | {"position": part.position} for part in step.parts])
    if step.kind is StepKind.ADD_FILTER:
        return _change(step, _of_view(first, there) | {"operand": first.operand, "value": first.value})
    return _change(step, _of_view(first, there) | {"direction": first.operand})


def is_made(step: ModelStep, seen: SeenLayout) -> bool:
    """Return whether the layout shows all that a step makes or changes."""
    if step.kind is StepKind.SHOW_FIELD:
        column, part = seen.column(step.parts[0].id), step.parts[0]
        return column is not None and column.is_visible and column.position == part.position
    if step.kind is StepKind.MOVE_NAVIGATION:
        there = [seen.items.get(part.id) for part in step.parts]
        return all(item is not None and item.folder_id == part.within for item, part in zip(there, step.parts, strict=True))
    return {part.id for part in step.parts} <= set(ids_of(seen))


def shared(steps: Sequence[ModelStep]) -> Iterator[list[ModelStep]]:
    """Yield the steps in the fewest requests: each kind once in a request, and a view before what is in it."""
    waiting = list(steps)
    while waiting:
        batch: list[ModelStep] = []
        kinds: set[StepKind] = set()
        unmade = {step.parts[0].id for step in waiting if step.kind is StepKind.CREATE_VIEW}
        for step in waiting:
            if len(batch) < MOST_MUTATIONS and step.kind not in kinds and not _waits(step, unmade):
                batch.append(step)
                kinds.add(step.kind)
                if step.kind is StepKind.CREATE_VIEW:
                    unmade.discard(step.parts[0].id)
        yield batch
        waiting = [step for step in waiting if step not in batch]


def _waits(step: ModelStep, unmade: Collection[str]) -> bool:
    return any(part.within in unmade or part.value in unmade for part in step.parts)


def _change(step: ModelStep, argument: Any) -> ModelChange:
    return layout_change(ROOTS[step.kind], argument)


def _view(step: ModelStep, part: LayoutPart, there: ObjectMetadata) -> dict[str, Any]:
    view = {"id": part.id, "name": step.label, "objectMetadataId": there.id, "type": step.type, "icon": step.icon}
    arranging = there.field(part.field).id if part.field else None
    if step.type == "CALENDAR":
        view |= {"calendarLayout": "MONTH", "calendarFieldMetadataId": arranging}
    elif arranging:
        view |= {"mainGroupByFieldMetadataId": arranging}
    return view | {"position": part.position}


def _of_view(part: LayoutPart, there: ObjectMetadata) -> dict[str, Any]:
    return {"id": part.id, "viewId": part.within, "fieldMetadataId": there.field(part.field or "").id}


def _item(part: LayoutPart, icon: str | None) -> dict[str, Any]:
    if part.within is None:
        return {"id": part.id, "type": "FOLDER", "name": part.value, "icon": icon}
    return {"id": part.id, "type": "VIEW", "viewId": part.value, "folderId": part.within, "position": part.position}
