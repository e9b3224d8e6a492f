"""The number of requests under way follows what the server bears. The servers are models on a clock of their own."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.twenty.transport.errors import OutcomeUnknown, RateLimited, ServerFault, TwentyError, Unreachable
from consumers.twenty.transport.in_flight_limit import START, InFlightLimit
from tests.consumers.twenty.slow_server import Server, same


@pytest.mark.parametrize("seconds", [0.05, 0.3, 1.0])
def test_with_a_server_that_is_only_far_away_as_many_are_under_way_as_the_setting_allows(seconds: float) -> None:
    server = Server(same(seconds))
    client = server.client(jobs=100)
    took = server.serve(client)
    assert client.numbers[15:] == [16] * 85
    assert took < 12 * seconds, "one after the other: 100 × as long; sixteen at once: 7 × as long"


@pytest.mark.parametrize("at_once", [1, 2])
def test_with_a_server_that_works_at_few_together_few_wait_in_it_and_it_is_never_idle(at_once: int) -> None:
    server = Server(same(0.3), at_once=at_once)
    client = server.client(jobs=200)
    took = server.serve(client)
    assert max(client.numbers[50:]) <= at_once + 6
    assert took == pytest.approx(200 * 0.3 / at_once, rel=0.01)


def test_a_server_that_answers_unevenly_is_none_with_a_queue() -> None:
    chance = random.Random(1)
    server = Server(lambda _number: 0.3 * chance.uniform(1, 1.6))
    client = server.client(jobs=200)
    server.serve(client)
    assert min(client.numbers[50:]) >= 14


def test_batches_of_another_object_that_take_longer_are_no_queue() -> None:
    server = Server(lambda number: 0.1 * (1 + number // 25))
    client = server.client(jobs=200, kinds=lambda number: number // 25)
    server.serve(client)
    assert client.numbers[50:] == [16] * 150


def test_another_object_on_a_server_with_a_queue_does_not_open_the_tap() -> None:
    server = Server(same(0.3), at_once=2)
    client = server.client(jobs=100, most=32, kinds=lambda number: number // 20)
    server.serve(client)
    assert max(client.numbers) < 16


@pytest.mark.parametrize("error", [RateLimited("full"), ServerFault("no"), OutcomeUnknown("lost"), Unreachable("silence")])
def test_what_an_overloaded_server_does_halves_the_number_once_for_all_that_were_under_way(error: TwentyError) -> None:
    server = Server(same(0.3), fails=lambda number: error if 60 <= number < 64 else None)
    client = server.client(jobs=90)
    server.serve(client)
    assert client.numbers[59] == 16
    assert client.numbers[60:64] == [8] * 4


def test_a_server_that_only_fails_gets_one_request_at_a_time() -> None:
    server = Server(same(0.3), fails=lambda _number: ServerFault("no"))
    client = server.client(jobs=40)
    server.serve(client)
    assert client.numbers[-1] == 1


def test_it_grows_again_when_the_server_has_recovered() -> None:
    server = Server(same(0.3), fails=lambda number: ServerFault("no") if 40 <= number < 80 else None)
    client = server.client(jobs=200)
    server.serve(client)
    assert min(client.numbers) <= 2
    assert client.numbers[-1] == 16


def test_with_a_rate_limit_one_request_waits_for_its_turn_and_no_more() -> None:
    server = Server(same(0.3))
    client = server.client(jobs=100, pace=0.6)
    took = server.serve(client)
    assert (server.most, client.numbers[-1]) == (1, 2)
    assert took == pytest.approx(99 * 0.6 + 0.3)


def test_a_slow_server_does_not_waste_the_rate_limit() -> None:
    server = Server(same(3.0))
    client = server.client(jobs=100, pace=0.6)
    took = server.serve(client)
    assert server.most <= 3.0 / 0.6 + 1
    assert took < 99 * 0.6 + 3.0 + 2 * 3.0, "the beginning costs two answers' time at most"


def test_a_server_that_became_slower_for_good_is_measured_anew_after_a_while() -> None:
    server = Server(lambda number: 0.3 if number < 100 else 1.5)
    client = server.client(jobs=3_000)
    server.serve(client)
    assert min(client.numbers[200:]) < 16
    assert client.numbers[-1] == 16


@pytest.mark.parametrize("workers", [2, 4])
@pytest.mark.parametrize("at_once", [0, 2, 8])
def test_workers_that_share_a_server_neither_starve_nor_flood_it(workers: int, at_once: int) -> None:
    server = Server(same(0.3), at_once=at_once)
    clients = [server.client(jobs=200) for _ in range(workers)]
    took = server.serve(*clients)
    assert took <= (workers * 200 * 0.3 / at_once if at_once else 200 * 0.3 / 16) * 1.3
    assert min(client.ended for client in clients) > took / 2, "none of them has to wait until the others are through"
    for client in clients:
        settled = client.numbers[100:]
        assert min(settled) >= 3
        swings = sum(abs(after - before) for before, after in itertools.pairwise(settled))
        assert swings <= 40, "it does not swing"


def test_a_worker_that_comes_later_gets_its_share() -> None:
    server = Server(same(0.3), at_once=2)
    first, late = server.client(jobs=400), server.client(jobs=100, begins=20.0)
    server.serve(first, late)
    assert late.ended - late.begins < 1.5 * 100 * 0.3, "alone it would take 15 s, with half of the server 30 s"


@given(
    most=st.integers(1, 32),
    at_once=st.integers(0, 6),
    times=st.lists(st.floats(0.0, 5.0), min_size=1, max_size=40),
    failing=st.sets(st.integers(0, 119)),
    pace=st.sampled_from([0.0, 0.02, 0.6]),
)
def test_whatever_happens_the_number_stays_within_its_bounds_and_everything_is_sent(
    most: int, at_once: int, times: list[float], failing: set[int], pace: float
) -> None:
    server = Server(lambda n: times[n % len(times)], at_once, lambda n: OutcomeUnknown("lost") if n in failing else None)
    client = server.client(jobs=120, most=most, pace=pace, kinds=lambda number: number % 3)
    server.serve(client)
    assert len(client.numbers) == 120
    assert all(1 <= number <= most for number in client.numbers)
    assert server.most <= most


def test_it_begins_with_a_few_and_with_fewer_where_fewer_are_allowed() -> None:
    assert (InFlightLimit(16).now, InFlightLimit(2).now) == (START, 2)
    with pytest.raises(ValueError, match="at least one"):
        InFlightLimit(0)


def test_a_read_whose_length_nobody_can_foresee_changes_nothing() -> None:
    server = Server(lambda number: 0.1 if number % 2 else 9.0)
    client = server.client(jobs=100, kinds=lambda _number: None)
    server.serve(client)
    assert set(client.numbers) == {START}


def test_a_request_that_was_not_sent_in_the_end_does_not_count_as_waiting() -> None:
    now = 0.0
    limit = InFlightLimit(16, clock=lambda: now)
    with pytest.raises(PermissionError), limit.request("batch"):
        raise PermissionError("the partitions are another worker's")
    with limit.request("batch") as flight:
        now = 1.0
        flight.leaves()
    assert limit.now == START, "it waited a second for its turn, and no other request waits"
