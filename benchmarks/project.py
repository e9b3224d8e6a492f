"""A project at a size, for benchmarks: its synthetic practice, its workspace, and commands that are timed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.acceptance.workbench import workspace

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


@dataclass(frozen=True, slots=True)
class BenchProject:
    """A project's folder beside a workspace."""

    folder: Path
    url: str
    key: str
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of its commands."""
        twenty = {"URL": self.url, "API_KEY": self.key, "RATE_LIMIT": "0", "FALLBACK_MEMBER": "owner@x.example"}
        return {**os.environ, **{f"CUTOVER_TWENTY__{name}": value for name, value in twenty.items()}, **self.more}

    def run(self, *arguments: str | Path) -> Ran:
        """Run a command to its end. Raises RuntimeError where it ends with more than findings."""
        result = self.folder.parent / f"{self.folder.name}.figures.json"
        began = time.monotonic()
        more = [] if arguments[0] == "init" else ["--project", str(self.folder)]
        command = [sys.executable, "-m", "benchmarks.timed_program", str(result), str(began)]
        command += [*map(str, arguments), *more, "--json"]
        done = subprocess.run(command, cwd=ROOT, env=self.variables, capture_output=True, text=True, check=False)
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
        patients = str(max(40, records // RECORDS_A_PATIENT))
        command = [sys.executable, "-m", "cutover.demo_practice", str(folder), "--seed", "3", "--days", "2"]
        subprocess.run([*command, "--patients", patients], check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
        (folder / "whole").touch()
    return [folder / "day-1", folder / "day-2"]


@contextmanager
def prepared(folder: Path, extract: Path, more: Mapping[str, str]) -> Iterator[BenchProject]:
    """A project with an approved mapping and an applied data model, beside a rehearsal workspace without a rate limit.

    The empty workspace is kept as `empty.db` in the folder, for a floor to write to.
    """
    folder.mkdir(parents=True)
    file = folder / "workspace.db"
    with workspace(folder, [], "--file", str(file)) as (url, key):
        project = BenchProject(folder / "project", url, key, more)
        project.run(
            "init", project.folder, "--practice", "juniper", "--name", "Juniper Ridge Dental", "--timezone", "America/Denver"
        )
        project.run("map", "propose", extract)
        project.run("map", "approve", "--by", "bench")
        project.run("schema", "apply")
    (folder / "empty.db").write_bytes(file.read_bytes())
    with workspace(folder, [], "--file", str(file)) as (url, key):
        yield BenchProject(folder / "project", url, key, more)
