"""Reports of the followers of one folder, for `status` to show: a small file each, beside the project's locks.

`sync --follow` has one file; each worker (`consume --follow`) has the file of the first free number. The lock says whether it
runs; the file says what it does. The file is a report and no more: what was read, written and is still to be carried is in the
log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from cutover.project.errors import exit_code_of, message_of
from cutover.project.locks import Busy, exclusive, is_held
from cutover.project.project import Project

LOCK = "follower"
_WORKER = "worker"

WATCHING, SYNCING, CARRYING, WAITING, ENDED = "watching", "syncing", "carrying", "waiting", "ended"
"""Nothing to do; a delivery is read and carried; what was read before is carried; something stands in the way; a person is
needed.
"""
PERSON = "person"
"""Waited for by a follower that has ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a follower waits: what for (`twenty`, `log`, `database`, `disk`, `command`), since when (ISO 8601), how often it
    has tried, and when it tries again. One that has ended waits for a `person`.
    """

    waiting_for: str
    message: str
    since: str
    attempts: int
    next_try: str


@dataclass(frozen=True, slots=True)
class RefusedDelivery:
    """A delivery that cannot be read as it is; it is tried again when it, or the mapping, changes."""

    delivery: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerState:
    """Present state of a follower. `read` counts the deliveries it has read, `unfinished` names those still written."""

    process: int
    since: str
    paths: Sequence[str]
    state: str = WATCHING
    delivery: str | None = None
    trouble: Trouble | None = None
    read: int = 0
    unfinished: Sequence[str] = field(default_factory=tuple)
    refused: Sequence[RefusedDelivery] = field(default_factory=tuple)
    last_run: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerState:
    """Present state of a worker. `run` is its run in the log, `partitions` are those that it owns."""

    process: int
    since: str
    state: str = WATCHING
    run: str | None = None
    partitions: Sequence[int] = field(default_factory=tuple)
    windows: int = 0
    trouble: Trouble | None = None


_State = TypeVar("_State", FollowerState, WorkerState)


@contextmanager
def numbered(project: Project) -> Iterator[str]:
    """Hold the first free name of a worker in this folder, for the worker's report."""
    with ExitStack() as held:
        for number in count(1):
            name = f"{_WORKER}-{number}"
            with suppress(Busy):
                held.enter_context(exclusive(project, name, holder="consume --follow"))
                break
        yield name


def report(project: Project, state: FollowerState | WorkerState, name: str = LOCK) -> None:
    """Write what a follower does. On a full disk the last report stands: following must not fail of its own report."""
    file = project.data_folder / f"{name}.json"
    new = file.with_suffix(".new")
    with suppress(OSError):
        new.write_text(json.dumps(asdict(state)), encoding="utf-8")
        new.replace(file)


def ended(state: _State, error: Exception, now: datetime) -> _State:
    """Leave the last report of a follower that an error ends: a person is needed."""
    trouble = Trouble(
        waiting_for=PERSON,
        message=message_of(error) if exit_code_of(error) else "a defect of the program",
        since=now.isoformat(),
        attempts=1,
        next_try="",
    )
    return replace(state, state=ENDED, trouble=trouble)


def retire(project: Project, name: str = LOCK) -> None:
    """Remove the report of a follower that ends well."""
    with suppress(OSError):
        (project.data_folder / f"{name}.json").unlink(missing_ok=True)


def follower_of(project: Project, name: str = LOCK) -> Mapping[str, Any] | None:
    """Return the last report of the project's follower, with `running`; a killed follower has left one.
    None without one.
    """
    running = is_held(project, name)
    try:
        found = json.loads((project.data_folder / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"running": True, "state": WATCHING} if running else None
    return {"running": running, **found}


def workers_of(project: Project) -> list[Mapping[str, Any]]:
    """Return what the workers of this folder do, each with its `worker` number."""
    numbers = sorted(
        int(name[1])
        for file in project.data_folder.glob(f"{_WORKER}-*.lock")
        if (name := re.fullmatch(rf"{_WORKER}-(\d+)\.lock", file.name))
    )
    found = [(number, follower_of(project, f"{_WORKER}-{number}")) for number in numbers]
    return [{"worker": number, **state} for number, state in found if state is not None]
