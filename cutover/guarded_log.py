"""A log for a command that may lose its right to append while it is at work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from events.log import Commit, Entry, Log, Membership, NewEntry, Position


class GuardedLog:
    """A log to which is appended only after a check."""

    def __init__(self, log: Log, check: Callable[[], None]) -> None:
        """`check` raises where nothing may be appended."""
        self._log, self._check = log, check

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        self._check()
        return self._log.append(entries, commits)

    def partitions(self, topic: str) -> Sequence[int]:
        return self._log.partitions(topic)

    def partition_of(self, topic: str, key: bytes) -> int:
        return self._log.partition_of(topic, key)

    def read(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        return self._log.read(topic, partition, offset, limit)

    def read_backwards(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        return self._log.read_backwards(topic, partition, offset, limit)

    def ends(self, topic: str) -> dict[int, int]:
        return self._log.ends(topic)

    def committed(self, group: str, topic: str) -> dict[int, int]:
        return self._log.committed(group, topic)

    def join(self, group: str, topic: str) -> Membership:
        return self._log.join(group, topic)

    def check(self) -> None:
        self._log.check()

    def close(self) -> None:
        self._log.close()
