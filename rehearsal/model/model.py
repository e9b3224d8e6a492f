"""The data model of a workspace: objects, fields, options, and the registry that finds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import orjson

RELATION_TYPES = frozenset({"RELATION", "MORPH_RELATION"})
FIELD_TYPES = (
    "ACTOR",
    "ADDRESS",
    "ARRAY",
    "BOOLEAN",
    "CURRENCY",
    "DATE",
    "DATE_TIME",
    "EMAILS",
    "FILES",
    "FULL_NAME",
    "LINKS",
    "MORPH_RELATION",
    "MULTI_SELECT",
    "NUMBER",
    "NUMERIC",
    "PHONES",
    "POSITION",
    "RATING",
    "RAW_JSON",
    "RELATION",
    "RICH_TEXT",
    "SELECT",
    "TEXT",
    "TS_VECTOR",
    "UUID",
)


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a SELECT, MULTI_SELECT or RATING field. Records hold its ``value``; what it *is* is its ``id``."""

    id: str
    value: str
    label: str
    color: str
    position: int


@dataclass(frozen=True, eq=False, kw_only=True)
class Field:
    """A field of an object.

    A relation of type MANY_TO_ONE has a join column (``companyId``), where records hold the other's id; its other side,
    ONE_TO_MANY, has none. ``target_object_id`` and ``target_field_id`` lead to the other side.
    """

    id: str
    object_id: str
    type: str
    name: str
    label: str
    created_at: str
    updated_at: str
    description: str | None = None
    icon: str | None = None
    default: Any = None
    options: tuple[Option, ...] | None = None
    settings: dict[str, Any] | None = None
    nullable: bool = True
    unique: bool = False
    active: bool = True
    system: bool = False
    custom: bool = False
    writability: str = "OPEN"
    audit_logged: bool = True
    target_object_id: str | None = None
    target_field_id: str | None = None

    @cached_property
    def as_json(self) -> dict[str, Any]:
        """Return all of it as JSON, to be kept."""
        options = None if self.options is None else [dict(vars(option)) for option in self.options]
        return {**_attributes(self), "options": options}

    @property
    def is_relation(self) -> bool:
        """Return whether it leads to another object."""
        return self.type in RELATION_TYPES

    @property
    def column(self) -> str | None:
        """Return the key under which a record holds its value; None for the many side of a relation."""
        if not self.is_relation:
            return self.name
        return (self.settings or {}).get("joinColumnName")

    @property
    def on_delete(self) -> str | None:
        """Return what happens to the record when the one it points at is destroyed: SET_NULL or CASCADE."""
        return (self.settings or {}).get("onDelete")

    @cached_property
    def option_values(self) -> tuple[str, ...]:
        """Return the values records may hold, in order."""
        return tuple(option.value for option in sorted(self.options or (), key=lambda o: o.position))


@dataclass(frozen=True, eq=False, kw_only=True)
class ObjectType:
    """An object: a kind of record."""

    id: str
    name_singular: str
    name_plural: str
    label_singular: str
    label_plural: str
    created_at: str
    updated_at: str
    fields: tuple[Field, ...]
    description: str | None = None
    icon: str | None = None
    active: bool = True
    system: bool = False
    custom: bool = False
    readability: str = "OPEN"
    writability: str = "OPEN"

    @cached_property
    def as_json(self) -> dict[str, Any]:
        """Return all of it as JSON, to be kept. Objects are replaced, never changed: of a model only new ones cost anything."""
        return {**_attributes(self), "fields": [field.as_json for field in self.fields]}

    @property
    def table(self) -> str:
        """Return its table's name, which shows in some messages."""
        return f"_{self.name_singular}" if self.custom else self.name_singular

    @property
    def pascal(self) -> str:
        """Return the name of operations on one record: ``TreatmentPlan``."""
        return self.name_singular[0].upper() + self.name_singular[1:]

    @property
    def pascal_plural(self) -> str:
        """Return the name of operations on several records: ``TreatmentPlans``."""
        return self.name_plural[0].upper() + self.name_plural[1:]

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Return fields by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def by_column(self) -> dict[str, Field]:
        """Return fields that have a place in the record, by that place's key."""
        return {field.column: field for field in self.fields if field.column is not None}

    @cached_property
    def to_one(self) -> tuple[Field, ...]:
        """Return relations to one other record."""
        return tuple(field for field in self.fields if field.is_relation and field.column is not None)

    @cached_property
    def to_many(self) -> tuple[Field, ...]:
        """Return relations to several other records."""
        return tuple(field for field in self.fields if field.is_relation and field.column is None)

    @cached_property
    def unique_fields(self) -> tuple[Field, ...]:
        """Return fields whose values are unique, the id left aside."""
        return tuple(field for field in self.fields if field.unique and field.name != "id")

    @cached_property
    def file_columns(self) -> tuple[str, ...]:
        """Return columns of type FILES."""
        return tuple(field.name for field in self.fields if field.type == "FILES")

    @property
    def label_field(self) -> Field | None:
        """Return the field that names a record to people."""
        return self.by_name.get("name") or self.by_name.get("title")


