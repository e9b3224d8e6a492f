"""Building objects and their fields: the standard ones of a new workspace, and what every custom object comes with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rehearsal.model.model import DataModel, Field, ObjectType, Option
from rehearsal.model.names import label_of_name
from rehearsal.model.standard import COLORS, STANDARD_OBJECTS, StandardField, StandardObject
from rehearsal.values.uuids import new_uuid

# What a custom object is linked by: (object, its field for the way back on the custom object).
LINKED_BY = (
    ("attachment", "attachments"),
    ("noteTarget", "noteTargets"),
    ("taskTarget", "taskTargets"),
    ("timelineActivity", "timelineActivities"),
)


def standard_model(now: str) -> DataModel:
    """Return the model of a new workspace; every id is random, so each workspace has its own."""
    ids = {entry.singular: new_uuid() for entry in STANDARD_OBJECTS}
    objects = {entry.singular: _standard_object(entry, ids, now) for entry in STANDARD_OBJECTS}
    for entry in STANDARD_OBJECTS:
        for spec in entry.fields:
            if spec.target:
                here, there = relate(
                    _named(objects[entry.singular], spec.name),
                    objects[spec.target].id,
                    spec.back,
                    label_of_name(spec.back),
                    now,
                    custom=False,
                )
                owner = objects[entry.singular]
                objects[entry.singular] = replace(owner, fields=tuple(here if f.name == spec.name else f for f in owner.fields))
                target = objects[spec.target]
                objects[spec.target] = replace(target, fields=(*target.fields, there))
    return DataModel(objects.values())


def custom_object(object_id: str, names: dict[str, Any], model: DataModel, now: str) -> tuple[ObjectType, list[ObjectType]]:
    """Return a custom object, and the new versions of the objects that can be linked to it (cassette ``create-one``).

    Args:
        object_id: its id.
        names: ``nameSingular``, ``namePlural``, ``labelSingular``, ``labelPlural``, and perhaps ``description`` and ``icon``.
        model: the model it will be part of.
        now: when.
    """
    name_field = () if names.get("skipNameField") else (field(object_id, "name", "TEXT", now),)
    item = ObjectType(
        id=object_id,
        name_singular=names["nameSingular"],
        name_plural=names["namePlural"],
        label_singular=names["labelSingular"].strip(),
        label_plural=names["labelPlural"].strip(),
        description=names.get("description"),
        icon=names.get("icon"),
        created_at=now,
        updated_at=now,
        custom=True,
        fields=(*name_field, *base_fields(object_id, now)),
    )
    changed = []
    for name, back in LINKED_BY:
        other = model.singular(name)
        if other is None:
            continue
        link = relation_field(other.id, f"target{item.pascal}", "MORPH_RELATION", item.label_singular, "SET_NULL", now)
        here, there = relate(link, item.id, back, label_of_name(back), now, custom=False)
        item = replace(item, fields=(*item.fields, there))
        changed.append(replace(other, fields=(*other.fields, here)))
    return item, changed


def base_fields(object_id: str, now: str) -> tuple[Field, ...]:
    """Return what every object has."""
    return (
        field(object_id, "id", "UUID", now, nullable=False, default="uuid", unique=True, system=True),
        field(object_id, "createdAt", "DATE_TIME", now, nullable=False, default="now"),
        field(object_id, "updatedAt", "DATE_TIME", now, nullable=False, default="now"),
        field(object_id, "deletedAt", "DATE_TIME", now),
        field(object_id, "createdBy", "ACTOR", now),
        field(object_id, "updatedBy", "ACTOR", now),
        field(object_id, "position", "POSITION", now, nullable=False, system=True),
        field(object_id, "searchVector", "TS_VECTOR", now, system=True),
    )


def field(object_id: str, name: str, kind: str, now: str, **more: Any) -> Field:
    """Return a field; ``more`` are further attributes of ``Field``."""
    return Field(
        id=new_uuid(),
        object_id=object_id,
        type=kind,
        name=name,
        label=more.pop("label", label_of_name(name)),
        created_at=now,
        updated_at=now,
        **more,
    )


def relation_field(object_id: str, name: str, kind: str, label: str, on_delete: str, now: str, **more: Any) -> Field:
    """Return the side of a relation that has the join column; it leads nowhere until ``relate`` has given it another side."""
    settings = {"relationType": "MANY_TO_ONE", "onDelete": on_delete, "joinColumnName": f"{name}Id"}
    return field(object_id, name, kind, now, label=label, settings=settings, **more)


def relate(here: Field, target_id: str, back_name: str, back_label: str, now: str, **more: Any) -> tuple[Field, Field]:
    """Make both sides of a relation, knowing each other; ``more`` goes to the many side."""
    there = field(
        target_id,
        back_name,
        "RELATION",
        now,
        label=back_label,
        settings={"relationType": "ONE_TO_MANY"},
        target_object_id=here.object_id,
        target_field_id=here.id,
        **more,
    )
    return replace(here, target_object_id=target_id, target_field_id=there.id), there


def options_of(values: tuple[str, ...]) -> tuple[Option, ...]:
    """Make options for values, labelled after them."""
    return tuple(
        Option(
            id=new_uuid(), value=value, label=value.replace("_", " ").capitalize(), color=COLORS[i % len(COLORS)], position=i
        )
        for i, value in enumerate(values)
    )


def rating_options() -> tuple[Option, ...]:
    """Return the five options of a RATING (cassette ``metadata-field-types``)."""
    return tuple(Option(id=new_uuid(), value=f"RATING_{n}", label=str(n), color="gray", position=n - 1) for n in range(1, 6))


def _standard_object(entry: StandardObject, ids: dict[str, str], now: str) -> ObjectType:
    object_id = ids[entry.singular]
    own = tuple(_standard_field(object_id, spec, now) for spec in entry.fields)
    base = base_fields(object_id, now)
    return ObjectType(
        id=object_id,
        name_singular=entry.singular,
        name_plural=entry.plural,
        label_singular=label_of_name(entry.singular),
        label_plural=label_of_name(entry.plural),
        icon=entry.icon,
        created_at=now,
        updated_at=now,
        fields=(*base[:4], *own, *base[4:]),
        system=entry.system,
    )


def _standard_field(object_id: str, spec: StandardField, now: str) -> Field:
    if spec.target:
        return relation_field(object_id, spec.name, spec.type, label_of_name(spec.name), spec.on_delete, now)
    options = options_of(spec.options) if spec.options else None
    return field(
        object_id, spec.name, spec.type, now, options=options, default=spec.default, unique=spec.unique, settings=spec.settings
    )


def _named(item: ObjectType, name: str) -> Field:
    return next(f for f in item.fields if f.name == name)
