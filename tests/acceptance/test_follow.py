"""Following a folder: each delivery once, when it has come to rest; outages and full disks are waited out."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from sqlalchemy import event

import cutover.runs.session
from consumers.journal.sending import Sender
from consumers.twenty.transport.errors import Unreachable
from consumers.workers.happenings import Happening
from cutover.commands.oversight.status import status
from cutover.following import outages
from cutover.following.delivery_follower import Follower
from cutover.project.errors import ApprovalMissing
from cutover.project.locks import Busy, exclusive
from cutover.project.project import find_project
from cutover.reports.answer import Answer
from cutover.runs.happenings.happenings import DeliverySetAside, OutageBegun, OutageEnded
from cutover.runs.session import Session
from cutover.runs.syncing import SyncOptions
from events.log.port import LogMissing
from producers.sources.addresses import RemoteAddress, SourcePlace
from tests.acceptance.program import Process
from tests.acceptance.workbench import OWNER, Bench, copied, members_of
from tests.json_documents import check_output

pytestmark = pytest.mark.acceptance
PRACTICE = Path(__file__).parents[1] / "golden/0.1.0/practice"
"""A small one."""
MEMBERS = members_of(PRACTICE / "truth/day-2.json")
H = TypeVar("H", bound=Happening)
NOWHERE = "http://127.0.0.1:9"


class Office:
    """A follower in this process: between two looks it does what the test says next, and it ends when nothing is left to do."""

    def __init__(self, b: Bench, inbox: Path, patch: pytest.MonkeyPatch) -> None:
        self.bench, self.inbox, self.patch = b, inbox, patch
        self.at: SourcePlace = inbox
        self.answers: list[Answer] = []
        self.told: list[Happening] = []
        self.pauses: list[float] = []
        self._steps: list[Callable[[], object]] = []

    def session(self) -> Session:
        return Session(find_project(self.bench.project))

    def deliver(self, day: str) -> None:
        shutil.copytree(PRACTICE / day, self.inbox / day)

    def twenty_is_at(self, url: str) -> None:
        self.patch.setenv("CUTOVER_TWENTY__URL", url)

    def status(self) -> dict[str, Any]:
        with self.session() as session:
            return dict(status(session).document)

    def follow(self, *steps: Callable[[], object], **options: Any) -> Answer | None:
        """Follow, doing one of the steps after each look."""
        self._steps = [*steps]
        return Follower(
            make_session=self.session,
            paths=[self.at],
            options=SyncOptions(without_sample=True, **options),
            stopped=lambda: not self._steps,
            said=self.answers.append,
            tell=self.told.append,
            pause=self._pause,
        ).follow()

    def start_program(self, *options: str, stdout: int) -> Process:
        """Follow in a process of its own."""
        return self.bench.start("sync", str(self.inbox), "--follow", "--without-sample", *options, stdout=stdout)

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        if self._steps:
            self._steps.pop(0)()

    def assert_all_is_carried(self) -> None:
        """Assert that Twenty holds everything that the log says."""
        objects = self.bench.ok("reconcile")["objects"]
        assert sum(o["source"] for o in objects) > 100
        assert all(o["missing"] == o["extra"] == o["different"] == 0 for o in objects), objects

    def told_of(self, kind: type[H]) -> list[H]:
        return [happening for happening in self.told if isinstance(happening, kind)]

    @property
    def changes(self) -> list[int]:
        """Return the number of changes that each run has appended."""
        return [sum(a.document["changes"][k] for k in ("created", "updated", "deleted")) for a in self.answers]


def look() -> None:
    """Wait for the next look."""


@pytest.fixture
def office(tmp_path: Path, small_prepared: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Yield a project that is ready for its first delivery."""
    with copied(small_prepared, tmp_path, MEMBERS) as b:
        for name, value in (("URL", b.url), ("API_KEY", b.key), ("RATE_LIMIT", "0"), ("FALLBACK_MEMBER", OWNER)):
            monkeypatch.setenv(f"CUTOVER_TWENTY__{name}", value)
        monkeypatch.setattr(cutover.runs.session, "_PATIENCE", 0.0)
        inbox = tmp_path / "inbox"
        inbox.mkdir()
        yield Office(b, inbox, monkeypatch)


