"""The log of a command that holds a role, which it may lose to another machine while it is at work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from events.log.port import Claim, Commit, Entry, Log, Membership, NewEntry, Position


class GuardedLog:
    """A log to which is appended only after a check, and only as the holder of a role."""

    def __init__(self, log: Log, role: str, check: Callable[[], None]) -> None:
        """Take a `check` that raises where nothing may be appended."""
        self._log, self._role, self._check = log, role, check
        self._held: Claim | None = None

    def hold(self) -> Claim:
        """Claim the role, if this command has not done so. Reading from here on meets all that was appended in the role.

        Raises LogError.
        """
        if self._held is None:
            self._check()
            self._held = self._log.claim(self._role)
        return self._held

    def let_go(self) -> None:
        """Release what the claim holds, if there is one."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        held = self.hold()
        self._check()
        return held.append(entries, commits)

    def claim(self, role: str) -> Claim:
        return self._log.claim(role)

    def partitions(self, topic: str) -> Sequence[int]:
        return self._log.partitions(topic)

    def partition_of(self, topic: str, key: bytes) -> int:
        return self._log.partition_of(topic, key)

    def read(self, topic: str, partition: int, offset: int, limit: int, stop: int | None = None) -> list[Entry]:
        return self._log.read(topic, partition, offset, limit, stop)

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
