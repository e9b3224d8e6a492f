"""Two producers on two machines that share the state: the second is refused, and one that loses its lock appends no more."""

from __future__ import annotations

import platform
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from cutover.approvals import approved_mapping
from cutover.extracts import open_extracts
from cutover.locks import Busy
from cutover.producing import ClaimLost, producing
from cutover.project import find_project
from cutover.session import Session
from tests.acceptance.workbench import EXTRACTS, Bench, bench
from tests.postgres import database

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"


@pytest.fixture
def office(postgres_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A project with its state on a server, and an approved mapping."""
    with database(postgres_server) as state, bench(tmp_path, []) as b:
        b.environment |= {
            "CUTOVER_STATE__URL": state,
            "CUTOVER_KEYS__URL": f"sqlite:///{tmp_path}/keys.db",
            "CUTOVER_LOG__URL": f"sqlite:///{tmp_path}/log.db",
        }
        b.init(LAKEVIEW / "practice.toml")
        b.ok("map", "propose", LAKEVIEW / "day-1")
        b.ok("map", "approve", "--by", "Test")
        for name, value in b.variables.items():
            monkeypatch.setenv(name, value)
        yield b


def session(b: Bench) -> Session:
    return Session(find_project(b.project))


def test_the_second_producer_is_refused_and_told_whom_it_met(office: Bench, tmp_path: Path) -> None:
    b, other = office, office.elsewhere(tmp_path / "second machine")
    with session(b) as here, producing(here, holder="produce"):
        refused = other.cutover("produce", LAKEVIEW / "day-1")
        assert refused.code == 2
        assert "`cutover produce` (process " in refused.err
        assert f" on {platform.node()}, since 20" in refused.err
        with session(other) as there, pytest.raises(Busy), producing(there, holder="sync"):
            pass
    with session(other) as there, producing(there, holder="sync"):
        pass


def test_a_producer_that_is_killed_leaves_the_lock_free(office: Bench, tmp_path: Path) -> None:
    b = office
    b.environment["CUTOVER_CRASH_AT"] = "changes-appended"
    assert b.cutover("produce", LAKEVIEW / "day-1").code == -signal.SIGKILL
    del b.environment["CUTOVER_CRASH_AT"]
    with session(b.elsewhere(tmp_path / "second machine")) as there, producing(there, holder="sync"):
        pass


def test_a_producer_that_has_lost_its_connection_appends_nothing_more(office: Bench) -> None:
    b = office
    with session(b) as here:
        mapping = approved_mapping(here.decisions)
        (extract,) = open_extracts(here, [LAKEVIEW / "day-1"])
        with producing(here, holder="produce"):
            end_the_connection(b)
            with pytest.raises(ClaimLost, match="run the same command again"):
                here.producer().produce(extract, mapping, "run")
        assert sum(here.log.ends("changes").values()) == 0


def end_the_connection(b: Bench) -> None:
    """End the server's process that holds the lock, as a restart of the server does."""
    engine = create_engine(b.environment["CUTOVER_STATE__URL"])
    with engine.connect() as connection:
        ended = connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).all()
    engine.dispose()
    assert ended
