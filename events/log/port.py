"""The log port: append-only topics in partitions, and what their offsets mean.

Offsets rise within a partition; they need not be contiguous. `append` is one atomic step: the entries and the commits of
input offsets become visible together or not at all, and are durable when it returns. A committed offset is the next one
to read. Two adapters exist (SQLite, Kafka) and pass one contract test suite. An entry may be of any size
(see `events.log.parts`).

Workers that share a topic join a group: each owns some partitions, and what it owns may change whenever it polls. A commit that
names its owner is refused, and the whole step with it, once that owner has been replaced.

    LogError               outcome of an append   retriable
    ├─ LogUnreachable      not applied            yes: start it or correct `[log] url`
    ├─ LogMissing          not applied            no: nothing of it was made yet, `cutover map propose` makes it
    ├─ LogDamaged          not applied            no: restore it from its backup
    ├─ LogRefused          not applied            no: its message names the setting or the event to correct
    │  └─ LogForbidden     not applied            no: this user may not do that, or is not known
    ├─ LogFenced           not applied            not by this owner: another worker goes on with its partitions
    │  └─ LogRoleTaken     not applied            no: another process has claimed the role, and goes on
    └─ LogUnknown          unknown                no: its answer was lost; read back by event id before appending again
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from events.errors import CutoverError, ExitCode

CHANGES = "changes"
COMPENSATIONS = "compensations"
DECISIONS = "decisions"
DEAD_LETTERS = "dead-letters"
PRODUCER = "producer"
"""The role of the process that appends change events."""
ROLES = (PRODUCER,)
TOPICS = (CHANGES, COMPENSATIONS, DECISIONS, DEAD_LETTERS)

READ_BYTES = 32 * 1024 * 1024
"""Bytes after which one read ends, however many events it was asked for: events may be large."""


class LogError(CutoverError):
    """The log cannot do what was asked; nothing was appended, but for `LogUnknown`."""

    exit_code = ExitCode.UNREACHABLE

    retriable = False


class LogUnreachable(LogError):
    """The log is not there, or does not answer."""

    retriable = True


class LogMissing(LogError):
    """Nothing of the log exists, and the command is none that may make it. `place` says what does not exist."""

    exit_code = ExitCode.APPROVAL

    def __init__(self, place: str, remedy: str) -> None:
        super().__init__(f"there is no log yet: {place}; {remedy}, or make it with `cutover map propose PATH`")
        self.place = place


class LogDamaged(LogError):
    """The log's files or topics are not what the log wrote: damaged, cut at their beginning or end, or gone."""


class LogRefused(LogError):
    """The log does not take this: a setting of it would lose events, or what is asked is more than it allows."""


class LogForbidden(LogRefused):
    """The log does not let this user in, or does not let this user do what was asked."""


class LogFenced(LogError):
    """The owner that a commit names was replaced: another worker owns its partitions now. Nothing of the step was applied."""


class LogRoleTaken(LogFenced):
    """Another process has claimed the role since. Nothing of the step was applied, and nothing of the next ones will be."""

    exit_code = ExitCode.USAGE

    def __init__(self, role: str) -> None:
        super().__init__(
            f"the log: another machine, or another project's folder, works as {role} of this log since, so that this command "
            "appended nothing more; let one machine do it and end `sync --follow` on the others, then run the same command "
            "again: it reads what the log holds and appends what is missing"
        )


class LogUnknown(LogError):
    """The answer to an append was lost, and the log could not be asked since: it is there as a whole, or not at all."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionOwnership:
    """Partitions that one member of a consumer group owned when it polled. The group's generation rises whenever its
    members change.

    `name` is the member's own, under which it may come back; None where members have none.
    """

    group: str
    topic: str
    member: str
    generation: int
    partitions: frozenset[int]
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A consumer group's next offsets in one topic, by partition.

    With an `owner` the commit holds only while that member is in that generation of the group. Without one it always holds: for
    commands of which one runs at a time.
    """

    group: str
    topic: str
    offsets: Mapping[int, int]
    owner: PartitionOwnership | None = None


class Membership(Protocol):
    """One worker's place in a consumer group, from `Log.join` to `leave`. Use it from one thread."""

    def poll(self, timeout: float = 0.0) -> PartitionOwnership:
        """Return what this member owns now; waits for at most `timeout` seconds while that is nothing.

        It is nothing until the group has agreed, and nothing again once the member was replaced. Look before each request: the
        group does not wait for a worker that is busy. Raises LogError.
        """

    def leave(self) -> None:
        """Give up what is owned, so that others need not wait until this member is missed."""


