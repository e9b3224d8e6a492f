"""Right to carry events into the workspace: of one command alone, or of several workers together.

Each joins the workspace's consumer group, so that the log refuses what one that was replaced still appends. A command alone
owns every partition, or refuses: another command is at work then. Workers share the partitions of a Kafka log, and need a
state and keys that they can share, too; without those a worker is alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from consumers.state.partition_ownership import Owner, Pulse
from consumers.sync.pace import SMALLEST, Pace
from cutover.project.errors import UsageError
from cutover.project.locks import exclusive, shared
from cutover.runs.session import Session
from events.database import is_shared
from events.log.port import CHANGES

PATIENCE = 20.0
"""Seconds that a command waits to be alone: longer than a worker that died is missed."""


class OthersAtWork(UsageError):
    """Workers carry events into this workspace. Nothing was written."""


@contextmanager
def alone(session: Session, *, holder: str, writes: bool = True) -> Iterator[Owner]:
    """Carry events as the only one; the session's view is brought up to the log. Raises Busy, OthersAtWork, LogError.

    A command that `writes` nothing to Twenty does not ask it either.
    """
    with exclusive(session.project, "consumer", holder=holder), member(session, writes=writes) as owner:
        everything = frozenset(session.log.partitions(CHANGES))
        deadline = time.monotonic() + PATIENCE
        owner.begin(1.0)
        while owner.partitions != everything:
            if time.monotonic() > deadline:
                raise OthersAtWork(
                    "workers carry events into this workspace; stop them (`cutover consume`), then run the same command again"
                )
            owner.begin(1.0)
        session.view.take_over(everything)
        session.fold()
        yield owner


@contextmanager
def together(session: Session, *, holder: str) -> Iterator[Owner]:
    """Carry events beside other workers, where that can be; the worker asks for its partitions. Raises Busy, LogError."""
    settings = session.project.settings
    if not (settings.log.is_shared and all(is_shared(url) for url in (settings.state.url, settings.keys.url))):
        with alone(session, holder=holder) as owner:
            yield owner
        return
    session.pace = Pace(session.world.monotonic, smallest=SMALLEST)
    with shared(session.project, "consumer", holder=holder), member(session) as owner:
        yield owner


@contextmanager
def member(session: Session, *, writes: bool = True) -> Iterator[Owner]:
    """Take part in the workspace's consumer group, and nothing more. Raises LogError, NotEverything."""
    if writes:
        session.require_sight("carry records, and to take them back")
    with ExitStack() as ending:
        faltered: Callable[[], bool] = lambda: False  # noqa: E731 - a file's lock is not lost to a process that stands still
        if session.project.settings.log.is_shared:
            pulse = Pulse()
            ending.callback(pulse.stop)
            faltered = pulse.faltered
        session.owner = Owner(session.log.join(session.group, CHANGES), faltered=faltered)
        ending.callback(session.owner.leave)
        try:
            yield session.owner
        finally:
            session.owner = None
            session.view.let_go()
