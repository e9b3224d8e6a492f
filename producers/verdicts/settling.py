"""Codes that a person settles: each gets the word that it is read as from then on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from events.vocabulary.mapping import ColumnBinding, ColumnMapping, FieldType, TableBinding, Verdict, Vocabulary
from producers.entities.registry import SOURCES

_BY_A_PERSON: Final = "; a person has settled all of its codes"
CodeWords = Mapping[tuple[str, str], Mapping[str, str]]
"""Words by code, for the columns of a kind of table by their header. An empty word: the code means nothing."""


def unknown_codes(mapping: ColumnMapping, words: CodeWords) -> list[tuple[str, str]]:
    """Return the headers and codes among these words that the mapping does not have."""
    columns = [(table.kind.value, column) for table in mapping.tables for column in table.columns]
    had = {(kind, column.header, one.code) for kind, column in columns for one in column.codes}
    return [(header, code) for (kind, header), codes in words.items() for code in codes if (kind, header, code) not in had]


def settled(mapping: ColumnMapping, words: CodeWords) -> ColumnMapping:
    """Return the mapping with these words for its codes; a column all of whose codes have a word is certain."""
    tables = tuple(
        replace(table, columns=tuple(_settled(c, words.get((table.kind.value, c.header), {})) for c in table.columns))
        for table in mapping.tables
    )
    mapping = replace(mapping, tables=tables)
    for table in tables:
        for column in table.columns:
            if (table.kind.value, column.header) in words:
                mapping = _with_words(mapping, table, column)
    return mapping


def _settled(column: ColumnBinding, words: Mapping[str, str]) -> ColumnBinding:
    own = {one.code: words[one.code].strip() for one in column.codes if one.code in words}
    if not own or column.verdict is None:
        return column
    known = {**dict(column.verdict.words), **own}
    verdict: Verdict = replace(column.verdict, words=tuple(sorted(known.items())))
    column = replace(column, verdict=verdict)
    if any(one.code not in known for one in column.codes):
        return column
    evidence = column.evidence.removesuffix(_BY_A_PERSON) + _BY_A_PERSON
    return replace(column, confidence=1.0, evidence=evidence)


def _with_words(mapping: ColumnMapping, table: TableBinding, column: ColumnBinding) -> ColumnMapping:
    """Add the words of a column's codes to the choices of its field."""
    entity, field = SOURCES[table.kind].rows_of, column.field
    if entity is None or field is None or column.verdict is None:
        return mapping
    if mapping.vocabulary(entity, field) is None:
        empty = Vocabulary(entity=entity, field=field, type=FieldType.SELECT, words=())
        mapping = replace(mapping, vocabularies=(*mapping.vocabularies, empty))
    return mapping.with_words(entity, field, [word for _, word in column.verdict.words if word])
