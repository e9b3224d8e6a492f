"""Changes to `mapping.toml` by command: a meaning, a column left out, a custom field, a doubtful column accepted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from tomlkit import TOMLDocument
from tomlkit.items import Table

from cutover.mapping_file.errors import MappingFileError
from cutover.mapping_file.meanings import CUSTOM, LEFT_OUT
from cutover.mapping_file.objects import IDENTITY, LABEL, LABELS, OBJECT, ON
from events.vocabulary.custom_objects import of_name
from events.vocabulary.mapping import FieldType
from producers.vocabulary.headers import key


def set_meaning(document: TOMLDocument, table: str, column: str, meaning: str) -> None:
    """Set what a column means. Raises MappingFileError where there is no such column."""
    found = column_of(document, table, column)
    found["means"] = meaning
    for name in ("type", "label"):
        if name in found and not meaning.startswith(CUSTOM):
            del found[name]


def ignore(document: TOMLDocument, table: str, column: str) -> None:
    """Leave a column out. Raises MappingFileError where there is no such column."""
    set_meaning(document, table, column, LEFT_OUT)


def make_custom(document: TOMLDocument, table: str, column: str, name: str, kind: str) -> None:
    """Give a column a custom field of this name and type. Raises MappingFileError."""
    kind = kind.upper()
    if kind not in list(FieldType):
        raise MappingFileError(f"type {kind!r}: write one of {', '.join(FieldType)}")
    found = column_of(document, table, column)
    found["means"] = f"{CUSTOM} {name}"
    found["type"] = kind


def accept(document: TOMLDocument, table: str, column: str | None) -> None:
    """Accept a doubtful column as proposed, or the table itself. Raises MappingFileError where there is none."""
    found = table_of(document, table) if column is None else column_of(document, table, column)
    found["settled"] = True


def set_code(document: TOMLDocument, table: str, column: str, code: str, word: str) -> None:
    """Set the word that a code stands for; an empty word: the code means nothing. Raises MappingFileError."""
    found = column_of(document, table, column)
    known: dict[str, str] = found.get("codes", {})
    if code not in known:
        raise MappingFileError(f"{column!r} has no code {code!r}; it has {', '.join(map(repr, known)) or 'none'}")
    known[code] = word


def change_object(
    document: TOMLDocument,
    table: str,
    *,
    on: bool | None,
    name: str | None,
    labels: tuple[str, str] | None,
    identity: Sequence[str],
) -> None:
    """Turn the object of a table of no known kind on or off; change its name, its labels, its identity. Raises
    MappingFileError.
    """
    found = table_of(document, table)
    if OBJECT not in found:
        raise MappingFileError(f"{found.get('name')}: its kind is {found.get('kind')}: it becomes no object of its own")
    if on is not None:
        found[ON] = on
    if name is not None:
        found[OBJECT] = name
        made = of_name(name)
        found[LABEL], found[LABELS] = made.label, made.label_plural
    if labels is not None:
        found[LABEL], found[LABELS] = labels
    if identity:
        found[IDENTITY] = [str(column_of(document, table, column)["header"]) for column in identity]


def table_of(document: TOMLDocument, name: str) -> Table:
    """Return a table of the file by its name, its file's name or its kind. Raises MappingFileError: none, or several."""
    tables: list[Any] = list(document.get("table", ()))
    for is_meant in (_by_name, _by_file, _by_kind, _by_beginning):
        found = [one for one in tables if is_meant(one, name)]
        if len(found) == 1:
            return cast("Table", found[0])
        if len(found) > 1:
            raise MappingFileError(f"{name!r} names {len(found)} tables; write the whole name: {_listed(found)}")
    raise MappingFileError(f"there is no table {name!r}; the tables: {_listed(tables)}")


def column_of(document: TOMLDocument, table: str, column: str) -> Table:
    """Return a column of a table by its header, or by its number as `#3`. Raises MappingFileError: none, or several."""
    columns: list[Any] = list(table_of(document, table).get("column", ()))
    if column.startswith("#") and column[1:].isdecimal() and 0 < int(column[1:]) <= len(columns):
        return cast("Table", columns[int(column[1:]) - 1])
    for is_meant in (lambda header: header == column, lambda header: key(header) == key(column)):
        found = [one for one in columns if is_meant(str(one.get("header", "")))]
        if len(found) == 1:
            return cast("Table", found[0])
        if len(found) > 1:
            numbers = ", ".join(f"#{columns.index(one) + 1}" for one in found)
            raise MappingFileError(f"{table}: {len(found)} columns are called {column!r}; write one of {numbers}")
    raise MappingFileError(f"{table}: there is no column {column!r}; `cutover map show` lists them")


def _by_name(table: Table, name: str) -> bool:
    return str(table.get("name")) == name


def _by_file(table: Table, name: str) -> bool:
    own = str(table.get("name", "")).casefold()
    return name.casefold() in (own, own.rpartition("/")[2], own.rpartition("/")[2].rpartition(".")[0])


def _by_kind(table: Table, name: str) -> bool:
    return str(table.get("kind")) == name


def _by_beginning(table: Table, name: str) -> bool:
    return str(table.get("name", "")).casefold().startswith(name.casefold())


def _listed(tables: list[Any]) -> str:
    return ", ".join(repr(str(one.get("name"))) for one in tables) or "none"