class DataModel:
    """All objects of a workspace. Objects are replaced, never changed in place."""

    def __init__(self, objects: Iterable[ObjectType] = ()) -> None:
        self._objects: dict[str, ObjectType] = {}
        self._revision: bytes | None = None
        for item in objects:
            self._objects[item.id] = item
        self._index()

    def __iter__(self) -> Iterator[ObjectType]:
        return iter(self._objects.values())

    def __len__(self) -> int:
        return len(self._objects)

    def get(self, object_id: str | None) -> ObjectType | None:
        """Return the object with this id."""
        return self._objects.get(object_id or "")

    def object(self, object_id: str | None) -> ObjectType:
        """Return the object with this id, which must exist."""
        return self._objects[object_id or ""]

    def plural(self, name: str) -> ObjectType | None:
        """Return the object with this plural name."""
        return self._by_plural.get(name)

    def singular(self, name: str) -> ObjectType | None:
        """Return the object with this singular name."""
        return self._by_singular.get(name)

    def field(self, field_id: str | None) -> Field | None:
        """Return the field with this id."""
        return self._fields.get(field_id or "")

    def fields(self) -> list[Field]:
        """Return the fields of all objects."""
        return list(self._fields.values())

    def incoming(self, item: ObjectType) -> list[tuple[ObjectType, Field]]:
        """Return every relation that points at an object: (the object it is on, its field)."""
        return self._incoming.get(item.id, [])

    @property
    def revision(self) -> bytes:
        """Return the digest of all of it: two data models with the same revision have the same objects and fields."""
        if self._revision is None:
            self._revision = blake2b(orjson.dumps(self.to_json()), digest_size=16).digest()
        return self._revision

    def put(self, *items: ObjectType) -> None:
        """Add objects, or put them in the place of earlier versions."""
        for item in items:
            self._objects[item.id] = item
        self._index()

    def remove(self, object_id: str) -> None:
        """Take an object away."""
        del self._objects[object_id]
        self._index()

    def _index(self) -> None:
        self._revision = None
        self._by_plural = {item.name_plural: item for item in self}
        self._by_singular = {item.name_singular: item for item in self}
        self._fields = {field.id: field for item in self for field in item.fields}
        self._incoming: dict[str, list[tuple[ObjectType, Field]]] = {}
        for item in self:
            for field in item.to_one:
                self._incoming.setdefault(field.target_object_id or "", []).append((item, field))

    def to_json(self) -> list[dict[str, Any]]:
        """Return all of it as JSON, to be kept."""
        return [item.as_json for item in self]

    @classmethod
    def from_json(cls, data: list[dict[str, Any]]) -> DataModel:
        """Return what ``to_json`` gave."""
        return cls(_object_from_json(item) for item in data)


def _attributes(item: Field | ObjectType) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def _object_from_json(data: dict[str, Any]) -> ObjectType:
    return ObjectType(**{**data, "fields": tuple(_field_from_json(field) for field in data["fields"])})


def _field_from_json(data: dict[str, Any]) -> Field:
    options = data["options"]
    return Field(**{**data, "options": None if options is None else tuple(Option(**option) for option in options)})
