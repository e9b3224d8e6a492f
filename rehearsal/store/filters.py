"""Filters: a tree of conditions in the GraphQL form, compiled to a test of one record.

``{"name": {"lastName": {"eq": "Ng"}}, "or": [{…}, {…}], "not": {…}}``: keys of one dict are joined by *and*. Tests are
three-valued, as in SQL: a comparison with no value is neither true nor false, and ``not`` of that is neither (cassettes
``filter-comparators``, ``filter-logic``, ``filter-composite``, ``filter-deleted``).

A condition that finds records without a value, like ``eq`` with an empty text, is two in SQL, joined by *or* without brackets:
beside other keys of the same dict it binds as SQL binds it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from rehearsal.model.model import DataModel, Field, ObjectType
from rehearsal.store.store import Store
from rehearsal.store.uniqueness import Row
from rehearsal.values.composites import ACTOR_SOURCES, COMPOSITES, Composite
from rehearsal.values.errors import bad_request, type_error, unknown_filter_field
from rehearsal.values.filter_values import EMPTY_LIST, EMPTY_TEXT, ConditionSubject, check_operator, read_operand
from rehearsal.values.inspection import inspect
from rehearsal.values.uuids import is_uuid

Test = Callable[[Row], bool | None]
Filter = dict[str, Any]
Clause = list[Test]  # joined by or, without brackets

_IDS = ("UUID", "RELATION", "MORPH_RELATION")
_QUOTED = re.compile(r"[^a-z0-9_]")


def compile_filter(
    where: Filter | None, item: ObjectType, model: DataModel, store: Store, schema: str, *, trusted: bool = False
) -> Test | None:
    """Return a test for a filter; None where there is none.

    Args:
        where: the filter.
        item: the object whose records are tested.
        model: for relations to other objects.
        store: for the records on the other side of a relation.
        schema: the workspace's schema name, which shows in one message.
        trusted: its values are stored ones, out of a cursor, and are not read.

    Raises:
        ApiError: an unknown key, an operator the type does not have, a value it does not take.
    """
    if not where:
        return None
    return _Compiler(model, store, schema, trusted=trusted).node(where, item)


def mentions_deleted(where: Any) -> bool:
    """Return whether a filter says anything about ``deletedAt``; if not, soft-deleted records are left out of lists."""
    if isinstance(where, list):
        return any(mentions_deleted(branch) for branch in where)
    if not isinstance(where, dict):
        return False
    return "deletedAt" in where or any(mentions_deleted(where[key]) for key in ("and", "or", "not") if key in where)


def ids_asked_for(where: Filter | None) -> list[str] | None:
    """Return the ids to which a filter limits the search by itself; None where it does not."""
    return _values_asked_for(where, "id")


def linked_asked_for(where: Filter | None, columns: list[str]) -> tuple[str, list[str]] | None:
    """Return the join column, of these, and its values to which a filter limits the search by itself; None where it does
    not.
    """
    for column in columns:
        values = _values_asked_for(where, column)
        if values is not None:
            return column, values
    return None


def _values_asked_for(where: Filter | None, column: str) -> list[str] | None:
    if not isinstance(where, dict) or len(where) != 1:  # beside other keys a condition may bind otherwise
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
    def __init__(self, model: DataModel, store: Store, schema: str, *, trusted: bool, depth: int = 0) -> None:
        self.model, self.store, self.schema, self.trusted, self.depth = model, store, schema, trusted, depth

    def node(self, where: Any, item: ObjectType) -> Test:
        if not isinstance(where, dict):
            raise bad_request(f"Invalid filter: {inspect(where)}", "INVALID_ARGS_FILTER")
        return _joined([clause for key, value in where.items() for clause in self.entry(key, value, item)])

    def entry(self, key: str, value: Any, item: ObjectType) -> list[Clause]:
        if key in ("and", "or"):
            if not isinstance(value, list):
                raise type_error("value.map is not a function")
            branches = [self.node(branch, item) for branch in value]
            return [[_all(branches) if key == "and" else _any(branches)]] if branches else []
        if key == "not":
            return [[_not(self.node(value, item))]]
        relation = item.by_name.get(key)
        if relation is not None and relation.is_relation:
            return [[self.relation(relation, value)]]
        field = item.by_column.get(key)
        if field is None:
            raise unknown_filter_field(item.name_singular, key)
        composite = COMPOSITES.get(field.type)
        if composite is not None:
            return self.composite(field, composite, value, item)
        return [self.condition(lambda row: row[key], self.subject(field, key, item), value)]

    def composite(self, field: Field, composite: Composite, conditions: Any, item: ObjectType) -> list[Clause]:
        if conditions is None:
            raise type_error("Cannot convert undefined or null to object")
        if not isinstance(conditions, dict):
            conditions = dict.fromkeys(str(i) for i in range(len(conditions))) if isinstance(conditions, str | list) else {}
        clauses = []
        for part, condition in conditions.items():
            if part not in composite.kinds:
                raise bad_request(f'Sub field "{part}" not found for composite type: {field.type}', "INVALID_ARGS_FILTER")
            subject = self.part(field, composite, part, item)
            clauses.append(self.condition(_part(field.name, part), subject, condition))
        return [*clauses[:1], *clauses]  # the first condition of a composite stands twice

    def relation(self, field: Field, where: Any) -> Test:
        name = field.name
        if field.column is None:
            friendly = f'Invalid filter: filtering by relation field "{name}" is not supported'
            raise bad_request(f'Cannot filter by relation field "{name}"', "INVALID_ARGS_FILTER", friendly)
        if not isinstance(where, dict):
            raise bad_request(
                f'Cannot filter by relation field "{name}": use "{field.column}" instead',
                "INVALID_ARGS_FILTER",
                f'Invalid filter: use "{field.column}" to filter by this relation field',
            )
        if self.depth:
            friendly = "Relation filters can only traverse one relation deep"
            raise bad_request("Relation filter nesting deeper than 1 hop is not supported", "INVALID_ARGS_FILTER", friendly)
        target = self.model.object(field.target_object_id)
        deeper = _Compiler(self.model, self.store, self.schema, trusted=self.trusted, depth=1)
        inner, rows, column, nobody = deeper.node(where, target), self.store.table(target), field.column, _nobody(target)

        def test(row: Row) -> bool | None:
            other = rows.get(row[column]) if row[column] else None
            return inner(nobody if other is None or other["deletedAt"] is not None else other)

        return test

    def subject(self, field: Field, column: str, item: ObjectType) -> ConditionSubject:
        kind = field.type
        options = field.option_values if kind in ("SELECT", "RATING") or (self.trusted and kind == "MULTI_SELECT") else ()
        return ConditionSubject(path=column, kind=kind, column=column, options=options, enum=self.enum(item, column))

    def part(self, field: Field, composite: Composite, part: str, item: ObjectType) -> ConditionSubject:
        kind, column = composite.kinds[part], field.name + part[0].upper() + part[1:]
        options = ACTOR_SOURCES if kind == "SELECT" else ()
        return ConditionSubject(
            path=f"{field.name}.{part}", kind=kind, column=column, options=options, enum=self.enum(item, column)
        )

    def enum(self, item: ObjectType, column: str) -> str:
        name = f"{item.table}_{column}_enum"
        return f'{self.schema}."{name}"' if _QUOTED.search(name) else f"{self.schema}.{name}"

    def condition(self, value_of: Callable[[Row], Any], subject: ConditionSubject, conditions: Any) -> Clause:
        operator, operand = next(iter(conditions.items())) if self.trusted else check_operator(subject, conditions)
        clause = [self.test(value_of, subject, operator, operand)]
        if operator == "is" and operand == "NULL" and _stands_for_nothing(subject, operand):
            clause.append(lambda row: None)  # "or is an empty text", which is never kept
        if operator in ("eq", "like", "ilike") and _stands_for_nothing(subject, operand):
            clause.append(lambda row: _is_nothing(value_of(row)))
        return clause

    def test(self, value_of: Callable[[Row], Any], subject: ConditionSubject, operator: str, operand: Any) -> Test:
        if operator == "is" and subject.kind == "TS_VECTOR":
            return lambda row: operand == "NOT_NULL"
        if operator == "is":
            wanted = operand == "NULL"
            return lambda row: _is_nothing(value_of(row)) is wanted
        if operator == "isEmptyArray":  # an empty list is kept as none, so nothing is one
            return lambda row: None if _is_nothing(value_of(row)) else False
        if operator == "containsAny":
            wanted_any = frozenset(map(str, operand))
            return lambda row: None if _is_nothing(value := value_of(row)) else not wanted_any.isdisjoint(value)
        if operator == "containsIlike":
            matches = _pattern(operand, ignore_case=True)
            return lambda row: any(matches(entry) for entry in value_of(row) or ())
        if operator in ("like", "ilike", "startsWith", "endsWith"):
            return _text_test(value_of, operator, operand)
        ranked = _ranked(value_of, subject.options) if subject.options else value_of
        read = self.stored if self.trusted else read_operand
        if operator == "in":
            accepted = {read(subject, value) for value in operand}
            return _membership(ranked, accepted)
        return _comparison(ranked, operator, read(subject, operand))

    @staticmethod
    def stored(subject: ConditionSubject, value: Any) -> Any:
        """Return a value out of a cursor, as it is compared."""
        if subject.kind in _IDS and isinstance(value, str) and not is_uuid(value):
            raise bad_request(f'invalid input syntax for type uuid: "{value}"')
        return _rank(value, subject.options) if subject.options else value


def _part(column: str, part: str) -> Callable[[Row], Any]:
    return lambda row: row[column].get(part)


def _ranked(value_of: Callable[[Row], Any], options: tuple[str, ...]) -> Callable[[Row], Any]:
    return lambda row: _rank(value_of(row), options)


def _rank(value: Any, options: tuple[str, ...]) -> Any:
    """Return the place of an option, or the places of several."""
    if isinstance(value, list):
        return [options.index(entry) for entry in value if entry in options]
    return options.index(value) if value in options else None


def _nobody(item: ObjectType) -> Row:
    """Return what an empty relation is compared as: a record without any value."""
    return {column: {} if field.type in COMPOSITES else None for column, field in item.by_column.items()}


def _is_nothing(value: Any) -> bool:
    return value is None or value == "" or value == []


def _stands_for_nothing(subject: ConditionSubject, operand: Any) -> bool:
    """Return whether a condition finds records without a value; so does the text NULL."""
    is_text, is_list = subject.kind in EMPTY_TEXT, subject.kind in EMPTY_LIST or subject.path.endswith("Emails")
    return (is_text and (operand is None or operand in ("", "NULL"))) or (is_list and operand in (None, [], "NULL"))


def _membership(value_of: Callable[[Row], Any], accepted: set[Any]) -> Test:
    otherwise = None if None in accepted else False

    def test(row: Row) -> bool | None:
        value = value_of(row)
        return None if _is_nothing(value) else True if value in accepted else otherwise

    return test


def _comparison(value_of: Callable[[Row], Any], operator: str, operand: Any) -> Test:
    if operand is None:
        return lambda row: None  # as in SQL, nothing compares with null
    compare: Callable[[Any], bool] = {
        "eq": lambda value: value == operand,
        "neq": lambda value: value != operand,
        "gt": lambda value: value > operand,
        "gte": lambda value: value >= operand,
        "lt": lambda value: value < operand,
        "lte": lambda value: value <= operand,
    }[operator]
    without_value = False if operator == "neq" and operand == "" else None

    def test(row: Row) -> bool | None:
        value = value_of(row)
        return without_value if _is_nothing(value) else compare(value)

    return test


def _text_test(value_of: Callable[[Row], Any], operator: str, operand: str) -> Test:
    if operator == "startsWith":
        matches: Callable[[str], bool] = lambda text: text.startswith(operand)  # noqa: E731
    elif operator == "endsWith":
        matches = lambda text: text.endswith(operand)  # noqa: E731
    else:
        matches = _pattern(operand, ignore_case=operator == "ilike")

    def test(row: Row) -> bool | None:
        value = value_of(row)
        if _is_nothing(value):
            return None
        return matches(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))

    return test


def _pattern(operand: str, *, ignore_case: bool) -> Callable[[str], bool]:
    """Compile a pattern: ``%`` is anything, ``_`` any character, a backslash takes the meaning of the next away."""
    pattern, characters = "", iter(operand)
    for character in characters:
        if character == "\\":
            pattern += re.escape(next(characters, ""))
        else:
            pattern += {"%": ".*", "_": "."}.get(character) or re.escape(character)
    matcher = re.compile(pattern + r"\Z", re.DOTALL | re.IGNORECASE if ignore_case else re.DOTALL)
    return lambda text: matcher.match(text) is not None


def _joined(clauses: list[Clause]) -> Test:
    """Join clauses as SQL reads them: *and* binds before the *or* inside a clause."""
    groups: list[list[Test]] = [[]]
    for first, *others in clauses:
        groups[-1].append(first)
        groups += [[other] for other in others]
    return _any([_all(group) for group in groups])


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
    if len(tests) == 1:
        return tests[0]

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
