"""The filter language of REST addresses: ``status[eq]:PAID,or(carrier[in]:[A,B],not(name[is]:NULL))``, read to the GraphQL
form.

Quotes and brackets follow the server's own reading, with its oddities: quotes are not unescaped, a comma inside a list
always separates
(cassettes ``filter-logic``, ``filter-special-characters``).
"""

from __future__ import annotations

import re
from typing import Any

from rehearsal.errors import bad_request

COMPARATORS = ("eq", "neq", "in", "containsAny", "is", "gt", "gte", "lt", "lte", "startsWith", "endsWith", "like", "ilike")
_CONJUNCTION = re.compile(r"(and|or|not)\((.*)\)\Z", re.DOTALL)
_CONDITION = re.compile(r"([^\[\]:]+)\[([^\]]*)\]:(.+)\Z", re.DOTALL)
_LISTS = ("in", "containsAny")

Filter = dict[str, Any]


def read_filter(text: str) -> Filter:
    """The filter that a text stands for.

    Raises:
        ApiError: it cannot be read.
    """
    _check_brackets(text)
    if not _CONJUNCTION.match(text) or len(_split(text)) > 1:
        text = f"and({text})"
    return _read(text)


def _read(text: str) -> Filter:
    conjunction = _CONJUNCTION.match(text)
    if conjunction is None:
        return _condition(text)
    word, inner = conjunction.groups()
    if not inner:
        raise _unreadable(text)
    branches = [_read(part) for part in _split(inner)]
    return {"not": branches[0]} if word == "not" else {word: branches}


def _condition(text: str) -> Filter:
    match = _CONDITION.match(text)
    if match is None:
        raise _unreadable(text)
    path, comparator, value = match.groups()
    if comparator not in COMPARATORS:
        raise bad_request(f"'filter' invalid for '{text}', comparator {comparator} not in {', '.join(COMPARATORS)}")
    condition: Filter = {comparator: _list(value) if comparator in _LISTS else _unquoted(value)}
    for name in reversed(path.split(".")):
        condition = {name: condition}
    return condition


def _list(value: str) -> list[str]:
    inner = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    return [_unquoted(entry.strip()) for entry in inner.split(",")]


def _unquoted(value: str) -> str:
    for quote in ('"', "'"):
        if len(value) > 1 and value.startswith(quote) and value.endswith(quote):
            return value[1:-1]
    return value


def _split(text: str) -> list[str]:
    """The parts between commas, those inside quotes, brackets and lists left aside."""
    parts, depth, quoted, start = [], 0, False, 0
    for position, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def _check_brackets(text: str) -> None:
    depth, quoted = 0, False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif not quoted:
            depth += {"(": 1, ")": -1}.get(character, 0)
    if depth:
        kind, plural = ("close" if depth > 0 else "open"), abs(depth) > 1
        noun, verb = ("brackets", "are") if plural else ("bracket", "is")
        raise bad_request(f"'filter' invalid. {abs(depth)} {kind} {noun} {verb} missing in the query")


def _unreadable(text: str) -> Exception:
    return bad_request(f"'filter' invalid for '{text}'. eg: price[gte]:10")
