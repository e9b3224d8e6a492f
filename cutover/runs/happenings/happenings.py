"""Happenings of a follower: outages, deliveries and findings. Counts, codes, names of files and our own messages; no values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from consumers.workers.happenings import Happening


@dataclass(frozen=True, slots=True)
class FollowerStarted(Happening):
    """A follower begins."""

    command: str


@dataclass(frozen=True, slots=True)
class FollowerStopped(Happening):
    """A follower was asked to stop and ends with 0."""

    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFailed(Happening):
    """A command ends because a person is needed; the message says for what."""

    command: str
    exit_code: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageBegun(Happening):
    """Something stands in the way and may pass. `next_try` is in seconds."""

    waiting_for: str
    message: str
    next_try: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageLasts(Happening):
    """Another attempt failed."""

    waiting_for: str
    message: str
    since: str
    seconds: float
    attempts: int
    next_try: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageEnded(Happening):
    """The follower goes on."""

    waiting_for: str
    since: str
    seconds: float
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractRead(Happening):
    """An extract's changes are in the log. `changes` are counts by kind."""

    run: str
    extract: str
    changes: Mapping[str, int]
    refused_rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class DeliverySetAside(Happening):
    """A delivery cannot be read as it is; `delivery` is the name of its folder or archive."""

    delivery: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletionsWithheld(Happening):
    """Deletions that were not believed: `absent` of an entity's `live` records."""

    run: str
    entity: str
    absent: int
    live: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingMet(Happening):
    """Findings of one code about an extract's tables."""

    run: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepGoesOn(Happening):
    """A long step is at work: records done, total, the rate of the last minute, seconds left, and the records written."""

    step: str
    done: int
    total: int | None
    per_second: float | None
    seconds_left: float | None
    written: Mapping[str, int]
    totals: Mapping[str, int]
    conflicts: int
    dead_letters: int


@dataclass(frozen=True, slots=True)
class ProjectNotice(Happening):
    """A finding about the project itself, such as a master key that others may read."""

    message: str