def test_each_delivery_is_picked_up_once_also_by_the_next_follower(office: Office) -> None:
    office.deliver("day-1")
    (office.inbox / ".DS_Store").write_bytes(b"left behind")
    office.follow(look, look, look, lambda: office.deliver("day-2"), look, look, look)
    assert len(office.answers) == 2
    assert all(office.changes)
    office.bench.assert_truth(PRACTICE / "truth/day-2.json")
    office.follow(look, look, look)
    assert len(office.answers) == 2, "what was read is in the log"


def test_a_delivery_that_was_copied_elsewhere_is_not_read_again(office: Office) -> None:
    office.deliver("day-1")
    office.follow(look, look, look)
    (office.inbox / "day-1").rename(office.inbox / "moved")
    (office.inbox / "moved/manifest.toml").touch()
    office.follow(look, look, look)
    assert len(office.answers) == 1


def test_what_is_still_being_written_is_left_alone(office: Office) -> None:
    part = office.inbox / "day-1"
    part.mkdir()

    def write(name: str) -> Callable[[], object]:
        return lambda: shutil.copy(PRACTICE / "day-1" / name, part / name)

    seen: list[Any] = []
    names = ["manifest.toml", "Pt Roster 20261005.csv", "Chart Notes 20261005.csv"]
    rest = lambda: (office.inbox / "day-1").rename(office.inbox / "gone")  # noqa: E731
    first, second, third = map(write, names)
    office.follow(first, lambda: (seen.append(office.status()["follower"]["unfinished"]), second()), third, rest)
    assert office.answers == []
    assert seen == [["day-1"]]
    (office.inbox / "gone").rename(part)
    (part / "Ins Claims.txt.part").write_text("half of it")
    office.follow(look, look, look)
    assert office.answers == []
    (part / "Ins Claims.txt.part").unlink()
    office.follow(look, look, look)
    assert len(office.answers) == 1


def test_a_delivery_is_whole_when_its_marker_is_there(office: Office) -> None:
    office.patch.setenv("CUTOVER_DELIVERIES__MARKER", "_COMPLETE")
    office.deliver("day-1")
    office.follow(look, look, look)
    assert office.answers == []
    (office.inbox / "day-1/_COMPLETE").touch()
    office.follow(look, look, look)
    assert len(office.answers) == 1
    assert office.answers[0].document["unread"] == []


def test_a_delivery_is_whole_when_nothing_changed_for_the_settled_time(office: Office) -> None:
    office.deliver("day-1")
    office.patch.setenv("CUTOVER_DELIVERIES__QUIET", "3600")
    office.follow(look, look, look)
    assert office.answers == []
    office.patch.setenv("CUTOVER_DELIVERIES__QUIET", "0")
    office.follow(look, look, look)
    assert len(office.answers) == 1


def test_deliveries_beside_a_stray_file_are_not_merged(office: Office) -> None:
    office.deliver("day-1")
    office.deliver("day-2")
    (office.inbox / "stray.csv").write_text("Pt Key,Name\n1,Quist\n")
    office.follow(look, look, look)
    assert office.answers == []
    (set_aside,) = office.told_of(DeliverySetAside)
    assert "holds 2 deliveries (day-1, day-2); beside them lie stray.csv" in set_aside.message


