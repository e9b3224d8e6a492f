"""Arguments of GraphQL fields for records: which there are, of which kind, and in which words others are refused.

There is no schema that checks them, so the server does (cassette ``graphql-errors``; the rest as a real 2.21 server was seen
to do). Arguments that are null count as not sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal.values.errors import ApiError, bad_request, data_validation
from rehearsal.values.uuids import is_uuid
from rehearsal.values.values import no_uuid

Arguments = dict[str, Any]

_KINDS: dict[str, Callable[[Any], bool]] = {
    "an object": lambda value: isinstance(value, dict),
    "an array": lambda value: isinstance(value, dict | list),
    "a number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "a string": lambda value: isinstance(value, str),
    "a boolean": lambda value: isinstance(value, bool),
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "UUID": is_uuid,
}
_FIND_MANY = {
    **{"first": "a number", "last": "a number", "filter": "an object", "orderBy": "an array"},
    **{"before": "a string", "after": "a string", "offset": "a number"},
}
# method → ({what must be there: its kind}, {what may be there: its kind})
_METHODS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "find_many": ({}, _FIND_MANY),
    "find_one": ({}, {"filter": "an object"}),
    "create_one": ({"data": "object"}, {"upsert": "a boolean"}),
    "create_many": ({"data": "array"}, {"upsert": "a boolean"}),
    "update_one": ({"id": "UUID", "data": "object"}, {}),
    "update_many": ({"filter": "object", "data": "object"}, {}),
    **{f"{word}_one": ({"id": "UUID"}, {}) for word in ("delete", "restore", "destroy")},
    **{f"{word}_many": ({"filter": "object"}, {}) for word in ("delete", "restore", "destroy")},
    "merge_many": ({"ids": "array", "conflictPriorityIndex": "number"}, {"dryRun": "a boolean"}),
}


def check_arguments(method: str, arguments: Arguments) -> None:
    """See that the arguments of a field are those that its method takes: ``find_many``, ``create_one`` …

    Raises:
        ApiError: one too many, one missing, one of another kind, or two that exclude each other.
    """
    needed, possible = _METHODS[method]
    for name in arguments:
        if name not in needed and name not in possible:
            raise _refused(f"Argument not allowed: {name}")
    for name, kind in needed.items():
        if not _KINDS[kind](arguments.get(name)):
            raise _refused(f'Missing required argument: "{name}" ({kind})')
    for name, kind in possible.items():
        if name in arguments and not _KINDS[kind](arguments[name]):
            raise _refused(f'Invalid argument: "{name}" must be {kind}')
    if method == "find_many":
        _check_paging(arguments)
    if method.endswith("_many") and "filter" in needed:
        condition = arguments["filter"].get("id")
        ids = condition.get("in") if isinstance(condition, dict) else None
        if (wrong := next((i for i in ids or () if not is_uuid(i)), None)) is not None:
            raise no_uuid(wrong)
    if method == "find_one" and not arguments.get("filter"):
        raise _refused("Missing filter argument")


def _check_paging(arguments: Arguments) -> None:
    for one, other in (("first", "last"), ("before", "after"), ("before", "first"), ("after", "last")):
        if arguments.get(one) and arguments.get(other):
            raise bad_request(f"Cannot provide both {one} and {other}", "ARGS_CONFLICT")
    if arguments.get("offset", 0) < 0:
        raise data_validation()
    for name in ("first", "last"):
        if arguments.get(name, 0) < 0:
            raise bad_request(f"{name.capitalize()} argument must be non-negative", f"INVALID_ARGS_{name.upper()}")


def _refused(message: str) -> ApiError:
    return bad_request(message, "INVALID_QUERY_INPUT")
