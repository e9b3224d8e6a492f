"""Partitions that a worker may carry, and whether it still may: asked again before each request.

The log refuses what a worker appends after it was replaced, but that does not stop its request to Twenty. So each request is
preceded by a look at the group; and a process that was stopped for a while (suspended, swapped out) doubts what it last heard.

    OwnershipLost   outcome unknown, not retriable: the window is given up; the partitions' present owner settles its intents
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

from events.errors import CutoverError, ExitCode
from events.log.port import CHANGES, Commit, Membership, PartitionOwnership

TICK = 0.5
DOUBT = 4.0
"""Seconds between two ticks of a process, and how many without one make it doubt: less than until a member is missed."""

HEARD = 2.0
"""Seconds after which a member has heard from its group again: two of its heartbeats."""


class OwnershipLost(CutoverError):
    """The partitions of a window have, or may have, another owner. Its intents are settled by that one."""

    exit_code = ExitCode.UNREACHABLE


class Pulse:
    """Notices when the whole process stood still. Ticks come from a thread of its own, which stops with all the others."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = clock()
        self._faltered = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
        self._thread.start()

    def tick(self) -> None:
        """Take note of the time."""
        now = self._clock()
        if now - self._last > DOUBT:
            self._faltered = True
        self._last = now

    def faltered(self) -> bool:
        """Return whether the process has stood still since this was last asked."""
        self.tick()
        faltered, self._faltered = self._faltered, False
        return faltered

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(TICK):
            self.tick()


class Owner:
    """A worker's place in its consumer group, window by window. Safe to share between threads."""

    def __init__(
        self,
        membership: Membership,
        *,
        faltered: Callable[[], bool] = lambda: False,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take `faltered`, which tells whether the process stood still since it was last asked; `pause` is in seconds."""
        self._membership, self._faltered, self._pause = membership, faltered, pause
        self._lock = threading.Lock()
        self._owned: PartitionOwnership | None = None

    @property
    def partitions(self) -> frozenset[int]:
        """Return what was owned when the window began."""
        return self._owned.partitions if self._owned is not None else frozenset()

    def begin(self, timeout: float = 0.0) -> bool:
        """Begin a window; True when the group has changed since the last one, so that open intents must be settled first.

        `timeout` is how long to take part in the group meanwhile, in seconds. Raises LogError.
        """
        with self._lock:
            before = self._owned
            doubtful = self._faltered()
            if doubtful:
                self._pause(HEARD)  # until the group has answered, and what it says is no memory
            self._owned = self._membership.poll(timeout)
            return doubtful or before is None or _differs(before, self._owned)

    def check(self) -> None:
        """Return whether the window's partitions are still ours. Raises OwnershipLost, LogError."""
        with self._lock:
            if self._owned is None:
                raise OwnershipLost("no window was begun")
            if self._faltered() or _differs(self._owned, self._membership.poll()):
                self._owned = None
                raise OwnershipLost("the workers have changed: this window is given up, its writes are settled by their owner")

    def commit(self, group: str, offsets: Mapping[int, int]) -> Commit:
        """Return a commit that holds only while this worker owns the window's partitions."""
        return Commit(group=group, topic=CHANGES, offsets=offsets, owner=self._owned)

    def leave(self) -> None:
        """Give up what is owned."""
        with self._lock:
            self._owned = None
            self._membership.leave()


def _differs(one: PartitionOwnership, other: PartitionOwnership) -> bool:
    return (one.member, one.generation, one.partitions) != (other.member, other.generation, other.partitions)


def group_of(workspace: str) -> str:
    """Return the consumer group that carries events into a workspace."""
    return f"twenty:{workspace}"
