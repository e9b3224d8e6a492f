"""The log port: append-only topics in partitions, and what their offsets mean.

Offsets rise within a partition; they need not be contiguous. `append` is one atomic step: the entries and the commits of
input offsets become visible together or not at all, and are durable when it returns. A committed offset is the next one
to read. Two adapters exist (SQLite; Kafka in a later release) and pass one contract test suite.

    LogError               outcome
    ├─ LogUnreachable      not applied; start it or correct `[log] url`
    └─ LogDamaged          not applied; restore the file from its backup
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

CHANGES = "changes"
COMPENSATIONS = "compensations"
DECISIONS = "decisions"
DEAD_LETTERS = "dead-letters"
TOPICS = (CHANGES, COMPENSATIONS, DECISIONS, DEAD_LETTERS)


class LogError(Exception):
    """The log cannot do what was asked; nothing was appended."""

    retriable = False


class LogUnreachable(LogError):
    """The log is not there, or does not answer."""

    retriable = True


class LogDamaged(LogError):
    """The log's own files are not what the log wrote."""


class NewEntry(NamedTuple):
    """An event to append: its topic, its key (an opaque household id) and its framed bytes."""

    topic: str
    key: bytes
    value: bytes


class Entry(NamedTuple):
    """An event in the log."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes


class Position(NamedTuple):
    """Where an event lies in its topic."""

    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Commit:
    """A consumer group's next offsets in one topic, by partition."""

    group: str
    topic: str
    offsets: Mapping[int, int]


class Log(Protocol):
    """An append-only log; see the module."""

    def partitions(self, topic: str) -> Sequence[int]:
        """The partitions of a topic."""

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        """Append and commit in one atomic, durable step; gives each entry's position. Raises LogError."""

    def read(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        """At most `limit` entries with an offset of at least `offset`, in order."""

    def read_backwards(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        """At most `limit` entries with an offset below `offset`, newest first."""

    def ends(self, topic: str) -> dict[int, int]:
        """For each partition, the offset that the next entry will have at least."""

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """The group's next offset for each partition; 0 where it never committed."""

    def close(self) -> None:
        """Release what the log holds."""


def read_all(log: Log, topic: str, start: Mapping[int, int] | None = None, *, page: int = 2_000) -> Iterator[Entry]:
    """Every entry of a topic from these offsets (default: the beginning) to the present end, partition by partition."""
    for partition, end in log.ends(topic).items():
        offset = (start or {}).get(partition, 0)
        while offset < end:
            entries = log.read(topic, partition, offset, page)
            if not entries:
                break
            yield from entries
            offset = entries[-1].offset + 1


def read_all_backwards(log: Log, topic: str, *, page: int = 2_000) -> Iterator[Entry]:
    """Every entry of a topic, newest first, partition by partition."""
    for partition, end in log.ends(topic).items():
        offset = end
        while True:
            entries = log.read_backwards(topic, partition, offset, page)
            if not entries:
                break
            yield from entries
            offset = entries[-1].offset


def refuse_shorter(log: Log, topic: str, seen: Mapping[int, int]) -> None:
    """Raises LogDamaged where the log ends before what a state has seen of it: its new events would be taken for old ones."""
    ends = log.ends(topic)
    for partition, offset in seen.items():
        if offset > ends.get(partition, 0):
            raise LogDamaged(
                f"the log's {topic} end at {partition}:{ends.get(partition, 0)}, and the state has seen them up to {offset}; "
                "restore the log's newest backup, or, if it is all there is, delete the state and sync again"
            )
