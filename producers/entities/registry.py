"""The kinds of tables that are known, collected from the modules of this folder."""

from __future__ import annotations

from collections.abc import Mapping

from events.vocabulary.entities import Entity
from events.vocabulary.specs import Specs
from producers.entities.carried import Carried
from producers.entities.custom_object import spec_of_object
from producers.entities.spec import SourceSpec

SOURCES: Specs[SourceSpec] = Specs(
    "producers.entities", name=lambda spec: spec.kind, place=lambda spec: spec.place, others=spec_of_object
)
"""Every kind of table that is read, by its name; those of custom objects can be asked for, and are not guessed."""


def read_entities() -> tuple[Entity, ...]:
    """Return the entities whose records tables make, in the order in which they are read."""
    return tuple(spec.kind.entity for spec in SOURCES if spec.kind.entity is not None)


def carried_fields(entity: Entity) -> Mapping[str, Carried]:
    """Return the fields that the tables of an entity can fill, by the names that issues give them."""
    return SOURCES[entity].carried
