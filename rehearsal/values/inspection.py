"""Refused values as the server writes them into a message: JSON values in the manner of Node's ``util.inspect``.

``'text'``, ``[ 1 ]``, ``{ n: 1 }``; what does not fit on a line of 80 characters is broken up (cassettes ``files``,
``metadata-field-types``, ``values-number-boolean``).
"""

from __future__ import annotations

import json
import re
from typing import Any

BREAK_LENGTH = 80
KEY = re.compile(r"[A-Za-z_$][\w$]*\Z")


def inspect(value: Any) -> str:
    """Return the text of a JSON value inside a message."""
    return _format(value, 0)


def _format(value: Any, indentation: int) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return _group("[", [_format(item, indentation + 2) for item in value], "]", indentation) if value else "[]"
    if isinstance(value, dict):
        entries = [f"{_key(k)}: {_format(v, indentation + 2)}" for k, v in value.items()]
        return _group("{", entries, "}", indentation) if entries else "{}"
    return json.dumps(value, ensure_ascii=False)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    for quote in ("'", '"', "`"):
        if quote not in text:
            return quote + escaped + quote
    return "'" + escaped.replace("'", "\\'") + "'"


def _key(name: str) -> str:
    return name if KEY.match(name) else _quoted(name)


def _group(opening: str, entries: list[str], closing: str, indentation: int) -> str:
    # Node puts a group on one line when entries, separators and its own allowance stay below the break length.
    start = len(entries) + indentation + len(opening) + 10
    joined = ", ".join(entries)
    if sum(map(len, entries)) + len(entries) + start <= BREAK_LENGTH and "\n" not in joined:
        return f"{opening} {joined} {closing}"
    line = "\n" + " " * indentation
    return f"{opening}{line}  " + f",{line}  ".join(entries) + f"{line}{closing}"
