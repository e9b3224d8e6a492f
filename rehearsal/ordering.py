"""Order of lists: directions, nulls first or last, parts of composites, options in their own order; the id decides last
(cassette ``order-by``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import total_ordering
from typing import Any

from rehearsal.composites import COMPOSITES
from rehearsal.errors import bad_request, coded
from rehearsal.model import Field, ObjectType
from rehearsal.uniqueness import Row

DIRECTIONS = ("AscNullsFirst", "AscNullsLast", "DescNullsFirst", "DescNullsLast")
_TERM = re.compile(r"([^\[\]]+)(?:\[([^\]]*)\])?\Z")

Term = tuple[str, str]  # (path, direction)


def read_order_by(text: str) -> list[Term]:
    """The terms of REST's ``order_by``: ``field[Direction],other.part``; without a direction it is AscNullsFirst.

    Raises:
        ApiError: an unknown direction.
    """
    terms = []
    for entry in text.split(",") if text else ():
        match = _TERM.match(entry)
        path, direction = match.groups() if match else (entry, None)
        direction = direction or DIRECTIONS[0]
        if direction not in DIRECTIONS:
            allowed = ", ".join(f"'{d}'" for d in DIRECTIONS)
            raise bad_request(
                f"'order_by' direction '{direction}' invalid. Allowed values are {allowed}. "
                "eg: ?order_by=field_1[AscNullsFirst],field_2[DescNullsLast],field_3"
            )
        terms.append((path, direction))
    return terms


def terms_of(order_by: Any) -> list[Term]:
    """The terms of GraphQL's ``orderBy``: ``[{name: {firstName: AscNullsLast}}]``."""
    terms: list[Term] = []
    for entry in order_by if isinstance(order_by, list) else [order_by] if order_by else ():
        for name, value in entry.items():
            if isinstance(value, dict):
                terms += [(f"{name}.{part}", direction) for part, direction in value.items()]
            else:
                terms.append((name, value))
    return terms


class Ordering:
    """The order of a list."""

    def __init__(self, item: ObjectType, terms: list[Term]) -> None:
        """Raises ApiError: a field that does not exist or cannot be ordered by."""
        self._terms = [(_value_of(item, path), direction) for path, direction in terms]

    @property
    def by_id_only(self) -> bool:
        """Whether only the id decides."""
        return not self._terms

    def values(self, row: Row) -> list[Any]:
        """What a cursor must remember of a record, beside its id."""
        return [value_of(row) for value_of, _ in self._terms]

    def key(self, row: Row) -> tuple[Any, ...]:
        """Where a record stands."""
        return self.key_of(self.values(row), row["id"])

    def key_of(self, values: list[Any], row_id: str) -> tuple[Any, ...]:
        """Where a record with these values stands."""
        ranks = (_rank(value, direction) for value, (_, direction) in zip(values, self._terms, strict=True))
        return (*ranks, row_id)


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


def _value_of(item: ObjectType, path: str) -> Callable[[Row], Any]:
    name, _, part = path.partition(".")
    field = item.by_column.get(name)
    if field is None:
        raise coded(f'Field "{name}" does not exist or is not sortable', "FIELD_NOT_FOUND")
    composite = COMPOSITES.get(field.type)
    if composite is None:
        return _simple_value_of(field, name)
    if part not in composite.kinds:
        raise coded(
            f"Composite field \"{name}\" requires subfield ordering (e.g., {{ {name}: {{ subFieldName: 'AscNullsFirst' }} }})",
            "INVALID_QUERY_INPUT",
        )
    return lambda row: row[name].get(part)


def _simple_value_of(field: Field, column: str) -> Callable[[Row], Any]:
    if field.type in ("SELECT", "RATING"):
        ranks = {value: rank for rank, value in enumerate(field.option_values)}
        return lambda row: ranks.get(row[column])
    if field.type in ("RAW_JSON", "FILES", "MULTI_SELECT", "ARRAY"):
        return lambda row: None if row[column] in (None, []) else str(row[column])
    return lambda row: row[column]
