"""The document of a run: `sync`, `produce`, `consume` and `dead-letters retry`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from cutover.reports.documents.books import BookPage
from cutover.reports.documents.mapping import LeftColumn, ShownFinding
from cutover.reports.documents.paged import PagedDocument

Positions = TypedDict("Positions", {"from": str, "to": str})
"""The POSITION strings of the ends of the change events before and after."""


class ChangeCounts(TypedDict):
    """Change events by kind."""

    created: int
    updated: int
    deleted: int
    unchanged: int
    """Rows that say what was known already; they append no event."""
    withheld: int


class Writes(TypedDict):
    """Writes to Twenty by kind."""

    create: int
    update: int
    delete: int
    restore: int
    unchanged: int
    """Records that Twenty holds already as they are wanted."""


class ChangedBy(TypedDict):
    """The last person or program to change a record in Twenty."""

    source: str
    """As Twenty has it: MANUAL, API, WORKFLOW, IMPORT and others."""
    name: str
    member: str | None


class ReportedConflict(TypedDict):
    """Fields that both a person and PbN changed, or a record that a person removed."""

    object: str
    pbnId: str | None
    id: str
    fields: list[str]
    reason: str
    kept: bool
    """True where the person's value stays."""
    changed_by: ChangedBy | None
    """Null where Twenty does not say."""


class WithheldDeletions(TypedDict):
    """Deletions of one entity that were not carried out."""

    entity: str
    absent: int
    live: int
    why: str
    records: list[str]
    """The pbnIds, at most 1,000."""


class RunCounts(TypedDict):
    """The counts of a run, as its end in the log holds them too."""

    changes: ChangeCounts
    writes: Writes
    conflicts: int
    dead_letters: int
    """Dead letters at the end of the run, waiting records and unreadable rows included."""
    requests: int


class UnreadPart(TypedDict):
    """A file that holds rows and was not read, or its sheet, or its rows from one on."""

    file: str
    sheet: str | None
    row: int | None
    reason: str


class RowsReadAgain(TypedDict):
    """Known records of one extract that were read again, because settings changed since they were read last."""

    extract: str
    settings: list[str]
    records: int
    changed: int
    """Those of the records that say something else now, rows that changed in the practice's software among them."""


class LostValues(TypedDict):
    """Values of one field that Twenty cannot hold, and that were left out."""

    object: str
    field: str
    reason: str
    count: int


class RunDocument(RunCounts, PagedDocument):
    """The outcome of a run."""

    run: str
    positions: Positions
    seconds: float
    stale: int
    """Rows older than what is known of their records: they change nothing."""
    conflict_list: list[ReportedConflict]
    withheld_list: list[WithheldDeletions]
    books: list[BookPage]
    """The books of the deliveries that were read, a page for each table."""
    findings: list[ShownFinding]
    """Findings about tables and columns that a person needs to look at."""
    lost: list[LostValues]
    unread: list[UnreadPart]
    read_again: list[RowsReadAgain]
    left_columns: list[LeftColumn]


class StoppedFollower(TypedDict):
    """A follower that was stopped before its first run."""

    stopped: Literal[True]
