"""No statement reads a table whole that grows with the practice.

The statements are those that commands send, captured while they run. Each is asked for its plan on SQLite, without statistics
and with them, and on PostgreSQL, whose autovacuum gathers them.
"""

import json
import re

import pytest
from sqlalchemy import create_engine

from consumers.state.view_tables import METADATA as VIEW
from cutover.commands.approvals.mapping import map_approve, map_propose
from cutover.commands.approvals.schema import schema_apply
from cutover.commands.oversight.dead_letters import list_dead_letters, retry_dead_letters
from cutover.commands.oversight.reconcile import reconcile
from cutover.commands.oversight.status import status
from cutover.commands.records.replay import replay
from cutover.commands.records.rollback import RollbackOptions, rollback
from cutover.commands.records.sync import sync
from cutover.demo_practice import write_practice
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.log.sqlite import METADATA as LOG
from events.sealing.keys import METADATA as KEYS
from producers.state.state_tables import METADATA as PRODUCERS
from rehearsal.server.server import WorkspaceSettings, running
from tests.cutover.statements import capturing, fill, whole_reads
from tests.postgres import database

pytestmark = pytest.mark.integration

ROWS = 50_000
LISTS = {"sqlite": 500, "postgresql": 50}
"""Values in a list: 500 are asked for at once. PostgreSQL weighs them against the rows, and reads 50,000 rows rather than look
500 of them up."""
SMALL = {"progress", "fences", "commits", "claims", "owners", "intents", "intended", "names", "offsets", "ends"}
"""Last words of tables that do not grow with the practice: a row a partition, a group, a run, a write under way."""

WHOLE = {
    r"SELECT M(IN|AX)\(": "the first or last entry of an index: one row is read",
    r"^SELECT consumer_written.object, count": "status counts what is in Twenty: one index, 0.2 s a million records",
    r"FROM producer_records WHERE entity = .* AND deleted = 0": "a delivery is compared with every live record",
    r"FROM producer_households EXCEPT|FROM producer_households$": "a delivery asks for every patient's household",
    r"SELECT 1 FROM producer_records WHERE entity": "met at once, but for an entity without any record",
    r"SELECT slot, partition, \"offset\" FROM producer_records": "a delivery that renumbers looks through an entity",
    r"FROM producer_(refused_rows|sightings)": "the rows with issues, few of all",
    r"FROM data_keys\s*$": "a key for each patient: a thirtieth of the records",
    r"producer_records\.entity, count": "counted once a delivery",
    r"FROM consumer_applied WHERE 1 = 1": "a rollback of everything takes back every write",
    r"max\(producer_records\.slot\)": "the last entry of an index",
}
"""Statements that read a growing table whole on purpose: a part of their text, and the reason."""


def carried_away(statements, practice, project):
    """Run the commands of a migration on a small practice, and note what they send."""

    def run(command):
        with find_project(project) as opened, Session(opened) as session:
            return command(session).document

    truth = json.loads(practice.truths[0].read_text(encoding="utf-8"))
    patient = truth["people"][0]["pbnId"]
    run(lambda s: map_propose(s, [practice.extracts[0]]))
    run(lambda s: map_approve(s, "Test"))
    run(schema_apply)
    with capturing() as found:
        first = run(lambda s: sync(s, [practice.extracts[0]], SyncOptions(without_sample=True)))
        second = run(lambda s: sync(s, [practice.extracts[1]], SyncOptions(without_sample=True)))
        run(lambda s: rollback(s, RollbackOptions(run=second["run"], yes=True)))
        run(lambda s: rollback(s, RollbackOptions(to=f"run:{first['run']}", dry_run=True)))
        run(lambda s: rollback(s, RollbackOptions(record=patient, dry_run=True)))
        run(lambda s: rollback(s, RollbackOptions(everything=True, dry_run=True)))
        run(status)
        run(lambda s: sync(s, [practice.extracts[1]], SyncOptions(without_sample=True)))
        assert run(list_dead_letters)["dead_letters"]
        run(retry_dead_letters)
        run(lambda s: replay(s, "start", None, None, dry_run=True))
        run(reconcile)
    statements.update(found)


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request, tmp_path):
    """Yield the URLs of an empty state and an empty key store, on each engine."""
    if request.param == "sqlite":
        yield [f"sqlite:///{tmp_path}/{name}.db" for name in ("state", "keys")]
        return
    server = request.getfixturevalue("postgres_server")
    with database(server) as state, database(server) as keys:
        yield [state, keys]


@pytest.fixture
def bench(tmp_path, databases, monkeypatch):
    """Yield a practice, its project and a workspace."""
    practice = write_practice(tmp_path / "practice", patients=20, days=2)
    with running(WorkspaceSettings(api_key="key", members=("owner@x.example", *practice.member_emails), rate_limit=0)) as url:
        for name, value in {"URL": url, "API_KEY": "key", "RATE_LIMIT": "0"}.items():
            monkeypatch.setenv(f"CUTOVER_TWENTY__{name}", value)
        monkeypatch.setenv("CUTOVER_TWENTY__UPLOAD_LIMIT", "1")  # every document is a dead letter
        monkeypatch.setenv("CUTOVER_STATE__URL", databases[0])
        monkeypatch.setenv("CUTOVER_KEYS__URL", databases[1])
        init_project(tmp_path / "project", practice_id=practice.id, name=practice.name, timezone=practice.timezone)
        yield practice, tmp_path / "project"


@pytest.mark.long
def test_no_statement_reads_a_table_whole_that_grows(bench, databases):
    statements = {}
    carried_away(statements, *bench)
    state, keys = databases
    held = {state: (VIEW, PRODUCERS), keys: (KEYS,), f"sqlite:///{bench[1]}/.cutover/log.db": (LOG,)}
    tables = {url: [t for m in metadata for t in m.tables.values()] for url, metadata in held.items()}
    growing = {t.name: t for ts in tables.values() for t in ts if not set(t.name.split("_")) & SMALL}
    assert {"consumer_heads", "consumer_written", "producer_records", "data_keys", "entries"} <= growing.keys()
    partial = {i.name for t in growing.values() for i in t.indexes if i.dialect_options["sqlite"].get("where") is not None}
    for url in held:
        engine = create_engine(url)
        asked = [one.lengthened(LISTS[engine.dialect.name]) for one in statements.values() if one.database == url]
        assert asked
        with engine.begin() as connection:
            for table in tables[url]:
                if table.name in growing and not fill(connection, table, ROWS):
                    del growing[table.name]
        for statement in ("SELECT 1", "ANALYZE"):
            with engine.begin() as connection:
                connection.exec_driver_sql(statement)
            if statement == "ANALYZE" or engine.dialect.name == "sqlite":  # PostgreSQL gathers statistics by itself
                with engine.connect() as connection:
                    read = _unexpected(connection, asked, growing, partial)
                assert not read, f"after {statement}:\n" + "\n".join(read)
        engine.dispose()
    assert {"consumer_heads", "consumer_written", "producer_records", "data_keys", "entries"} <= growing.keys(), (
        "nothing to read"
    )


def _unexpected(connection, asked, growing, partial):
    """Return the reads of whole tables that `WHOLE` does not name."""
    found = []
    for one in asked:
        text = " ".join(one.text.split())
        if not re.match("SELECT|UPDATE|DELETE|INSERT", text) or any(re.search(part, text) for part in WHOLE):
            continue
        found += [f"{table}: {plan}: {text[:300]}" for table, plan in whole_reads(connection, one, growing, partial)]
    return found
