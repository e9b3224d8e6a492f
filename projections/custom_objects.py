"""Custom objects in Twenty: each row of a table that is of no known entity becomes a record of the practice's own object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from events.vocabulary.custom_objects import CustomObject, of_name
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from events.vocabulary.record_locations import location_named
from events.vocabulary.records import Record, Value
from projections.desired import Context, Desired, Projected
from projections.fields import Fields
from projections.icons import COMPANIES, CUSTOM_OBJECTS, PATIENTS
from projections.links import patient_of
from projections.spec import (
    PBN_ID,
    DestinationSpec,
    TwentyField,
    TwentyObject,
    WantedField,
    WritingStage,
    names,
    patient_of_object,
)
from projections.values import text

_PLACE = 100
PROVIDER_NAME = WantedField(name="providerName", label="Provider (PbN)", type="TEXT", icon=PATIENTS)
"""The provider as PbN names them, for those who are no members of the workspace."""
OWN_FIELDS = names("patient patientId provider providerId providerName practice practiceId")
"""The fields that a custom object's links need."""


def custom_record(record: Record, context: Context) -> Projected:
    """Return the record of a row; nothing where the workspace does not have the object (it was never turned on there)."""
    entity, values = record.entity, record.values
    plural = object_of(of_entity(entity)).plural
    if context.knows_all_fields and (plural, "id") not in context.types:
        return Projected()
    fields, person = Fields(context, plural), patient_of(record, context)
    company = _company(values.get("practice_ref"), context)
    identity = context.pbn_id(entity, record.native_id)
    fields.put("pbnId", identity)
    fields.put("name", text(values.get("title")) or record.native_id)
    if "patient_id" in values:
        fields.put("patientId", str(person) if person else None)
    if "provider_ref" in values:
        provider = values["provider_ref"]
        fields.put("providerId", context.member(provider))
        fields.put(PROVIDER_NAME.name, context.directory.label(provider) if isinstance(provider, str) else "")
    if "practice_ref" in values:
        fields.put("practiceId", str(company) if values["practice_ref"] else None)
    fields.custom(record.custom)
    desired = Desired(
        object=plural,
        id=context.twenty_id(entity, record.native_id),
        pbn_id=identity,
        values=fields.values,
        needs=("people", person) if person else ("companies", company),
        needs_too=("companies", company) if person and values.get("practice_ref") else None,
    )
    return Projected(records=(desired,), missing_words=tuple(fields.missing))


def _company(named: Value, context: Context) -> UUID:
    """Return the company of the practice, or of the location that a row names."""
    location = location_named(named, context.practice) if isinstance(named, str) else None
    return context.twenty_id(Entity.PRACTICE, location or context.practice.id)


def of_entity(entity: Entity) -> CustomObject:
    """Return the object of an entity, as its name tells it: a mapping may have other labels."""
    assert entity.object_name is not None, entity
    return of_name(entity.object_name)


def object_of(made: CustomObject) -> TwentyObject:
    """Return a custom object as it is made in Twenty."""
    return TwentyObject(
        singular=made.name,
        plural=made.plural,
        label=made.label,
        label_plural=made.label_plural,
        standard=False,
        stage=WritingStage.RECORDS,
        shown=made.label_plural,
        icon=CUSTOM_OBJECTS,
    )


def spec_of(made: CustomObject) -> DestinationSpec:
    """Return the spec of the entity that becomes a custom object."""
    own = object_of(made)
    return DestinationSpec(
        entity=made.entity,
        place=_PLACE,
        shown=made.label_plural,
        object=own,
        fields=(PBN_ID,),
        project=custom_record,
        provider="provider",
    )


def spec_of_entity(name: str) -> DestinationSpec | None:
    """Return the spec of a custom object's entity by its name; None for any other name."""
    try:
        entity = Entity(name)
    except ValueError:
        return None
    return spec_of(of_entity(entity)) if entity.object_name is not None else None


def wanted_fields(mapping: ColumnMapping) -> Iterator[tuple[str, WantedField]]:
    """Yield the fields of the objects that a mapping has turned on, but for those of their columns."""
    for made in mapping.objects:
        if made.is_on:
            yield made.name, PBN_ID
            if "provider_ref" in _links(mapping, made):
                yield made.name, PROVIDER_NAME


def wanted_relations(mapping: ColumnMapping) -> Iterable[TwentyField]:
    """Yield the relations of the objects that a mapping has turned on."""
    for made in mapping.objects:
        if not made.is_on:
            continue
        links = _links(mapping, made)
        if "patient_id" in links:
            yield patient_of_object(made.name, made.label_plural, CUSTOM_OBJECTS)
        if "practice_ref" in links:
            yield _relation(made, "practice", "Practice", "company", COMPANIES)
        if "provider_ref" in links:
            yield _relation(made, "provider", "Provider", "workspaceMember", PATIENTS)


def _relation(made: CustomObject, name: str, label: str, target: str, icon: str) -> TwentyField:
    return TwentyField(
        object=made.name,
        name=name,
        label=label,
        type="RELATION",
        target=target,
        back_label=made.label_plural,
        back_icon=CUSTOM_OBJECTS,
        icon=icon,
    )


def _links(mapping: ColumnMapping, made: CustomObject) -> set[str]:
    return {
        c.field for table in mapping.tables if table.kind.entity is made.entity for c in table.columns if c.field is not None
    }
