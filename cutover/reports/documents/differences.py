"""The document of `diff`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from cutover.reports.documents.runs import Positions


class DifferingObject(TypedDict):
    """The records of one object that differ."""

    object: str
    created: int
    updated: int
    deleted: int


class DifferingRecord(TypedDict):
    """One record that differs, without its values."""

    object: str
    pbnId: str | None
    id: str
    effect: Literal["created", "updated", "deleted"]
    fields: list[str]
    """The fields of an update that ended with another value."""


class DifferencesDocument(TypedDict):
    """The differences of the workspace between two positions, as the log has it."""

    positions: Positions
    objects: list[DifferingObject]
    records: list[DifferingRecord]
    """The first 10,000."""
