"""Comparison of the views that a practice gets with those of the workspace. Pure.

Views are known by the ids that the log recorded, never by name. One that people changed stays as it is, one that they deleted
is not made again: the plan says so. The list that Twenty makes along with an object gets its columns once, and only where we
made the object.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from consumers.data_model.layout.history import LayoutHistory
from consumers.data_model.steps import LayoutPart, ModelStep, StepKind
from consumers.twenty.layout import SeenLayout, SeenView
from consumers.twenty.metadata import Metadata, ObjectMetadata
from projections.views import ViewFilter, ViewKind, WantedColumns, WantedLayout, WantedView

MENU = "navigationMenu"
_ARRANGES = {ViewKind.TABLE: (), ViewKind.BOARD: ("SELECT",), ViewKind.CALENDAR: ("DATE", "DATE_TIME")}
_FIRST_PLACE = 10
"""The place of our first view among those of its object: behind Twenty's own."""


class LayoutVerdict(StrEnum):
    """Verdict on a wanted view, list or folder: made, used as it is, left away because people deleted it, or left out because
    its fields are of other types here.
    """

    MAKE = "MAKE"
    KEEP = "KEEP"
    REMOVED = "REMOVED"
    LEFT_OUT = "LEFT_OUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutItem:
    """One view, list of an object, or folder of the menu. `what` tells the kind, `about` an object, `columns` field names.

    `steps` are what is to be done; before its object is there, without the ids of what Twenty makes along with it.
    """

    verdict: LayoutVerdict
    what: str
    about: str
    label: str
    columns: tuple[str, ...] = ()
    steps: tuple[ModelStep, ...] = ()


def layout_items(
    metadata: Metadata, seen: SeenLayout, wanted: WantedLayout, history: LayoutHistory, *, has_fields: bool = False
) -> tuple[LayoutItem, ...]:
    """Return each wanted part of the layout against the workspace, in the order of doing. `has_fields`: the data model is
    made, so that a field that is not there will not come.
    """
    lists = [_list(metadata, seen, one, history) for one in wanted.columns]
    views = [
        _left_out(one) if not _fits(metadata, one, has_fields=has_fields) else _view(metadata, seen, one, place, history)
        for place, one in enumerate(wanted.views)
    ]
    away = (LayoutVerdict.REMOVED, LayoutVerdict.LEFT_OUT)
    gone = {one.key for one, item in zip(wanted.views, views, strict=True) if item.verdict in away}
    return (*(one for one in lists if one is not None), *views, *_menu(metadata, seen, wanted, gone, history))


def _list(metadata: Metadata, seen: SeenLayout, wanted: WantedColumns, history: LayoutHistory) -> LayoutItem | None:
    """Compare the list of an object that we make; None for one that was there before us."""
    there = metadata.object(wanted.object) if wanted.object in metadata else None
    if there is None:
        steps = tuple(_shown(wanted.object, name, LayoutPart(id="", field=name)) for name in wanted.columns[1:])
        return _list_item(wanted, steps, wanted.label)
    if there.id not in history.objects:
        return None
    index = seen.index_of(there.id)
    if index is None or not _as_we_left_it(index, there, history):
        return _list_item(wanted, (), there.label_plural)
    return _list_item(wanted, tuple(_to_show(there, index, wanted, history)), there.label_plural)


def _list_item(wanted: WantedColumns, steps: tuple[ModelStep, ...], label: str) -> LayoutItem:
    verdict = LayoutVerdict.MAKE if steps else LayoutVerdict.KEEP
    return LayoutItem(
        verdict=verdict, what="LIST", about=wanted.object, label=f"All {label}", columns=wanted.columns, steps=steps
    )


def _to_show(there: ObjectMetadata, index: SeenView, wanted: WantedColumns, history: LayoutHistory) -> Iterator[ModelStep]:
    """Yield the steps that show hidden columns, between the first column and those that Twenty shows by itself."""
    columns = {one.field_id: one for one in index.columns}
    shown = {one.step.parts[0].id for one in history.applied if one.step.kind is StepKind.SHOW_FIELD}
    names = [name for name in wanted.columns if name in there.fields and there.fields[name].id in columns]
    first = min((one.position for one in index.columns), default=0)
    for place, name in enumerate(names[1:], start=1):
        column = columns[there.fields[name].id]
        if column.is_visible or column.id in shown:
            continue
        position = first + place / (len(wanted.columns) + 1)
        part = LayoutPart(id=column.id, within=index.id, field=name, position=position, had_position=column.position)
        yield _shown(wanted.object, name, part)


