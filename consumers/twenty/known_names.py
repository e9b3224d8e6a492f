"""Known names: objects, fields and options by their metadata id, with the names that they were made with. Values and filters
go out by the names that Twenty's API has now, and come back by the known ones.

Twenty's admins may give an object and a field of their own making other labels and API names, and an option another label
and value; its metadata id stays (`field-metadata/…/flat-field-metadata-editable-properties`). A standard object or field
keeps its API name. Compensations, images and projections keep the names that a part was made with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as having
from typing import Any

from consumers.twenty.metadata import FieldMetadata, Metadata, ObjectMetadata, Relation, RelationKind, SelectOption


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """By metadata id: an object's singular and plural name, a field's name, an option's value and label, as they were made."""

    objects: Mapping[str, tuple[str, str]] = having(default_factory=dict)
    fields: Mapping[str, str] = having(default_factory=dict)
    options: Mapping[str, tuple[str, str]] = having(default_factory=dict)

    def in_(self, metadata: Metadata) -> Metadata:
        """Return a data model, as it was read, by the names known here.

        A stranger that has taken a known name, which is still in use here, gets a mark of its id behind the name.
        """
        taken = {name for one in metadata.objects for name in self.objects.get(one.id, ())}
        names = {one.singular: self._names_of(one, taken) for one in metadata.objects}
        return Metadata(self._object(one, names) for one in metadata.objects)

    def _names_of(self, one: ObjectMetadata, taken: set[str]) -> tuple[str, str]:
        if one.id in self.objects:
            return self.objects[one.id]
        if taken.isdisjoint((one.singular, one.plural)):
            return one.singular, one.plural
        return f"{one.singular}_{_mark(one.id)}", f"{one.plural}_{_mark(one.id)}"

    def _object(self, one: ObjectMetadata, names: Mapping[str, tuple[str, str]]) -> ObjectMetadata:
        singular, plural = names[one.singular]
        known = {f.id: self.fields[f.id] for f in one.fields.values() if f.id in self.fields}
        taken = {name for held in known.values() for name in (held, f"{held}Id")}
        fields = [self._field(f, known.get(f.id), taken, names) for f in one.fields.values()]
        return replace(
            one,
            singular=singular,
            plural=plural,
            fields={f.name: f for f in fields},
            twenty_singular=one.singular if singular != one.singular else None,
            twenty_plural=one.plural if plural != one.plural else None,
            is_known=one.id in self.objects,
        )

    def _field(
        self, one: FieldMetadata, known: str | None, taken: set[str], names: Mapping[str, tuple[str, str]]
    ) -> FieldMetadata:
        name = known or (one.name if one.name not in taken and one.column not in taken else f"{one.name}_{_mark(one.id)}")
        relation = _relation(one.relation, name if name != one.name else None, names)
        options, is_known = self._options(one.options), known is not None
        if name == one.name and (relation, options, is_known) == (one.relation, one.options, one.is_known):
            return one
        found = replace(one, name=name, relation=relation, options=options, is_known=is_known)
        if name == one.name:
            return found
        return replace(found, twenty_name=one.name, twenty_column=one.column)

    def _options(self, options: tuple[SelectOption, ...]) -> tuple[SelectOption, ...]:
        known = {one.id: self.options[one.id] for one in options if one.id is not None and one.id in self.options}
        if not known:
            return options
        taken = {value for value, _ in known.values()}
        found = []
        for one in options:
            value, word = known.get(one.id or "", (one.value, None))
            if word is None and value in taken:
                value = f"{value}_{_mark(one.id or '')}".upper()
            found.append(replace(one, value=value, word=word, twenty_value=one.value if value != one.value else None))
        return tuple(found)


def _relation(relation: Relation | None, renamed: str | None, names: Mapping[str, tuple[str, str]]) -> Relation | None:
    if relation is None:
        return None
    target = names.get(relation.target or "", (relation.target, ""))[0]
    column = relation.join_column
    if renamed is not None and relation.kind is RelationKind.MANY_TO_ONE:
        column = f"{renamed}Id"
    if (target, column) == (relation.target, relation.join_column):
        return relation
    return replace(relation, target=target, join_column=column)


def _mark(metadata_id: str) -> str:
    return metadata_id.replace("-", "")[:8]


def sent_values(object_type: ObjectMetadata, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a record by the names that Twenty's API has for its columns."""
    if not object_type.is_renamed:
        return dict(values)
    sent: dict[str, Any] = {}
    for name, value in values.items():
        field = object_type.columns.get(name)
        if field is None:
            sent[name] = value
        else:
            sent[field.twenty_column or name] = _value(value, field.api_values)
    return sent


def sent_filter(object_type: ObjectMetadata, filter_: Mapping[str, Any]) -> dict[str, Any]:
    """Return a GraphQL filter by the names that Twenty's API has for its columns."""
    if not object_type.is_renamed:
        return dict(filter_)
    return {name: part for key, value in filter_.items() for name, part in (_condition(object_type, key, value),)}


def known_value(field: FieldMetadata, value: Any) -> Any:
    """Return the value of a field as it is known here."""
    return _value(value, field.known_values)


def known_column(object_type: ObjectMetadata, name: str | None) -> str | None:
    """Return the name known here of a column, or of a field, that Twenty names; None where the object has none of that name."""
    for known, field in (*object_type.columns.items(), *object_type.fields.items()):
        if name is not None and name in (field.api_column, field.api_name):
            return known
    return None


def _condition(object_type: ObjectMetadata, key: str, value: Any) -> tuple[str, Any]:
    if key in ("and", "or"):
        return key, [sent_filter(object_type, one) for one in value]
    if key == "not":
        return key, sent_filter(object_type, value)
    field = object_type.columns.get(key)
    if field is None:
        return key, value
    if field.api_values and isinstance(value, Mapping):
        value = {operator: _value(operand, field.api_values) for operator, operand in value.items()}
    return field.twenty_column or key, value


def _value(value: Any, values: Mapping[str, str]) -> Any:
    if not values:
        return value
    if isinstance(value, list):
        return [values.get(one, one) for one in value]
    return values.get(value, value) if isinstance(value, str) else value
