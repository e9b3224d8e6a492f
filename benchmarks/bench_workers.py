"""Time one, two and four workers that carry the same log into a workspace.

    python -m benchmarks.bench_workers [PATIENTS [LATENCY [WORKERSxIN_FLIGHT…]]]

A synthetic practice is produced into a log of four partitions on a real broker, state and keys in PostgreSQL, the rehearsal
workspace without a rate limit. A sample is carried first, so that the company is there and no worker waits for it; then the
workspace is started anew with the latency (`0.3`, or `0.3/2` for two requests worked at together). Then so many `cutover
consume --follow` are started, each with so many requests in flight at most, and the time is taken from their start until
everything is there; each round has a project and a workspace of its own. Workers, broker, PostgreSQL and workspace share this
machine's processors, and the workspace is one process. Under Twenty's own limit (100 requests a minute) any number of workers
takes as long as one, for they share it.

The broker and the PostgreSQL are those that CUTOVER_TEST_KAFKA and CUTOVER_TEST_POSTGRES name, else started as the tests do.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from cutover.project.project import find_project
from cutover.runs.session import Session
from tests import postgres
from tests.acceptance.workbench import Bench, workspace
from tests.kafka_broker import broker

ROOT = Path(__file__).parents[1]
PARTITIONS = 4


def main(patients: int, latency: str, rounds: Sequence[str]) -> None:
    """Print the time of each number of workers and of requests in flight."""
    with tempfile.TemporaryDirectory() as name, broker(Path(name) / "kafka") as address, postgres.server() as server:
        practice = Path(name) / "practice"
        command = [sys.executable, "-m", "cutover.demo_practice", str(practice), "--seed", "3", "--patients", str(patients)]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        day = sorted(path for path in practice.iterdir() if path.is_dir())[0]
        for number, one in enumerate(rounds):
            count, _, in_flight = one.partition("x")
            with postgres.database(server) as state, postgres.database(server) as keys:
                places = {
                    "CUTOVER_STATE__URL": state,
                    "CUTOVER_KEYS__URL": keys,
                    "CUTOVER_TWENTY__IN_FLIGHT": in_flight or "16",
                }
                records, seconds = _round(Path(name) / f"{number}", day, address, places, int(count), latency)
            print(f"{one} workers: {records:,} records in {seconds:.1f} s, {records / seconds:,.0f} records/s", flush=True)


def _round(folder: Path, day: Path, address: str, places: dict[str, str], count: int, latency: str) -> tuple[int, float]:
    folder.mkdir()
    file = ("--file", str(folder / "workspace.db"))
    with workspace(folder, [], *file) as (url, key):
        bench = Bench(folder / "project", url, key, folder / "before.json")
        log = f"kafka://{address}?prefix=workers-{uuid4().hex}&partitions={PARTITIONS}"
        bench.environment |= {"CUTOVER_LOG__URL": log, **places}
        bench.ok(
            "init", bench.project, "--practice", "juniper", "--name", "Juniper Ridge Dental", "--timezone", "America/Denver"
        )
        bench.ok("map", "propose", day)
        bench.ok("map", "approve", "--by", "bench")
        bench.ok("schema", "apply")
        bench.ok("sample")
        bench.ok("produce", day)
    with workspace(folder, [], *file, "--latency", latency) as (url, key), ExitStack() as ending:
        bench.url, bench.key = url, key
        os.environ.update({name: value for name, value in bench.variables.items() if name.startswith("CUTOVER_")})
        session = ending.enter_context(Session(ending.enter_context(find_project(bench.project))))
        assert session.is_behind()
        began = time.monotonic()
        for _ in range(count):
            ending.enter_context(_worker(bench))
        while session.is_behind():
            time.sleep(0.1)
        seconds = time.monotonic() - began
        while not bench.is_carried():  # the last outcomes are committed, and folded into the state a little later
            time.sleep(0.2)
        return bench.ok("status")["written"], seconds


@contextmanager
def _worker(bench: Bench) -> Iterator[None]:
    with bench.start("consume", "--follow", "--without-sample", "--json", stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(int(given[0]) if given else 800, given[1] if len(given) > 1 else "0", given[2:] or ["1", "2", "4"])