def _shown(singular: str, name: str, part: LayoutPart) -> ModelStep:
    return ModelStep(kind=StepKind.SHOW_FIELD, object=singular, field=name, label=name, parts=(part,))


def _as_we_left_it(index: SeenView, there: ObjectMetadata, history: LayoutHistory) -> bool:
    """Return whether the columns that we showed still stand where we put them."""
    ours = [
        one.step.parts[0]
        for one in history.applied
        if one.step.kind is StepKind.SHOW_FIELD and one.step.object == there.singular
    ]
    columns = {one.id: one for one in index.columns}
    return all(
        part.id not in columns or (columns[part.id].is_visible and columns[part.id].position == part.position) for part in ours
    )


def _view(metadata: Metadata, seen: SeenLayout, wanted: WantedView, place: int, history: LayoutHistory) -> LayoutItem:
    name = f"{wanted.object}:{wanted.key}"
    made = history.step(StepKind.CREATE_VIEW, name)
    steps: tuple[ModelStep, ...] = ()
    verdict = LayoutVerdict.KEEP
    if made is None:
        verdict, steps = LayoutVerdict.MAKE, tuple(_view_steps(metadata, wanted, place, history, None))
    elif made.step.parts[0].id not in seen.views:
        verdict = LayoutVerdict.REMOVED
    else:
        steps = tuple(_view_steps(metadata, wanted, place, history, made.step.parts[0].id))
        verdict = LayoutVerdict.MAKE if steps else LayoutVerdict.KEEP
    return LayoutItem(
        verdict=verdict, what=wanted.kind.name, about=wanted.object, label=wanted.name, columns=wanted.columns, steps=steps
    )


def _left_out(wanted: WantedView) -> LayoutItem:
    return LayoutItem(verdict=LayoutVerdict.LEFT_OUT, what=wanted.kind.name, about=wanted.object, label=wanted.name)


def _fits(metadata: Metadata, wanted: WantedView, *, has_fields: bool) -> bool:
    """Return whether the fields that a view needs are of the types that Twenty wants for it, as far as they are there."""
    fields = metadata.object(wanted.object).fields if wanted.object in metadata else {}
    if has_fields and not set(wanted.fields) <= fields.keys():
        return False
    arranging = fields.get(wanted.arranged_by or "")
    if arranging is not None and arranging.type not in _ARRANGES[wanted.kind]:
        return False
    for one in wanted.filters:
        field = fields.get(one.field)
        if field is not None and one.options and not {*one.options} <= {option.value for option in field.options}:
            return False
    return True


def _view_steps(
    metadata: Metadata, wanted: WantedView, place: int, history: LayoutHistory, view_id: str | None
) -> Iterator[ModelStep]:
    """Yield the steps that make a view, without those that were done before a kill."""
    name = f"{wanted.object}:{wanted.key}"
    there = metadata.object(wanted.object) if wanted.object in metadata else None
    if view_id is None:
        view_id = history.new_id(StepKind.CREATE_VIEW, name)
        yield ModelStep(
            kind=StepKind.CREATE_VIEW,
            object=wanted.object,
            view=wanted.key,
            label=wanted.name,
            type=wanted.kind.value,
            icon=wanted.icon,
            parts=(LayoutPart(id=view_id, field=wanted.arranged_by, position=_FIRST_PLACE + place),),
        )
    columns = [one for one in wanted.columns if there is None or one in there.fields]
    parts = tuple(
        LayoutPart(id=history.new_id(StepKind.ADD_COLUMNS, name, one), within=view_id, field=one, position=n)
        for n, one in enumerate(columns)
    )
    if not history.step(StepKind.ADD_COLUMNS, name):
        yield ModelStep(kind=StepKind.ADD_COLUMNS, object=wanted.object, view=wanted.key, label=wanted.name, parts=parts)
    for one in wanted.filters:
        if not history.step(StepKind.ADD_FILTER, f"{name}.{one.field}"):
            yield _filter_step(wanted, one, view_id, history)
    if wanted.sort and not history.step(StepKind.ADD_SORT, f"{name}.{wanted.sort[0]}"):
        field, direction = wanted.sort
        part = LayoutPart(
            id=history.new_id(StepKind.ADD_SORT, f"{name}.{field}"), within=view_id, field=field, operand=direction
        )
        yield ModelStep(
            kind=StepKind.ADD_SORT, object=wanted.object, view=wanted.key, field=field, label=wanted.name, parts=(part,)
        )


