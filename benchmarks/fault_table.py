"""Every kind of fault, and how a sync under it ended: a table.

Run: `python -m benchmarks.fault_table [PATIENTS [RATE]]` (default 40 patients, a share of 0.1 of the requests struck).

For each kind a fresh rehearsal workspace, its data model made, is served with that fault; a small practice is synced into it,
then the delta of its second day. A sync that ends because Twenty cannot be reached is repeated: that is the resume. What the
workspace holds is counted against the practice's truth: records of the truth that are neither there nor dead letters are lost,
live ones beyond it are doubled. Aim: lost 0, doubled 0, and the log whole.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

from consumers.twenty.transport.errors import TwentyError
from consumers.twenty.workspace import Workspace
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.log.reading import log_verify
from cutover.commands.records.sync import sync
from cutover.demo_practice import DemoPractice, write_practice
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.reports.answer import Answer
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.vocabulary.entities import twenty_id
from rehearsal.server.faults import KINDS, Fault
from rehearsal.server.server import WorkspaceSettings, running

OWNER = "office@juniper-ridge.example"
MOST_RUNS = 100
OBJECTS = ("people", "tasks", "notes", "treatmentPlans", "billingRecords", "insuranceClaims", "attachments")
LINKS = {"taskTargets": ("taskId", "tasks"), "noteTargets": ("noteId", "notes")}
COLUMNS = ("fault", "runs", "requests", "records", "lost", "doubled", "dead letters", "log", "seconds")


def main(patients: int, rate: float) -> None:
    """Print the table."""
    print(_line(COLUMNS))
    with tempfile.TemporaryDirectory() as name:
        practice = write_practice(Path(name) / "practice", patients=patients, days=2)
        for kind in (None, *KINDS):
            print(_line(_under(kind, rate, practice, Path(name) / f"under-{kind}")), flush=True)


def _line(cells: tuple[Any, ...]) -> str:
    return f"{cells[0]:<24}" + "".join(f"{cell:>13}" for cell in cells[1:])


def _under(kind: str | None, rate: float, practice: DemoPractice, folder: Path) -> tuple[Any, ...]:
    """Return one row: a whole migration and a delta under one kind of fault. The same workspace is read without it in the
    end.
    """
    folder.mkdir()
    file, members = folder / "workspace.db", (OWNER, *practice.member_emails)
    faults = (Fault(kind=kind, rate=rate),) if kind else ()
    began, runs, requests = time.perf_counter(), 0, 0
    init_project(folder / "project", practice_id=practice.id, name=practice.name, timezone=practice.timezone)
    os.environ.update(CUTOVER_TWENTY__API_KEY="key", CUTOVER_TWENTY__TIMEOUT="3")
    os.environ.update(CUTOVER_TWENTY__RATE_LIMIT="0", CUTOVER_TWENTY__BATCH_SIZE="20")
    with running(WorkspaceSettings(api_key="key", members=members, rate_limit=0, file=file)) as url:
        os.environ["CUTOVER_TWENTY__URL"] = url
        _repeated(folder, lambda s: map_propose(s, [practice.extracts[0]]))
        _repeated(folder, lambda s: map_approve(s, "benchmark"))
        _repeated(folder, schema_apply)
    with running(WorkspaceSettings(api_key="key", members=members, rate_limit=0, file=file, faults=faults, seed=7)) as url:
        os.environ["CUTOVER_TWENTY__URL"] = url
        for extract in practice.extracts:
            made, sent = _repeated(folder, lambda s, e=extract: sync(s, [e], SyncOptions(without_sample=True)))
            runs, requests = runs + made, requests + sent
    seconds = time.perf_counter() - began
    with running(WorkspaceSettings(api_key="key", members=members, rate_limit=0, file=file)) as url:
        os.environ["CUTOVER_TWENTY__URL"] = url
        with find_project(folder / "project") as project:
            session = Session(project)
            letters = {UUID(bytes=h.record_id) for h in session.view.kept_back()}
            problems = len(log_verify(session).document["problems"])
            records, lost, doubled = _counted(session, practice, letters)
            session.workspace.close()
    whole = problems or "whole"
    return kind or "none", runs, requests, records, lost, doubled, len(letters), whole, f"{seconds:.1f}"


def _repeated(folder: Path, command: Callable[[Session], Answer]) -> tuple[int, int]:
    """Run a command until it ends well; how often, and with how many record requests."""
    requests = 0
    for run in range(1, MOST_RUNS + 1):
        with ExitStack() as stack:
            session = Session(stack.enter_context(find_project(folder / "project")))
            stack.callback(session.workspace.close)
            try:
                command(session)
            except TwentyError as error:
                if run == MOST_RUNS:
                    raise SystemExit(f"no good end in {MOST_RUNS} runs: {error}") from error
                requests += session.workspace.requests
            else:
                return run, requests + session.workspace.requests
    raise AssertionError("unreachable")


def _counted(session: Session, practice: DemoPractice, letters: set[UUID]) -> tuple[int, int, int]:
    """Return (records there, lost, doubled) against the last day's truth."""
    truth = json.loads(practice.truths[-1].read_text(encoding="utf-8"))
    there: Workspace = session.workspace
    namespace = session.practice.namespace
    records = lost = doubled = 0
    for plural in OBJECTS:
        wanted = {one["pbnId"] for one in truth.get(plural, [])}
        found = Counter(image["pbnId"] for image in there.find(plural, {}, fields=("pbnId",)))
        lost += sum(twenty_id(namespace, pbn) not in letters for pbn in wanted - found.keys())
        doubled += found.total() - len(found.keys() & wanted)
        records += found.total()
    for plural, (column, parents) in LINKS.items():
        links = Counter(image[column] for image in there.find(plural, {}, fields=(column,)))
        wanted = {str(twenty_id(namespace, one["pbnId"])) for one in truth.get(parents, [])}
        lost += sum(UUID(task) not in letters for task in wanted - links.keys())
        doubled += links.total() - len(links.keys() & wanted)
        records += links.total()
    return records, lost, doubled


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 40, float(sys.argv[2]) if len(sys.argv) > 2 else 0.1)
