"""Two producers on two machines. With one state the second is refused, and a producer that loses its lock appends no more.

With a state each and one log on Kafka the first is refused, and what it has not appended is appended by its next run.
"""

from __future__ import annotations

import platform
import shutil
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine

from consumers.workers.happenings import silent
from cutover.cli.aloud import go_on
from cutover.commands.records.sync import produce
from cutover.following.delivery_follower import Follower
from cutover.following.passing import Ending
from cutover.project.errors import exit_code_of
from cutover.project.locks import Busy
from cutover.project.log_format import LogFormat
from cutover.project.project import find_project
from cutover.project.stopping import Stop
from cutover.reports.answer import Answer
from cutover.runs.approvals import approved_mapping
from cutover.runs.arguments.extracts import open_extracts
from cutover.runs.claims.producing import ClaimLost, producing
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.clock import World
from events.crash_points import CrashPoint, ignore
from events.errors import ExitCode
from events.log.port import CHANGES, LogRoleTaken
from tests.acceptance.workbench import EXTRACTS, Bench, bench, members_of
from tests.postgres import database

pytestmark = pytest.mark.acceptance
LAKEVIEW = EXTRACTS / "lakeview"


@pytest.fixture
def office(postgres_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """Yield a project with its state on a server, and an approved mapping."""
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


@pytest.fixture
def machines(kafka: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Bench, Bench]]:
    """Set up two machines of one project: a state each, in SQLite, one key store, one log on Kafka, an approved mapping."""
    with bench(tmp_path, members_of(LAKEVIEW / "truth/day-1.json")) as b:
        b.environment |= {
            "CUTOVER_KEYS__URL": f"sqlite:///{tmp_path}/keys.db",
            "CUTOVER_LOG__URL": f"kafka://{kafka}?prefix=two-{uuid4().hex}&partitions=2",
        }
        b.init(LAKEVIEW / "practice.toml")
        b.ok("map", "propose", LAKEVIEW / "day-1")
        b.ok("map", "approve", "--by", "Test")
        for name, value in b.variables.items():
            monkeypatch.setenv(name, value)
        yield b, b.elsewhere(tmp_path / "second machine")


def session(b: Bench, reached: Callable[[CrashPoint], None] = ignore) -> Session:
    return Session(find_project(b.project, World(reached=reached)))


@dataclass
class At:
    """Does something once, the first time or a later one that the program comes to a point."""

    point: CrashPoint
    do: Callable[[], object]
    times: int = 1

    def __call__(self, point: CrashPoint) -> None:
        if point is self.point:
            self.times -= 1
            if self.times == 0:
                self.do()


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


@pytest.mark.parametrize(
    ("point", "times"), [(CrashPoint.BEFORE_CHANGES, 4), (CrashPoint.BEFORE_EXTRACT_REMEMBERED, 1)], ids=["changes", "end"]
)
def test_of_two_producers_with_a_state_each_the_first_is_refused_and_nothing_is_doubled(
    machines: tuple[Bench, Bench], point: CrashPoint, times: int
) -> None:
    b, other = machines
    day = LAKEVIEW / "day-1"
    with session(b, At(point, lambda: other.ok("produce", day), times)) as here, pytest.raises(LogRoleTaken) as refused:
        produce(here, [day], SyncOptions())
    assert "another machine, or another project's folder" in str(refused.value)
    assert exit_code_of(refused.value) == ExitCode.USAGE
    again = b.ok("produce", day)["changes"]
    assert (again["created"], again["updated"], again["deleted"]) == (0, 0, 0), "the other machine has appended the rest"
    assert_clean(b)


@pytest.mark.long
def test_what_the_first_has_not_appended_is_appended_by_its_next_run(machines: tuple[Bench, Bench]) -> None:
    """The other machine brings an older day, and takes the role between two appends."""
    b, other = machines
    b.ok("schema", "apply")
    old, new = LAKEVIEW / "day-1", LAKEVIEW / "day-2"
    with session(b, At(CrashPoint.BEFORE_CHANGES, lambda: other.ok("produce", old), 3)) as here, pytest.raises(LogRoleTaken):
        produce(here, [new], SyncOptions())
    assert sum(b.ok("produce", new)["changes"][kind] for kind in ("created", "updated", "deleted")) > 0
    b.ok("sync", new, "--without-sample")
    b.assert_truth(LAKEVIEW / "truth/day-2.json")
    assert_clean(b)


@pytest.mark.long
def test_a_follower_that_another_machine_replaces_needs_a_person(machines: tuple[Bench, Bench], tmp_path: Path) -> None:
    b, other = machines
    b.ok("schema", "apply")
    inbox = tmp_path / "inbox"
    shutil.copytree(LAKEVIEW / "day-1", inbox / "day-1")
    taken: list[int] = []

    def take() -> None:
        with session(other) as there, producing(there, holder="produce"):
            there.producer()
            taken.append(sum(there.log.ends(CHANGES).values()))

    def follow(stop: Stop) -> Answer | None:
        return Follower(
            make_session=lambda: session(b, At(CrashPoint.BEFORE_CHANGES, take, 2)),
            paths=[inbox],
            options=SyncOptions(without_sample=True),
            stopped=stop,
            said=lambda _answer: None,
            tell=silent,
            pause=lambda _seconds: None,
        ).follow()

    with pytest.raises(SystemExit) as ended:
        go_on("sync --follow", LogFormat.TEXT, follow, as_json=True)
    assert ended.value.code == Ending.SETTINGS
    assert len(taken) == 1, "it does not try again by itself, which would take the role back"
    with session(b) as here:
        assert sum(here.log.ends(CHANGES).values()) == taken[0]
    b.ok("sync", inbox / "day-1", "--without-sample")
    b.assert_truth(LAKEVIEW / "truth/day-1.json")
    assert_clean(b)


def test_a_command_elsewhere_that_appends_no_change_events_takes_no_role(machines: tuple[Bench, Bench]) -> None:
    """Such as a rollback, or a sync that is refused because workers run."""
    b, other = machines

    def hold() -> None:
        with session(other) as there, producing(there, holder="rollback"):
            pass

    with session(b, At(CrashPoint.BEFORE_CHANGES, hold)) as here:
        produce(here, [LAKEVIEW / "day-1"], SyncOptions())
    assert_clean(b)


def assert_clean(b: Bench) -> None:
    verified = b.ok("log", "verify")
    assert (verified["problems"], verified["overlaps"], verified["open_intents"]) == ([], [], 0)
