"""The rate budget of one workspace: who may send, and when.

Twenty gives an API key's workspace a bucket of N tokens that refills evenly (cassette `rate-limit`: 100 at once, then one
per 600 ms, no Retry-After). We do not draw on that reserve. Requests are paced 1 % slower than the limit. Requests not sent
during reading or planning are caught up afterwards, a quarter of a minute's worth at most; and no span of 60 seconds ever sees
more than N requests, whatever the bucket held before.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from consumers.twenty.transport.rate_headers import Allowance

SLACK = 0.01
"""How much slower than the limit we go on average."""

SAVED = 0.25
"""The share of a minute's requests that an idle time may leave for later."""

MINUTE = 60.0

FIRST_PAUSE = 0.6
PAUSE_GROWTH = 1.5
LONGEST_PAUSE = 10.0
"""Seconds to wait after a refusal whose server names no time; a refused request costs nothing, so that asking is cheap."""

SLOWDOWN = 0.9
SLOWEST = 0.1
RECOVERY = 0.01
"""The share of our pace that a refusal leaves, its floor, and what an accepted request wins back."""


class Budget(Protocol):
    """Rate budget that the client spends. A budget in a database, shared by several workers, can replace the local one."""

    def acquire(self, tokens: int = 1) -> None:
        """Wait until `tokens` may be spent, and spend them."""

    def refused(self, *, retry_after: float | None = None) -> None:
        """Note that Twenty called the limit used up. `retry_after` is in seconds, where it says so."""

    def accepted(self) -> None:
        """Note that Twenty took a request: pauses start from the shortest again."""


@runtime_checkable
class Listening(Protocol):
    """A budget that also takes notice of what a server's rate-limit headers say."""

    def heard(self, allowance: Allowance) -> None:
        """Note a limit that an answer's headers named, or what is left of it."""


class TokenBucket:
    """A paced budget within one process; safe to share between threads.

    `per_minute` 0 means no limit: nothing waits but after a refusal, or where the server names a limit. `clock` and `sleep`
    are in seconds.
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
        self._named = float(per_minute)
        self._share = 1.0
        self._due = self._paused_until = clock()
        self._refusals = 0
        self._spent: deque[float] = deque()

    @property
    def per_minute(self) -> float:
        """Return the limit in effect: the one that was set, or a lower one that the server named; 0 is none."""
        return self._limit

    def acquire(self, tokens: int = 1) -> None:
        """Wait for the turn. A request that costs several tokens goes at its turn, and the next one waits the longer."""
        while True:
            with self._lock:
                wait = self._wait(tokens)
                if wait <= 0:
                    return
            self._sleep(wait)

    def refused(self, *, retry_after: float | None = None) -> None:
        """Pause everybody who shares this budget, longer each time in a row, and go on a little slower.

        A refusal during a pause is of a request that left before it: it says nothing new, unless it names a time.
        """
        with self._lock:
            now = self._clock()
            if retry_after is not None:
                self._paused_until = max(self._paused_until, now + retry_after)
            if now < self._paused_until and retry_after is None:
                return
            if retry_after is None:
                grown = FIRST_PAUSE * PAUSE_GROWTH ** min(self._refusals, 20)
                self._paused_until = now + min(LONGEST_PAUSE, grown)
            self._refusals += 1
            self._share = max(SLOWEST, self._share * SLOWDOWN)

    def accepted(self) -> None:
        """Forget the refusals, and win the full pace back step by step."""
        with self._lock:
            self._refusals = 0
            self._share = min(1.0, self._share + RECOVERY)

    def heard(self, allowance: Allowance) -> None:
        """Keep to a limit that the server names and that is lower than ours; pause until its reset when nothing is left."""
        with self._lock:
            if allowance.per_minute:
                self._limit = min(self._named, allowance.per_minute) if self._named else allowance.per_minute
            if allowance.remaining is not None and allowance.remaining < 1 and allowance.reset_after:
                self._paused_until = max(self._paused_until, self._clock() + allowance.reset_after)

    def _wait(self, tokens: int) -> float:
        """Return the seconds until these tokens may be spent; 0 when they are spent now. The lock is held."""
        now = self._clock()
        if now < self._paused_until:
            return self._paused_until - now
        if self._limit == 0:
            return 0.0
        interval = MINUTE / (self._limit * (1 - SLACK) * self._share)
        due = max(self._due, now - max(0.0, SAVED * self._limit - 1) * interval)
        turn = max(due, self._room_at(now, tokens))
        if turn > now:
            return turn - now
        self._due = due + tokens * interval
        self._spent.extend([now] * tokens)
        return 0.0

    def _room_at(self, now: float, tokens: int) -> float:
        """Return the time when a minute that ends there has room for these tokens under the limit."""
        while self._spent and self._spent[0] <= now - MINUTE:
            self._spent.popleft()
        over = len(self._spent) + tokens - max(int(self._limit), tokens)
        return self._spent[over - 1] + MINUTE if over > 0 else now