class Claim(Protocol):
    """The right to append in a role, of which there is one holder: the process that claimed it last, on whatever machine."""

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        """Append as `Log.append`. Raises LogRoleTaken besides, from the moment on at which another process claims the role."""

    def close(self) -> None:
        """Release what the claim holds. The role itself needs no release."""


class Log(Protocol):
    """An append-only log; see the module."""

    def partitions(self, topic: str) -> Sequence[int]:
        """Return the partitions of a topic."""

    def partition_of(self, topic: str, key: bytes) -> int:
        """Return the partition that the entries of this key lie in."""

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        """Append and commit in one atomic, durable step; gives each entry's position.

        Raises LogFenced where a commit's owner was replaced, LogUnknown where the answer was lost, another LogError where
        nothing was appended.
        """

    def claim(self, role: str) -> Claim:
        """Become the one holder of a role. An earlier holder's events are all there, and it appends nothing more.

        Claim first and read then: so the holder meets all that was appended in its role. Raises LogError.
        """

    def read(self, topic: str, partition: int, offset: int, limit: int, stop: int | None = None) -> list[Entry]:
        """Return at most `limit` entries from `offset` on, and below `stop` where it is given, in order.

        They are fewer at the end, and where they come to READ_BYTES; at least one while there is one. A reader with an end
        from `ends` gives it as `stop`: the log then does not look for a newer end.
        """

    def read_backwards(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        """Return at most `limit` entries with an offset below `offset`, newest first; fewer as for `read`."""

    def ends(self, topic: str) -> dict[int, int]:
        """Return for each partition the offset that the next entry will have at least."""

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """Return the group's next offset for each partition; 0 where it never committed."""

    def join(self, group: str, topic: str) -> Membership:
        """Become a member of a consumer group that shares the partitions of a topic. Raises LogError."""

    def check(self) -> None:
        """Look whether the log is still there and keeps its events; cheap enough for once a minute.

        Raises LogDamaged where it was deleted, made anew or cut at its beginning; LogRefused where its settings would lose
        events.
        """

    def close(self) -> None:
        """Release what the log holds."""


def read_all(
    log: Log,
    topic: str,
    start: Mapping[int, int] | None = None,
    ends: Mapping[int, int] | None = None,
    *,
    only: Container[int] | None = None,
    page: int = 2_000,
) -> Iterator[Entry]:
    """Yield every entry of a topic from these offsets (default: the beginning) to these ends (default: the present ones),
    partition by partition; of some partitions `only`, where they are named.
    """
    for partition, end in (log.ends(topic) if ends is None else ends).items():
        if only is not None and partition not in only:
            continue
        offset = (start or {}).get(partition, 0)
        while offset < end:
            entries = log.read(topic, partition, offset, page, end)
            if not entries:
                break
            yield from entries
            offset = entries[-1].offset + 1


def read_between(log: Log, topic: str, partition: int, start: int, stop: int) -> Iterator[Entry]:
    """Yield the entries of a partition with an offset of at least `start` and below `stop`, in order."""
    while start < stop:
        entries = log.read(topic, partition, start, stop - start, stop)
        if not entries:
            break
        yield from entries
        start = entries[-1].offset + 1


def in_pages(entries: Iterable[Entry], count: int) -> Iterator[list[Entry]]:
    """Yield entries as lists of at most `count`, and of fewer where they come to READ_BYTES."""
    page: list[Entry] = []
    size = 0
    for entry in entries:
        page.append(entry)
        size += len(entry.value)
        if len(page) >= count or size >= READ_BYTES:
            yield page
            page, size = [], 0
    if page:
        yield page


def refuse_shorter(log: Log, topic: str, seen: Mapping[int, int]) -> Mapping[int, int]:
    """Return the topic's ends. Raises LogDamaged where the log ends before what a state has seen of it: its new events would be
    taken for old ones.
    """
    ends = log.ends(topic)
    for partition, offset in seen.items():
        if offset > ends.get(partition, 0):
            raise LogDamaged(
                f"the log's {topic} end at {partition}:{ends.get(partition, 0)}, and the state has seen them up to {offset}; "
                "restore the log's newest backup, or, if it is all there is, delete the state and sync again"
            )
    return ends
