"""The rate budget of one workspace: who may send, and when.

Twenty gives an API key's workspace a bucket of N tokens that refills evenly (cassette `rate-limit`: 100 at once, then one
per 600 ms, no Retry-After). We do not draw on that reserve: requests are paced, 1 % slower than the limit, with no more
saved up than that 1 %, so that no span of 60 seconds ever sees more than N of them, whatever the bucket held before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

SLACK = 0.01
"""How much slower than the limit we go, and how much of a minute's tokens may be saved up while idle."""

FIRST_PAUSE = 0.6
PAUSE_GROWTH = 1.5
LONGEST_PAUSE = 10.0
"""Seconds to wait after a refusal whose server names no time; a refused request costs nothing, so that asking is cheap."""

SLOWDOWN = 0.9
SLOWEST = 0.1
RECOVERY = 0.01
"""The share of our pace that a refusal leaves, its floor, and what an accepted request wins back."""


class Budget(Protocol):
    """What the client asks of a rate budget. One in a database, shared by several workers, can stand in for the local one."""

    def acquire(self, tokens: int = 1) -> None:
        """Wait until `tokens` may be spent, and spend them."""

    def refused(self, *, retry_after: float | None = None) -> None:
        """Twenty said the limit is used up. `retry_after` is in seconds, where it says so."""

    def accepted(self) -> None:
        """Twenty took a request: pauses start from the shortest again."""


class TokenBucket:
    """A paced budget within one process; safe to share between threads.

    `per_minute` 0 means no limit: nothing waits but after a refusal. `clock` and `sleep` are in seconds.
    """

    def __init__(
        self,
        per_minute: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if per_minute < 0:
            raise ValueError("a rate limit is 0 (none) or more requests a minute")
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._limit = float(per_minute)
        self._share = 1.0
        self._due = clock()
        self._paused_until = clock()
        self._refusals = 0

    def acquire(self, tokens: int = 1) -> None:
        """Wait for the turn. A request that costs several tokens goes at its turn, and the next one waits the longer."""
        with self._lock:
            now = self._clock()
            interval = self._interval()
            saved = max(1.0, SLACK * self._limit) * interval
            self._due = max(self._due, now - saved + interval)
            turn = max(self._due, self._paused_until)
            self._due = max(self._due, turn) + tokens * interval
        self._wait_until(turn)

    def refused(self, *, retry_after: float | None = None) -> None:
        """Pause everybody who shares this budget, longer each time in a row, and go on a little slower."""
        with self._lock:
            grown = FIRST_PAUSE * PAUSE_GROWTH ** min(self._refusals, 20)
            pause = min(LONGEST_PAUSE, grown) if retry_after is None else retry_after
            self._paused_until = max(self._paused_until, self._clock() + pause)
            self._refusals += 1
            self._share = max(SLOWEST, self._share * SLOWDOWN)

    def accepted(self) -> None:
        """Forget the refusals, and win the full pace back step by step."""
        with self._lock:
            self._refusals = 0
            self._share = min(1.0, self._share + RECOVERY)

    def _interval(self) -> float:
        if self._limit == 0:
            return 0.0
        return 60.0 / (self._limit * (1 - SLACK) * self._share)

    def _wait_until(self, turn: float) -> None:
        while True:
            with self._lock:
                remaining = max(turn, self._paused_until) - self._clock()
            if remaining <= 0:
                return
            self._sleep(remaining)
