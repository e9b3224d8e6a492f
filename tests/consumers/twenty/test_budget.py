"""A rate budget uses what the workspace allows, and not a request more."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from consumers.twenty.transport.budget import TokenBucket


class Server:
    """Twenty's own bucket: `limit` tokens at once, then evenly `limit` a minute."""

    def __init__(self, clock: Any, limit: int, *, tokens: float | None = None) -> None:
        self.clock, self.limit = clock, limit
        self.tokens = float(limit if tokens is None else tokens)
        self.last = clock()

    def takes(self) -> bool:
        self.tokens = min(self.limit, self.tokens + (self.clock() - self.last) * self.limit / 60)
        self.last = self.clock()
        if self.tokens < 1 - 1e-9:
            return False
        self.tokens -= 1
        return True


def bucket(clock: Any, limit: float) -> TokenBucket:
    return TokenBucket(limit, clock=clock, sleep=clock.sleep)


@pytest.mark.parametrize("limit", [100, 1000, 6000])
def test_in_steady_state_nothing_is_refused_and_the_limit_is_used(clock: Any, limit: int) -> None:
    server, budget, sent, started = Server(clock, limit), bucket(clock, limit), 0, clock()
    while clock() - started < 600:
        budget.acquire()
        assert server.takes()
        budget.accepted()
        sent += 1
    assert 0.97 * limit <= sent / 10 <= limit


@pytest.mark.parametrize("idle", [0.0, 0.4, 30.0, 3600.0])
def test_no_minute_sees_more_than_the_limit_however_long_it_was_idle_before(clock: Any, idle: float) -> None:
    budget, times = bucket(clock, 100), []
    clock.sleep(idle)
    for number in range(400):
        budget.acquire()
        times.append(clock())
        clock.sleep(0.9 if number % 7 == 0 else 0.01)
    for first in times:
        assert sum(first <= one < first + 60 for one in times) <= 100


def test_a_request_may_cost_several_tokens_and_the_next_one_waits_for_them(clock: Any) -> None:
    budget = bucket(clock, 60)
    budget.acquire(5)
    before = clock()
    budget.acquire()
    assert clock() - before == pytest.approx(5 / 0.99)


def test_zero_is_no_limit(clock: Any) -> None:
    budget = bucket(clock, 0)
    for _ in range(10_000):
        budget.acquire()
    assert clock.slept == []


def test_a_negative_limit_is_a_mistake(clock: Any) -> None:
    with pytest.raises(ValueError, match="0"):
        bucket(clock, -1)


def test_after_a_refusal_everybody_pauses_and_longer_each_time_in_a_row(clock: Any) -> None:
    budget, pauses = bucket(clock, 6000), []
    for _ in range(8):
        budget.refused()
        before = clock()
        budget.acquire()
        pauses.append(clock() - before)
    assert pauses == pytest.approx([0.6, 0.9, 1.35, 2.0, 3.0, 4.6, 6.8, 10], abs=0.2)


def test_refusals_of_what_was_in_flight_when_the_pause_began_say_nothing_new(clock: Any) -> None:
    one, four = bucket(clock, 100), bucket(clock, 100)
    one.refused()
    for _ in range(4):
        four.refused()
    before = clock()
    one.acquire()
    paused = clock() - before
    clock.now = before
    four.acquire()
    assert clock() - before == pytest.approx(paused)


def test_what_an_idle_time_left_is_caught_up_and_no_minute_sees_more_than_the_limit(clock: Any) -> None:
    """Ten seconds of planning after every forty of writing: the limit is used all the same."""
    server, budget, times, started = Server(clock, 100), bucket(clock, 100), [], clock()
    while clock() - started < 1200:
        for _ in range(80):
            budget.acquire()
            assert server.takes()
            budget.accepted()
            times.append(clock())
        clock.sleep(10.0)
    assert len(times) >= 0.97 * 100 * (clock() - started) / 60
    for first in times:
        assert sum(first <= one < first + 60 for one in times) <= 100


def test_what_an_idle_night_left_is_not_sent_at_once(clock: Any) -> None:
    budget = bucket(clock, 100)
    clock.sleep(8 * 3600)
    before = clock()
    for _ in range(60):
        budget.acquire()
    assert clock() - before > 18


def test_the_pause_is_the_servers_where_it_names_one(clock: Any) -> None:
    budget = bucket(clock, 0)
    budget.refused(retry_after=17.0)
    before = clock()
    budget.acquire()
    assert clock() - before == pytest.approx(17)


def test_beside_another_client_of_the_same_workspace_it_slows_down_and_wins_its_pace_back(clock: Any) -> None:
    budget = bucket(clock, 60)
    budget.refused(retry_after=0)
    budget.acquire()
    before = clock()
    budget.acquire()
    assert clock() - before == pytest.approx(1 / 0.99 / 0.9)
    for _ in range(20):
        budget.accepted()
    budget.acquire()
    before = clock()
    budget.acquire()
    assert clock() - before == pytest.approx(1 / 0.99)


def test_it_may_be_shared_between_threads() -> None:
    budget, started = TokenBucket(60_000), time.monotonic()
    threads = [threading.Thread(target=lambda: [budget.acquire() for _ in range(250)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()
    assert time.monotonic() - started >= 1000 / 1000 * 0.4  # 600 of the thousand were saved up at most
