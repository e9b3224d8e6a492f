"""The entities that are known on the side of the destination, collected from the modules of `projections.entities`."""

from __future__ import annotations

from events.vocabulary.specs import Specs
from projections.spec import DestinationSpec

DESTINATIONS: Specs[DestinationSpec] = Specs(
    "projections.entities", name=lambda spec: spec.entity, place=lambda spec: spec.place
)
"""Every entity by its name."""


def provider_field(entity: str) -> str | None:
    """Return the field of an entity's records in Twenty that holds their provider; None where there is none."""
    spec = DESTINATIONS.get(entity)
    return spec.provider if spec is not None else None


def object_name(entity: str) -> str | None:
    """Return the name of the object that an entity's records become, or are matched with."""
    spec = DESTINATIONS[entity]
    return spec.object.singular if spec.object is not None else spec.matched
