"""Conditions of a filter on a field: the operators of each type, and the values that they take.

Values are read to the stored form of the field. Refusals are in the words of a real 2.21 server (cassettes
``filter-comparators``, ``graphql-errors``).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from rehearsal.values.dates import read_date, read_filter_moment
from rehearsal.values.errors import ApiError, bad_request, data_validation
from rehearsal.values.inspection import inspect
from rehearsal.values.uuids import is_uuid
from rehearsal.values.values import moment_or_refusal

_COMPARING = ("eq", "neq", "gt", "gte", "lt", "lte", "in", "is")
OPERATORS: dict[str, tuple[str, ...]] = {
    "TEXT": (*_COMPARING, "like", "ilike", "startsWith", "endsWith"),
    "BOOLEAN": ("eq", "is"),
    "ARRAY": ("containsIlike", "is", "isEmptyArray"),
    "MULTI_SELECT": ("containsAny", "is", "isEmptyArray"),
    "SELECT": (*_COMPARING[:7], "containsAny", "is", "isEmptyArray"),
    "RATING": (*_COMPARING[:7], "containsAny", "is", "isEmptyArray"),
    "RAW_JSON": ("is", "like"),
    "FILES": ("is", "like"),
    "TS_VECTOR": ("eq", "neq", "is"),
}
_IDS = ("UUID", "RELATION", "MORPH_RELATION")
# Types whose fields hold nothing where they hold an empty text or list, and how that is compared.
EMPTY_TEXT = ("TEXT",)
EMPTY_LIST = ("MULTI_SELECT", "ARRAY")
_FLOAT = re.compile(r"\s*([+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))")


@dataclass(frozen=True, kw_only=True)
class ConditionSubject:
    """Subject of a condition.

    Attributes:
        path: how messages call it, ``name.lastName``.
        kind: its simple type.
        column: its place in the database, which shows in one message.
        options: the values of an enumeration in their order; empty where it is none.
        enum: the enumeration's name in the database.
    """

    path: str
    kind: str
    column: str
    options: tuple[str, ...] = ()
    enum: str = ""


def check_operator(subject: ConditionSubject, conditions: Any) -> tuple[str, Any]:
    """Return the one operator of a condition, and its value.

    Raises:
        ApiError: not one operator, one that the type does not have, or a value of another shape than the operator takes.
    """
    path = subject.path
    if not isinstance(conditions, dict | list):
        message = f'Filter value for field "{path}" must be an object'
        raise _refused(message, "Invalid filter: filter value must be an object")
    entries = conditions if isinstance(conditions, dict) else {str(i): value for i, value in enumerate(conditions)}
    if len(entries) != 1:
        message = f'Filter for field "{path}" must have exactly one operator'
        raise _refused(message, "Invalid filter: exactly one operator per field is required")
    ((operator, operand),) = entries.items()
    allowed = OPERATORS.get(subject.kind, _COMPARING)
    if operator not in allowed:
        raise _refused(
            f'Operator "{operator}" is not valid for field "{path}" of type {subject.kind} - '
            f"Allowed operators: {', '.join(allowed)}",
            f'Invalid filter : Operator "{operator}" is not valid for this "{path}" {subject.kind} field',
        )
    _check_shape(path, operator, operand)
    if subject.options and operator in ("containsAny", "isEmptyArray"):
        raise data_validation()  # the database cannot compare an enumeration so
    return operator, operand


def _check_shape(path: str, operator: str, operand: Any) -> None:
    if operator == "is" and operand not in ("NULL", "NOT_NULL"):
        message = 'Invalid filter value for "is" operator. Expected "NULL" or "NOT_NULL"'
        raise _refused(message, 'Invalid value for "is" operator')
    if operator == "isEmptyArray" and not isinstance(operand, bool):
        message = f'Filter operator "isEmptyArray" requires a boolean value for field {path}'
        raise _refused(message, 'Invalid filter: "isEmptyArray" operator requires a boolean')
    if operator in ("in", "containsAny"):
        if not isinstance(operand, list):
            message = f'Filter operator "{operator}" requires an array value for field {path}'
            raise _refused(message, f'Invalid filter: "{operator}" operator requires an array')
        if not operand and operator == "in":
            name = path.rpartition(".")[2]
            message = f"Invalid filter value for field {name}. Expected non-empty array"
            raise bad_request(message, friendly='Invalid filter value: ""')
    if operator in ("like", "ilike", "startsWith", "endsWith", "containsIlike") and not isinstance(operand, str):
        message = f'Filter operator "{operator}" requires a string value for field "{path}", got {_type_of(operand)}'
        raise _refused(message, f'Invalid filter: "{operator}" operator requires a String')


def read_operand(subject: ConditionSubject, value: Any) -> Any:
    """Return a value to compare with, in the stored form of its field; of an enumeration its rank. None compares with
    nothing.

    Raises:
        ApiError: the field's type does not take it.
    """
    kind, path = subject.kind, subject.path
    if subject.options:
        return _rank(subject, value)
    if kind in ("NUMBER", "NUMERIC", "POSITION"):
        return _number(value, path)
    if value is None:
        return None
    shown = inspect(value)
    if kind == "BOOLEAN":
        read = {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
        if not isinstance(read, bool):
            raise _refused(f'Invalid boolean value {shown} for field "{path}"', f'Invalid value: "{shown}"')
        return read
    if kind in _IDS:
        if not is_uuid(value):
            raise _refused(f'Invalid UUID value {shown} for field "{path}"', f'Invalid value for UUID: "{shown}"')
        return value.lower()
    if kind in ("DATE", "DATE_TIME"):
        read_moment = read_date if kind == "DATE" else read_filter_moment
        return moment_or_refusal(value, path, kind, read_moment, _refused)
    return value if isinstance(value, str) else str(value)


def _number(value: Any, path: str) -> float | int | None:
    """Return a number; of a text what it begins with, as JavaScript reads it."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    shown = inspect(value)
    if isinstance(value, str):
        match = _FLOAT.match(value)
        number = float(match[1].replace("Infinity", "inf")) if match else math.nan
        if math.isfinite(number):
            return number
        shown = "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    raise _refused(f'Invalid number value {shown} for field "{path}"', f'Invalid value for number: "{shown}"')


def _rank(subject: ConditionSubject, value: Any) -> int | None:
    if value is None:
        return None
    if value not in subject.options:
        raise ApiError(f'invalid input value for enum {subject.enum}: "{value}"', friendly="Invalid input provided.")
    return subject.options.index(value)


def _type_of(value: Any) -> str:
    return {bool: "boolean", int: "number", float: "number"}.get(type(value), "object")


def _refused(message: str, friendly: str) -> ApiError:
    return bad_request(message, "INVALID_ARGS_FILTER", friendly)
