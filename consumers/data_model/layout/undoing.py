"""The layout taken back: the menu as it was and views destroyed before the data model goes, columns hidden again after it.

A view that people changed stays, and so does a folder in which people put items. Parts that went along with
their object or field are gone already, and cost no request.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from consumers.data_model.layout.history import LayoutHistory
from consumers.data_model.layout.making import LayoutBuilder
from consumers.data_model.ledger import Applied
from consumers.data_model.steps import LayoutPart, StepKind, undone_body
from consumers.twenty.layout import SeenLayout, SeenView, layout_change
from consumers.twenty.model_changes import ModelChange
from consumers.twenty.transport.errors import NotFound, Refused
from events.crash_points import CrashPoint
from events.decisions import Decided

_LOOKS = 3
"""Times that an inverse is sent to a menu whose items go meanwhile."""
_OF_VIEW = (StepKind.CREATE_VIEW, StepKind.ADD_COLUMNS, StepKind.ADD_FILTER, StepKind.ADD_SORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutUndone:
    """The steps taken back, by name, and those that stay: changed by people, or refused by Twenty."""

    removed: tuple[str, ...] = ()
    changed: tuple[Applied, ...] = ()
    refused: tuple[Applied, ...] = ()


def kept_by_people(seen: SeenLayout, history: LayoutHistory) -> list[Applied]:
    """Return the steps whose view or folder holds something that people added or changed."""
    kept = []
    for one in history.applied:
        if one.step.kind in _OF_VIEW:
            view = seen.views.get(one.inverse.id)
            if view is not None and _is_changed(view, history):
                kept.append(one)
        elif one.step.kind is StepKind.CREATE_NAVIGATION and _others_inside(seen, one, history):
            kept.append(one)
    return kept


def first_steps(history: LayoutHistory, going: Collection[str]) -> list[Applied]:
    """Return the steps to take back before the data model, last first: the menu, then views. Those of the `going` objects
    (singular names) go along with them.
    """
    newest_first = [one for one in reversed(history.applied) if one.step.kind is not StepKind.SHOW_FIELD]
    menu = [one for one in newest_first if one.step.kind not in _OF_VIEW]
    views = [one for one in newest_first if one.step.kind is StepKind.CREATE_VIEW and one.step.object not in going]
    taken = {one.inverse.id for one in views}
    with_view = [one for one in newest_first if one.step.kind in _OF_VIEW[1:] and one.inverse.id in taken]
    return [*menu, *views, *with_view]


def last_steps(history: LayoutHistory, going: Collection[str]) -> list[Applied]:
    """Return the other steps, last first, what goes along with its view after it."""
    first = first_steps(history, going)
    rest = [one for one in reversed(history.applied) if one not in first]
    with_view = [one for one in rest if one.step.kind in _OF_VIEW[1:]]
    return [one for one in rest if one not in with_view] + with_view


def take_back_layout(
    build: LayoutBuilder, steps: Callable[[LayoutHistory, Collection[str]], list[Applied]], going: Collection[str]
) -> LayoutUndone:
    """Take back the first or the last steps. Repeating it is the resume. Raises TwentyError, CodecError, LogError."""
    before = build.history()
    if not (before.applied or before.open):
        return LayoutUndone()
    seen = build.workspace.layout()
    build.settle(seen)
    history = build.history()
    kept = kept_by_people(seen, history)
    changed = [one for one in steps(history, going) if one in kept]
    refused: list[Applied] = []
    removed: list[str] = []
    for one in steps(history, going):
        if one in kept:
            continue
        build.reached(CrashPoint.BEFORE_SCHEMA_UNDO)
        is_open = one.step.kind in _OF_VIEW[1:] and any(each.inverse.id == one.inverse.id for each in refused)
        if is_open or not _take_back(build, seen, one, going):
            refused.append(one)
            continue
        build.reached(CrashPoint.SCHEMA_UNDO_SENT)
        body = undone_body(one.step, one.event_id, one.offset)
        build.decisions.record(Decided.SCHEMA_STEP_UNDONE, body, workspace=build.identity, run=build.run)
        build.reached(CrashPoint.SCHEMA_UNDO_RECORDED)
        removed.append(one.step.name)
    return LayoutUndone(removed=tuple(dict.fromkeys(removed)), changed=tuple(changed), refused=tuple(refused))


def _take_back(build: LayoutBuilder, seen: SeenLayout, one: Applied, going: Collection[str]) -> bool:
    """Carry an inverse out; False where Twenty says no."""
    for _ in range(_LOOKS):
        changes = _changes(seen, one, going)
        if not changes:
            return True
        try:
            build.change(changes, lambda now: not _changes(now, one, going))
        except NotFound:  # of several items one is gone: nothing was done
            seen = build.workspace.layout()
            continue
        except Refused:
            return False
        return True
    return False


def _changes(seen: SeenLayout, one: Applied, going: Collection[str]) -> list[ModelChange]:
    """Return what is left to do for an inverse; nothing where it is gone, or where people moved it since. The items of `going`
    objects are deleted: a real 2.21 lists them for a while after their object went.
    """
    parts, kind = one.inverse.parts, one.step.kind
    if kind is StepKind.CREATE_VIEW and one.inverse.id in seen.views:
        return [layout_change("destroyView", one.inverse.id)]
    if kind is StepKind.SHOW_FIELD:
        column = seen.column(one.inverse.id)
        if column is None or not column.is_visible or column.position != parts[0].position:
            return []
        hidden = {"isVisible": False, "position": parts[0].had_position}
        return [layout_change("updateViewField", {"id": column.id, "update": hidden})]
    if kind is StepKind.CREATE_NAVIGATION:
        ids = [part.id for part in parts if part.id in seen.items]
        return [layout_change("deleteManyNavigationMenuItems", ids)] if ids else []
    if kind is StepKind.MOVE_NAVIGATION:
        there = [part for part in parts if part.id in seen.items and seen.items[part.id].folder_id == part.within]
        gone = [part.id for part in there if part.entry in going]
        back = [p for p in there if p.entry not in going]
        return [
            *([layout_change("deleteManyNavigationMenuItems", gone)] if gone else []),
            *([layout_change("updateManyNavigationMenuItems", [_stood(part) for part in back])] if back else []),
        ]
    return []


def _stood(part: LayoutPart) -> dict[str, Any]:
    return {"id": part.id, "update": {"folderId": part.had_folder, "position": part.had_position}}


def _is_changed(view: SeenView, history: LayoutHistory) -> bool:
    """Return whether a view that we made has another name or arrangement, or a part that is not as we made it."""
    steps = [one.step for one in history.applied if one.step.kind in _OF_VIEW and one.inverse.id == view.id]
    made = next(step for step in steps if step.kind is StepKind.CREATE_VIEW)
    ours: dict[str, LayoutPart] = {part.id: part for step in steps for part in step.parts}
    if (view.name, view.kind) != (made.label, made.type):
        return True
    if any(c.id not in ours or not c.is_visible or c.position != ours[c.id].position for c in view.columns):
        return True
    filters = [(one.operand, _plain(one.value)) for one in view.filters if one.id in ours]
    wanted = [(ours[one.id].operand, ours[one.id].value) for one in view.filters if one.id in ours]
    if filters != wanted or any(one.operand != ours[one.id].operand for one in view.sorts if one.id in ours):
        return True
    return any(one.id not in ours for one in (*view.filters, *view.sorts))


def _plain(value: object) -> str:
    return value if isinstance(value, str) else ""


def _others_inside(seen: SeenLayout, one: Applied, history: LayoutHistory) -> bool:
    """Return whether people put items into our folder, or gave it another name."""
    folder = next((part for part in one.step.parts if part.within is None), None)
    if folder is None or folder.id not in seen.items:
        return False
    ours = {part.id for each in history.applied for part in each.step.parts}
    return seen.items[folder.id].name != folder.value or any(i.id not in ours for i in seen.in_folder(folder.id))
