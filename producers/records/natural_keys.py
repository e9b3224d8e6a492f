"""Natural keys: the identity of rows without an id of their own, made of several of their cells.

A goal is known by its provider and its month. Words are compared without case and surplus blanks, dates as days: an extract
that writes dates in another way names the same rows. The parts are joined by `|`; a backslash stands before one within a part.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from events.vocabulary.locations import at_location
from events.vocabulary.mapping import BOTH_ORDERS, ColumnBinding, LocatedBinding, TableBinding, word_key
from producers.values.blanks import filled
from producers.values.moments.dates import CENTURY, clean_date
from producers.values.numbers import clean_number

_LONGEST: Final = 200
"""Characters of a key; a longer one is known by its digest."""


def key_reader(binding: TableBinding) -> Callable[[list[str]], str | None]:
    """Return the function from a row's cells to its natural key; None where a part of it is blank."""
    place = binding.at_location if isinstance(binding, LocatedBinding) else None
    parts = [(index, _reader(binding.columns[index])) for index in binding.key]

    def key_of(cells: list[str]) -> str | None:
        found: list[str] = []
        for index, read in parts:
            part = read(cells[index])
            if part is None:
                return None
            found.append(part)
        return joined(found) if place is None else at_location(place, joined(found))

    return key_of


def joined(parts: list[str]) -> str:
    """Return the key of these parts: different parts never have the same key."""
    key = "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)
    return key if len(key) <= _LONGEST else sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _reader(column: ColumnBinding) -> Callable[[str], str | None]:
    verdict = column.verdict
    order = verdict.order if verdict is not None and verdict.order not in (None, BOTH_ORDERS) else "mdy"
    blanks = frozenset(verdict.blanks) if verdict is not None else frozenset[str]()

    def read(cell: str) -> str | None:
        text = filled(cell)
        if text is None or text in blanks:
            return None
        if column.key == "date":
            day, reason = clean_date(text, order, CENTURY)
            if day is not None and reason is None:
                return day.isoformat()
        return as_text(text)

    return read


def as_text(text: str) -> str:
    """Return a word as it is compared; a number in its shortest form: spreadsheets make `3.0` of a `3`."""
    if text[:1].isdigit() and text[-2:] == ".0":
        number, reason = clean_number(text)
        if reason is None and number is not None and number.is_integer():
            return str(int(number))
    return word_key(text)
