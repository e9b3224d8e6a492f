"""The documents of `dead-letters list`, `dead-letters show` and `dead-letters dismiss`."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict


class KeptBack(TypedDict):
    """A record that is kept back."""

    record: str
    """Its UUID, which is its id in Twenty but for people who were there before."""
    pbnId: str | None
    """Null for a record of a patient who was forgotten."""
    entity: str
    reason: str | None
    status: str
    """`dead` for a refused record, `waiting` for one that waits for another record."""
    attempts: int
    position: str
    stage: str | None
    """`PROJECT` before a request to Twenty, `WRITE` at one."""
    run: str | None
    recorded_at: str | None
    extract: str | None
    file: str | None
    row: int | None
    object: str | None
    """The object in Twenty that refused the record."""
    field: str | None
    """The field that Twenty's own words name."""


class ReportedRow(TypedDict):
    """A row of an extract that made no record."""

    reason: str
    entity: str | None
    pbnId: str | None
    extract: str
    file: str | None
    row: int
    run: str
    recorded_at: str
    position: str
    """The position of its dead letter in the topic `dead-letters`."""


class DeadLettersDocument(TypedDict):
    """The records that are kept back, and the rows that made no record."""

    dead_letters: list[KeptBack]
    rows: list[ReportedRow]


class Attempt(TypedDict):
    """One dead letter of a record."""

    recorded_at: str
    run: str
    stage: str
    reason: str
    attempt: int
    words: str | None
    """Twenty's own words; only with `--decrypt`."""


class ShownRecord(KeptBack):
    """A record that is kept back, with all its dead letters, oldest first."""

    means: str
    letters: list[Attempt]
    values: dict[str, Any] | None
    """The record as PbN has it; only with `--decrypt`."""


class ShownRow(ReportedRow):
    """A row that made no record, with its cells."""

    means: str
    cells: list[str] | None
    """Only with `--decrypt`."""


class ShownLettersDocument(TypedDict):
    """Everything about some dead letters."""

    decrypted: bool
    records: list[ShownRecord]
    rows: list[ShownRow]


class DismissedDocument(TypedDict):
    """The dead letters that a person gave up."""

    by: str
    why: str
    records: list[KeptBack]
    rows: list[ReportedRow]
