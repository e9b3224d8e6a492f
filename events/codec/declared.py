"""Entities that their schema declares: `NAME.vN.avsc` with the kinds of its fields is all that the log needs of an entity.

A field's kind stands in its attribute `kind`; without one it is the first kind of the field's Avro type. An entity whose
records have a `patient_id` belongs to a patient. The schemas released before fields had kinds, and that of custom objects, are
declared in `vocabulary.records`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from events.codec.schemas import Schema, all_schemas, including
from events.vocabulary.entities import CUSTOM, Entity
from events.vocabulary.kinds import FieldKind, kind_in
from events.vocabulary.mapping import TableKind
from events.vocabulary.records import FIELDS
from events.vocabulary.specs import recompile

__all__ = ["FIELDS", "fields_in", "schemas_in"]

_OF_ALL = frozenset({"native_id", "custom", "unknown", "changed", "issues"})
"""The fields that every record's payload has besides its values."""


def fields_in(schema: Schema) -> Mapping[str, FieldKind] | None:
    """Return the fields of an entity's records as its schema declares them; None where the schema is no record's."""
    fields = {field["name"]: field for field in schema.source["fields"]}
    if not fields.keys() >= _OF_ALL:
        return None
    return {name: kind_in(field) for name, field in fields.items() if name not in _OF_ALL}


@contextmanager
def schemas_in(folder: Path) -> Iterator[None]:
    """Know the schemas of a folder, and the entities that they declare, until the block ends."""
    with ExitStack() as stack:
        stack.enter_context(including(folder))
        for name, fields in _declared().items():
            entity = stack.enter_context(Entity.including(name, of_patient="patient_id" in fields))
            stack.enter_context(TableKind.including(entity))
            FIELDS[entity] = fields
            stack.callback(FIELDS.pop, entity)
            stack.callback(recompile)
        recompile()
        yield


def _declared() -> dict[str, Mapping[str, FieldKind]]:
    """Return the fields of the entities that schemas declare and that are not known yet."""
    found = {schema.name: fields_in(schema) for schema in all_schemas()}
    return {name: fields for name, fields in found.items() if fields is not None and name not in Entity and name != CUSTOM}


for _name, _fields in _declared().items():
    _entity = Entity.declare(_name, of_patient="patient_id" in _fields)
    TableKind.declare(_name, _entity)
    FIELDS[_entity] = _fields
