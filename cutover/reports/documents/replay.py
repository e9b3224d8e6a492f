"""The document of `replay`."""

from __future__ import annotations

from typing_extensions import TypedDict

from cutover.reports.documents.runs import Positions, ReportedConflict, Writes


class ReplayWrite(TypedDict):
    """A write that a replay without `--dry-run` sends."""

    object: str
    pbnId: str | None
    action: str
    fields: list[str]


class ReplayDocument(TypedDict):
    """The outcome of a replay."""

    run: str
    positions: Positions
    writes: Writes
    conflicts: int
    dead_letters: int
    requests: int
    seconds: float
    dry_run: bool
    differences: list[ReplayWrite]
    """With `--dry-run` alone."""
    not_modelled: list[str]
    """Fields and objects that the data model lacks, with `--dry-run` alone: their values are not among the differences."""
    conflict_list: list[ReportedConflict]
