"""Requests of an initial load, of one patient taken back, and of the rollback, beside Σ ceil(records / 200).

Run: `python -m benchmarks.bench_requests [PATIENTS]`.

Aim: at most 1.02 × Σ, or one more, for the load (uploads counted apart, metadata is not counted by Twenty), at most 5 for one
patient of many, at most 0.2 × for the rollback.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.demo_practice import write_practice
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from rehearsal.server.server import WorkspaceSettings, running


def main(patients: int) -> None:
    """Print the figures for a practice of so many patients."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        practice = write_practice(folder / "practice", patients=patients, days=1)
        settings = WorkspaceSettings(
            api_key="bench", members=("office@juniper-ridge.example", *practice.member_emails), rate_limit=0
        )
        with running(settings) as url:
            os.environ.update(CUTOVER_TWENTY__URL=url, CUTOVER_TWENTY__API_KEY="bench", CUTOVER_TWENTY__RATE_LIMIT="0")
            init_project(folder / "project", practice_id=practice.id, name=practice.name, timezone=practice.timezone)
            for step in (lambda s: map_propose(s, [practice.extracts[0]]), lambda s: map_approve(s, "bench"), schema_apply):
                with find_project(folder / "project") as project:
                    step(Session(project))
            with find_project(folder / "project") as project:
                session = Session(project)
                began = time.perf_counter()
                loaded = sync(session, [practice.extracts[0]], SyncOptions(without_sample=True)).document
                seconds = time.perf_counter() - began
                requests, uploads = session.workspace.requests, session.workspace.uploads
                counts = Counter(session.view.counts())
                [person, *_] = session.workspace.find("people", {"pbnId": {"startsWith": practice.id}}, fields=("pbnId",))
            with find_project(folder / "project") as project:
                session = Session(project)
                one = rollback(session, RollbackOptions(record=person["pbnId"], yes=True)).document
                one_requests = session.workspace.requests
            with find_project(folder / "project") as project:
                session = Session(project)
                back = rollback(session, RollbackOptions(everything=True, yes=True)).document
                undo_requests = session.workspace.requests
    least = sum(-(-count // 200) for count in counts.values())
    print(f"{patients:,} patients, {sum(counts.values()):,} records in Twenty, {seconds:.1f} s, {uploads} uploads apart")
    print(f"initial load  {requests:>6} requests, Σ ceil(records / 200) = {least}, ratio {requests / least:.3f}")
    print(f"one patient   {one_requests:>6} requests, {one['undone']:,} undone (aim 5)")
    print(f"its rollback  {undo_requests:>6} requests, {back['undone']:,} undone, ratio {undo_requests / least:.3f} (aim 0.20)")
    assert loaded["writes"]["create"] == sum(counts.values())


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
