"""A worker settles what its partitions' former owner left, before it carries anything; what it loses it gives up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

import consumers.workers.worker
from consumers.state.partition_ownership import Owner, OwnershipLost
from consumers.sync.pace import SMALLEST, Pace
from consumers.workers.happenings import Happening, PartitionsTaken, WindowGivenUp
from consumers.workers.worker import REBALANCE, Worker
from events.log.port import CHANGES, COMPENSATIONS, LogDamaged, LogFenced, NewEntry
from events.log.sqlite import SqliteLog

GROUP = "twenty:one"
TIMEOUT, POLL = 60.0, 5.0
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@dataclass
class Day:
    """One worker's work: what it did, in order, on a clock that only its own waiting moves. `carrying` may fail."""

    log: SqliteLog
    done: list[object] = field(default_factory=list)
    now: datetime = NOON
    intents: list[tuple[bytes, int, int]] = field(default_factory=list)
    carrying: list[Exception] = field(default_factory=list)
    arrivals: list[bool] = field(default_factory=list)
    company: list[bool] = field(default_factory=list)
    told: list[Happening] = field(default_factory=list)
    rests: int = 0
    looks: list[Exception | None] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.owner = Owner(self.log.join(GROUP, CHANGES))
        self.taken: list[frozenset[int]] = []
        self.view = SimpleNamespace(mine=None, open_intents=lambda: list(self.intents), take_over=self.taken.append)

    def carry(self) -> None:
        self.done.append("carry")
        if self.carrying:
            raise self.carrying.pop(0)

    def look_after_log(self) -> None:
        if self.looks and (trouble := self.looks.pop(0)):
            raise trouble

    def settle(self) -> int:
        self.done.append("settle")
        settled = len(self.intents)
        self.intents.clear()
        return settled

    def _rest(self) -> None:
        self.rests += 1

    def sleep(self, seconds: float) -> None:
        self.done.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.meanwhile()

    def work(self, *, follow: bool = False, stop_after: int = 1_000) -> list[object]:
        worker = Worker(
            owner=self.owner,
            log=self.log,
            view=self.view,  # type: ignore[arg-type]
            fold=lambda: self.done.append("fold"),
            settle=self.settle,
            carry=self.carry,
            has_more=lambda: self.arrivals.pop(0) if self.arrivals else False,
            has_company=lambda: self.company.pop(0) if self.company else True,
            look_after_log=self.look_after_log,
            pace=Pace(lambda: self.now.timestamp(), smallest=SMALLEST),
            now=lambda: self.now,
            sleep=self.sleep,
            request_timeout=TIMEOUT,
            poll=POLL,
            tell=self.told.append,
            at_rest=self._rest,
        )
        worker.work(lambda: len(self.done) >= stop_after, follow=follow)
        return self.done


@pytest.fixture
def day(tmp_path: Path) -> Iterator[Day]:
    log = SqliteLog(f"sqlite:///{tmp_path}/log.db")
    yield Day(log)
    log.close()


def test_what_was_left_is_settled_before_anything_is_carried(day: Day) -> None:
    assert day.work() == ["fold", "fold", "settle", "carry"]
    assert day.view.mine == {0}
    assert day.taken == [{0}]


@pytest.mark.parametrize(("age", "waits"), [(0.0, 60), (59.5, 1), (60.0, 0), (3_600.0, 0)])
def test_a_request_of_the_former_owner_is_given_its_time(
    day: Day, monkeypatch: pytest.MonkeyPatch, age: float, waits: int
) -> None:
    day.log.append([NewEntry(COMPENSATIONS, b"household", b"an intent")])
    day.intents.append((b"intent", 0, 0))
    written = SimpleNamespace(recorded_at=NOON - timedelta(seconds=age))
    monkeypatch.setattr(consumers.workers.worker, "read_compensation", lambda _value: written)
    done = day.work()
    assert len([step for step in done if isinstance(step, float)]) == waits
    assert (day.now - written.recorded_at).total_seconds() >= TIMEOUT
    assert done[-2:] == ["settle", "carry"]


def test_a_worker_that_is_stopped_while_it_waits_settles_nothing(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    day.log.append([NewEntry(COMPENSATIONS, b"household", b"an intent")])
    day.intents.append((b"intent", 0, 0))
    monkeypatch.setattr(consumers.workers.worker, "read_compensation", lambda _value: SimpleNamespace(recorded_at=NOON))
    assert day.work(stop_after=3) == ["fold", REBALANCE, REBALANCE]


@pytest.mark.parametrize("lost", [OwnershipLost("gone"), LogFenced("gone")])
def test_a_window_that_is_lost_is_given_up_and_what_it_sent_is_settled(day: Day, lost: Exception) -> None:
    day.carrying.append(lost)
    once = ["fold", "fold", "settle", "carry"]
    assert day.work() == once + once
    assert day.taken == [{0}, {0}], "the view, too, may have been taken over meanwhile"


def test_everybody_waits_for_the_company(day: Day) -> None:
    day.company += [False, False]
    assert day.work() == ["fold", "fold", "settle", REBALANCE, REBALANCE, "carry"]


def test_a_follower_carries_again_when_something_has_come(day: Day) -> None:
    day.arrivals += [False, True, False]
    assert day.work(follow=True, stop_after=8) == ["fold", "fold", "settle", "carry", POLL, POLL, "carry", POLL]


def test_without_partitions_there_is_nothing_to_do_but_to_wait(day: Day) -> None:
    day.log.join(GROUP, CHANGES)  # somebody else owns them all
    assert day.work() == [REBALANCE], "one look more: the group may not have agreed yet"
    day.done.clear()
    assert day.work(follow=True, stop_after=2) == [REBALANCE, REBALANCE]


@pytest.mark.parametrize("owns", [True, False])
def test_a_log_that_was_deleted_under_a_worker_ends_it_also_where_it_owns_nothing(day: Day, owns: bool) -> None:
    if not owns:
        day.log.join(GROUP, CHANGES)
    day.looks += [None, LogDamaged("gone")]
    with pytest.raises(LogDamaged):
        day.work(follow=True)


def test_one_that_is_replaced_while_it_waits_settles_nothing(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    day.log.append([NewEntry(COMPENSATIONS, b"household", b"an intent")])
    day.intents.append((b"intent", 0, 0))
    monkeypatch.setattr(consumers.workers.worker, "read_compensation", lambda _value: SimpleNamespace(recorded_at=NOON))
    day.meanwhile = lambda: day.log.join(GROUP, CHANGES) and None
    done = day.work(follow=True, stop_after=6)
    assert "settle" not in done
    assert "carry" not in done


def test_it_tells_what_it_takes_over_and_what_it_gives_up(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    day.log.append([NewEntry(COMPENSATIONS, b"household", b"an intent")])
    day.intents.append((b"intent", 0, 0))
    old = SimpleNamespace(recorded_at=NOON - timedelta(hours=1))
    monkeypatch.setattr(consumers.workers.worker, "read_compensation", lambda _value: old)
    day.carrying = [OwnershipLost("gone")]
    day.work()
    assert day.told == [
        PartitionsTaken(before=[], now=[0], settled_intents=1),
        WindowGivenUp([0]),
        PartitionsTaken(before=[0], now=[0], settled_intents=0),
    ]


def test_it_rests_where_nothing_is_left(day: Day) -> None:
    day.work(follow=True, stop_after=7)
    assert day.rests >= 2
