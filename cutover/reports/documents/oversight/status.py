"""The document of `status`."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from cutover.reports.documents.oversight.progress import ProgressReport


class PartitionLag(TypedDict):
    """The change events of one partition, and how many of them this workspace has yet to consume."""

    partition: int
    end: int
    committed: int
    lag: int


class StartedRun(TypedDict):
    """A run in the log."""

    run: str
    kind: str
    started: str | None
    ended: str | None
    """Null for a run that was killed."""


class ReportedTrouble(TypedDict):
    """The reason why a follower waits, or has ended."""

    waiting_for: str
    message: str
    since: str
    attempts: int
    next_try: str


class SetAside(TypedDict):
    """A delivery that cannot be read as it is."""

    delivery: str
    message: str


class FollowerReport(TypedDict):
    """The report of `sync --follow` in this folder. One that has just started has `running` and `state` alone."""

    running: bool
    """False for a follower that was killed."""
    state: Literal["watching", "syncing", "carrying", "waiting", "ended"]
    process: NotRequired[int]
    since: NotRequired[str]
    paths: NotRequired[list[str]]
    delivery: NotRequired[str | None]
    trouble: NotRequired[ReportedTrouble | None]
    read: NotRequired[int]
    """Deliveries read since it began."""
    unfinished: NotRequired[list[str]]
    """Deliveries still being written."""
    refused: NotRequired[list[SetAside]]
    last_run: NotRequired[str | None]


class WorkerReport(TypedDict):
    """The report of a `consume --follow` in this folder. One that has just started lacks the keys after `state`."""

    worker: int
    running: bool
    state: Literal["watching", "carrying", "waiting", "ended"]
    process: NotRequired[int]
    since: NotRequired[str]
    run: NotRequired[str | None]
    partitions: NotRequired[list[int]]
    windows: NotRequired[int]
    """Carried since it began."""
    trouble: NotRequired[ReportedTrouble | None]


class StatusDocument(TypedDict):
    """The distance between the log and the workspace, and the followers of this folder."""

    partitions: list[PartitionLag]
    dead_letters: int
    """Records that are kept back."""
    refused_rows: int
    """Rows that made no record."""
    conflicts: int
    """Open conflicts."""
    written: int
    objects: dict[str, int]
    """Records written, by object."""
    rate_limit: int
    pending: int
    """Records to be carried again, after a rollback."""
    open_intents: int
    estimated_seconds: float
    workspace: str
    twenty: Literal["there", "away"]
    """`away` while it does not answer: the document is then about the workspace last written to."""
    follower: FollowerReport | None
    workers: list[WorkerReport]
    runs: list[StartedRun]
    progress: ProgressReport | None
    """The step that a command of this folder is at; null where none works."""
