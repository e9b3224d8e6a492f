"""The lines about custom objects in `mapping.toml`: name, labels, on or off, and the columns that tell rows apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from tomlkit.items import Table

from cutover.mapping_file.errors import MappingFileError
from events.vocabulary.custom_objects import CustomObject, of_name
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, CustomField, FieldType, TableBinding, TableKind
from producers.vocabulary.headers import key

ON, OBJECT, IDENTITY, LABEL, LABELS = "on", "object", "identity", "label", "labels"
_SHAPES: Final = (
    (ON, bool, "true"),
    (OBJECT, str, '"goal"'),
    (LABEL, str, '"Goal"'),
    (LABELS, str, '"Goals"'),
    (IDENTITY, list, '["Provider", "Month"]'),
)
_NAME: Final = re.compile(r"[a-z][A-Za-z0-9]{0,39}")

Decide = Callable[[str, str, str], None]
"""Take note of a decision: what it is about, and the words for it, before and after."""


def refuse_object_shapes(table: Mapping[str, Any], file: str) -> None:
    """Raise MappingFileError for a line about an object that is another type of TOML value than it must be."""
    for name, shape, example in _SHAPES:
        if name in table and not isinstance(table[name], shape):
            raise MappingFileError(f"{file}: {table.get('name', '?')!r}: {name}: write it as in {name} = {example}")


def write_object(table: Table, mapping: ColumnMapping, binding: TableBinding) -> None:
    """Write the lines about the object that a table's rows become, where it is of no known kind."""
    made = mapping.object_of(binding.kind)
    if made is None:
        return
    identity = [c.header for c in binding.columns if c.key is not None or c.field == "native_id"]
    lines = {OBJECT: made.name, LABEL: made.label, LABELS: made.label_plural, ON: made.is_on, IDENTITY: identity}
    for name, value in lines.items():
        if table.get(name) != value:
            table[name] = value


def read_object(
    made: CustomObject, table: Mapping[str, Any], place: str, used: Collection[str], decide: Decide
) -> CustomObject:
    """Return an object as the file has it. `used` are names that it must not have. Raises MappingFileError."""
    name = str(table.get(OBJECT, made.name))
    read = made
    if name != made.name:
        if made.carried:
            raise MappingFileError(
                f'{place}: object: {made.name!r} was approved, and its name is fixed; write object = "{made.name}" again, and '
                "change `label` and `labels`, which are what people see"
            )
        if not _NAME.fullmatch(name):
            raise MappingFileError(f"{place}: object {name!r}: write a name such as providerGoal")
        new = of_name(name)
        if {new.name.casefold(), new.plural.casefold()} & {one.casefold() for one in used}:
            raise MappingFileError(f"{place}: object {name!r} is a name that there is already; choose another one")
        decide(OBJECT, made.name, name)
        read = replace(new, is_on=made.is_on)
    label, labels = str(table.get(LABEL, made.label)), str(table.get(LABELS, made.label_plural))
    if (label, labels) != (made.label, made.label_plural):
        if not label.strip() or not labels.strip() or label == labels:
            raise MappingFileError(f"{place}: label and labels: write two different words, for one record and for several")
        decide(LABELS, f"{made.label}, {made.label_plural}", f"{label}, {labels}")
        read = replace(read, label=label, label_plural=labels)
    is_on = bool(table.get(ON, made.is_on))
    if is_on is not made.is_on:
        decide("the object", _said(made.is_on), _said(is_on))
    return replace(read, is_on=is_on)


def _said(is_on: bool) -> str:  # noqa: FBT001 - the word for a flag
    return "on" if is_on else "off"


def read_identity(
    columns: Sequence[ColumnBinding], table: Mapping[str, Any], types: Mapping[str, FieldType], place: str, decide: Decide
) -> list[ColumnBinding]:
    """Return the columns with the identity that the file names, by headers. Raises MappingFileError."""
    before = [c.header for c in columns if c.key is not None or c.field == "native_id"]
    named = [str(header) for header in table.get(IDENTITY, before)]
    for header in named:
        if key(header) not in {key(c.header) for c in columns}:
            raise MappingFileError(f"{place}: identity: there is no column {header!r}")
    wanted = {key(header) for header in named}
    own = [c for c in columns if c.field == "native_id"]
    if own and wanted != {key(own[0].header)} and named != before:
        raise MappingFileError(
            f"{place}: identity: {own[0].header!r} means native_id, which tells rows apart alone; give it another meaning"
        )
    if own:
        return [replace(c, key=None) for c in columns]
    if any(key(c.header) in wanted and c.field is None and c.custom is None for c in columns):
        raise MappingFileError(f"{place}: identity: a column that is left out tells no rows apart; give it a meaning")
    if named != before:
        decide(IDENTITY, " and ".join(before) or "none", " and ".join(named) or "none")
    return [replace(c, key=_compared_as(c, types) if key(c.header) in wanted else None) for c in columns]


def _compared_as(column: ColumnBinding, types: Mapping[str, FieldType]) -> Any:
    return column.key or ("date" if types.get(column.custom or "") is FieldType.DATE else "text")


def renamed(mapping: ColumnMapping, names: Mapping[str, str]) -> ColumnMapping:
    """Return a mapping whose objects have other names: entities and kinds of tables are named after them."""
    if not names:
        return mapping

    def entity(before: Entity) -> Entity:
        name = names.get(before.object_name or "")
        return before if name is None else Entity.of_object(name)

    def field(before: CustomField) -> CustomField:
        return replace(before, entity=entity(before.entity))

    return replace(
        mapping,
        tables=tuple(
            replace(t, kind=TableKind(entity(t.kind.entity))) if t.kind.entity is not None and t.kind.entity.object_name else t
            for t in mapping.tables
        ),
        custom_fields=tuple(map(field, mapping.custom_fields)),
        vocabularies=tuple(replace(v, entity=entity(v.entity)) for v in mapping.vocabularies),
    )


def without_identity(mapping: ColumnMapping) -> str | None:
    """Return the label of an object that is on while nothing tells the rows of one of its tables apart; None without one."""
    for table in mapping.tables:
        made = mapping.object_of(table.kind)
        told = table.key or any(c.field == "native_id" for c in table.columns)
        if made is not None and made.is_on and not told:
            return made.label_plural
    return None
