"""The cost of a record does not grow with the practice: on SQLite, counted in the database's own steps, not in seconds."""

from collections import Counter
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.records.sync import sync
from cutover.demo_practice import write_practice
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.log.sqlite import SqliteLog
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
