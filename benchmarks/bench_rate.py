"""The rate used and the refusals at a workspace's real limit.

Run: `python -m benchmarks.bench_rate [SECONDS [LIMIT [IN_FLIGHT]]]` (default 150 s, 100 requests a minute, up to 16 in flight).

A practice larger than the time allows is produced into the log, and consumed into a rehearsal workspace with Twenty's limit, by
the program as it is; requests are noted as they leave. Counting begins some seconds after the first batch, when the
workspace's initial reserve can play no part. Aim: at least 97 % of the limit, no span of 60 seconds with more, no 429.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
import tempfile
import threading
import time
from pathlib import Path

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.records.sync import produce
from cutover.demo_practice import write_practice
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions, consume_events
from rehearsal.server.server import WorkspaceSettings, running

WARM_UP = 10.0
"""Seconds after the first write that are not counted."""


class Enough(Exception):
    """The time is up."""


def main(seconds: float, limit: int, in_flight: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        practice = write_practice(folder / "practice", patients=1_500, days=1)
        settings = WorkspaceSettings(
            api_key="bench", members=("office@juniper-ridge.example", *practice.member_emails), rate_limit=limit
        )
        with running(settings) as url:
            os.environ.update(
                CUTOVER_TWENTY__URL=url,
                CUTOVER_TWENTY__API_KEY="bench",
                CUTOVER_TWENTY__RATE_LIMIT=str(limit),
                CUTOVER_TWENTY__IN_FLIGHT=str(in_flight),
                CUTOVER_TWENTY__BATCH_SIZE="60",  # smaller batches: more requests from the same practice
            )
            init_project(folder / "project", practice_id=practice.id, name=practice.name, timezone=practice.timezone)
            for step in (lambda s: map_propose(s, [practice.extracts[0]]), lambda s: map_approve(s, "bench"), schema_apply):
                with find_project(folder / "project") as project:
                    step(Session(project))
            with find_project(folder / "project") as project:
                produce(Session(project), [practice.extracts[0]], SyncOptions())
            with find_project(folder / "project") as project:
                session = Session(project)
                left = _noted(session, seconds)
                with contextlib.suppress(Enough):
                    consume_events(session, follow=False, without_sample=True)
                _report(left, session.workspace.limited, limit, in_flight)


def _noted(session: Session, seconds: float) -> list[float]:
    """Return the times at which the record requests left; the sync ends when the time is up."""
    left: list[float] = []
    lock = threading.Lock()

    def note(_method: str, path: str) -> None:
        now = time.monotonic()
        with lock:
            if path.startswith("/rest/batch/") or (path == "/graphql" and left):
                left.append(now)
        if left and now - left[0] > seconds + WARM_UP:
            raise Enough

    session.workspace._connection._on_request = note
    return left


def _report(left: list[float], refusals: int, limit: int, in_flight: int) -> None:
    counted = [one for one in left if one >= left[0] + WARM_UP]
    seconds = counted[-1] - counted[0]
    rate = (len(counted) - 1) / seconds * 60
    fullest = max(sum(first <= one < first + 60 for one in left) for first in left)
    longest = max(after - before for before, after in itertools.pairwise(counted))
    print(f"limit {limit} requests a minute, {in_flight} in flight, {seconds:.0f} s counted")
    print(f"rate used        {rate:.1f} a minute, {rate / limit:.1%} of the limit (aim 97 %)")
    print(f"fullest 60 s     {fullest} requests (aim at most {limit})")
    print(f"longest silence  {longest:.1f} s")
    print(f"429s             {refusals} (aim 0)")


if __name__ == "__main__":
    given = [float(one) for one in sys.argv[1:]]
    main(given[0] if given else 150.0, int(given[1]) if len(given) > 1 else 100, int(given[2]) if len(given) > 2 else 16)
