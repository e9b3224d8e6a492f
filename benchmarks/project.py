"""A project at a size, for benchmarks: its synthetic practice, its workspace, and commands that are timed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.acceptance.workbench import Bench, workspace

ROOT = Path(__file__).parents[1]
RECORDS_A_PATIENT = 31
"""Records in Twenty that a patient of the synthetic practice comes to."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended: seconds of the clock and of the processor, peak memory in MB, requests for records, and the
    seconds from its start to the first of these; its document and its lines on standard error.
    """

    seconds: float
    processor: float
    memory: float
    requests: int
    first_request: float | None
    document: Any
    said: list[str]


def timed(bench: Bench, *arguments: str | Path) -> Ran:
    """Run a command of a project to its end. Raises RuntimeError where it ends with more than findings."""
    result = bench.project.parent / f"{bench.project.name}.figures.json"
    began = time.monotonic()
    command = [sys.executable, "-m", "benchmarks.timed_program", str(result), str(began)]
    command += [*map(str, arguments), "--project", str(bench.project), "--json"]
    done = subprocess.run(command, cwd=ROOT, env=bench.variables, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{arguments[0]} ended with {done.returncode}: {done.stderr[-500:]}")
    figures = json.loads(result.read_text(encoding="utf-8"))
    document = json.loads(done.stdout) if done.stdout.strip() else None
    return Ran(
        *(figures["seconds"], figures["processor"], figures["memory"], figures["requests"], figures["first_request"]),
        document,
        done.stderr.splitlines(),
    )


def write_practice(folder: Path, records: int) -> list[Path]:
    """Write a practice that comes to about so many records in Twenty, once; give its two extracts."""
    if not (folder / "whole").exists():
        patients = str(max(20, records // RECORDS_A_PATIENT))
        command = [sys.executable, "-m", "cutover.demo_practice", str(folder), "--seed", "3", "--days", "2"]
        subprocess.run([*command, "--patients", patients], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        (folder / "whole").touch()
    return [folder / "day-1", folder / "day-2"]


@contextmanager
def prepared(folder: Path, extract: Path, more: Mapping[str, str]) -> Iterator[Bench]:
    """Prepare a project with an approved mapping and an applied data model, beside a rehearsal workspace without a rate
    limit.

    The empty workspace is kept as `empty.db` in the folder, for a floor to write to.
    """
    folder.mkdir(parents=True)
    file = folder / "workspace.db"
    with workspace(folder, [], "--file", str(file)) as (url, key):
        bench = Bench(folder / "project", url, key, folder / "before.json", dict(more))
        bench.prepare(extract.parent / "practice.toml", extract, stop=600)
    (folder / "empty.db").write_bytes(file.read_bytes())
    with workspace(folder, [], "--file", str(file)) as (url, key):
        yield replace(bench, url=url, key=key)
