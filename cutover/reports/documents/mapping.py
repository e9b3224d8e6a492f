"""The documents of `map propose`, `map show` and `map approve`."""

from __future__ import annotations

from typing_extensions import TypedDict


class FoundTable(TypedDict):
    """A table of an extract, and the kind of records that it is taken for."""

    file: str
    sheet: str | None
    kind: str
    rows: int
    rejected: int
    columns: int
    confidence: float


class ColumnMeaning(TypedDict):
    """The meaning of a column: one of `field`, `custom` and `ignored` is set."""

    header: str
    field: str | None
    custom: str | None
    ignored: str | None
    """The reason why the column is left out."""
    confidence: float
    evidence: str


class Binding(TypedDict):
    """The columns of one kind of table."""

    kind: str
    confidence: float
    columns: list[ColumnMeaning]


class ShownCustomField(TypedDict):
    """A field that Twenty gets for a column without a meaning of its own."""

    entity: str
    name: str
    label: str
    type: str


class ShownVocabulary(TypedDict):
    """The words of a field with a few values."""

    entity: str
    field: str
    type: str
    words: int
    """The number of words."""


class ShownFinding(TypedDict):
    """A remark about a table."""

    code: str
    file: str
    column: str | None
    text: str
    notice: bool
    """True where nothing needs to be done."""


class MappingContent(TypedDict):
    """The content of a mapping."""

    bindings: list[Binding]
    custom_fields: list[ShownCustomField]
    vocabularies: list[ShownVocabulary]
    missing: list[str]
    """Entities without a table."""


class ShownMapping(MappingContent):
    """The mapping that waits for approval, else the one in force."""

    version: str
    approved: bool


class ProposedMapping(ShownMapping):
    """A proposed mapping, with the tables that it was made from."""

    tables: list[FoundTable]
    findings: list[ShownFinding]


class ApprovedMapping(TypedDict):
    """The approval of a mapping."""

    version: str
    approved: bool
    by: str
    doubtful: list[str]
    """The tables and columns with less than 80 % confidence that were accepted as proposed."""
