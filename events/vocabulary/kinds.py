"""The kinds of values that a record holds: what each is in Python and in Avro."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FieldKind:
    """One kind of value. `avro` is its type in a schema, where the field's union with null is left out; of an array, `items`
    says of which type. Values of a kind of `words` belong to a small vocabulary, which becomes the options of a SELECT.
    """

    name: str
    python: type
    avro: str
    items: str | None = None
    words: bool = False


TEXT = FieldKind(name="TEXT", python=str, avro="string")
WORD = FieldKind(name="WORD", python=str, avro="string", words=True)
ID = FieldKind(name="ID", python=str, avro="string")
DATE = FieldKind(name="DATE", python=date, avro="date")
DATE_TIME = FieldKind(name="DATE_TIME", python=datetime, avro="timestamp-millis")
"""Aware, in UTC, whole milliseconds."""
NUMBER = FieldKind(name="NUMBER", python=int, avro="long")
MONEY = FieldKind(name="MONEY", python=int, avro="long")
"""Millionths of the practice's currency."""
BOOLEAN = FieldKind(name="BOOLEAN", python=bool, avro="boolean")
TEXTS = FieldKind(name="TEXTS", python=list, avro="array", items="string")
LINES = FieldKind(name="LINES", python=list, avro="array", items="record")
"""Dicts with the keys of `records.LINE_FIELDS`."""

KINDS: Mapping[str, FieldKind] = {
    kind.name: kind for kind in (TEXT, WORD, ID, DATE, DATE_TIME, NUMBER, MONEY, BOOLEAN, TEXTS, LINES)
}
"""Every kind by its name. Of those with one Avro type, a schema that names none means the first."""


def kind_in(field: Mapping[str, Any]) -> FieldKind:
    """Return the kind of a schema's field: the one that it names, or the first of its Avro type.

    Raises KeyError for a name without a kind, ValueError for a type that no kind has.
    """
    if "kind" in field:
        return KINDS[field["kind"]]
    branch = field["type"][1]
    avro, items = branch, None
    if isinstance(branch, Mapping):
        avro = branch.get("logicalType", branch["type"])
        inner = branch.get("items")
        items = inner["type"] if isinstance(inner, Mapping) else inner
    for kind in KINDS.values():
        if (kind.avro, kind.items) == (avro, items):
            return kind
    raise ValueError(f"no kind of value has the Avro type {avro!r}")
