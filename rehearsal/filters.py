"""Filters: a tree of conditions in the GraphQL form, compiled to a test of one record.

``{"name": {"lastName": {"eq": "Ng"}}, "or": [{…}, {…}], "not": {…}}``: keys of one dict are joined by *and*. Tests are
three-valued, as in SQL: a
comparison with no value is neither true nor false, and ``not`` of that is neither (cassettes ``filter-comparators``,
``filter-logic``,
``filter-composite``, ``filter-deleted``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from rehearsal.composites import COMPOSITES
from rehearsal.errors import ApiError, bad_request, unknown_filter_field
from rehearsal.inspection import inspect
from rehearsal.model import DataModel, Field, ObjectType
from rehearsal.store import Store
from rehearsal.uniqueness import Row
from rehearsal.values import boolean_reader, date_reader, date_time_reader, uuid_reader

Test = Callable[[Row], bool | None]
Filter = dict[str, Any]

_COMPARING = ("eq", "neq", "gt", "gte", "lt", "lte", "in", "is")
OPERATORS: dict[str, tuple[str, ...]] = {
    "TEXT": (*_COMPARING, "like", "ilike", "startsWith", "endsWith"),
    "RAW_JSON": ("is", "like"),
    "FILES": ("is", "like"),
    "BOOLEAN": ("eq", "is"),
    "SELECT": ("eq", "neq", "in", "is"),
    "RATING": ("eq", "neq", "gt", "gte", "lt", "lte", "in", "is"),
    "MULTI_SELECT": ("containsAny", "is", "isEmptyArray"),
    "ARRAY": ("containsAny", "containsIlike", "is", "isEmptyArray"),
    "TS_VECTOR": ("search", "is"),
}


def compile_filter(where: Filter | None, item: ObjectType, model: DataModel, store: Store, schema: str) -> Test | None:
    """A test for a filter; None where there is none.

    Args:
        where: the filter.
        item: the object whose records are tested.
        model: for relations to other objects.
        store: for the records on the other side of a relation.
        schema: the workspace's schema name, which shows in one message.

    Raises:
        ApiError: an unknown key, an operator the type does not have, a value it does not take.
    """
    if not where:
        return None
    return _Compiler(model, store, schema).node(where, item)


def mentions_deleted(where: Any) -> bool:
    """Whether a filter says anything about ``deletedAt``; if not, soft-deleted records are left out of lists."""
    if isinstance(where, list):
        return any(mentions_deleted(branch) for branch in where)
    if not isinstance(where, dict):
        return False
    return "deletedAt" in where or any(mentions_deleted(where[key]) for key in ("and", "or", "not") if key in where)


def ids_asked_for(where: Filter | None) -> list[str] | None:
    """The ids to which a filter limits the search by itself; None where it does not."""
    return _values_asked_for(where, "id")


def linked_asked_for(where: Filter | None, columns: list[str]) -> tuple[str, list[str]] | None:
    """The join column, of these, and its values to which a filter limits the search by itself; None where it does not."""
    for column in columns:
        values = _values_asked_for(where, column)
        if values is not None:
            return column, values
    return None


def _values_asked_for(where: Filter | None, column: str) -> list[str] | None:
    if not isinstance(where, dict):
        return None
    condition = where.get(column)
    if isinstance(condition, dict):
        for operator in ("eq", "in"):
            if operator in condition:
                values = condition[operator]
                return [v.lower() for v in (values if isinstance(values, list) else [values]) if isinstance(v, str)]
    for branch in where.get("and") or () if isinstance(where.get("and"), list) else ():
        values = _values_asked_for(branch, column)
        if values is not None:
            return values
    return None


class _Compiler:
    def __init__(self, model: DataModel, store: Store, schema: str) -> None:
        self.model, self.store, self.schema = model, store, schema

    def node(self, where: Filter, item: ObjectType) -> Test:
        if not isinstance(where, dict):
            raise bad_request(f"Invalid filter: {inspect(where)}", "INVALID_ARGS_FILTER")
        return _all([self.entry(key, value, item) for key, value in where.items()])

    def entry(self, key: str, value: Any, item: ObjectType) -> Test:
        if key in ("and", "or"):
            branches = [self.node(branch, item) for branch in (value if isinstance(value, list) else [value])]
            return _all(branches) if key == "and" else _any(branches)
        if key == "not":
            return _not(self.node(value, item))
        field = item.by_column.get(key)
        if field is not None:
            return self.field(field, key, value, item)
        relation = item.by_name.get(key)
        if relation is not None and relation.column is not None:
            return self.relation(relation, value)
        raise unknown_filter_field(item.name_singular, key)

    def field(self, field: Field, column: str, conditions: Any, item: ObjectType) -> Test:
        if not isinstance(conditions, dict):
            raise bad_request(f'Invalid filter value {inspect(conditions)} for field "{column}"', "INVALID_ARGS_FILTER")
        composite = COMPOSITES.get(field.type)
        if composite is None:
            return self.conditions(lambda row: row[column], _kind(field), column, conditions, field, item)
        tests = []
        for part, inner in conditions.items():
            if part not in composite.kinds:
                raise bad_request(f'Sub field "{part}" not found for composite type: {field.type}', "INVALID_ARGS_FILTER")
            tests.append(self.conditions(_part(column, part), composite.kinds[part], f"{column}.{part}", inner, None, item))
        return _all(tests)

    def relation(self, field: Field, where: Any) -> Test:
        target = self.model.object(field.target_object_id)
        inner, rows, column = self.node(where, target), self.store.table(target), field.column or ""

        def test(row: Row) -> bool | None:
            other = rows.get(row[column]) if row[column] else None
            return None if other is None else inner(other)

        return test

    def conditions(
        self, value_of: Callable[[Row], Any], kind: str, path: str, conditions: Any, field: Field | None, item: ObjectType
    ) -> Test:
        allowed = OPERATORS.get(kind, _COMPARING)
        tests = []
        for operator, operand in conditions.items():
            if operator not in allowed:
                raise bad_request(
                    f'Operator "{operator}" is not valid for field "{path}" of type {kind} - '
                    f"Allowed operators: {', '.join(allowed)}",
                    "INVALID_ARGS_FILTER",
                )
            enum = (field, item) if field is not None and field.options else None
            tests.append(self.condition(value_of, operator, operand, kind, path, enum))
        return _all(tests)

    def condition(
        self,
        value_of: Callable[[Row], Any],
        operator: str,
        operand: Any,
        kind: str,
        path: str,
        enum: tuple[Field, ObjectType] | None,
    ) -> Test:
        if operator == "is":
            if operand not in ("NULL", "NOT_NULL"):
                raise bad_request(
                    f'Invalid value {inspect(operand)} for operator "is" of field "{path}"', "INVALID_ARGS_FILTER"
                )
            wanted = operand == "NULL"
            return lambda row: _is_empty(value_of(row)) is wanted
        if operator == "isEmptyArray":
            return lambda row: (value_of(row) == []) is bool(operand)
        if operator in ("in", "containsAny"):
            values = operand if isinstance(operand, list) else [operand]
            if not values:
                raise bad_request(f"Invalid filter value for field {path}. Expected non-empty array", "INVALID_ARGS_FILTER")
            accepted = {self.operand(v, kind, path, enum) for v in values}
            if operator == "in":
                return lambda row: None if _is_empty(value_of(row)) and "" not in accepted else value_of(row) in accepted
            return lambda row: not accepted.isdisjoint(value_of(row) or ())
        if operator in ("like", "ilike", "startsWith", "endsWith", "containsIlike", "search"):
            return _pattern_test(value_of, operator, str(operand))
        return _comparison(value_of, operator, self.operand(operand, kind, path, enum))

    def operand(self, value: Any, kind: str, path: str, enum: tuple[Field, ObjectType] | None) -> Any:
        """A value of a filter in the stored form of its field."""
        try:
            if enum is not None:
                return self.option(value, *enum)
            if kind in ("NUMBER", "NUMERIC", "POSITION"):
                return _number(value, path)
            if kind == "BOOLEAN":
                return boolean_reader(path)(
                    {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
                )
            if kind in ("UUID", "DATE", "DATE_TIME"):
                return {"UUID": uuid_reader, "DATE": date_reader, "DATE_TIME": date_time_reader}[kind](path)(value)
        except ApiError as error:
            error.sub_code = error.sub_code and "INVALID_ARGS_FILTER"
            raise
        return "" if value is None else value if isinstance(value, str) else str(value)

    def option(self, value: Any, field: Field, item: ObjectType) -> Any:
        if value not in field.option_values:
            enum = f'{self.schema}."{item.table}_{field.name}_enum"'
            raise bad_request(f'invalid input value for enum {enum}: "{value}"')
        return value


def _kind(field: Field) -> str:
    return "UUID" if field.is_relation else field.type


def _part(column: str, part: str) -> Callable[[Row], Any]:
    return lambda row: row[column].get(part)


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def _number(value: Any, path: str) -> float | int:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    try:
        return int(value) if str(value).lstrip("-").isdigit() else float(value)
    except (TypeError, ValueError) as error:
        raise bad_request(f'Invalid number value {inspect(value)} for field "{path}"', "INVALID_ARGS_FILTER") from error


def _comparison(value_of: Callable[[Row], Any], operator: str, operand: Any) -> Test:
    if operand is None:
        return lambda row: None  # as in SQL, nothing compares with null
    if operand == "":  # an empty text is no value: eq finds records without one
        if operator in ("eq", "neq"):
            return lambda row: _is_empty(value_of(row)) is (operator == "eq")
        return lambda row: None if _is_empty(value_of(row)) else operator in ("gt", "gte")
    compare: Callable[[Any], bool] = {
        "eq": lambda value: value == operand,
        "neq": lambda value: value != operand,
        "gt": lambda value: value > operand,
        "gte": lambda value: value >= operand,
        "lt": lambda value: value < operand,
        "lte": lambda value: value <= operand,
    }[operator]

    def test(row: Row) -> bool | None:
        value = value_of(row)
        return None if value is None or value == "" else compare(value)

    return test


def _pattern_test(value_of: Callable[[Row], Any], operator: str, operand: str) -> Test:
    if operator == "startsWith":
        return lambda row: value.startswith(operand) if (value := value_of(row)) else None
    if operator == "endsWith":
        return lambda row: value.endswith(operand) if (value := value_of(row)) else None
    if operator in ("containsIlike", "search"):
        operand = f"%{operand}%"
    pattern = "".join(".*" if c == "%" else "." if c == "_" else re.escape(c) for c in operand)
    matcher = re.compile(pattern + r"\Z", re.DOTALL if operator == "like" else re.DOTALL | re.IGNORECASE)

    def test(row: Row) -> bool | None:
        value = value_of(row)
        if _is_empty(value):
            return None
        return matcher.match(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) is not None

    return test


def _all(tests: list[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]

    def test(row: Row) -> bool | None:
        answer: bool | None = True
        for each in tests:
            result = each(row)
            if result is False:
                return False
            if result is None:
                answer = None
        return answer

    return test


def _any(tests: list[Test]) -> Test:
    def test(row: Row) -> bool | None:
        answer: bool | None = False
        for each in tests:
            result = each(row)
            if result is True:
                return True
            if result is None:
                answer = None
        return answer

    return test


def _not(inner: Test) -> Test:
    def test(row: Row) -> bool | None:
        result = inner(row)
        return None if result is None else not result

    return test
