"""The number of events in a worker's window: few while its group is changing, more and more while it is calm.

A window is given up when the group changes: what was intended and not sent is intended again by the next owner. Full windows
need fewer requests, for the last batch of each object is seldom full.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

WINDOW: Final = 10_000
"""Events a window: 50 full batches of 200, so that the last, partly filled batch of each object weighs little."""
SMALLEST: Final = 50
CALM: Final = 10.0
"""Seconds without a change of the group after which windows grow."""


class Pace:
    """The size of one worker's windows. A worker whose group cannot change has full windows."""

    def __init__(self, now: Callable[[], float], *, smallest: int = WINDOW) -> None:
        """Take a function that counts seconds; `smallest` is the size right after a change."""
        self._now, self._smallest = now, smallest
        self.changed()

    def changed(self) -> None:
        """Take note that the group has changed."""
        self._since, self._size = self._now(), self._smallest

    def window(self) -> int:
        """Return the size of the next window; each one in a calm group is twice as large as the last."""
        size = self._size
        if self._now() - self._since >= CALM:
            self._size = min(WINDOW, size * 2)
        return size