def test_while_twenty_is_away_deliveries_are_read_and_carried_when_it_is_back(office: Office) -> None:
    office.deliver("day-1")
    office.follow(look, look, look)
    away: list[dict[str, Any]] = []
    office.follow(
        lambda: office.twenty_is_at(NOWHERE),
        lambda: office.deliver("day-2"),
        *[look] * 5,
        lambda: away.append(office.status()),
        lambda: office.twenty_is_at(office.bench.url),
        *[look] * 3,
    )
    office.bench.assert_truth(PRACTICE / "truth/day-2.json")
    (seen,) = away
    assert seen["twenty"] == "away"
    assert (seen["follower"]["running"], seen["follower"]["state"]) == (True, "waiting")
    assert seen["follower"]["trouble"]["waiting_for"] == "twenty"
    assert sum(p["lag"] for p in seen["partitions"]) > 0, "it is in the log already"
    assert max(office.pauses) <= outages.LONGEST_PAUSE
    (begun,), (ended,) = office.told_of(OutageBegun), office.told_of(OutageEnded)
    assert (begun.waiting_for, ended.waiting_for) == ("twenty", "twenty")
    assert ended.attempts >= seen["follower"]["trouble"]["attempts"] > 1
    assert office.status()["follower"] is None


def test_an_outage_in_the_middle_of_a_run_loses_nothing(office: Office) -> None:
    perform, calls = Sender.perform, []

    def cut_off(self: Sender, planned: Any) -> Any:
        calls.append(len(planned))
        if len(calls) in (1, 2):
            raise Unreachable("Twenty does not answer")
        return perform(self, planned)

    office.patch.setenv("CUTOVER_TWENTY__TIMEOUT", "5")  # seconds; what was under way is given that long before it is settled
    office.patch.setattr(Sender, "perform", cut_off)
    office.deliver("day-1")
    office.follow(*[look] * 6)
    office.assert_all_is_carried()
    assert office.bench.ok("log", "verify")["problems"] == []


def test_a_full_disk_is_waited_out(office: Office) -> None:
    """SQLite is told that its file may not grow; it says what it says when the disk is full."""
    room = [True]
    opened = cutover.project.project.open_log

    def open_log(*asked: Any, **more: Any) -> Any:
        log = opened(*asked, **more)

        def limit(connection: Any) -> None:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count={2**30 if room[0] else pages + 2}")

        event.listen(log._engine, "begin", limit)
        return log

    office.patch.setattr(cutover.project.project, "open_log", open_log)
    office.deliver("day-1")
    office.follow(look, look, look)
    seen: list[Any] = []
    office.follow(
        lambda: (room.__setitem__(0, False), office.deliver("day-2")),
        *[look] * 4,
        lambda: seen.append(office.status()["follower"]["trouble"]),
        lambda: room.__setitem__(0, True),
        *[look] * 3,
    )
    assert seen[0]["waiting_for"] == "disk"
    office.bench.assert_truth(PRACTICE / "truth/day-2.json")
    assert office.bench.ok("log", "verify")["problems"] == []


def test_a_delivery_that_cannot_be_read_is_set_aside_and_the_next_goes_on(office: Office) -> None:
    broken = office.inbox / "broken"
    broken.mkdir()
    (broken / "letter.csv").write_text("Dear practice,\nnothing is in here.\n")
    office.deliver("day-1")
    seen: list[Any] = []
    office.follow(look, look, lambda: seen.append(office.status()["follower"]["refused"]), look)
    assert len(office.answers) == 1
    assert [(r["delivery"], "none of its 1 files holds a table" in r["message"]) for r in seen[0]] == [("broken", True)]
    office.assert_all_is_carried()


