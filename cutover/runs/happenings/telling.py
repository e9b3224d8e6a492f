"""Happenings made from what a window or an extract came to: counts, reason codes and positions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from consumers.journal.journal import Letter
from consumers.sync.projector import Account
from consumers.sync.window import Window
from consumers.workers.happenings import ConflictsMet, DeadLettersMade, Tell, ValuesLeftOut, WindowCarried, silent
from cutover.reports.progress import LongStep, StepCounts, progress
from cutover.runs.arguments.positions import position_text
from cutover.runs.happenings.happenings import DeletionsWithheld, ExtractRead, FindingMet, ProjectNotice, StepGoesOn
from cutover.runs.session import Session
from producers.changes.produced import Produced

_FEW = 5
"""Positions that a line holds at most."""


@dataclass(kw_only=True)
class Meter:
    """Requests and seconds since the last window."""

    session: Session
    requests: int
    began: float

    @classmethod
    def of(cls, session: Session) -> Self:
        """Begin to measure."""
        return cls(session=session, requests=session.workspace.requests, began=session.world.monotonic())

    def read(self) -> tuple[int, float]:
        """Return the requests and seconds since this was last asked."""
        requests, now = self.session.workspace.requests, self.session.world.monotonic()
        spent = requests - self.requests, round(now - self.began, 3)
        self.requests, self.began = requests, now
        return spent


@contextmanager
def step_of(
    session: Session,
    name: str,
    total: int | None = None,
    counts: Callable[[], StepCounts] = StepCounts,
    *,
    every: float | None = None,
) -> Iterator[Callable[[float], None]]:
    """Show the progress of a step of this session, in the form of its other lines; `status` reads it meanwhile. `every` are
    the seconds between two lines at least, None for as many as usual.
    """

    def say(step: LongStep) -> None:
        session.tell(StepGoesOn(**step.report()))

    told = None if session.tell is silent else say
    seconds = {} if every is None else {"every": every}
    with progress(name, total, counts=counts, folder=session.project.data_folder, say=told, **seconds) as advance:
        yield advance


def tell_notices(session: Session) -> None:
    """Tell of what was found about the project itself since this was last asked."""
    while session.tell is not silent and session.project.warnings:
        session.tell(ProjectNotice(session.project.warnings.pop(0)))


def tell_window(session: Session, run: str, meter: Meter, window: Window, account: Account) -> None:
    """Tell of a window that was carried, and of its findings. Raises LogError."""
    if session.tell is silent:
        return  # the lag would be asked for in vain
    requests, seconds = meter.read()
    owned = sorted(session.owner.partitions) if session.owner is not None else []
    session.tell(
        WindowCarried(
            run=run,
            partitions=owned,
            events=len(window.work),
            writes={kind: count for kind, count in sorted(account.writes.items()) if count},
            conflicts=len(account.conflicts),
            dead_letters=len(account.letters),
            requests=requests,
            seconds=seconds,
            lag=session.lag(owned),
        )
    )
    for name, count in sorted(Counter(conflict.object for conflict in account.conflicts).items()):
        session.tell(ConflictsMet(run=run, object=name, count=count))
    _tell_letters(session.tell, run, account.letters)
    lost: Counter[tuple[str, str]] = Counter()
    for (name, _field, reason), count in account.lost.items():
        lost[name, reason] += count
    for (name, reason), count in sorted(lost.items()):
        session.tell(ValuesLeftOut(run=run, object=name, reason=reason, count=count))


def _tell_letters(tell: Tell, run: str, letters: Sequence[Letter]) -> None:
    alike: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for x in letters:
        entity = x.letter.entity.value if x.letter.entity else ""
        _topic, partition, offset = x.letter.origin or ("", 0, 0)
        alike[x.letter.reason, x.letter.stage.value, entity].append(position_text({partition: offset}))
    for (reason, stage, entity), positions in sorted(alike.items()):
        tell(
            DeadLettersMade(
                run=run, reason=reason, stage=stage, entity=entity, count=len(positions), positions=positions[:_FEW]
            )
        )


def tell_produced(tell: Tell, run: str, extract: str, produced: Produced, seconds: float) -> None:
    """Tell of an extract that was read, and of its findings."""
    changes = {kind: count for kind, count in sorted(produced.changes.items()) if count}
    tell(ExtractRead(run=run, extract=extract, changes=changes, refused_rows=produced.refused, seconds=round(seconds, 3)))
    for w in produced.withheld:
        tell(DeletionsWithheld(run=run, entity=w.entity.value, absent=w.absent, live=w.live, reason=w.why.value))
    for code, count in sorted(Counter(f.code for f in produced.findings if not f.notice).items()):
        tell(FindingMet(run=run, reason=code, count=count))
