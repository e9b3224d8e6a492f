"""The entities that are known on the side of the destination, collected from the modules of `projections.entities`."""

from __future__ import annotations

from collections.abc import Iterable

from events.vocabulary.custom_objects import CustomObject
from events.vocabulary.specs import Specs
from projections.custom_objects import spec_of, spec_of_entity
from projections.spec import DestinationSpec

DESTINATIONS: Specs[DestinationSpec] = Specs(
    "projections.entities", name=lambda spec: spec.entity, place=lambda spec: spec.place, others=spec_of_entity
)
"""Every entity by its name; those of custom objects stand among them once they are declared."""


def declare_objects(objects: Iterable[CustomObject]) -> None:
    """Have the custom objects of a practice among the entities, until those of another mapping are declared.

    An object that was never turned on is none of them.
    """
    DESTINATIONS.declare(spec_of(made) for made in objects if made.is_on or made.carried)


def provider_field(entity: str) -> str | None:
    """Return the field of an entity's records in Twenty that holds their provider; None where there is none."""
    spec = DESTINATIONS.get(entity)
    return spec.provider if spec is not None else None


def object_name(entity: str) -> str | None:
    """Return the name of the object that an entity's records become, or are matched with."""
    spec = DESTINATIONS[entity]
    return spec.object.singular if spec.object is not None else spec.matched
