"""Meanings of columns as people write them: the name of a field, `custom NAME`, or `-` for a column that is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

from cutover.mapping_file.errors import MappingFileError
from events.vocabulary.mapping import ColumnBinding, TableKind
from producers.binding.meeting import entity_of
from producers.entities.registry import SOURCES

LEFT_OUT = "-"
CUSTOM = "custom"
BY_A_PERSON = "settled by a person"
_NAME: Final = re.compile("[a-z][A-Za-z0-9]*")
"""Names that Twenty accepts for a field."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a column: a field, a custom field, or neither."""

    field: str | None = None
    custom: str | None = None

    @classmethod
    def of(cls, column: ColumnBinding) -> Meaning:
        """Return the meaning of a bound column."""
        return cls(column.field, column.custom)

    @classmethod
    def read(cls, text: str, kind: TableKind, place: str) -> Meaning:
        """Return the meaning that a text stands for. Raises MappingFileError, which names the fields of this kind of table."""
        words = text.split()
        if words in ([], [LEFT_OUT]):
            return cls()
        if words[0] == CUSTOM:
            if len(words) != 2 or not _NAME.fullmatch(words[1]):
                raise MappingFileError(f"{place}: {text!r}: write `custom NAME`, with a name such as labCaseDue")
            if entity_of(kind) is None:
                raise MappingFileError(f"{place}: rows of the {kind.value} table have no record that could hold a custom field")
            return cls(custom=words[1])
        known, text = fields_of(kind), text.strip()
        if text not in known:
            near = get_close_matches(text, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(known)}"
            raise MappingFileError(f"{place}: {text!r} is no field of the {kind.value} table; {hint}")
        return cls(field=text)

    def __str__(self) -> str:
        if self.field is not None:
            return self.field
        return f"{CUSTOM} {self.custom}" if self.custom is not None else LEFT_OUT


def fields_of(kind: TableKind) -> list[str]:
    """Return the names of the fields that a column of this kind of table may mean."""
    return [column.name for column in SOURCES[kind].columns if column.ignored is None] if kind in SOURCES else []


def settled(column: ColumnBinding, meaning: Meaning) -> ColumnBinding:
    """Return a column whose meaning a person has settled."""
    ignored = None
    if meaning == Meaning():
        ignored = column.ignored or f"left out: {BY_A_PERSON}"
    return replace(
        column,
        field=meaning.field,
        custom=meaning.custom,
        ignored=ignored,
        confidence=1.0,
        evidence=BY_A_PERSON,
        settled=True,
    )
