"""The documents of `map propose`, `map show` and `map approve`."""

from __future__ import annotations

from typing_extensions import TypedDict

from cutover.reports.documents.paged import PagedDocument


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
    """A bare code of a column of words. A person gives it a word in mapping.toml."""

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
    goes_to: str | None
    """The object and the field in Twenty; null for a column that is left out."""
    doubtful: bool
    settled: bool
    """True where a person has settled the column."""
    examples: list[str]
    """At most three real values, where a person asked for them by name; else empty."""


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


class ShownObject(TypedDict):
    """An object of its own that a table of no known kind is proposed as, or has become."""

    name: str
    """Its API name in Twenty."""
    plural: str
    label: str
    label_plural: str
    on: bool
    """True where its rows are synced; an operator turns it on."""
    identity: list[str]
    """The headers of the columns that tell its rows apart; empty where none do."""


class MappingContent(PagedDocument):
    """The content of a mapping."""

    bindings: list[Binding]
    objects: list[ShownObject]
    custom_fields: list[ShownCustomField]
    vocabularies: list[ShownVocabulary]
    missing: list[str]
    """Entities without a table."""


class ShownMapping(MappingContent):
    """The mapping that waits for approval, else the one in force."""

    version: str
    approved: bool
    mapping_file: str
    """The path of mapping.toml, which people edit."""


class ProposedMapping(ShownMapping):
    """A proposed mapping, with the tables that it was made from."""

    tables: list[FoundTable]
    findings: list[ShownFinding]


class DecidedColumn(TypedDict):
    """A decision in mapping.toml: about the meaning, the type, the order of dates … of a column."""

    table: str
    column: str
    """Blank for a decision about the table."""
    about: str
    before: str
    after: str


class ChangedMapping(TypedDict):
    """The line of mapping.toml that a command has changed."""

    mapping_file: str
    table: str
    column: str
    means: str
    doubtful: list[str]
    """The tables and columns that still need a decision."""


class ExportedMapping(TypedDict):
    """A mapping without values, written for another practice."""

    written: str
    tables: int
    columns: int
    settled: int
    """Columns that a person has settled."""


class LeftColumn(TypedDict):
    """A column that was carried, and that the mapping leaves out now. Twenty keeps its values."""

    entity: str
    field: str
    """The field of the records, or the custom field."""
    header: str
    records: int
    """The records that held a value of it when the mapping was approved."""


class ClearedColumns(TypedDict):
    """The values of columns that are left out, taken out of the records."""

    columns: list[LeftColumn]
    by: str
    why: str
    dry_run: bool
    run: str
    """Blank in a dry run."""
    updated: int
    """The records that changed in the log."""


class ApprovedMapping(TypedDict):
    """The approval of a mapping."""

    version: str
    approved: bool
    by: str
    doubtful: list[str]
    """The tables and columns with less than 80 % confidence that were accepted as proposed."""
    decisions: list[DecidedColumn]
    changes: list[str]
    """The differences from the mapping that was in force."""
    records_read_again: int
    """Known records in tables that are read in another way now; the next sync writes those that differ."""
    left_columns: list[LeftColumn]
