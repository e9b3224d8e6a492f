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
    written (there the order counts). `twenty_value` is its value in Twenty where people gave it another one; `word` is the
    label that it was made with, None where that is not known.
    """

    value: str
    label: str
    color: str = "blue"
    position: int = 0
    id: str | None = None
    twenty_value: str | None = None
    word: str | None = None

    @property
    def api_value(self) -> str:
        """Return the value that Twenty's API has for it."""
        return self.value if self.twenty_value is None else self.twenty_value

    @property
    def stands_for(self) -> str:
        """Return the word of PbN that it stands for: that which it was made for, whatever people call it since."""
        return self.label if self.word is None else self.word


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Where a relation leads. `target` is an object's singular name, None where the server does not tell."""

    kind: RelationKind
    join_column: str | None
    target: str | None = None
    target_field: str | None = None


@dataclass(frozen=True, kw_only=True)
class FieldMetadata:
    """One field. `type` is Twenty's (TEXT, EMAILS, RELATION …). `twenty_name` and `twenty_column` are its name and its column
    in Twenty's API where people renamed it; `is_known` tells that the log made or adopted it.
    """

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
    twenty_name: str | None = None
    twenty_column: str | None = None
    is_known: bool = False

    @property
    def column(self) -> str | None:
        """Return the key of this field in a record: its name, a relation's join column, None for the many side."""
        return self.name if self.relation is None else self.relation.join_column

    @property
    def api_name(self) -> str:
        """Return the name that Twenty's API has for it."""
        return self.name if self.twenty_name is None else self.twenty_name

    @property
    def api_column(self) -> str | None:
        """Return the key that Twenty's API has for it in a record."""
        return self.column if self.twenty_column is None else self.twenty_column

    @cached_property
    def api_values(self) -> Mapping[str, str]:
        """Return the values of options that people gave another value, with those that Twenty's API has for them."""
        return {one.value: one.twenty_value for one in self.options if one.twenty_value is not None}

    @cached_property
    def known_values(self) -> Mapping[str, str]:
        """Return the values that Twenty's API has for options that people gave another one, with those known here."""
        return {there: here for here, there in self.api_values.items()}


@dataclass(frozen=True, kw_only=True)
class ObjectMetadata:
    """One object. `fields` are by name. `twenty_singular` and `twenty_plural` are its names in Twenty's API where people
    renamed it; `is_known` tells that the log made it.
    """

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
    twenty_singular: str | None = None
    twenty_plural: str | None = None
    is_known: bool = False

    @property
    def api_singular(self) -> str:
        """Return the singular name that Twenty's API has for it."""
        return self.singular if self.twenty_singular is None else self.twenty_singular

    @property
    def api_plural(self) -> str:
        """Return the plural name that Twenty's API has for it."""
        return self.plural if self.twenty_plural is None else self.twenty_plural

    @cached_property
    def is_renamed(self) -> bool:
        """Tell whether Twenty's API has another name for one of its columns, or another value for one of their options."""
        return any(one.twenty_column is not None or one.api_values for one in self.fields.values())

    @cached_property
    def columns(self) -> Mapping[str, FieldMetadata]:
        """Return the fields that a record has a key for, by that key. Twenty's API serves those that people switched off, too:
        nothing under `engine/api` of 2.21 but a merge asks whether a field or an object is active.
        """
        return {field.column: field for field in self.fields.values() if field.column}

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
        return self.api_singular[:1].upper() + self.api_singular[1:]

    @property
    def plural_capitalised(self) -> str:
        """Return the plural name as GraphQL's mutations and REST's answers have it: `People`."""
        return self.api_plural[:1].upper() + self.api_plural[1:]


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