def test_deliveries_in_a_store_are_followed_and_none_is_fetched_twice(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryFileSystem()
    store.store.clear()
    fetched: list[str] = []
    fetch = MemoryFileSystem.get_file

    def noted(self: Any, rpath: str, lpath: str, **options: Any) -> None:
        fetched.append(rpath)
        fetch(self, rpath, lpath, **options)

    def away(*_: object, **__: object) -> None:
        raise ConnectionError("reset")

    monkeypatch.setattr(MemoryFileSystem, "get_file", noted)
    office.at = RemoteAddress("memory://inbox")
    put = lambda day: store.put(str(PRACTICE / day), f"/inbox/{day}", recursive=True)  # noqa: E731
    office.follow(look, lambda: put("day-1"), *[look] * 4)
    assert len(office.answers) == 1
    once = [*fetched]
    assert once
    with monkeypatch.context() as cut:
        cut.setattr(MemoryFileSystem, "get_file", away)
        office.follow(look, lambda: put("day-2"), *[look] * 4)
    assert [begun.waiting_for for begun in office.told_of(OutageBegun)] == ["source"]
    assert len(office.answers) == 1
    office.follow(*[look] * 4)
    assert len(office.answers) == 2
    assert len(set(fetched)) == len(fetched) > len(once)
    assert list((office.bench.project / ".cutover" / "copies").iterdir()) == []
    office.follow(*[look] * 4)
    assert len(office.answers) == 2
    assert len(set(fetched)) == len(fetched)
    office.assert_all_is_carried()
    store.store.clear()


def test_another_command_at_work_is_waited_for(office: Office) -> None:
    office.deliver("day-1")
    with office.session() as session:
        lock = exclusive(session.project, "consumer", holder="replay")
        office.follow(lambda: lock.__enter__(), look, look, lambda: lock.__exit__(None, None, None), look, look)
    assert "`cutover replay`" in office.told_of(OutageBegun)[0].message
    assert len(office.answers) == 1


def test_it_refuses_a_second_follower_a_rollback_and_a_project_without_approvals(office: Office, tmp_path: Path) -> None:
    said: list[Any] = []
    office.follow(look, lambda: said.append(office.bench.cutover("rollback", "--all", "--yes")), look)
    assert said[0].code == 2
    assert "`cutover sync --follow`" in said[0].err
    with office.session() as s, exclusive(s.project, "follower", holder="sync --follow"), pytest.raises(Busy):
        office.follow(look)
    fresh = Bench(tmp_path / "fresh", office.bench.url, office.bench.key, office.bench.before)
    fresh.init(PRACTICE / "practice.toml")
    with pytest.raises(LogMissing):
        Office(fresh, office.inbox, office.patch).follow(look)


def test_an_approval_that_goes_missing_in_the_middle_ends_it_and_status_says_so(office: Office) -> None:
    office.deliver("day-1")
    with pytest.raises(ApprovalMissing):
        office.follow(
            *[look] * 3,
            lambda: office.bench.ok("go-live"),
            lambda: office.deliver("day-2"),
            *[look] * 4,
        )
    follower = office.status()["follower"]
    assert (follower["running"], follower["state"], follower["trouble"]["waiting_for"]) == (False, "ended", "person")
    assert "--after-go-live" in follower["trouble"]["message"]
    assert office.told_of(OutageBegun) == []


def test_the_program_follows_until_it_is_asked_to_stop(office: Office) -> None:
    follower = office.start_program("--json", stdout=subprocess.PIPE)
    try:
        assert follower.stdout is not None
        office.deliver("day-1")
        printed = follower.stdout.readline()
        check_output(["sync", "--json"], printed)
        ran = json.loads(printed)
        assert ran["changes"]["created"] > 0
        while (seen := office.bench.ok("status")["follower"])["state"] == "syncing":
            time.sleep(0.1)
        assert (seen["running"], seen["process"], seen["state"]) == (True, follower.pid, "watching")
        follower.send_signal(signal.SIGTERM)
        assert json.loads(follower.stdout.readline()) == {"stopped": True}
        assert follower.wait(timeout=20) == 0
    finally:
        follower.kill()
        follower.wait(timeout=20)
        assert follower.stdout is not None
        follower.stdout.close()
    assert office.bench.ok("status")["follower"] is None


def test_a_follower_that_was_killed_is_told_from_one_that_was_stopped(office: Office) -> None:
    follower = office.start_program(stdout=subprocess.DEVNULL)
    while (office.status()["follower"] or {}).get("process") != follower.pid:
        time.sleep(0.1)
    follower.kill()
    follower.wait(timeout=20)
    said = office.bench.cutover("status")
    assert (said.code, said.document["follower"]["running"]) == (1, False)
