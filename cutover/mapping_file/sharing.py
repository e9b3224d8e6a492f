"""A mapping for another practice: exported without values, and offered to a proposal with what people have settled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import tomlkit

from cutover.mapping_file.document import written
from cutover.mapping_file.errors import MappingFileError
from cutover.mapping_file.meanings import Meaning
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, CustomField, FieldType, TableBinding
from producers.binding.meeting import entity_of
from producers.vocabulary.headers import key
from producers.vocabulary.labels import label_of

_SETTLED_ELSEWHERE: Final = 0.95
"""The confidence in a meaning that a person has settled for the same header in the same kind of table."""
_VALUES: Final = ("words", "codes", "blanks", "filled", "looks_like", "why", "sure")


def exported(mapping: ColumnMapping) -> str:
    """Return the text of a mapping file without words, codes, counts, shapes and names of files."""
    document = tomlkit.parse(written(mapping))
    for table in document.get("table", ()):
        for line in ("name", "why", "sure"):
            table.pop(line, None)
        for column in table.get("column", ()):
            for line in _VALUES:
                column.pop(line, None)
    return tomlkit.dumps(document)


def with_settled(mapping: ColumnMapping, other: Mapping[str, Any]) -> ColumnMapping:
    """Return a proposal with the meanings that people have settled in another practice's file, where headers are the same.

    A column that a person has settled here stays as it is. Raises MappingFileError for a meaning that there is not.
    """
    if "table" not in other:
        raise MappingFileError("--from: the file holds no mapping; name a file of `cutover map export`")
    practice = str(other.get("practice", "another practice"))
    settled = {
        (str(table.get("kind")), key(str(column.get("header", "")))): column
        for table in other.get("table", ())
        for column in table.get("column", ())
        if column.get("settled") is True
    }
    customs = {(f.entity, f.name): f for f in mapping.custom_fields}

    def taken(binding: TableBinding, column: ColumnBinding) -> ColumnBinding:
        said = settled.get((binding.kind.value, key(column.header)))
        if said is None or column.settled:
            return column
        meaning = Meaning.read(str(said.get("means", "-")), binding.kind, f"{practice}: {column.header!r}")
        names = {c.field for c in binding.columns if c is not column}
        if meaning == Meaning.of(column) or (meaning.field is not None and meaning.field in names):
            return column
        entity = entity_of(binding.kind)
        if meaning.custom is not None and entity is not None and (entity, meaning.custom) not in customs:
            customs[entity, meaning.custom] = CustomField(
                entity=entity,
                name=meaning.custom,
                label=str(said.get("label") or label_of(column.header, entity)),
                type=_type(said.get("type"), column.header),
            )
        return replace(
            column,
            field=meaning.field,
            custom=meaning.custom,
            ignored=f"left out at {practice}" if meaning == Meaning() else None,
            confidence=_SETTLED_ELSEWHERE,
            evidence=f"settled by a person for {practice}",
        )

    tables = tuple(replace(b, columns=tuple(taken(b, c) for c in b.columns)) for b in mapping.tables)
    used = {(entity_of(b.kind), c.custom) for b in tables for c in b.columns if c.custom is not None}
    return replace(mapping, tables=tables, custom_fields=tuple(f for slot, f in customs.items() if slot in used))


def _type(text: object, header: str) -> FieldType:
    if text not in list(FieldType):
        raise MappingFileError(f"{header!r}: type {text!r}: one of {', '.join(FieldType)} is needed")
    return FieldType(str(text))
