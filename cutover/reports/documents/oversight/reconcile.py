"""The document of `reconcile`."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from cutover.reports.documents.books import BookPage


class ObjectCounts(TypedDict):
    """One object of Twenty, by its plural name, as PbN has it and as Twenty holds it."""

    object: str
    source: int
    twenty: int
    missing: int
    extra: int
    different: int
    population: dict[str, float]
    """The share of records that have the field filled, 0 to 1, by field."""


class ReportedIssue(TypedDict):
    """A value, row, record or file that did not move as it stands in PbN. Null where it is not known."""

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
    count: int
    """The values, rows, records or files that it stands for: over 1 for a column that fails in nearly every cell."""


class ListedRecord(TypedDict):
    """A record behind the counts, and the fields concerned."""

    object: str
    pbnId: str | None
    id: str | None
    fields: list[str]


class ReconcileDocument(TypedDict):
    """The whole practice compared with the workspace."""

    objects: list[ObjectCounts]
    issues: list[ReportedIssue]
    behind: int
    """Events that are not carried yet."""
    forgotten: int
    """Records of people who were erased."""
    edited: list[ListedRecord]
    """Records that a person edited; they do not count as different."""
    different: list[ListedRecord]
    missing: list[ListedRecord]
    extra: list[ListedRecord]
    books: list[BookPage]
    """The books of the last full delivery and of those after it."""
    html: NotRequired[str]
    """The path of the page, when one was written."""
