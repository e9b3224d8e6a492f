"""The document of `audit`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from cutover.reports.documents.paged import PagedDocument

ColumnOutcome = Literal["bound", "custom", "ignored"]


class AuditedColumn(TypedDict):
    """A column, and what becomes of it."""

    header: str
    outcome: ColumnOutcome
    field: str | None
    reason: str | None
    confidence: float
    doubtful: bool


class AuditedTable(TypedDict):
    """A table of an extract."""

    file: str
    sheet: str | None
    kind: str
    confidence: float
    rows: int
    rejected: int
    columns: list[AuditedColumn]


class ReportedFileIssue(TypedDict):
    """A file that carries nothing, or a part of it: a sheet, or the rows from one on."""

    file: str
    sheet: str | None
    row: int | None
    reason: str


class AuditFinding(TypedDict):
    """A remark about a table."""

    code: str
    file: str
    column: str | None
    text: str


class ValueIssues(TypedDict):
    """Values of one field that cannot be carried as they are, by reason."""

    entity: str
    field: str
    reason: str
    count: int


class RefusedRows(TypedDict):
    """Rows of one file that make no record, by reason."""

    file: str
    entity: str
    reason: str
    count: int


class Duplicates(TypedDict):
    """Rows that repeat an id."""

    entity: str
    repeated: int
    differing: int


class CountedOrphans(TypedDict):
    """Rows without their patient, by reason."""

    entity: str
    reason: str
    count: int


class SharedEmails(TypedDict):
    """E-mail addresses that several patients have."""

    addresses: int
    patients: int


class UnknownProviders(TypedDict):
    """Providers who are named in rows and are in no table."""

    providers: int
    rows: int


class Quality(TypedDict):
    """The quality of an extract's data, in counts."""

    records: dict[str, int]
    value_issues: list[ValueIssues]
    refused_rows: list[RefusedRows]
    duplicates: list[Duplicates]
    orphans: list[CountedOrphans]
    shared_emails: SharedEmails
    blanks: dict[str, dict[str, float]]
    """The share of records that leave a field blank, 0 to 1, by entity and field."""
    not_migrated: int
    """Patients who are deleted in the PMS."""
    unknown_providers: UnknownProviders


class AuditedExtract(TypedDict):
    """One extract."""

    extract: str
    path: str
    taken_at: str
    taken_at_stated: bool
    scope: str
    tables: list[AuditedTable]
    file_issues: list[ReportedFileIssue]
    findings: list[AuditFinding]
    quality: Quality


class ObjectReason(TypedDict):
    """A reason why an object cannot be carried whole."""

    code: str
    text: str


class AuditedObject(TypedDict):
    """One kind of data of the practice, and whether the extracts hold it."""

    object: str
    twenty: str
    found: bool
    records: int
    exportable: Literal["yes", "partly", "no"]
    missing_fields: list[str]
    why: list[ObjectReason]


class ManualExport(TypedDict):
    """Data that must be exported by hand."""

    object: str
    text: str


class AuditDocument(PagedDocument):
    """The content and the quality of extracts."""

    practice: str
    extracts: list[AuditedExtract]
    objects: list[AuditedObject]
    manual: list[ManualExport]
