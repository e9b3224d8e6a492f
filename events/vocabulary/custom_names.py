"""Names that custom fields must not have: those that the destination uses itself, handed to the binding of columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.vocabulary.entities import Entity


@dataclass(frozen=True, slots=True)
class UsedNames:
    """The names used on the object `holder`, on which an entity's custom columns become fields."""

    holder: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomNames:
    """The used names by entity. Entities of one holder share the names of their custom fields. `objects` are names that a
    custom object must not have, `of_objects` those that its fields must not have.
    """

    used: Mapping[str, UsedNames] = field(default_factory=dict)
    objects: frozenset[str] = frozenset()
    of_objects: frozenset[str] = frozenset()

    def holder(self, entity: Entity) -> str:
        """Return the object that holds the custom fields of an entity."""
        return self.used[entity].holder if entity in self.used else entity

    def names(self, entity: Entity) -> frozenset[str]:
        """Return the names that a custom field of an entity must not have."""
        if entity in self.used:
            return self.used[entity].names
        return self.of_objects if entity.object_name is not None else frozenset()


NONE_USED = CustomNames()
"""Every entity holds its own custom fields, under any name."""
