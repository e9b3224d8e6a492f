"""The views that a mapping needs: those of its entities whose fields the workspace gets, and the practice's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from projections.destination import destination_fields, destination_objects
from projections.registry import DESTINATIONS
from projections.spec import DestinationSpec, TwentyField
from projections.views import ViewKind, WantedColumns, WantedLayout, WantedView

_DATES = ("DATE", "DATE_TIME")
_OWN_COLUMNS = 6
"""Columns of a practice's own object that its list shows, besides its name and links."""


def destination_layout(mapping: ColumnMapping, folder: str, *, has_locations: bool = False) -> WantedLayout:
    """Return the views, and the entries of the menu's folder of that name. A view without its fields is left out."""
    fields: dict[str, dict[str, TwentyField]] = {}
    for one in destination_fields(mapping, has_locations=has_locations):
        fields.setdefault(one.object, {})[one.name] = one
    objects = {one.singular: one for one in destination_objects(mapping)}
    specs = [spec for spec in DESTINATIONS if spec.object is not None and spec.object.singular in objects]
    views = [view for spec in specs for view in _views_of(spec, fields.get(_object(spec), {}), mapping)]
    columns = {_object(spec): spec.columns for spec in specs}
    own = [singular for singular, one in objects.items() if not one.standard]
    return WantedLayout(
        columns=tuple(
            WantedColumns(
                object=name,
                label=objects[name].label_plural,
                columns=columns.get(name) or _columns_of(fields.get(name, {})),
            )
            for name in own
        ),
        views=tuple(views),
        folder=folder,
        entries=tuple(_entries(own, views)),
    )


def _object(spec: DestinationSpec) -> str:
    assert spec.object is not None
    return spec.object.singular


def _views_of(spec: DestinationSpec, fields: Mapping[str, TwentyField], mapping: ColumnMapping) -> Iterator[WantedView]:
    assert spec.object is not None
    for view in spec.views:
        if not all(name in fields or name in spec.object.other_fields for name in view.fields):
            continue
        if view.kind is ViewKind.BOARD and _type_of(fields, view.arranged_by) != "SELECT":
            continue  # too many words for options: the field is a TEXT, which Twenty arranges no board by
        dates = _next_dates(mapping, Entity(spec.entity)) if view.kind is ViewKind.TABLE and not view.to_look_at else ()
        yield replace(view, columns=(*view.columns, *dates))


def _columns_of(fields: Mapping[str, TwentyField]) -> tuple[str, ...]:
    """Return the columns of an object of the practice's own, whose entity a process may meet only when it is turned on."""
    relations = [one.name for one in fields.values() if one.type == "RELATION"]
    plain = [one.name for one in fields.values() if one.type not in ("RELATION", "RAW_JSON") and not one.unique]
    return ("name", *relations, *plain[:_OWN_COLUMNS])


def _type_of(fields: Mapping[str, TwentyField], name: str | None) -> str | None:
    found = fields.get(name or "")
    return found.type if found is not None else None


def _next_dates(mapping: ColumnMapping, entity: Entity) -> tuple[str, ...]:
    """Return the dates of an entity whose columns PbN names `Next …`, as of a patient's next appointment."""
    if entity is not Entity.PATIENT:
        return ()
    return tuple(
        one.name
        for one in mapping.custom_fields
        if one.entity is entity and one.name.startswith("next") and one.type.value in _DATES
    )


def _entries(own: Sequence[str], views: Sequence[WantedView]) -> Iterator[str]:
    """Yield the entries of the folder: views of Twenty's objects, each own object with its views, then those to look at."""
    daily = [view for view in views if not view.to_look_at]
    yield from (view.key for view in daily if view.object not in own)
    for singular in own:
        yield singular
        yield from (view.key for view in daily if view.object == singular)
    yield from (view.key for view in views if view.to_look_at)
