"""Stopping a command that goes on: SIGTERM and SIGINT ask for it, and the work at hand is finished first.

Where there is no work at hand, as while something that is away is tried again, what blocks is given up after a moment.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

GRACE = 1.0
"""Seconds that a command without work at hand has to end by itself."""


class Stopped(BaseException):
    """The command was asked to stop and has no work at hand. Like KeyboardInterrupt, which handlers of errors let through."""


@dataclass
class Stop:
    """A request to end. A call tells whether it was made."""

    asked: bool = False
    _working: int = 0

    def __call__(self) -> bool:
        return self.asked

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Finish this block, also when asked to stop."""
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1

    def ask(self, _number: int, _frame: FrameType | None) -> None:
        """Ask the command to stop. A handler of signals."""
        self.asked = True
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, GRACE, GRACE)

    def give_up(self, _number: int, _frame: FrameType | None) -> None:
        """Raise Stopped where no work is at hand. A handler of signals."""
        if not self._working:
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise Stopped


@contextmanager
def until_stopped() -> Iterator[Stop]:
    """Listen for SIGTERM and SIGINT in this block. Raises Stopped in it."""
    stop = Stop()
    handlers = {signal.SIGTERM: stop.ask, signal.SIGINT: stop.ask}
    if hasattr(signal, "SIGALRM"):
        handlers[signal.SIGALRM] = stop.give_up
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield stop
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def pause_until(
    stopped: Callable[[], bool],
    seconds: float,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Wait, but not much longer than until asked to stop."""
    ends = monotonic() + seconds
    while not stopped() and (left := ends - monotonic()) > 0:
        sleep(min(left, 0.25))
