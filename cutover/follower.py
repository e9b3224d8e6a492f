"""What a follower (`sync --follow`) is doing, for `status` to show: one small file beside the project's locks.

The lock says whether it runs; the file says what it does. The file is a report and no more: what was read, written and is
still to be carried is in the log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from cutover.locks import is_held
from cutover.project import Project

LOCK = "follower"
FILE = "follower.json"

WATCHING, SYNCING, CARRYING, WAITING = "watching", "syncing", "carrying", "waiting"
"""Nothing to do; a delivery is read and carried; what was read before is carried; something stands in the way."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a follower waits: what for (`twenty`, `disk`, `log`, `command`, `approval`, `settings`), since when (ISO 8601), how
    often it has tried, and when it tries again.
    """

    waiting_for: str
    message: str
    since: str
    attempts: int
    next_try: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A delivery that cannot be read as it is; it is tried again when it, or the mapping, changes."""

    delivery: str
    message: str


@dataclass(frozen=True, slots=True)
class FollowerState:
    """What a follower does at the moment. `read` counts the deliveries it has read, `unfinished` names those still written."""

    process: int
    since: str
    paths: Sequence[str]
    state: str = WATCHING
    delivery: str | None = None
    trouble: Trouble | None = None
    read: int = 0
    unfinished: Sequence[str] = field(default_factory=tuple)
    refused: Sequence[Refused] = field(default_factory=tuple)
    last_run: str | None = None


def report(project: Project, state: FollowerState) -> None:
    """Write what a follower does. On a full disk the last report stands: following must not fail of its own report."""
    file = project.data_folder / FILE
    new = file.with_suffix(".new")
    with suppress(OSError):
        new.write_text(json.dumps(asdict(state)), encoding="utf-8")
        new.replace(file)


def retire(project: Project) -> None:
    """The follower ends well: nothing is left to report."""
    with suppress(OSError):
        (project.data_folder / FILE).unlink(missing_ok=True)


def follower_of(project: Project) -> Mapping[str, Any] | None:
    """What the project's follower does, with `running`; one that was killed has left its last report. None without one."""
    running = is_held(project, LOCK)
    try:
        found = json.loads((project.data_folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {"running": True, "state": WATCHING} if running else None
    return {"running": running, **found}