def _filter_step(wanted: WantedView, one: ViewFilter, view_id: str, history: LayoutHistory) -> ModelStep:
    part = LayoutPart(
        id=history.new_id(StepKind.ADD_FILTER, f"{wanted.object}:{wanted.key}.{one.field}"),
        within=view_id,
        field=one.field,
        operand=one.operand,
        value=json.dumps(list(one.options)) if one.options else "",
    )
    return ModelStep(
        kind=StepKind.ADD_FILTER, object=wanted.object, view=wanted.key, field=one.field, label=wanted.name, parts=(part,)
    )


def _menu(
    metadata: Metadata, seen: SeenLayout, wanted: WantedLayout, gone: Collection[str], history: LayoutHistory
) -> Iterator[LayoutItem]:
    """Yield the folder, with the items that lead to our views and, moved into it, those that Twenty made for our objects."""
    done = [one.step for one in history.applied if one.step.kind in (StepKind.CREATE_NAVIGATION, StepKind.MOVE_NAVIGATION)]
    folders = (part.id for step in done for part in step.parts if part.within is None)
    folder = next(folders, None)
    if folder is not None and folder not in seen.items:
        yield LayoutItem(verdict=LayoutVerdict.REMOVED, what="FOLDER", about=MENU, label=wanted.folder)
        return
    views = {one.key: one for one in wanted.views}
    known = {
        part.entry
        for step in done
        for part in step.parts
        if part.entry in views and part.value == _id_of(views[part.entry], history)  # a view made again has another id
    }
    new = [(n, entry) for n, entry in enumerate(wanted.entries) if entry not in known and entry not in gone]
    folder_id = folder or history.new_id(StepKind.CREATE_NAVIGATION, f"{MENU}:folder")
    made = [LayoutPart(id=folder_id, value=wanted.folder)] if folder is None else []
    for n, entry in new:
        if entry in views:
            view_id = _id_of(views[entry], history)
            item_id = history.new_id(StepKind.CREATE_NAVIGATION, f"{MENU}:folder", entry)
            made.append(LayoutPart(id=item_id, within=folder_id, value=view_id, entry=entry, position=n))
    moved = [part for n, entry in new if entry not in views for part in _moved(metadata, seen, entry, n, folder_id, history)]
    steps = []
    if any(part.entry for part in made):
        key = "folder" if folder is None else next(part.entry for part in made)
        steps.append(ModelStep(kind=StepKind.CREATE_NAVIGATION, object=MENU, view=key, label=wanted.folder, parts=tuple(made)))
    if moved:
        steps.append(
            ModelStep(kind=StepKind.MOVE_NAVIGATION, object=MENU, view=moved[0].entry, label=wanted.folder, parts=tuple(moved))
        )
    led_to = {part.entry for step in steps for part in step.parts}
    names = {one.object: one.label for one in wanted.columns} | {one.key: one.name for one in wanted.views}
    yield LayoutItem(
        verdict=LayoutVerdict.MAKE if steps else LayoutVerdict.KEEP,
        what="FOLDER",
        about=MENU,
        label=wanted.folder,
        columns=tuple(names.get(entry, entry) for _, entry in new if entry in led_to),
        steps=tuple(steps),
    )


def _id_of(wanted: WantedView, history: LayoutHistory) -> str:
    name = f"{wanted.object}:{wanted.key}"
    made = history.step(StepKind.CREATE_VIEW, name)
    return made.step.parts[0].id if made else history.new_id(StepKind.CREATE_VIEW, name)


def _moved(
    metadata: Metadata, seen: SeenLayout, singular: str, place: int, folder_id: str, history: LayoutHistory
) -> Iterator[LayoutPart]:
    """Yield the item that Twenty made along with an object that we made, while it stands outside of any folder."""
    if singular not in metadata:
        yield LayoutPart(id="", within=folder_id, entry=singular, position=place)
        return
    there = metadata.object(singular)
    if there.id not in history.objects:
        return
    moved = {part.id for one in history.applied if one.step.kind is StepKind.MOVE_NAVIGATION for part in one.step.parts}
    for item in seen.items.values():
        of_object = item.kind == "OBJECT" and item.object_id == there.id
        if of_object and item.folder_id is None and item.id not in moved:
            yield LayoutPart(id=item.id, within=folder_id, entry=singular, position=place, had_position=item.position)
            return
