"""The mapping: which column of which table means which field, as an operator has approved it.

A mapping holds headers, field names, types, confidences and evidence in shapes and counts. The only words of the data in it
are the options of SELECT fields; it travels in decision events, whose payload is sealed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, ClassVar, Final, Literal, Self

from pydantic import TypeAdapter

from events.vocabulary.custom_objects import CustomObject
from events.vocabulary.entities import Entity
from events.vocabulary.names import Name


class TableKind(Name):
    """The subject of a table: an entity's records, treatment plan lines, automation rules, or nothing we know."""

    PROVIDER: ClassVar[TableKind]
    PATIENT: ClassVar[TableKind]
    APPOINTMENT: ClassVar[TableKind]
    TREATMENT_PLAN: ClassVar[TableKind]
    TREATMENT_LINE: ClassVar[TableKind]
    BILLING: ClassVar[TableKind]
    NOTE: ClassVar[TableKind]
    CLAIM: ClassVar[TableKind]
    COMMUNICATION: ClassVar[TableKind]
    DOCUMENT: ClassVar[TableKind]
    AUTOMATION: ClassVar[TableKind]
    UNKNOWN: ClassVar[TableKind]

    entity: Entity | None
    """The entity whose records the table's rows make; None for lines (part of a plan), rules and unknown tables."""

    @classmethod
    def declare(cls, value: str, entity: Entity | None = None) -> TableKind:
        """Make a kind of table known, and return it."""
        kind = cls._add(value)
        kind.entity = entity
        return kind

    @classmethod
    def _unknown(cls, value: str) -> Self:
        """Return the kind of the tables of a custom object, which is told by its form."""
        try:
            entity = Entity(value)
        except ValueError:
            return super()._unknown(value)
        if entity.object_name is None:
            return super()._unknown(value)
        kind = cls._only(value)
        kind.entity = entity
        return kind

    @classmethod
    @contextmanager
    def including(cls, entity: Entity) -> Iterator[TableKind]:
        """Make the kind of table with an entity's rows known until the block ends."""
        try:
            yield cls.declare(entity.value, entity)
        finally:
            cls._remove(entity.value)


TableKind.PROVIDER = TableKind.declare("provider", Entity.PROVIDER)
TableKind.PATIENT = TableKind.declare("patient", Entity.PATIENT)
TableKind.APPOINTMENT = TableKind.declare("appointment", Entity.APPOINTMENT)
TableKind.TREATMENT_PLAN = TableKind.declare("treatment-plan", Entity.TREATMENT_PLAN)
TableKind.TREATMENT_LINE = TableKind.declare("treatment-line")
TableKind.BILLING = TableKind.declare("billing", Entity.BILLING)
TableKind.NOTE = TableKind.declare("note", Entity.NOTE)
TableKind.CLAIM = TableKind.declare("claim", Entity.CLAIM)
TableKind.COMMUNICATION = TableKind.declare("communication", Entity.COMMUNICATION)
TableKind.DOCUMENT = TableKind.declare("document", Entity.DOCUMENT)
TableKind.AUTOMATION = TableKind.declare("automation")
TableKind.UNKNOWN = TableKind.declare("unknown")


