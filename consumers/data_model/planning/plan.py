"""The plan: everything the destination needs, against what the workspace has. Pure; it is what `schema plan` shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from consumers.data_model.ledger import Applied, fold
from consumers.data_model.planning.compare import Item, Kind, wanted_item
from consumers.data_model.planning.privacy import Privacy, PrivateObject
from consumers.data_model.steps import Undoing
from consumers.twenty.metadata import Metadata
from events.decisions import Decision
from events.vocabulary.mapping import ColumnMapping
from projections.destination import destination_fields, destination_objects
from projections.spec import TwentyField, TwentyObject

NO_WISHES = Privacy()


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaPlan:
    """Steps that the workspace with that identity needs for the mapping of that version. Items stand in the order of doing."""

    workspace: str
    version: str
    items: tuple[Item, ...]

    @property
    def clashes(self) -> tuple[Item, ...]:
        """Return what is in the way; any of them refuses the whole apply."""
        return tuple(item for item in self.items if item.kind is Kind.CLASH)

    @property
    def to_do(self) -> tuple[Item, ...]:
        """Return what must be done."""
        return tuple(item for item in self.items if item.step is not None)


def plan(
    metadata: Metadata,
    mapping: ColumnMapping,
    decisions: Iterable[Decision] = (),
    privacy: Privacy = NO_WISHES,
    *,
    has_locations: bool = False,
) -> SchemaPlan:
    """Return the plan for this workspace. `decisions` (`Decisions.all()`) tell which of what is there an earlier apply has
    made.
    """
    fields = privacy.of(destination_fields(mapping, has_locations=has_locations))
    return plan_of(metadata, destination_objects(mapping), fields, mapping.version, decisions, privacy.objects())


def plan_of(
    metadata: Metadata,
    objects: Sequence[TwentyObject],
    fields: Sequence[TwentyField],
    version: str,
    decisions: Iterable[Decision] = (),
    private: Sequence[PrivateObject] = (),
) -> SchemaPlan:
    """Return the plan for these objects and fields. Twenty's own objects are items only where they clash, and a clashing
    object speaks for its fields. What is to be `private` is made so last.
    """
    applied = fold(decisions, metadata.identity).applied
    found = [wanted_item(metadata, one) for one in objects]
    blocked = {item.name for item in found if item.kind is Kind.CLASH}
    standard = {one.singular for one in objects if one.standard}
    items = [item for item in found if item.kind is Kind.CLASH or item.name not in standard]
    items += [wanted_item(metadata, one) for one in fields if one.object not in blocked]
    items += [wanted_item(metadata, one) for one in private if one.singular not in blocked]
    return SchemaPlan(
        workspace=metadata.identity, version=version, items=tuple(_attributed(metadata, item, applied) for item in items)
    )


def _attributed(metadata: Metadata, item: Item, applied: Sequence[Applied]) -> Item:
    """Return the item with a note of whether we made what it is about."""
    deleting = (Undoing.DELETE_OBJECT, Undoing.DELETE_FIELD)
    made = {one.inverse.id for one in applied if one.inverse.action in deleting}
    return replace(item, ours=_id_of(metadata, item) in made)


def _id_of(metadata: Metadata, item: Item) -> str | None:
    wanted = item.wanted
    if isinstance(wanted, PrivateObject):
        return None  # its own item tells who made it
    if isinstance(wanted, TwentyObject):
        return metadata.object(wanted.singular).id if wanted.singular in metadata else None
    there = metadata.object(wanted.object).fields.get(wanted.name) if wanted.object in metadata else None
    return there.id if there else None
