"""Clock, ids and randomness, handed in: a simulation seeds them, everybody else uses the real ones."""

from __future__ import annotations

import getpass
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from events.crash_points import CrashPoint, ignore


def _now() -> datetime:
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _operator() -> str:
    """Return the name of the system's user; blank where there is none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """World of a pure program: the time (UTC, whole milliseconds), new 16-byte ids, n random bytes; seconds that pass, and
    waiting (in seconds); the name of the person at work; and who hears that a crash point is reached.
    """

    now: Callable[[], datetime] = _now
    new_id: Callable[[], bytes] = lambda: uuid.uuid4().bytes
    entropy: Callable[[int], bytes] = os.urandom
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    operator: Callable[[], str] = _operator
    reached: Callable[[CrashPoint], None] = ignore

    def new_run(self) -> str:
        """Return an id for a run: the time to the second, and six random hex digits."""
        return f"{self.now():%Y%m%dT%H%M%S}-{self.entropy(3).hex()}"
