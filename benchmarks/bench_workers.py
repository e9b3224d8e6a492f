"""How long one, two and four workers take to carry the same log into an empty workspace.

    python -m benchmarks.bench_workers [PATIENTS [WORKERS…]]

A synthetic practice is produced into a log of four partitions on a real broker, state and keys in PostgreSQL, the rehearsal
workspace without a rate limit. Then so many `cutover consume --follow` are started, and the time is taken from their start
until everything is there; each round has a project and a workspace of its own. Workers, broker, PostgreSQL and
workspace share this machine's processors, and the workspace is one process. Under Twenty's own limit (100 requests a minute)
any number of workers takes as long as one, for they share it.

The broker and the PostgreSQL are those that CUTOVER_TEST_KAFKA and CUTOVER_TEST_POSTGRES name, else started as the tests do.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from tests import postgres
from tests.acceptance.workbench import Bench, workspace
from tests.kafka_broker import broker

ROOT = Path(__file__).parents[1]
PARTITIONS = 4


def main(patients: int, counts: Sequence[int]) -> None:
    """Print the time of each number of workers."""
    with tempfile.TemporaryDirectory() as name, broker(Path(name) / "kafka") as address, postgres.server() as server:
        practice = Path(name) / "practice"
        command = [sys.executable, "-m", "cutover.demo_practice", str(practice), "--seed", "3", "--patients", str(patients)]
        subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        day = sorted(path for path in practice.iterdir() if path.is_dir())[0]
        for count in counts:
            with postgres.database(server) as state, postgres.database(server) as keys:
                places = {"CUTOVER_STATE__URL": state, "CUTOVER_KEYS__URL": keys}
                records, seconds = _round(Path(name) / f"{count}", day, address, places, count)
            print(f"{count} workers: {records:,} records in {seconds:.1f} s, {records / seconds:,.0f} records/s", flush=True)


def _round(folder: Path, day: Path, address: str, places: dict[str, str], count: int) -> tuple[int, float]:
    folder.mkdir()
    with workspace(folder, []) as (url, key), ExitStack() as ending:
        bench = Bench(folder / "project", url, key, folder / "before.json")
        log = f"kafka://{address}?prefix=workers-{uuid4().hex}&partitions={PARTITIONS}"
        bench.environment |= {"CUTOVER_LOG__URL": log, **places}
        bench.ok(
            "init", bench.project, "--practice", "juniper", "--name", "Juniper Ridge Dental", "--timezone", "America/Denver"
        )
        bench.ok("map", "propose", day)
        bench.ok("map", "approve", "--by", "bench")
        bench.ok("schema", "apply")
        bench.ok("produce", day)
        began = time.monotonic()
        for _ in range(count):
            ending.enter_context(_worker(bench))
        while not bench.is_carried():
            time.sleep(0.2)
        return bench.ok("status")["written"], time.monotonic() - began


@contextmanager
def _worker(bench: Bench) -> Iterator[None]:
    with bench.start("consume", "--follow", "--without-sample", "--json", stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["800"])[0]), [int(n) for n in sys.argv[2:]] or [1, 2, 4])
