"""`mapping.toml`: the mapping written for people, a table after the other, each column with its meaning and the reasons for it.

Lines that people may change stand first in a column; the others are renewed by the next proposal. Comments, the order of
columns and blank lines are kept.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import tomlkit
from tomlkit.exceptions import KeyAlreadyPresent, ParseError
from tomlkit.items import AoT, InlineTable, Table

from cutover.mapping_file.destinations import goes_to
from cutover.mapping_file.errors import MappingFileError
from cutover.mapping_file.meanings import Meaning
from cutover.mapping_file.objects import refuse_object_shapes, write_object
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, TableBinding, TableKind, Verdict
from producers.binding.meeting import entity_of
from producers.binding.sampled import Occurrence, occurrences
from producers.kinds.sights import ColumnSight, TableSight

FILE_NAME: Final = "mapping.toml"
_HEAD: Final = """\
The mapping of {practice}: which column means what.
Of a table of no known kind: `on = true` makes its rows records of the object named beside it.
Change `means` (a field, `custom NAME`, or `-` for a column that is left out), `type`, `order`, `decimal`, `blanks`, `codes`.
`settled = true` accepts a doubtful column as it is. All other lines are renewed by `cutover map propose`.
Then: `cutover map show`, `cutover map approve --by NAME`. Headers and words of lists stand here, no other value of a patient.
"""
_SHAPES: Final[tuple[tuple[str, type, str], ...]] = (
    ("header", str, '"Birthdate"'),
    ("means", str, '"birth_date"'),
    ("type", str, '"TEXT"'),
    ("label", str, '"Lab case due"'),
    ("settled", bool, "true"),
    ("order", str, '"mdy"'),
    ("decimal", str, '"."'),
    ("blanks", list, '["None", "0"]'),
    ("codes", Mapping, '{ "0" = "Patient" }'),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTable:
    """The table that a binding was made for, and a sight of each of its columns."""

    name: str
    columns: Mapping[Occurrence, ColumnSight]


def parsed(text: str) -> tomlkit.TOMLDocument:
    """Return a mapping file's document. Raises MappingFileError: no TOML, or a line of another shape."""
    try:
        document = tomlkit.parse(text.removeprefix("\ufeff"))  # editors of Windows write this mark before UTF-8
    except ParseError as error:
        raise MappingFileError(f"{FILE_NAME}: line {error.line} is no TOML; correct it") from None
    except KeyAlreadyPresent as error:
        raise MappingFileError(f"{FILE_NAME}: {error.args[0]} It stands there twice; remove one of the two lines") from None
    _refuse_other_shapes(document)
    return document


def read(text: str) -> Mapping[str, Any]:
    """Return the values of a mapping file, to be read alone. Raises MappingFileError as `parsed`.

    A document that keeps comments and order takes ten times as long to parse.
    """
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        return parsed(text)  # it names the line for people
    _refuse_other_shapes(document)
    return document


def _refuse_other_shapes(document: Mapping[str, Any]) -> None:
    """Raise MappingFileError for a part of the file that has another shape than it must have."""
    for table in _listed(document, "table", "[[table]]"):
        refuse_object_shapes(table, FILE_NAME)
        for column in _listed(table, "column", "[[table.column]]"):
            _refuse_shapes(column)


def _listed(inside: Mapping[str, Any], name: str, heading: str) -> Sequence[Mapping[str, Any]]:
    found = inside.get(name, ())
    if not isinstance(found, list | tuple) or not all(isinstance(one, Mapping) for one in found):
        raise MappingFileError(f"{FILE_NAME}: {name!r} is no list of tables; write the heading {heading} before each of them")
    return found


def _refuse_shapes(column: Mapping[str, Any]) -> None:
    """Raise MappingFileError for a line of a column that is another type of TOML value than it must be."""
    for name, shape, example in _SHAPES:
        if name in column and not isinstance(column[name], shape):
            header = str(column.get("header", "?"))
            raise MappingFileError(f"{FILE_NAME}: {header!r}: {name}: write it as in {name} = {example}")


def written(mapping: ColumnMapping, sights: Sequence[TableSight] = (), before: tomlkit.TOMLDocument | None = None) -> str:
    """Return the text of the mapping file. Of the file `before`, comments, order and all other lines are kept."""
    document = before if before is not None else _new(mapping.practice)
    document["version"] = mapping.version
    tables = document.setdefault("table", tomlkit.aot())
    assert isinstance(tables, AoT)
    names = seen_tables(mapping, sights)
    for binding, seen in zip(mapping.tables, names, strict=True):
        there = max((one for one in tables if is_of(one, binding)), key=lambda one: len(headers_of(one)), default=None)
        if there is None:
            there = tomlkit.table()
            tables.append(there)
            there = tables[-1]
        _write_table(there, mapping, binding, seen)
    return tomlkit.dumps(document)


