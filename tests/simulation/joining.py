"""A worker joins in the middle of another one's work and takes its partitions over: what the other does then is refused.

With the log in SQLite whoever joins last owns the one partition, so the two stand for workers of a Kafka log. The first stands
still while the second is at work, as if it were stopped there; not between the look at who owns the partitions and a request,
where the second would wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import cutover.runs.syncing
from consumers.state.partition_ownership import Owner
from cutover.commands.records.sync import produce, sync
from cutover.reports.answer import Answer
from cutover.runs.claims.consuming import member
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions, consume_events
from events.crash_points import CrashPoint, ignore
from tests.simulation.simulation import Simulation

TAKEN_OVER_AT = (
    CrashPoint.BEFORE_SETTLING,
    CrashPoint.SETTLED,
    CrashPoint.WINDOW_READ,
    CrashPoint.BEFORE_INTENTS,
    CrashPoint.INTENTS_APPENDED,
    CrashPoint.INTENTS_FOLDED,
    CrashPoint.CREATED,
    CrashPoint.UPDATED,
    CrashPoint.DELETED,
    CrashPoint.RESTORED,
    CrashPoint.BEFORE_OUTCOMES,
    CrashPoint.OUTCOMES_FOLDED,
    CrashPoint.WINDOW_CARRIED,
)


def a_worker_joins(s: Simulation) -> None:
    """Let everything arrive, and carry it by a worker whose work another worker takes over."""
    point, left = s.chance.choice(TAKEN_OVER_AT), s.chance.randint(1, 2)
    failed: list[Exception] = []
    s.say(f"{point} × {left}:")

    def reached(now: CrashPoint) -> None:
        nonlocal left
        left -= now is point
        if now is point and left == 0:
            s.bench.reached = ignore
            s.say("taken over;")
            try:
                with s.bench.another_process() as other:
                    consume_events(other, follow=False, without_sample=True, stopped=lambda: False)
            except Exception as error:  # the other process's own: in this one it would count as an answer to its request
                failed.append(error)

    def by_two(session: Session, paths: Sequence[Path], options: SyncOptions) -> Answer:
        answer = produce(session, paths, options)
        s.blur()
        with mock.patch.object(cutover.runs.syncing, "together", _side_by_side):
            s.bench.reached = reached
            consume_events(session, follow=False, without_sample=True, stopped=lambda: False)
        if failed:
            raise failed.pop()  # in one file's log a partition's last owner has no heir: an operator starts a worker again
        return answer

    s.carries = by_two
    try:
        s.full_extract()
    finally:
        s.carries = sync


@contextmanager
def _side_by_side(session: Session, *, holder: str) -> Iterator[Owner]:
    """Run `consuming.together`, as it is with a log and a state that several machines share."""
    assert holder == "consume"
    with member(session) as owner:
        yield owner