class FieldType(StrEnum):
    """The Twenty type of a custom field or of a field that is SELECT or TEXT by its data."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"
    DATE_TIME = "DATE_TIME"
    SELECT = "SELECT"
    BOOLEAN = "BOOLEAN"
    CURRENCY = "CURRENCY"


CERTAIN = 0.80
"""The least confidence that needs no second look, for columns and tables alike."""


BOTH_ORDERS: Final = "both"
BOTH_MARKS: Final = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The rule by which all cells of a column are read, from the whole column.

    `order` is that of day and month, `decimal` the decimal mark (`both`: the cells prove both, and a cell that can be read both
    ways has no value). `blanks` are texts that are blank in this column. `codes`: bare codes stand where words belong; `words`
    are the codes that a person has settled, each with its word (an empty word: the code means nothing). `unit` is written
    beside the column's numbers. `width` is the number of digits of ids that are padded with zeros.
    """

    order: Literal["mdy", "dmy", "ymd", "both"] | None = None
    blanks: tuple[str, ...] = ()
    codes: bool = False
    decimal: Literal[".", ",", "both"] | None = None
    unit: str | None = None
    width: int | None = None
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCode:
    """A bare code of a column: the number of its cells, and the word that the list of a well-known system proposes for it."""

    code: str
    count: int
    proposed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnBinding:
    """Meaning of one column: a field of the table's vocabulary, a custom field, or nothing (with the reason)."""

    header: str
    field: str | None = None
    custom: str | None = None
    ignored: str | None = None
    confidence: float = 1.0
    evidence: str = ""
    verdict: Verdict | None = None
    """None: the column was not judged; the practice's settings rule."""
    codes: tuple[FoundCode, ...] = ()
    """The codes that were found where words belong."""
    settled: bool = False
    """True where a person has settled the column: a proposal leaves it as it is."""
    key: Literal["text", "date"] | None = None
    """Of a custom object whose rows have no id: the column is part of their natural key, which is compared as text or day."""

    @property
    def doubtful(self) -> bool:
        """Return whether the column is carried without certainty about its meaning."""
        return (self.field is not None or self.custom is not None) and self.confidence < CERTAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class TableBinding:
    """Rule for tables with these headers. `headers` are as found; tables are met again by their headers."""

    kind: TableKind
    columns: tuple[ColumnBinding, ...]
    confidence: float = 1.0
    evidence: str = ""

    @property
    def headers(self) -> tuple[str, ...]:
        """Return the headers, in the order of the table it was first seen in."""
        return tuple(column.header for column in self.columns)

    @property
    def key(self) -> tuple[int, ...]:
        """Return the indexes of the columns that make up the natural key of its rows."""
        return tuple(index for index, column in enumerate(self.columns) if column.key is not None)

    @property
    def doubtful(self) -> bool:
        """Return whether the kind is not certain: of a known kind, or unknown although much of a kind is there."""
        return 0 < self.confidence < CERTAIN or (self.confidence == 0 and self.kind is not TableKind.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocatedBinding(TableBinding):
    """Rule for a table of a delivery of one location, where ids are unique there only: the key of the location stands in front
    of natural keys. A mapping never has one.
    """

    at_location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """A practice-specific column that becomes a field of its own on the object of its row."""

    entity: Entity
    name: str
    label: str
    type: FieldType


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words seen in a WORD field or a custom SELECT field (`field` is the record's or the custom field's name), and
    whether it is carried as SELECT or, where the words are free text, as TEXT.
    """

    entity: Entity
    field: str
    type: FieldType
    words: tuple[str, ...]


@lru_cache(maxsize=16)
def _version(mapping: ColumnMapping) -> str:
    """Return the version of a mapping. A command asks a dozen times for that of one mapping."""
    tables = tuple(replace(t, columns=tuple(replace(c, codes=(), settled=False) for c in t.columns)) for t in mapping.tables)
    words, objects = (replace(v, words=()) for v in mapping.vocabularies), (replace(o, carried=False) for o in mapping.objects)
    bare = replace(mapping, tables=tables, vocabularies=tuple(words), objects=tuple(objects))
    said = to_json(bare)
    for absent in _ADDED_LATER:
        said = said.replace(absent, b"")
    return hashlib.sha256(said).hexdigest()[:16]


_ADDED_LATER: Final = (
    b',"key":null',
    b',"objects":[]',
    b',"decimal":null,"unit":null,"width":null,"words":[]',
    b',"verdict":null',
    b',"codes":[]',
    b',"settled":false',
)
"""Parts of a mapping without content, which mappings had not always: one that was approved before keeps its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """The whole mapping of one practice."""

    practice: str
    tables: tuple[TableBinding, ...] = ()
    custom_fields: tuple[CustomField, ...] = ()
    vocabularies: tuple[Vocabulary, ...] = ()
    objects: tuple[CustomObject, ...] = ()

    @property
    def version(self) -> str:
        """Return 16 hex digits of the SHA-256 of the bindings and types (not of the words): equal when they mean the same."""
        return _version(self)

    def object_of(self, kind: TableKind) -> CustomObject | None:
        """Return the custom object that tables of a kind are mapped to, if any."""
        return next((one for one in self.objects if one.entity is kind.entity), None)

    def leaves_out(self, kind: TableKind) -> bool:
        """Return whether the tables of a kind are mapped to a custom object that is turned off."""
        of_kind = self.object_of(kind)
        return of_kind is not None and not of_kind.is_on

    @property
    def carried(self) -> ColumnMapping:
        """Return the mapping without the tables whose object is turned off."""
        return replace(self, tables=tuple(table for table in self.tables if not self.leaves_out(table.kind)))

    def custom_of(self, entity: Entity) -> dict[str, CustomField]:
        """Return the custom fields of one entity, by name."""
        return {f.name: f for f in self.custom_fields if f.entity is entity}

    def vocabulary(self, entity: Entity, field: str) -> Vocabulary | None:
        """Return the vocabulary of a field, if it has one."""
        return next((v for v in self.vocabularies if v.entity is entity and v.field == field), None)

    def with_words(self, entity: Entity, field: str, words: Iterable[str]) -> ColumnMapping:
        """Return the same mapping with these words added to a vocabulary (words that differ only in case and blanks are
        one).
        """
        out = []
        for v in self.vocabularies:
            if v.entity is entity and v.field == field:
                known = {word_key(w) for w in v.words}
                added = []
                for word in words:
                    if word_key(word) not in known:
                        known.add(word_key(word))
                        added.append(word)
                v = replace(v, words=(*v.words, *added))
            out.append(v)
        return replace(self, vocabularies=tuple(out))


def word_key(word: str) -> str:
    """Return a key that words of a SELECT share when they are one option: they differ only in case and blanks (field map,
    settled cases).
    """
    return " ".join(word.split()).casefold()


def mapping_body(mapping: ColumnMapping, **more: Any) -> dict[str, Any]:
    """Return the body of a decision about a mapping."""
    return {"version": mapping.version, "mapping": to_json(mapping).decode(), **more}


@cache
def _adapter() -> TypeAdapter[ColumnMapping]:
    """Return pydantic's reader of mappings. To build it takes longer than to import this module: many commands read none."""
    return TypeAdapter(ColumnMapping)


def to_json(mapping: ColumnMapping) -> bytes:
    """Return the mapping as JSON."""
    return _adapter().dump_json(mapping)


def from_json(data: bytes | str) -> ColumnMapping:
    """Return the mapping from its JSON; raises pydantic's ValidationError on anything else."""
    return _adapter().validate_json(data)
