"""The document of `trace`."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from cutover.reports.documents.oversight.dead_letters import ReportedRow


class BoundColumn(TypedDict):
    """A field of the record, and the headers of the columns that are bound to it."""

    field: str
    headers: list[str]


class CleanedValue(TypedDict):
    """A value that was lost, repaired or is doubtful, and the rule."""

    field: str
    reason: str
    means: str


class TracedEvent(TypedDict):
    """One event about a record. Fields that an event of its kind does not have are null or empty."""

    at: str
    kind: str
    """`row`, `intent`, `written`, `refused`, `kept`, `conflict`, `settled`, `undone`, `dead_letter` or `decision`."""
    position: str
    """The topic, the partition and the offset of the event."""
    run: str | None
    by: str | None
    """The name in a decision, or the person whose edit was met, where Twenty says it."""
    operation: str | None
    """The operation in PbN, the action in Twenty, or the decision."""
    revision: int | None
    extract: str | None
    file: str | None
    row: int | None
    object: str | None
    id: str | None
    fields: list[str]
    columns: list[BoundColumn]
    cleaned: list[CleanedValue]
    reason: str | None
    means: str | None
    undoes: list[str]
    """The positions of the intents that were taken back."""
    values: dict[str, Any] | None
    """The values of the row, or those that were wanted; only with `--decrypt`, as the next three."""
    before: dict[str, Any] | None
    answer: dict[str, Any] | None
    words: str | None


class HeldRecord(TypedDict):
    """A record in Twenty that was written for a record of PbN."""

    object: str
    id: str
    state: str
    """`live`, `in the trash` or `gone`, as the log knows it."""


class TracedRecord(TypedDict):
    """Everything about one record, in order of time."""

    record: str
    pbnId: str | None
    entity: str
    status: str
    """Empty, or as in `dead-letters list`."""
    twenty: list[HeldRecord]
    steps: list[TracedEvent]


class TraceDocument(TypedDict):
    """The records that a name means, and the rows with that name that made no record."""

    name: str
    decrypted: bool
    records: list[TracedRecord]
    rows: list[ReportedRow]
