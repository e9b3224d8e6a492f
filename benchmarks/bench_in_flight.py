"""Time one process that carries a practice into servers of several kinds, by the number of requests in flight.

    python -m benchmarks.bench_in_flight [PATIENTS [ROUNDS [LATENCY…]]]

A synthetic practice is produced once into a log of SQLite. Then each round carries it once for each server and each way to
choose the number: `4` and `16` keep the number as it is, `→ 16` and `→ 32` let it follow the server up to that bound. The
servers are rehearsal workspaces in a process of their own, without a rate limit, that take the given seconds a request,
`0.3/2` for a server that works at two requests together. All start from a copy of the same project and of the same workspace;
the rounds go through all of them in turn, so that a change of the machine's load meets all alike. Printed is the median.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from consumers.twenty.transport.in_flight_limit import InFlightLimit
from cutover.project.project import find_project
from cutover.runs.session import Session
from cutover.runs.syncing import consume_events
from tests.acceptance.workbench import Bench, workspace

ROOT = Path(__file__).parents[1]
LATENCIES = ("0", "0.05", "0.3", "1", "0.3/2")
FOLLOWS = "→ "
WAYS = ("4", "16", "→ 16", "→ 32")


def main(patients: int, rounds: int, latencies: Sequence[str]) -> None:
    """Print a table: a line for each server, a column for each way to choose the number."""
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    carried: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        prepared = Path(name) / "prepared"
        _prepare(prepared, patients)
        for number in range(rounds):
            for latency in latencies:
                for way in WAYS:
                    folder = Path(name) / "round"
                    shutil.copytree(prepared, folder)
                    with workspace(folder, [], "--file", str(folder / "workspace.db"), "--latency", latency) as (url, key):
                        carried = _carried(Bench(folder / "project", url, key, folder / "before.json"), way)
                    shutil.rmtree(folder)
                    taken[latency, way].append(carried["seconds"])
                    numbers[latency, way].append(carried["number"])
                    print(f"round {number + 1}: {latency} s, {way}: {carried}", file=sys.stderr, flush=True)
    print(f"{carried['records']:,} records, {rounds} rounds, seconds (median, range), and the number at the end")
    print("| seconds a request | " + " | ".join(WAYS) + " |")
    print("|---" * (len(WAYS) + 1) + "|")
    for latency in latencies:
        cells = [_cell(taken[latency, way], numbers[latency, way]) for way in WAYS]
        print(f"| {latency} | " + " | ".join(cells) + " |")


def _cell(taken: Sequence[float], numbers: Sequence[int]) -> str:
    median = statistics.median(taken)
    return f"{median:.1f} ({min(taken):.1f} to {max(taken):.1f}), {round(statistics.median(numbers))}"


def _prepare(folder: Path, patients: int) -> None:
    folder.mkdir()
    practice = folder / "practice"
    command = [sys.executable, "-m", "cutover.demo_practice", str(practice), "--seed", "3", "--patients", str(patients)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    day = sorted(path for path in practice.iterdir() if path.is_dir())[0]
    with workspace(folder, [], "--file", str(folder / "workspace.db")) as (url, key):
        bench = Bench(folder / "project", url, key, folder / "before.json")
        bench.ok(
            "init", bench.project, "--practice", "juniper", "--name", "Juniper Ridge Dental", "--timezone", "America/Denver"
        )
        bench.ok("map", "propose", day)
        bench.ok("map", "approve", "--by", "bench")
        bench.ok("schema", "apply")
        bench.ok("produce", day)


def _carried(bench: Bench, way: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.bench_in_flight", "--carry", str(bench.project), way]
    variables = bench.variables | {"CUTOVER_TWENTY__IN_FLIGHT": way.removeprefix(FOLLOWS)}
    done = subprocess.run(command, check=True, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


class Fixed(InFlightLimit):
    """A number that stays as it is."""

    @property
    def now(self) -> int:
        """Return the most that is allowed."""
        return self.most


def carry(project: Path, way: str) -> None:
    """Carry a project's log, in this process; print the seconds and the number of requests in flight at the end."""
    with find_project(project) as found, Session(found) as session:
        limit = session.workspace.in_flight
        if not way.startswith(FOLLOWS):
            limit.__class__ = Fixed
        began = time.monotonic()
        consume_events(session, follow=False, without_sample=True)
        seconds, records = round(time.monotonic() - began, 1), sum(session.view.counts().values())
        print(json.dumps({"seconds": seconds, "number": limit.now, "records": records}))


if __name__ == "__main__":
    given = sys.argv[1:]
    if given[:1] == ["--carry"]:
        carry(Path(given[1]), given[2])
    else:
        main(int(given[0]) if given else 290, int(given[1]) if len(given) > 1 else 3, given[2:] or LATENCIES)
