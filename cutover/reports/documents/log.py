"""The documents of `log show`, `log tail`, `log export` and `log verify`."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict


class EventsDocument(TypedDict):
    """Events of a topic."""

    topic: str
    events: list[dict[str, Any]]
    """Each with `topic`, `partition`, `offset`, `key`, `type` and the fields of its envelope; `payload` with `--decrypt`."""


class ExportDocument(TypedDict):
    """A file of events."""

    file: str
    topic: str
    events: int
    forgotten: int
    problems: int
    """Events that cannot be read."""


class ReportedOverlap(TypedDict):
    """Two runs that appended at once."""

    runs: list[str]
    repeated: int
    differing: int


class ReportedProblem(TypedDict):
    """An event that is not as it must be."""

    topic: str
    partition: int
    offset: int
    problem: str


class VerifyDocument(TypedDict):
    """The state of the log: counts of events by topic, and problems."""

    events: int
    """Events of all topics."""
    changes: int
    compensations: int
    dead_letters: int
    decisions: int
    forgotten: int
    open_intents: int
    overlaps: list[ReportedOverlap]
    problem_count: int
    problems: list[ReportedProblem]
    """The first 1,000 problems."""
