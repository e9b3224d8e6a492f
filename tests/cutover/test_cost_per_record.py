"""The cost of a record does not grow with the practice: on SQLite, counted in its own steps and pages, not in seconds."""

import random
import sqlite3
from collections import Counter
from contextlib import closing, contextmanager

import httpx
import pytest
from sqlalchemy import Engine, event

from consumers.state.view import View
from consumers.state.view_rows import Head, Written
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.oversight.reconcile import reconcile
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.demo_practice import write_practice
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.log import pages
from events.log.sqlite import SqliteLog
from events.vocabulary.entities import Entity
from rehearsal.server.server import WorkspaceSettings, running
from tests.cutover.statements import heard

pytestmark = pytest.mark.integration

SMALL, LARGE = 20, 80
"""Patients."""
WINDOW = 40
"""Events a window: few, so that the small practice has several of them, too."""
EVERY = 100
"""Steps of SQLite's virtual machine that are counted as one. A step looks at a row, at most."""
MORE = {"load": 1.03, "delta": 1.03, "reconcile": 1.03, "rollback": 1.3}
"""The factor by which a record of the large practice may cost more: for a last window that is not full, and for the records
of one patient, which lie farther apart in the log.
"""


class SmallWindows:
    """A pace that never changes."""

    def window(self):
        return WINDOW

    def changed(self):
        """Stay as it is."""


@contextmanager
def counting(monkeypatch):
    """Count statements, steps, and bytes read of the log, of connections that are made within the block."""
    counted = Counter()
    read = SqliteLog._select

    def step():
        counted["steps"] += EVERY

    def connected(connection, _record):
        connection.set_progress_handler(step, EVERY)

    def sent(*_about):
        counted["statements"] += 1

    def select(self, *place):
        entries = read(self, *place)
        counted["bytes"] += sum(len(entry.value) for entry in entries)
        return entries

    event.listen(Engine, "connect", connected)
    monkeypatch.setattr(SqliteLog, "_select", select)
    try:
        with heard(sent):
            yield counted
    finally:
        monkeypatch.setattr(SqliteLog, "_select", read)
        event.remove(Engine, "connect", connected)


def costs(folder, patients, monkeypatch):
    """Return the costs of a load, a delta, a comparison with edits by people, and a patient taken back.

    Each is counted for one record of the practice; the last for one of the records taken back.
    """
    practice = write_practice(folder / "practice", patients=patients, days=2)
    settings = WorkspaceSettings(api_key="key", members=("owner@x.example", *practice.member_emails), rate_limit=0)
    found = {}
    monkeypatch.setattr(pages, "_KEPT", 1)  # the log of a million records is not in memory, either
    with running(settings) as url:
        for name, value in {"URL": url, "API_KEY": "key", "RATE_LIMIT": "0"}.items():
            monkeypatch.setenv(f"CUTOVER_TWENTY__{name}", value)
        project = folder / "project"
        init_project(project, practice_id=practice.id, name=practice.name, timezone=practice.timezone)

        def run(command):
            with find_project(project) as opened, Session(opened) as session:
                session.pace = SmallWindows()
                return command(session)

        def count(what, command, records_of):
            with counting(monkeypatch) as counted:
                said = run(command).document
            records = records_of(said)
            found.update({(what, kind): count / records for kind, count in counted.items()})
            return said

        def carried(said):
            assert sum(said["changes"][kind] for kind in ("created", "updated", "deleted"))
            return run(lambda s: sum(s.view.counts().values()))

        run(lambda s: map_propose(s, [practice.extracts[0]]))
        run(lambda s: map_approve(s, "Test"))
        run(schema_apply)
        for what, extract in zip(("load", "delta"), practice.extracts, strict=True):
            count(what, lambda s, e=extract: sync(s, [e], SyncOptions(without_sample=True)), carried)
        edit(url, patients)
        said = count("reconcile", reconcile, lambda said: sum(o["source"] for o in said["objects"]))
        assert sum(o["edited"] for o in said["objects"]) == patients
        of_patient = RollbackOptions(record=a_patient(url), yes=True)
        count("rollback", lambda s: rollback(s, of_patient), lambda said: said["undone"])
    return found


def edit(url, tasks):
    """Change the titles of so many tasks, as people do; their ids are random, so that they lie all over the log."""
    with httpx.Client(base_url=url, headers={"Authorization": "Bearer key"}) as client:
        for task in client.get("/rest/tasks", params={"limit": tasks}).json()["data"]["tasks"]:
            client.patch(f"/rest/tasks/{task['id']}", json={"title": "by hand"}).raise_for_status()


def a_patient(url):
    """Return the pbnId of a patient, the same in a small and in a large practice."""
    with httpx.Client(base_url=url, headers={"Authorization": "Bearer key"}) as client:
        people = client.get("/rest/people", params={"limit": 200}).json()["data"]["people"]
    return min(person["pbnId"] for person in people if ":patient:" in (person["pbnId"] or ""))


@pytest.mark.long
def test_on_sqlite_a_record_of_a_large_practice_costs_no_more_than_one_of_a_small_practice(tmp_path, monkeypatch):
    small, large = (costs(tmp_path / str(patients), patients, monkeypatch) for patients in (SMALL, LARGE))
    assert small.keys() == {(what, kind) for what in MORE for kind in ("statements", "steps", "bytes")}
    assert all(count > 0 for count in small.values())
    dearer = {x: (round(small[x], 2), round(large[x], 2)) for x in small if large[x] > MORE[x[0]] * small[x]}
    assert not dearer, f"for a record of {SMALL} and of {LARGE} patients"


SAVED = 500
"""Records that are saved at once."""
MANY = 40_000
"""Records that the state holds at last."""
PAGE = 4_096 + 24
"""Bytes of a page in SQLite's write-ahead log."""
PAGES = 1.5
"""Pages that each of these records may write: by indexes of short ids 1.1 were seen, by indexes of whole ids 3.5."""


def records_from(first, chosen):
    """Return records as a load saves them: random ids, each of its own patient."""
    for number in range(first, first + SAVED):
        record, patient, twenty = (chosen.randbytes(16) for _ in range(3))
        place = {"partition": 0, "offset": number, "revision": 1}
        yield (
            Head(record_id=record, entity=Entity.NOTE, patient_id=patient, deleted=False, applied_revision=1, **place),
            Written(
                object="notes",
                twenty_id=twenty,
                record_id=record,
                alive=True,
                deleted=False,
                intent=(0, number),
                outcome=(0, number),
            ),
        )


def pages_of_last_save(file):
    """Fill a state with records; return how many pages each of the last save wrote to the write-ahead log."""
    view, chosen = View(f"sqlite:///{file}", "4056f44a-e226-4ced-9419-8025942d1300"), random.Random(1)
    with closing(sqlite3.connect(file)) as beside:
        for first in range(0, MANY, SAVED):
            beside.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            heads, written = zip(*records_from(first, chosen), strict=True)
            view.save(heads=heads, written=written)
        bytes_written = file.with_name(f"{file.name}-wal").stat().st_size
    view.close()
    return bytes_written / PAGE / SAVED


def test_on_sqlite_a_record_writes_few_pages_of_the_state_among_many_records(tmp_path):
    assert 0 < pages_of_last_save(tmp_path / "state.db") <= PAGES
