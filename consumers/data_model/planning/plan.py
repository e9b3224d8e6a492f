"""The plan: everything the destination needs, against what the workspace has. Pure; it is what `schema plan` shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from consumers.data_model.drift import OBJECT_REMOVED, DriftItem
from consumers.data_model.ledger import Applied, fold
from consumers.data_model.planning.compare import Item, Kind, wanted_item
from consumers.data_model.planning.later_words import with_later_words
from consumers.data_model.planning.privacy import Privacy, PrivateObject
from consumers.data_model.steps import Undoing
from consumers.twenty.metadata import Metadata
from events.decisions import Decision
from events.vocabulary.mapping import ColumnMapping
from projections.destination import destination_fields, destination_objects
from projections.options import option_key
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
    left_out: Collection[DriftItem] = (),
) -> SchemaPlan:
    """Return the plan for this workspace. `decisions` (`Decisions.all()`) tell which of what is there an earlier apply has
    made, and the words for which a SELECT got options later: a field that is made again has those, too. `left_out` are parts
    that people removed, and that are not made again.
    """
    objects = destination_objects(mapping)
    applied = fold(decisions, metadata.identity).applied
    wanted = with_later_words(privacy.of(destination_fields(mapping, has_locations=has_locations)), applied)
    fields = _without(wanted, left_out, {one.singular: one.plural for one in objects})
    objects = tuple(one for one in objects if not any(item.object == one.plural and not item.field for item in left_out))
    kept = {one.singular for one in objects}
    private = tuple(one for one in privacy.objects() if one.singular in kept)
    return plan_of(metadata, objects, fields, mapping.version, applied, private)


def _without(
    fields: Sequence[TwentyField], left_out: Collection[DriftItem], plurals: Mapping[str, str]
) -> tuple[TwentyField, ...]:
    """Return the fields without those, and without those options, that are left out."""
    gone = {item.object for item in left_out if item.reason == OBJECT_REMOVED}
    away = {(item.object, item.field) for item in left_out if item.field and not item.option}
    words = {(item.object, item.field, option_key(item.option)) for item in left_out if item.option}
    found = []
    for one in fields:
        plural, target = plurals.get(one.object, one.object), plurals.get(one.target or "", one.target)
        if plural in gone or target in gone or (plural, one.name) in away:
            continue
        options = tuple(option for option in one.options if (plural, one.name, option_key(option[1])) not in words)
        found.append(replace(one, options=options))
    return tuple(found)


def plan_of(
    metadata: Metadata,
    objects: Sequence[TwentyObject],
    fields: Sequence[TwentyField],
    version: str,
    applied: Sequence[Applied] = (),
    private: Sequence[PrivateObject] = (),
) -> SchemaPlan:
    """Return the plan for these objects and fields. Twenty's own objects are items only where they clash, and a clashing
    object speaks for its fields. `applied` are the steps in force. The objects that are to be `private` are made so last.
    """
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