def is_of(table: Table, binding: TableBinding) -> bool:
    """Return whether a table of the file is about this binding: its columns are the first of the binding's."""
    headers = headers_of(table)
    return bool(headers) and tuple(headers) == binding.headers[: len(headers)]


def headers_of(table: Mapping[str, Any]) -> list[str]:
    """Return the headers of a table of the file."""
    return [str(column.get("header", "")) for column in table.get("column", ())]


def _new(practice: str) -> tomlkit.TOMLDocument:
    document = tomlkit.document()
    for line in _HEAD.format(practice=practice).splitlines():
        document.add(tomlkit.comment(line))
    document.add(tomlkit.nl())
    document["practice"] = practice
    return document


def seen_tables(mapping: ColumnMapping, sights: Sequence[TableSight]) -> list[SeenTable | None]:
    """Return for each binding the table of this extract that it reads first; None for a binding of tables that are not here."""
    found: list[SeenTable | None] = [None] * len(mapping.tables)
    for sight in sights:
        headers = occurrences([column.header for column in sight.columns])
        for at, binding in enumerate(mapping.tables):
            if found[at] is None and set(headers) <= set(occurrences(binding.headers)):
                name = sight.file if sight.sheet is None else f"{sight.file} [{sight.sheet}]"
                found[at] = SeenTable(name=name, columns=dict(zip(headers, sight.columns, strict=True)))
                break
    return found


def _write_table(table: Table, mapping: ColumnMapping, binding: TableBinding, seen: SeenTable | None) -> None:
    if seen is not None:
        table["name"] = seen.name
    table.setdefault("name", f"{binding.kind.value} ({binding.headers[0] if binding.headers else ''})")
    table["kind"] = binding.kind.value
    table["sure"] = round(binding.confidence, 2)
    _put(table, "why", binding.evidence)
    write_object(table, mapping, binding)
    columns = table.setdefault("column", tomlkit.aot())
    for index, (occurrence, column) in enumerate(zip(occurrences(binding.headers), binding.columns, strict=True)):
        if index >= len(columns):
            columns.append(tomlkit.table())
        sight = seen.columns.get(occurrence) if seen is not None else None
        _write_column(columns[index], mapping, binding.kind, column, sight)


def _write_column(
    out: Table, mapping: ColumnMapping, kind: TableKind, column: ColumnBinding, sight: ColumnSight | None
) -> None:
    out["header"] = column.header
    out["means"] = str(Meaning.of(column))
    entity = entity_of(kind)
    custom = mapping.custom_of(entity).get(column.custom) if entity is not None and column.custom is not None else None
    _put(out, "type", custom.type.value if custom is not None else None)
    _put(out, "label", custom.label if custom is not None else None)
    _put(out, "settled", column.settled or None)
    verdict = column.verdict or Verdict()
    _put(out, "order", verdict.order)
    _put(out, "decimal", verdict.decimal)
    _put(out, "unit", verdict.unit)
    _put(out, "blanks", list(verdict.blanks) or None)
    _put(out, "codes", _codes(column) or None)
    _put(out, "goes_to", goes_to(kind, column))
    out["sure"] = round(column.confidence, 2)
    _put(out, "doubtful", column.doubtful or None)
    if sight is not None:
        out["filled"] = f"{sight.filled} of {sight.rows}, {sight.distinct} distinct"
        _put(out, "looks_like", list(sight.shapes) or None)
    _put(out, "words", _words(mapping, kind, column))
    _put(out, "why", column.ignored or column.evidence)


def _codes(column: ColumnBinding) -> dict[str, str]:
    """Return the codes of a column with their words: a settled one, else `?`, with a proposed word behind it."""
    settled = dict(column.verdict.words) if column.verdict is not None else {}
    proposed = {c.code: f"?{c.proposed or ''}" for c in column.codes}
    return {**proposed, **settled}


def _words(mapping: ColumnMapping, kind: TableKind, column: ColumnBinding) -> list[str] | None:
    """Return the words of a field with few values, which become its options in Twenty."""
    entity, name = entity_of(kind), column.field or column.custom
    if entity is None or name is None:
        return None
    vocabulary = mapping.vocabulary(entity, name)
    return list(vocabulary.words) if vocabulary is not None and vocabulary.type.value == "SELECT" else None


def _inline(value: Mapping[str, str]) -> InlineTable:
    """Return a table that stands in one line: lines behind a table with a heading of its own would belong to that."""
    made = tomlkit.inline_table()
    made.update(value)
    return made


def _put(table: Table, name: str, value: Any) -> None:
    """Write a line, or remove it where there is nothing to say; a line that says the same already keeps its comment."""
    if value is None or value == "":
        if name in table:
            del table[name]
    elif table.get(name) != value:
        table[name] = _inline(value) if isinstance(value, dict) else value
