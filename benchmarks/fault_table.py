"""Every kind of fault, and how a sync under it ended: a table.

Run: `python -m benchmarks.fault_table [PATIENTS [RATE]]` (default 60 patients, a share of 0.1 of the requests struck).

For each kind a fresh rehearsal workspace is served with that fault, a small practice is synced into it (the same command
repeated while it ends with "unreachable": that is the resume), then the delta of the second day. What the workspace holds is
counted against the practice's truth: records of the truth that are missing are lost, those beyond it are doubled.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from consumers.twenty.workspace import Workspace
from cutover.demo_practice import DemoPractice, write_practice
from rehearsal.faults import KINDS
from tests.acceptance.workbench import Bench, workspace

MOST_RUNS = 60
OBJECTS = ("people", "tasks", "notes", "treatmentPlans", "billingRecords", "insuranceClaims", "attachments")


def main(patients: int, rate: float) -> None:
    """Print the table."""
    columns = ("fault", "runs", "records", "lost", "doubled", "dead letters", "log", "seconds")
    print("".join(f"{name:>14}" if at else f"{name:<24}" for at, name in enumerate(columns)))
    with tempfile.TemporaryDirectory() as name:
        practice = write_practice(Path(name) / "practice", patients=patients, days=2)
        for kind in (None, *KINDS):
            row = under(kind, rate, practice, Path(name) / f"under-{kind}")
            print("".join(f"{value:>14}" if at else f"{value:<24}" for at, value in enumerate(row)), flush=True)


def under(kind: str | None, rate: float, practice: DemoPractice, folder: Path) -> Sequence[Any]:
    """One row: a whole migration and a delta under one kind of fault."""
    folder.mkdir()
    began, runs = time.perf_counter(), 0
    faults = ["--fault", f"{kind}:{rate}", "--seed", "7"] if kind else []
    with workspace(folder, practice.member_emails, *faults) as (url, key):
        bench = Bench(folder / "project", url, key, folder / "before.json", {"CUTOVER_TWENTY__TIMEOUT": "2"})
        bench.init(practice.extracts[0].parent / "practice.toml")
        bench.ok("map", "propose", practice.extracts[0])
        bench.ok("map", "approve", "--by", "Benchmark")
        _until_done(bench, "schema", "apply")
        for extract in practice.extracts:
            runs += _until_done(bench, "sync", extract, "--without-sample")
        letters = len(_document(bench, "dead-letters", "list").get("dead_letters", []))
        problems = len(_document(bench, "log", "verify")["problems"])
        lost, doubled, records = _counted(url, key, practice)
    return (
        kind or "none",
        runs,
        records,
        lost,
        doubled,
        letters,
        problems or "whole",
        f"{time.perf_counter() - began:.1f}",
    )


def _until_done(bench: Bench, *arguments: str | Path) -> int:
    for run in range(1, MOST_RUNS + 1):
        said = bench.cutover(*arguments, stop=600)
        if said.code in (0, 1):
            return run
        if said.code != 3:
            raise SystemExit(f"{arguments[0]} ended with {said.code}: {said.err.strip()}")
    raise SystemExit(f"{arguments[0]} did not end well in {MOST_RUNS} runs: {said.err.strip()}")


def _document(bench: Bench, *arguments: str) -> Any:
    for _ in range(MOST_RUNS):
        said = bench.cutover(*arguments)
        if said.code in (0, 1):
            return said.document
    raise SystemExit(f"{arguments} did not end well: {said.err.strip()}")


def _counted(url: str, key: str, practice: DemoPractice) -> tuple[int, int, int]:
    """(lost, doubled, records there): live records by pbnId against the last day's truth."""
    truth = json.loads(practice.truths[-1].read_text(encoding="utf-8"))
    lost = doubled = records = 0
    with Workspace(url, key, rate_limit=0, timeout=5.0, patience=120.0) as there:
        for plural in OBJECTS:
            wanted = {one["pbnId"] for one in truth.get(plural, [])}
            found = Counter(image["pbnId"] for image in there.find(plural, {}, fields=("pbnId",)))
            lost += len(wanted - found.keys())
            doubled += found.total() - len(found.keys() & wanted)
            records += found.total()
        for plural, parent in (("taskTargets", "taskId"), ("noteTargets", "noteId")):
            links = Counter(image[parent] for image in there.find(plural, {}, fields=(parent,)))
            lost += max(0, len(truth.get(plural.replace("Targets", "s"), [])) - len(links))
            doubled += sum(n - 1 for n in links.values())
            records += links.total()
    return lost, doubled, records


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60, float(sys.argv[2]) if len(sys.argv) > 2 else 0.1)
