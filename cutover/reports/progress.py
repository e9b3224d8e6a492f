"""Progress of a long step: done and total, the rate, and the time left.

On a terminal a bar moves. Anywhere else a line is written every ten seconds. `status` reads the same figures from a file of
the project, which the command keeps while it works.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from cutover.reports.documents.oversight.progress import ProgressReport

FILE_NAME: Final = "progress.json"
_LINE_EVERY: Final = 10.0
_FILE_EVERY: Final = 1.0
_LOOKED_BACK: Final = 60.0
"""Seconds of the past that the rate is taken from: a limit of requests a minute evens out in a minute."""

Say = Callable[["LongStep"], None]
"""Tells people of a step that goes on; called every ten seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCounts:
    """Records written to Twenty by object (plural), and what was met on the way; empty for a step that writes nothing.

    `left` is the number of records still to be written, None where it is not known. Events do not take equal time, records do.
    `totals` are the records to be written by object, as far as they are known before the step.
    """

    written: Mapping[str, int] = field(default_factory=dict)
    conflicts: int = 0
    dead_letters: int = 0
    left: int | None = None
    totals: Mapping[str, int] = field(default_factory=dict)


@dataclass(kw_only=True)
class LongStep:
    """A long step: its name, the records done, their total where that is known, and a few moments of the last minute."""

    name: str
    total: int | None
    counts: Callable[[], StepCounts] = StepCounts
    done: float = 0
    clock: Callable[[], float] = time.monotonic
    _marks: deque[tuple[float, float, int]] = field(default_factory=deque)
    """Times, each with what was done and the records written by then."""

    def __post_init__(self) -> None:
        self._marks.append((self.clock(), 0, 0))

    def advance(self, done: float) -> None:
        """Add records that are done."""
        self.done += done
        now = self.clock()
        if now - self._marks[-1][0] >= _FILE_EVERY:
            self._marks.append((now, self.done, sum(self.counts().written.values())))
        while len(self._marks) > 2 and now - self._marks[1][0] > _LOOKED_BACK:
            self._marks.popleft()

    @property
    def per_second(self) -> float | None:
        """Return the records done a second over the last minute; None before anything can be said."""
        began, before, _ = self._marks[0]
        passed = self.clock() - began
        return (self.done - before) / passed if passed >= _FILE_EVERY and self.done > before else None

    @property
    def seconds_left(self) -> float | None:
        """Return the seconds until the total is reached at the rate of the last minute; None where either is unknown.

        Where the records to be written are known their rate counts: the server's limit is one of records.
        """
        counts, (began, _, before) = self.counts(), self._marks[0]
        written, passed = sum(counts.written.values()) - before, self.clock() - began
        if counts.left is not None:
            return counts.left * passed / written if passed >= _FILE_EVERY and written else None
        rate = self.per_second
        return None if rate is None or self.total is None else max(0, self.total - self.done) / rate

    def report(self) -> ProgressReport:
        """Return the figures as a document."""
        rate, left, counts = self.per_second, self.seconds_left, self.counts()
        return {
            "step": self.name,
            "done": round(self.done),
            "total": self.total,
            "per_second": None if rate is None else round(rate, 1),
            "seconds_left": None if left is None else round(left, 1),
            "written": dict(counts.written),
            "totals": dict(counts.totals),
            "conflicts": counts.conflicts,
            "dead_letters": counts.dead_letters,
        }

    def __str__(self) -> str:
        return in_words(self.report())


def in_words(step: ProgressReport) -> str:
    """Return the figures of a step in one line."""
    total = "" if step["total"] is None else f" of {step['total']:,}"
    rate = "" if step["per_second"] is None else f", {step['per_second']:,.0f}/s"
    left = "" if step["seconds_left"] is None else f", about {duration(step['seconds_left'])} left"
    written = "".join(f", {_done_of(step, plural)} {plural}" for plural in dict.fromkeys([*step["written"], *step["totals"]]))
    met = "".join(f", {count:,} {name}" for name, count in _met(step) if count)
    return f"{step['step']}: {step['done']:,}{total}{rate}{left}{written}{met}"


def _done_of(step: ProgressReport, plural: str) -> str:
    """Return how many records of an object are written, and of how many where that is known: never of fewer."""
    done, total = step["written"].get(plural, 0), step["totals"].get(plural)
    return f"{done:,}" if total is None else f"{done:,} of {max(done, total):,}"


def _met(step: ProgressReport) -> tuple[tuple[str, int], ...]:
    return ("conflicts", step["conflicts"]), ("dead letters", step["dead_letters"])


def duration(seconds: float) -> str:
    """Return a time in words: `40 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


class _Rate(TaskProgressColumn):
    def render(self, task: object) -> Text:
        speed = getattr(task, "speed", None)
        return Text("" if not speed else f"{speed:,.0f}/s")


@contextmanager
def progress(
    name: str,
    total: int | None = None,
    *,
    counts: Callable[[], StepCounts] = StepCounts,
    folder: Path | None = None,
    say: Say | None = None,
    every: float = _LINE_EVERY,
) -> Iterator[Callable[[float], None]]:
    """Give a function that takes the number of further records done. `total` is their number, None where it is not known.

    `folder` gets the file that `status` reads; `say` writes the line where there is no terminal, at most once in `every`
    seconds.
    """
    step = LongStep(name=name, total=total, counts=counts)
    with _shown(step, say or _print, every) as show, _kept(step, folder) as keep:

        def advance(done: float) -> None:
            step.advance(done)
            show(done)
            keep()

        yield advance


@contextmanager
def _shown(step: LongStep, say: Say, every: float) -> Iterator[Callable[[float], None]]:
    if not sys.stderr.isatty():
        said = step.clock()

        def show(_done: float) -> None:
            nonlocal said
            if step.clock() - said >= every:
                said = step.clock()
                say(step)

        yield show
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(step.name, total=step.total)
        yield lambda done: bar.advance(task, done)


@contextmanager
def _kept(step: LongStep, folder: Path | None) -> Iterator[Callable[[], None]]:
    """Keep the file of a step up to date, and remove it when the step ends."""
    if folder is None or not folder.is_dir():
        yield lambda: None
        return
    file, kept = folder / FILE_NAME, -_FILE_EVERY

    def keep() -> None:
        nonlocal kept
        if step.clock() - kept >= _FILE_EVERY:
            kept = step.clock()
            beside = file.with_suffix(".new")
            with suppress(OSError):  # a full disk must not end a sync for its progress
                beside.write_text(json.dumps({**step.report(), "process": os.getpid()}), encoding="utf-8")
                beside.replace(file)

    try:
        keep()
        yield keep
    finally:
        with suppress(OSError):
            file.unlink(missing_ok=True)


def step_at_work(folder: Path) -> ProgressReport | None:
    """Return the step that another command of this project is at; None where none works, also after a kill."""
    try:
        found = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        os.kill(int(found.pop("process")), 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return cast("ProgressReport", found)


def _print(step: LongStep) -> None:
    with suppress(OSError, ValueError):
        sys.stderr.write(f"{step}\n")
        sys.stderr.flush()
