"""Time what a person, or a quiet follower, waits for when there is nothing to do.

    python -m benchmarks.bench_start [FILE]

`--help`, and `status` of a small project, are the median of nine starts, each beside the start of an interpreter that imports
the packages they cannot do without. The follower watches an extract that was read: its share of a processor and its memory are
read from /proc over a minute, after it has come to rest. The lines go to FILE, too.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.line import Line, append
from benchmarks.project import ROOT, prepared, timed, write_practice
from tests.acceptance.workbench import Bench

STARTS = 9
RECORDS = 1_000
AT_REST, WATCHED = 20.0, 60.0
"""Seconds until a follower has come to rest, and seconds that it is looked at."""
_NEEDED = "import sqlalchemy, pydantic_settings, httpx, fastavro, cryptography.fernet, rich.table"


def main(out: Path | None) -> None:
    """Print the lines."""
    with tempfile.TemporaryDirectory(prefix="cutover-bench-") as name:
        day = write_practice(Path(name) / "practice", RECORDS)[0]
        with prepared(Path(name) / "small", day, {}) as project:
            timed(project, "sync", day, "--without-sample")
            for line in _lines(project, day):
                print(line)
                if out is not None:
                    append(out, line)


def _lines(project: Bench, day: Path) -> Iterator[Line]:
    program = [sys.executable, "-m", "cutover.main"]
    environment = project.variables
    helped = _start([*program, "--help"], environment)
    floor = _start([sys.executable, "-c", "import typer"], environment)
    about = {"size": 0, "unit": "s"}
    yield Line(name="--help", ours=helped, floor=floor, floor_is="import typer", aim="0.25 s", **about)
    memory = timed(project, "status").memory
    asked = _start([*program, "status", "--project", str(project.project)], environment)
    floor = _start([sys.executable, "-c", _NEEDED], environment)
    about["size"] = RECORDS
    yield Line(name="status", ours=asked, memory=memory, floor=floor, floor_is="import its packages", aim="0.5 s", **about)
    share, memory = _idle(project, day)
    yield Line(name="sync --follow at rest, of a core", size=RECORDS, ours=share, unit="%", memory=memory, aim="1 %, 90 MB")


def _start(command: Sequence[str], environment: dict[str, str]) -> float:
    """Return the median seconds of a command."""
    seconds = []
    for _ in range(STARTS):
        began = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)
        seconds.append(time.perf_counter() - began)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{command} ended with {done.returncode}")
    return statistics.median(seconds)


def _idle(project: Bench, day: Path) -> tuple[float, float]:
    """Return the percentage of a processor, and resident MB, of a follower that has nothing to do."""
    command = [sys.executable, "-m", "cutover.main", "sync", str(day), "--follow", "--without-sample"]
    command += ["--project", str(project.project)]
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, env=project.variables, **silent) as one:
        try:
            time.sleep(AT_REST)
            before = _processor(one.pid)
            time.sleep(WATCHED)
            used = _processor(one.pid) - before
            status = Path(f"/proc/{one.pid}/status").read_text(encoding="ascii")
            resident = next(int(text.split()[1]) for text in status.splitlines() if text.startswith("VmRSS"))
            state = json.loads((project.project / ".cutover" / "follower.json").read_text(encoding="utf-8"))["state"]
        finally:
            one.send_signal(signal.SIGTERM)
    if state != "watching":
        raise RuntimeError(f"the follower was {state}, not at rest")
    return 100 * used / WATCHED, resident / 1024


def _processor(process: int) -> float:
    """Return the seconds of the processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
