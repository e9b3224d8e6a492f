"""Order of lists: directions, nulls first or last, parts of composites, fields of a related record, options in their own order;
the id decides last (cassette ``order-by``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import total_ordering
from typing import Any

from rehearsal.model.model import DataModel, Field, ObjectType
from rehearsal.store.store import Store
from rehearsal.store.uniqueness import Row
from rehearsal.values.composites import COMPOSITES
from rehearsal.values.errors import GENERIC, ApiError, bad_request, coded

DIRECTIONS = ("AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast")

OrderTerm = tuple[str, Any]  # (field, direction, or an object {part: direction})
ValueOf = Callable[[Row], Any]


def read_order_by(text: str | None) -> list[OrderTerm]:
    """Return the terms of REST's ``order_by``: ``field[Direction],other.part``; without a direction it is AscNullsFirst.

    Raises:
        ApiError: an unknown direction.
    """
    terms: list[OrderTerm] = []
    for entry in [] if text is None else text.split(","):
        path, direction = entry, DIRECTIONS[0]
        if "[" in entry and "]" in entry:
            path, _, rest = entry.partition("[")
            direction = rest.partition("[")[0].replace("]", "", 1)
        if direction not in DIRECTIONS:
            allowed = ", ".join(f"'{d}'" for d in DIRECTIONS)
            raise bad_request(
                f"'order_by' direction '{direction}' invalid. Allowed values are {allowed}. "
                "eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
            )
        name, *parts = path.split(".")
        nested: Any = direction
        for part in reversed(parts):
            nested = {part: nested}
        terms.append((name, nested))
    return terms


def terms_of(order_by: Any) -> list[OrderTerm]:
    """Return the terms of GraphQL's ``orderBy``: ``[{name: {firstName: AscNullsLast}}]``."""
    entries = order_by if isinstance(order_by, list) else [order_by] if order_by else []
    return [term for entry in entries if isinstance(entry, dict) for term in entry.items()]


class Ordering:
    """The order of a list. A column that is named twice has its first place and its last direction."""

    def __init__(self, item: ObjectType, terms: list[OrderTerm], model: DataModel, store: Store) -> None:
        """Raise ApiError: a field that does not exist, cannot be ordered by, or not in this way."""
        self.terms = terms
        self._columns: dict[str, tuple[ValueOf, str]] = {}
        for name, direction in [*terms, ("id", DIRECTIONS[0])]:
            for column, value_of, way in _columns(item, name, direction, model, store):
                self._columns[column] = (value_of, way)

    @property
    def by_id_only(self) -> bool:
        """Return whether only the id decides, in its own order."""
        return not self.terms

    def key(self, row: Row) -> tuple[Any, ...]:
        """Return the place of a record."""
        return tuple(_rank(value_of(row), way) for value_of, way in self._columns.values())

    def backward_key(self, row: Row) -> tuple[Any, ...]:
        """Return the place of a record when the list is read from its end; nulls stay where they are."""
        return tuple(_rank(value_of(row), _turned(way)) for value_of, way in self._columns.values())


def _turned(direction: str) -> str:
    return "Desc" + direction[3:] if direction.startswith("Asc") else "Asc" + direction[4:]


@total_ordering
class _Descending:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Descending) and self.value == other.value

    def __lt__(self, other: _Descending) -> bool:
        return bool(other.value < self.value)


def _rank(value: Any, direction: str) -> tuple[Any, ...]:
    if value is None or value == "":
        return (0,) if direction.endswith("First") else (2,)
    return (1, _Descending(value) if direction.startswith("Desc") else value)


def _columns(item: ObjectType, name: str, direction: Any, model: DataModel, store: Store) -> list[tuple[str, ValueOf, str]]:
    field = item.by_name.get(name) or item.by_column.get(name)
    if field is None:
        raise coded(f'Field "{name}" does not exist or is not sortable', "FIELD_NOT_FOUND", GENERIC)
    if field.is_relation and name == field.name:
        return _related(field, direction, model, store)
    if field.type in COMPOSITES:
        return _parts(field, name, direction)
    if direction not in DIRECTIONS:
        raise coded(
            f'Scalar field "{name}" requires a direction value ({", ".join(DIRECTIONS)})', "INVALID_QUERY_INPUT", GENERIC
        )
    return [(name, _simple_value_of(field, name), direction)]


def _parts(field: Field, name: str, direction: Any) -> list[tuple[str, ValueOf, str]]:
    if not isinstance(direction, dict):
        raise coded(
            f"Composite field \"{name}\" requires subfield ordering (e.g., {{ {name}: {{ subFieldName: 'AscNullsFirst' }} }})",
            "INVALID_QUERY_INPUT",
            GENERIC,
        )
    columns = []
    for part, way in direction.items():
        if part not in COMPOSITES[field.type].kinds:
            raise _failure(f"Sub field metadata not found for composite type: {field.type}")
        if way not in DIRECTIONS:
            raise _failure(f"Sub field order by value must be of type OrderByDirection, but got: {way}")
        columns.append((f"{name}.{part}", _part_of(name, part), way))
    return columns


def _related(field: Field, direction: Any, model: DataModel, store: Store) -> list[tuple[str, ValueOf, str]]:
    """Return one field of the record that a relation leads to; soft-deleted ones count as none."""
    if not isinstance(direction, dict):
        example = f"{{ {field.name}: {{ fieldName: 'AscNullsFirst' }} }}"
        raise coded(
            f'Relation field "{field.name}" requires nested field ordering (e.g., {example})', "INVALID_QUERY_INPUT", GENERIC
        )
    target = model.object(field.target_object_id)
    name, way = next(iter(direction.items()), ("", None))
    if name not in target.by_name:
        raise coded(f'Nested field "{name}" not found in target object "{target.name_singular}"', "FIELD_NOT_FOUND", GENERIC)
    if way is None or field.column is None:
        return []
    column, rows = field.column, store.table(target)

    def through(value_of: ValueOf) -> ValueOf:
        def value(row: Row) -> Any:
            other = rows.get(row[column]) if row[column] else None
            return None if other is None or other["deletedAt"] is not None else value_of(other)

        return value

    inner = _columns(target, name, way, model, store)
    return [(f"{field.name}.{path}", through(value_of), each) for path, value_of, each in inner]


def _part_of(name: str, part: str) -> ValueOf:
    return lambda row: _comparable(row[name].get(part))


def _simple_value_of(field: Field, column: str) -> ValueOf:
    if field.type in ("SELECT", "RATING", "MULTI_SELECT"):
        ranks = {value: rank for rank, value in enumerate(field.option_values)}
        if field.type == "MULTI_SELECT":
            return lambda row: [ranks[value] for value in row[column] if value in ranks] or None
        return lambda row: ranks.get(row[column])
    if field.type in ("RAW_JSON", "FILES", "ARRAY"):
        return lambda row: _comparable(row[column])
    return lambda row: row[column]


def _comparable(value: Any) -> Any:
    """Compare lists and objects by their texts, and objects after lists, as the database has them."""
    if value == [] or value is None:
        return None
    return value if isinstance(value, str | int | float) else (isinstance(value, dict), str(value))


def _failure(message: str) -> ApiError:
    return ApiError(message, error="Error", graphql_code="INTERNAL_SERVER_ERROR", friendly=None)
