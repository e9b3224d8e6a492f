"""Reading JSON, and refusing broken JSON in the words of a JavaScript engine (cassettes ``paths-and-names``,
``values-emails``).
"""

from __future__ import annotations

import json
from typing import Any

import orjson

CONTEXT = 10


class JsonSyntaxError(ValueError):
    """Text that is no JSON; the message is what ``JSON.parse`` says."""


def parse(text: str | bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        JsonSyntaxError: it is none.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        readable = text if isinstance(text, str) else text.decode("utf-8", "replace")
        return _parse_slowly(readable)


def parse_body(body: bytes) -> Any:
    """Return a request's body: an object or an array, anything else is refused at its first character; no body is ``{}``."""
    text = body.lstrip()
    if not text:
        return {}
    if text[:1] not in (b"{", b"["):
        raise _unexpected(text.decode("utf-8", "replace"), 0)
    return parse(body)


def _parse_slowly(text: str) -> Any:
    # orjson refuses some numbers and lone surrogates that JSON.parse takes, and its errors are its own.
    try:
        value = json.loads(text, parse_int=_number, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _refusal(text, error) from error
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))


def _refusal(text: str, error: json.JSONDecodeError) -> JsonSyntaxError:
    position = error.pos
    if error.msg.startswith("Invalid \\"):
        position += 1
    while "control" not in error.msg and position < len(text) and text[position].isspace():
        position += 1
    before = text[: error.pos].rstrip()[-1:]
    expected = {
        "Expecting property name enclosed in double quotes": (
            "Expected property name or '}'" if before == "{" else "Expected double-quoted property name"
        ),
        "Expecting ':' delimiter": "Expected ':' after property name",
        "Expecting ',' delimiter": _SEPARATOR[_innermost(text[:position])],
        "Invalid control character at": "Bad control character in string literal",
        "Invalid \\escape": "Bad escaped character",
        "Unterminated string starting at": "Unterminated string",
        "Extra data": "Unexpected non-whitespace character after JSON at position",
    }.get(error.msg)
    if expected is None:
        return JsonSyntaxError("Unexpected end of JSON input") if position >= len(text) else _unexpected(text, position)
    if error.msg.startswith("Unterminated"):
        position = len(text)
    line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
    where = f"{position} (line {line} column {column})"
    return JsonSyntaxError(f"{expected} {where}" if error.msg == "Extra data" else f"{expected} in JSON at position {where}")


_SEPARATOR = {"[": "Expected ',' or ']' after array element", "{": "Expected ',' or '}' after property value"}


def _innermost(text: str) -> str:
    """Return the bracket that is open at the end of a text."""
    depth, quoted = 0, False
    for place in range(len(text) - 1, -1, -1):
        character = text[place]
        if character == '"' and (place == 0 or text[place - 1] != "\\"):
            quoted = not quoted
        elif quoted:
            continue
        elif character in "]}":
            depth += 1
        elif character in "[{":
            if depth == 0:
                return character
            depth -= 1
    return "{"


def _number(digits: str) -> int | float:
    """Read a number as JavaScript does: its numbers are doubles; larger integers than 64 bits are none."""
    number = int(digits)
    return number if -(2**63) <= number < 2**63 else float(number)


def _refuse_constant(name: str) -> Any:
    raise JsonSyntaxError(f"Unexpected token '{name[0]}', \"{name}\" is not valid JSON")


def _unexpected(text: str, position: int) -> JsonSyntaxError:
    before = "..." if position > CONTEXT and len(text) > 4 * CONTEXT else ""
    after = "..." if position + CONTEXT < len(text) and len(text) > 4 * CONTEXT else ""
    shown = text if len(text) <= 4 * CONTEXT else text[max(0, position - CONTEXT) : position + CONTEXT]
    return JsonSyntaxError(f"Unexpected token '{text[position]}', {before}\"{shown}\"{after} is not valid JSON")
