"""The filter language of REST addresses: ``status[eq]:PAID,or(carrier[in]:[A,B],not(name[is]:NULL))``, read to the GraphQL
form.

Quotes and brackets follow the server's own reading, with its oddities: quotes are not unescaped, a comma inside a list always
separates, blanks count, what follows a closed conjunction is joined to its last condition, a line end ends the reading
(cassettes ``filter-logic``, ``filter-special-characters``; the rest as a real 2.21 server was seen to do).
"""

from __future__ import annotations

import re

from rehearsal.store.filters import Filter
from rehearsal.values.errors import ApiError, bad_request

COMPARATORS = ("eq", "neq", "in", "containsAny", "is", "gt", "gte", "lt", "lte", "startsWith", "endsWith", "like", "ilike")
_CONJUNCTION = re.compile(r"(and|or|not)\((.+)\)\Z")
_CONDITION = re.compile(r".+\[.+\]:.+\Z")
_LISTS = ("in", "containsAny")


def read_filter(text: str) -> Filter:
    """Return the filter that a text stands for.

    Raises:
        ApiError: it cannot be read.
    """
    _check_brackets(text)
    return _read(text if _CONJUNCTION.match(text) else f"and({text})")


def _read(text: str) -> Filter:
    conjunction = _CONJUNCTION.match(text)
    if conjunction is None:
        return _condition(text)
    word = conjunction[1]
    branches = [_read(part) for part in _split(text)]
    if word != "not":
        return {word: branches}
    if len(branches) > 1:
        raise bad_request("'filter' invalid. 'not' conjunction should contain only 1 condition. eg: not(field[eq]:1)")
    return {"not": branches[0]}


def _condition(text: str) -> Filter:
    if _CONDITION.match(text) is None:
        raise bad_request(f"'filter' invalid for '{text}'. eg: price[gte]:10")
    path, _, rest = text.partition("[")
    comparator, _, rest = rest.partition("]")
    _, _, value = rest.partition(":")
    if comparator not in COMPARATORS:
        raise bad_request(f"'filter' invalid for '{text}', comparator {comparator} not in {', '.join(COMPARATORS)}")
    condition: Filter = {comparator: _list(value, comparator) if comparator in _LISTS else _value(value, comparator)}
    for name in reversed(path.split(".")):
        condition = {name: condition}
    return condition


def _list(value: str, comparator: str) -> list[str]:
    if not (value.startswith("[") and value.endswith("]")):
        raise bad_request(
            f"'filter' invalid for '{comparator}' operator. Received '{value}' but array value expected "
            f"eg: 'field[{comparator}]:[value_1,value_2]'"
        )
    return [_unquoted(entry) for entry in value[1:-1].split(",")]


def _value(value: str, comparator: str) -> str:
    return value if comparator == "is" else _unquoted(value)


def _unquoted(value: str) -> str:
    """Return a text without the quotes around it, which need not be a pair."""
    return value[1:-1] if len(value) > 1 and value[0] in "'\"" and value[-1] in "'\"" else value


def _split(text: str) -> list[str]:
    """Return the parts of a conjunction: what stands inside its brackets, between commas. Commas inside quotes, lists and
    inner brackets are left aside. Text behind the closing bracket is not looked at, but what is in further brackets is.
    """
    parts, current, depth = [], "", 0
    in_list, quoted = False, {'"': False, "'": False}
    for character in text:
        kept = depth >= 1
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            kept = depth >= 1
        elif character in "[]":
            in_list = not in_list
        elif character in quoted:
            quoted[character] = not quoted[character]
        if character == "," and depth == 1 and not in_list and not any(quoted.values()):
            parts.append(current)
            current, kept = "", False
        if kept:
            current += character
    return [*parts, current]


def _check_brackets(text: str) -> None:
    missing = text.count("(") - text.count(")")
    if missing:
        kind, plural = ("close" if missing > 0 else "open"), abs(missing) > 1
        noun = "brackets are" if plural else "bracket is"
        raise _unreadable(f"'filter' invalid. {abs(missing)} {kind} {noun} missing in the query")


def _unreadable(message: str) -> ApiError:
    return bad_request(message, friendly="Invalid filter parameter.")
