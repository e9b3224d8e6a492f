"""Looking after a log while a long command is at work: whether its topics or its file, first events and settings still hold."""

from __future__ import annotations

from collections.abc import Callable

from events.log.port import Log

EVERY = 60.0
"""Seconds between two looks: opening a log was the first."""


class LogWatch:
    """Checks a log about once a minute, however often it is asked to."""

    def __init__(self, log: Log, monotonic: Callable[[], float], every: float = EVERY) -> None:
        """Take the clock `monotonic`; `every` is in seconds."""
        self._log, self._monotonic, self._every = log, monotonic, every
        self._last = monotonic()

    def look(self) -> None:
        """Check the log where the last look is long enough ago. Raises LogError as `Log.check` does."""
        now = self._monotonic()
        if now - self._last >= self._every:
            self._last = now
            self._log.check()
