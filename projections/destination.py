"""The destination: the objects and fields that Twenty must have, by the names of the field map, which are fixed.

It is put together from the specs of the entities (`projections.entities`), once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, FieldType
from events.vocabulary.specs import Compiled
from projections.custom_objects import object_of, wanted_fields, wanted_relations
from projections.icons import icon_of_type
from projections.options import option_values
from projections.registry import DESTINATIONS
from projections.spec import TwentyField, TwentyObject, WantedField, WritingStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Objects and fields that the entities need together.

    `objects` are by their singular name; `object_of` has the singular name of an entity's. `write_order` are the plural names,
    parents before children, and `write_stages` the same by stage. `rollback_order` has links after the tasks and notes that
    they belong to: a kept task keeps its link, and thereby its person. `links` are the objects whose records tie a record to
    its person and have no pbnId; `owners` has for each the records that it belongs to, and its column with their id. `parents`
    are the objects that a desired record may need. `words` names the field of an entity's records whose words become the
    options of a SELECT.
    """

    objects: Mapping[str, TwentyObject]
    object_of: Mapping[str, str]
    write_stages: tuple[tuple[str, ...], ...]
    write_order: tuple[str, ...]
    rollback_order: tuple[str, ...]
    links: tuple[str, ...]
    owners: Mapping[str, tuple[tuple[str, str], ...]]
    parents: frozenset[str]
    words: Mapping[tuple[str, str], tuple[Entity, str]]
    fields: tuple[tuple[str, WantedField], ...]
    relations: tuple[TwentyField, ...]
    of_locations: tuple[TwentyField, ...]

    def shown(self, plural: str) -> str:
        """Return the name of an object for people in an office."""
        return next((one.shown for one in self.objects.values() if one.plural == plural), plural)


def destination() -> Destination:
    """Return what the known entities need."""
    return _MADE[()]


def _made(_key: tuple[()]) -> Destination:
    written = [(spec, spec.object) for spec in DESTINATIONS if spec.object is not None]
    objects: dict[str, TwentyObject] = {}
    owners: dict[str, tuple[tuple[str, str], ...]] = {}
    for spec, own in written:
        objects.setdefault(own.singular, own)
        if spec.link is not None:
            objects.setdefault(spec.link.object.singular, spec.link.object)
            owners[spec.link.object.plural] = ((own.plural, spec.link.column),)
    stages = tuple(tuple(o.plural for o in objects.values() if o.stage is stage) for stage in WritingStage)
    parents = [*reversed(stages[WritingStage.PARENTS]), *reversed(stages[WritingStage.ROOT])]
    children = [plural for plural in (*stages[WritingStage.RECORDS], *stages[WritingStage.LINKED]) if plural not in owners]
    relations = [relation for spec, _ in written for relation in spec.relations]
    return Destination(
        objects=objects,
        object_of={spec.entity: own.singular for spec, own in written},
        write_stages=stages,
        write_order=tuple(plural for stage in stages for plural in stage),
        rollback_order=(*children, *owners, *parents),
        links=tuple(sorted(owners)),
        owners=owners,
        parents=frozenset(parents),
        words={(own.singular, name): (Entity(spec.entity), word) for spec, own in written for name, word in spec.words.items()},
        fields=tuple((own.singular, wanted) for spec, own in written for wanted in spec.fields),
        of_locations=tuple(relation for spec, _ in written for relation in spec.of_locations),
        relations=tuple(sorted(relations, key=_is_to_members)),
    )


_MADE: Compiled[tuple[()], Destination] = Compiled(_made)


def _is_to_members(relation: TwentyField) -> bool:
    """Relations to members are made last: those of our own objects are made together."""
    return relation.target == "workspaceMember"


def destination_objects(mapping: ColumnMapping) -> tuple[TwentyObject, ...]:
    """Return the objects that the approved mapping needs: those of all practices, and the custom objects that are on."""
    custom = {spec.object.singular for spec in DESTINATIONS if spec.object and Entity(spec.entity).object_name is not None}
    everywhere = (one for name, one in destination().objects.items() if name not in custom)
    return (*everywhere, *(object_of(made) for made in mapping.objects if made.is_on))


def destination_fields(mapping: ColumnMapping, *, has_locations: bool = False) -> tuple[TwentyField, ...]:
    """Return every field the approved mapping needs, in the order in which they are made: plain ones, custom ones,
    relations; those of a practice that `has_locations` last.
    """
    known = destination()
    turned_on = {made.entity: made.name for made in mapping.objects if made.is_on}
    holders = {entity: name for entity, name in known.object_of.items() if Entity(entity).object_name is None} | turned_on
    own = [(singular, wanted) for singular, wanted in known.fields if singular in holders.values()]
    fields = [_fixed(singular, wanted, mapping) for singular, wanted in (*own, *wanted_fields(mapping))]
    fields += [
        _custom(holders[c.entity], c.entity, c.name, c.label, c.type, mapping)
        for c in mapping.custom_fields
        if c.entity in holders
    ]
    relations = sorted((*known.relations, *wanted_relations(mapping)), key=_is_to_members)
    unique: dict[tuple[str, str], TwentyField] = {}
    for field in (*fields, *relations, *(known.of_locations if has_locations else ())):
        unique.setdefault((field.object, field.name), field)
    return tuple(unique.values())


def _fixed(singular: str, wanted: WantedField, mapping: ColumnMapping) -> TwentyField:
    words: Sequence[str] = ()
    type_, options = wanted.type, tuple[tuple[str, str], ...]()
    if wanted.words is not None:
        vocabulary = mapping.vocabulary(*destination().words[singular, wanted.name])
        words = vocabulary.words if vocabulary else ()
        if vocabulary and vocabulary.type is FieldType.TEXT:
            type_ = "TEXT"
    if type_ == "SELECT":
        # Twenty refuses a SELECT without options (cassette metadata-select-options)
        options = tuple(option_values((*wanted.fixed, *words) or ("Unknown",)).values())
    icon = wanted.icon or icon_of_type(type_)
    return TwentyField(
        object=singular, name=wanted.name, label=wanted.label, type=type_, unique=wanted.unique, options=options, icon=icon
    )


def _custom(singular: str, entity: Entity, name: str, label: str, type_: FieldType, mapping: ColumnMapping) -> TwentyField:
    options: tuple[tuple[str, str], ...] = ()
    if type_ is FieldType.SELECT:
        vocabulary = mapping.vocabulary(entity, name)
        options = tuple(option_values(vocabulary.words if vocabulary and vocabulary.words else ("Unknown",)).values())
    icon = icon_of_type(type_.value)
    return TwentyField(object=singular, name=name, label=label, type=type_.value, options=options, icon=icon)
