"""The cost of a record does not grow with the practice: on SQLite, counted in its own steps and pages, not in seconds."""

import random
import sqlite3
from collections import Counter
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Engine, event

from consumers.state.view import View
from consumers.state.view_rows import Head, Written
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.records.sync import sync
from cutover.demo_practice import write_practice
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
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
MORE = 1.03
"""What a record of the large practice may cost more, for a last window that is not full."""


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
    """Return the costs of a load and a delta of a practice, each counted for one of its records."""
    practice = write_practice(folder / "practice", patients=patients, days=2)
    settings = WorkspaceSettings(api_key="key", members=("owner@x.example", *practice.member_emails), rate_limit=0)
    found = {}
    with running(settings) as url:
        for name, value in {"URL": url, "API_KEY": "key", "RATE_LIMIT": "0"}.items():
            monkeypatch.setenv(f"CUTOVER_TWENTY__{name}", value)
        project = folder / "project"
        init_project(project, practice_id=practice.id, name=practice.name, timezone=practice.timezone)

        def run(command):
            with find_project(project) as opened, Session(opened) as session:
                session.pace = SmallWindows()
                return command(session).document, sum(session.view.counts().values())

        run(lambda s: map_propose(s, [practice.extracts[0]]))
        run(lambda s: map_approve(s, "Test"))
        run(schema_apply)
        for what, extract in zip(("load", "delta"), practice.extracts, strict=True):
            with counting(monkeypatch) as counted:
                said, records = run(lambda s, e=extract: sync(s, [e], SyncOptions(without_sample=True)))
            assert sum(said["changes"][kind] for kind in ("created", "updated", "deleted"))
            found |= {(what, kind): count / records for kind, count in counted.items()}
    return found


@pytest.mark.long
def test_on_sqlite_a_record_of_a_large_practice_costs_no_more_than_one_of_a_small_practice(tmp_path, monkeypatch):
    small, large = (costs(tmp_path / str(patients), patients, monkeypatch) for patients in (SMALL, LARGE))
    assert small.keys() == {(what, kind) for what in ("load", "delta") for kind in ("statements", "steps", "bytes")}
    assert all(count > 0 for count in small.values())
    dearer = {kind: (round(small[kind], 2), round(large[kind], 2)) for kind in small if large[kind] > MORE * small[kind]}
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
