"""Known names: objects, fields and options by their metadata id, with the names that they were made with.

Twenty's admins may give an object and a field of their own making other labels and API names, and an option another label
and value; its metadata id stays (`field-metadata/…/flat-field-metadata-editable-properties`). A standard object or field
keeps its API name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from consumers.twenty.metadata import FieldMetadata, Metadata, ObjectMetadata, Relation, RelationKind, SelectOption


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """By metadata id: an object's singular and plural name, a field's name, an option's value and label, as they were made."""

    objects: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, tuple[str, str]] = field(default_factory=dict)

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
        found = replace(one, name=name, relation=relation, options=self._options(one.options), is_known=known is not None)
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


NO_NAMES = KnownNames()


def _relation(relation: Relation | None, renamed: str | None, names: Mapping[str, tuple[str, str]]) -> Relation | None:
    if relation is None:
        return None
    target = names.get(relation.target or "", (relation.target, ""))[0]
    column = relation.join_column
    if renamed is not None and relation.kind is RelationKind.MANY_TO_ONE:
        column = f"{renamed}Id"
    return replace(relation, target=target, join_column=column)


def _mark(metadata_id: str) -> str:
    return metadata_id.replace("-", "")[:8]
