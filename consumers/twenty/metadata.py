"""The data model of a workspace, typed: its objects, their fields, the options of a SELECT, where relations lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from consumers.twenty.transport.errors import Refusal, Refused


class RelationKind(StrEnum):
    """The side of a relation; only MANY_TO_ONE has a column in the record."""

    MANY_TO_ONE = "MANY_TO_ONE"
    ONE_TO_MANY = "ONE_TO_MANY"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectOption:
    """One option of a SELECT. `id` is None for one that is to be added; `position` counts where it was read, not where it is
    written (there the order counts).
    """

    value: str
    label: str
    color: str = "blue"
    position: int = 0
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Where a relation leads. `target` is an object's singular name, None where the server does not tell."""

    kind: RelationKind
    join_column: str | None
    target: str | None = None
    target_field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMetadata:
    """One field. `type` is Twenty's (TEXT, EMAILS, RELATION …)."""

    id: str
    name: str
    label: str
    type: str
    object_id: str
    is_unique: bool = False
    is_nullable: bool = True
    is_active: bool = True
    is_system: bool = False
    default: Any = None
    options: tuple[SelectOption, ...] = ()
    relation: Relation | None = None
    writability: str = "OPEN"

    @property
    def column(self) -> str | None:
        """Return the key of this field in a record: its name, a relation's join column, None for the many side."""
        return self.name if self.relation is None else self.relation.join_column


@dataclass(frozen=True, kw_only=True)
class ObjectMetadata:
    """One object. `fields` are by name."""

    id: str
    singular: str
    plural: str
    label_singular: str
    label_plural: str
    fields: Mapping[str, FieldMetadata]
    is_active: bool = True
    is_system: bool = False
    readability: str = "OPEN"
    writability: str = "OPEN"

    @cached_property
    def columns(self) -> Mapping[str, FieldMetadata]:
        """Return the active fields that a record has a key for, by that key."""
        return {field.column: field for field in self.fields.values() if field.column and field.is_active}

    def field(self, name: str) -> FieldMetadata:
        """Return the field of that name. Raises `Refused` (unknown-field)."""
        if name not in self.fields:
            raise Refused(
                f"the object {self.singular} has no field {name}; run `cutover schema plan`", kind=Refusal.UNKNOWN_FIELD
            )
        return self.fields[name]

    @property
    def capitalised(self) -> str:
        """Return the singular name as GraphQL's types and REST's answers have it: `Person`."""
        return self.singular[:1].upper() + self.singular[1:]

    @property
    def plural_capitalised(self) -> str:
        """Return the plural name as GraphQL's mutations and REST's answers have it: `People`."""
        return self.plural[:1].upper() + self.plural[1:]


class Metadata:
    """All objects of one workspace, found by singular or plural name."""

    def __init__(self, objects: Iterable[ObjectMetadata]) -> None:
        self.objects: tuple[ObjectMetadata, ...] = tuple(objects)
        self._by_name = {one.singular: one for one in self.objects} | {one.plural: one for one in self.objects}
        self._by_id = {one.id: one for one in self.objects}

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def object(self, name: str) -> ObjectMetadata:
        """Return the object of that singular or plural name. Raises `Refused` (unknown-object)."""
        if name not in self._by_name:
            raise Refused(f"the workspace has no object {name}; run `cutover schema plan`", kind=Refusal.UNKNOWN_OBJECT)
        return self._by_name[name]

    def by_id(self, object_id: str) -> ObjectMetadata | None:
        """Return the object with that metadata id."""
        return self._by_id.get(object_id)

    def having(self, one: ObjectMetadata) -> Metadata:
        """Return this data model with an object added, or in the place of the one with its id."""
        others = [other for other in self.objects if other.id != one.id]
        return Metadata([*others, one])

    @property
    def identity(self) -> str:
        """Return what tells this workspace from any other: the metadata id of its `person` object."""
        return self.object("person").id
