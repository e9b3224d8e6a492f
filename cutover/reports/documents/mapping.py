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


class ColumnVerdict(TypedDict):
    """The rule by which all cells of a column are read; null where the setting rules, or nothing of the kind is there."""

    order: str | None
    """The order of day and month: mdy, dmy, ymd, or both."""
    decimal: str | None
    """The decimal mark, or both."""
    unit: str | None
    width: int | None
    """The number of digits to which ids are padded."""
    blanks: list[str]
    """Texts that are blank in the column."""
    codes: bool
    """True where bare codes stand where words belong."""


class ColumnCode(TypedDict):
    """A bare code of a column of words. Give it a `word`, and hand the document to `map approve --codes`."""

    code: str
    count: int
    """The number of cells."""
    proposed: str | None
    """The word that a well-known system has for the code: a proposal, which nothing is read by."""
    word: str | None
    """The word that a person has settled; an empty one where the code means nothing."""


class ColumnMeaning(TypedDict):
    """The meaning of a column: one of `field`, `custom` and `ignored` is set."""

    header: str
    field: str | None
    custom: str | None
    ignored: str | None
    """The reason why the column is left out."""
    confidence: float
    evidence: str
    verdict: ColumnVerdict | None
    """Null where the column was not judged."""
    codes: list[ColumnCode]


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
