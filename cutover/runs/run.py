"""Runs: one `sync`, `produce`, `consume`, `replay`, `sample` or `rollback`, with its beginning and end in the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from events.clock import World
from events.crash_points import CrashPoint
from events.decisions import Decided, Decisions
from events.log.port import CHANGES, Log


@dataclass(kw_only=True)
class Run:
    """A run in progress. `totals` go into its end; `start` are the ends of the change events when it began."""

    id: str
    kind: str
    start: Mapping[int, int]
    monotonic: Callable[[], float]
    began: float
    totals: dict[str, Any] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Return how long it has been running."""
        return round(self.monotonic() - self.began, 3)


def preview(kind: str, log: Log, world: World) -> Run:
    """Return a run that is not recorded: a dry run changes nothing, and is none of the log's runs."""
    return Run(id=world.new_run(), kind=kind, start=log.ends(CHANGES), monotonic=world.monotonic, began=world.monotonic())


@contextmanager
def running(kind: str, log: Log, decisions: Decisions, world: World, workspace: str | None = None) -> Iterator[Run]:
    """Begin a run, and end it when the block ends well. A killed run has no end; what it did is in the log all the same."""
    run = Run(id=world.new_run(), kind=kind, start=log.ends(CHANGES), monotonic=world.monotonic, began=world.monotonic())
    world.reached(CrashPoint.BEFORE_RUN)
    decisions.record(Decided.RUN_STARTED, {"kind": kind, "by": world.operator()}, run=run.id, workspace=workspace)
    world.reached(CrashPoint.RUN_STARTED)
    yield run
    ends = {str(p): o for p, o in log.ends(CHANGES).items()}
    body = {"kind": kind, "from": {str(p): o for p, o in run.start.items()}, "to": ends, "seconds": run.seconds, **run.totals}
    world.reached(CrashPoint.BEFORE_RUN_END)
    decisions.record(Decided.RUN_ENDED, body, run=run.id, workspace=workspace)
    world.reached(CrashPoint.RUN_ENDED)
