"""Several workers share one rate: together they never exceed it, and the only one at work gets all of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from consumers.twenty.transport.rate_headers import Allowance
from consumers.twenty.transport.shared_budget import NAMED_FOR, SharedBudget

Open = Callable[..., SharedBudget]


@pytest.fixture
def open_budget(database_url: str) -> Iterator[Open]:
    opened: list[SharedBudget] = []

    def open_one(limit: float, workspace: str = "one", **more: Any) -> SharedBudget:
        opened.append(SharedBudget(database_url, workspace, limit, **more))
        return opened[-1]

    yield open_one
    for budget in opened:
        budget.close()


def _spent(budget: SharedBudget, count: int) -> list[float]:
    times = []
    for _ in range(count):
        budget.acquire()
        times.append(time.monotonic())
    return times


def test_workers_together_keep_to_the_rate(open_budget: Open) -> None:
    workers = [open_budget(1200) for _ in range(3)]
    times: list[float] = []
    threads = [threading.Thread(target=lambda w=w: times.extend(_spent(w, 14))) for w in workers]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(times) == 42
    assert max(times) - began >= 41 * 60 / 1200, "42 turns of 50 ms, the first of which is at once"


def test_the_only_worker_gets_the_whole_rate(open_budget: Open) -> None:
    idle, busy = open_budget(3000), open_budget(3000)
    idle.acquire()
    began = time.monotonic()
    times = _spent(busy, 25)
    assert max(times) - began < 2.5, "25 turns of 20 ms are half a second"


def test_a_refusal_pauses_every_worker(open_budget: Open) -> None:
    one, other = open_budget(6000), open_budget(6000)
    one.acquire()
    one.refused(retry_after=0.4)
    began = time.monotonic()
    other.acquire()
    assert time.monotonic() - began >= 0.3


def test_on_sqlite_refusals_in_a_row_pause_longer_and_an_accepted_request_ends_that(tmp_path: Path) -> None:
    """On a server its own clock counts, which cannot be handed in."""
    now = [1_000.0]
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    budget = SharedBudget(f"sqlite:///{tmp_path}/state.db", "one", 60_000_000, clock=lambda: now[0], sleep=sleep)
    for _ in range(3):
        budget.refused()
        budget.acquire()
    assert waits == sorted(waits)
    assert waits[2] > waits[0]
    budget.accepted()
    budget.refused()
    budget.acquire()
    assert waits[-1] == pytest.approx(waits[0], rel=0.01)
    budget.close()


def test_workspaces_have_accounts_of_their_own(open_budget: Open) -> None:
    one, other = open_budget(1), open_budget(1, "two")
    one.acquire()
    began = time.monotonic()
    other.acquire()
    assert time.monotonic() - began < 5, "the other workspace's next turn is a minute away"


def test_without_a_limit_there_is_nothing_to_share(database_url: str) -> None:
    with pytest.raises(ValueError, match="limit"):
        SharedBudget(database_url, "one", 0)


def test_a_limit_that_one_worker_was_told_holds_for_all(open_budget: Open) -> None:
    one, other = open_budget(6000), open_budget(6000)
    one.heard(Allowance(per_minute=1200))
    began = time.monotonic()
    times = _spent(other, 21)
    assert times[-1] - began >= 20 * 60 / 1200
    one.heard(Allowance(per_minute=100_000))  # it cannot lift the limit that was set
    began = time.monotonic()
    assert _spent(other, 11)[-1] - began >= 10 * 60 / 6000


def test_nothing_left_pauses_every_worker(open_budget: Open) -> None:
    one, other = open_budget(6000), open_budget(6000)
    one.heard(Allowance(remaining=0, reset_after=0.4))
    began = time.monotonic()
    other.acquire()
    assert time.monotonic() - began >= 0.35


def test_a_limit_that_was_named_long_ago_no_longer_counts(open_budget: Open) -> None:
    seconds = [1_000_000.0]
    budget = open_budget(6000, clock=lambda: seconds[0], sleep=lambda s: seconds.append(seconds.pop() + s))
    if budget._engine.dialect.name != "sqlite":
        pytest.skip("a server's own clock cannot be set")
    budget.heard(Allowance(per_minute=60))
    seconds[0] += NAMED_FOR + 1
    budget.acquire()
    began = seconds[0]
    budget.acquire()
    assert seconds[0] - began < 0.1


REFUSED = {"statusCode": 429, "error": "HttpException", "messages": ["Too many requests"]}
COUNTED = {"data": {"people": {"totalCount": 0}}}


class Stopped(Exception):
    """The first worker waits no longer."""


@pytest.mark.parametrize(
    ("answer", "waited"),
    [
        (httpx.Response(429, json=REFUSED, headers={"Retry-After": "21"}), 21.0),
        (httpx.Response(429, json=REFUSED, headers={"X-RateLimit-Reset": "13"}), 13.0),
        (httpx.Response(200, json=COUNTED, headers={"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "25"}), 25.0),
        (httpx.Response(200, json=COUNTED, headers={"RateLimit": "limit=10000, remaining=0, reset=9"}), 9.0),
        (httpx.Response(200, json=COUNTED, headers={"X-RateLimit-Limit": "30"}), 2.0),
        (httpx.Response(200, json=COUNTED), 0.0),
    ],
)
def test_headers_of_an_answer_to_one_worker_hold_for_another_worker(
    twenty: Any, clock: Any, tmp_path: Path, answer: httpx.Response, waited: float
) -> None:
    """`Retry-After`, a window that is used up, a lower limit. Each worker has a connection and a budget of its own."""

    def stop(_seconds: float) -> None:
        raise Stopped

    url = f"sqlite:///{tmp_path}/state.db"
    with (
        closing(SharedBudget(url, "one", 6000, clock=clock, sleep=stop)) as its_own,
        closing(SharedBudget(url, "one", 6000, clock=clock, sleep=clock.sleep)) as its_neighbours,
    ):
        twenty.then(answer, *[httpx.Response(200, json=COUNTED)] * 2)
        with suppress(Stopped):
            twenty.workspace(budget=its_own).count("people")
        other, began = twenty.workspace(budget=its_neighbours), clock()
        other.count("people")
        other.count("people")
    assert clock() - began == pytest.approx(waited, abs=0.1)
