"""The document of `reconcile`."""

from __future__ import annotations

from typing_extensions import TypedDict

from cutover.reports.documents.books import BookPage
from cutover.reports.documents.mapping import LeftColumn
from cutover.reports.documents.paged import PagedDocument


class ObjectCounts(TypedDict):
    """One object of Twenty, by its plural name, as PbN has it and as Twenty holds it."""

    object: str
    source: int
    twenty: int
    missing: int
    extra: int
    different: int
    edited: int
    """Records that a person edited; they do not count as different."""
    automated: int
    """Records in which a workflow or an application of Twenty wrote over PbN's values."""
    merged: int
    """Records that people merged into another one in Twenty; they do not count as missing."""
    waiting: int
    """Records that are wanted only after the arrival of their patient; they are not part of `source`."""
    population: dict[str, float]
    """The share of live records that have the field filled in Twenty, 0 to 1, by field."""
    source_population: dict[str, float]
    """The same share as PbN has it."""


class ReportedIssue(TypedDict):
    """A value, row, record or file that did not move as it stands in PbN. Null where it is not known.

    Values that name one provider are one issue for each file: it has the place of the first of them.
    """

    reason: str
    entity: str | None
    pbnId: str | None
    file: str | None
    sheet: str | None
    """The sheet of a workbook."""
    row: int | None
    """Records of the file are counted from 1; 0 is the file as a whole."""
    column: str | None
    """The header of the column, or those of several columns that give the field."""
    field: str | None
    """Twenty's name."""
    provider: str | None
    """The provider whom the value names, as the list of providers has the name."""
    others: list[str]
    """The pbnIds of the other records with this cause, at most 1,000."""
    rows: list[int]
    """The rows of the first and of the others; empty for an issue that is about no provider."""
    count: int
    """The values, rows, records or files that it stands for: over 1 for a provider whom several records of a file name, and for
    a column that fails in nearly every cell."""


class ListedRecord(TypedDict):
    """A record behind the counts, and the fields concerned."""

    object: str
    pbnId: str | None
    id: str | None
    fields: list[str]


class RejectedRows(TypedDict):
    """The rows of one delivery that are held."""

    extract: str
    taken_at: str
    rows: int


class ReconcileDocument(PagedDocument):
    """The whole practice compared with the workspace."""

    objects: list[ObjectCounts]
    issues: list[ReportedIssue]
    behind: int
    """Events that are not carried yet."""
    forgotten: int
    """Records of people who were erased."""
    edited: list[ListedRecord]
    """Records that a person edited; they do not count as different."""
    automated: list[ListedRecord]
    """Records in which a workflow or an application of Twenty wrote over PbN's values."""
    merged: list[ListedRecord]
    """Records that people merged into another one in Twenty; they do not count as missing."""
    different: list[ListedRecord]
    missing: list[ListedRecord]
    extra: list[ListedRecord]
    books: list[BookPage]
    """The books of the last full delivery and of those after it."""
    rejects: list[RejectedRows]
    """Every delivery with books, in the order in which they were taken."""
    left_columns: list[LeftColumn]
