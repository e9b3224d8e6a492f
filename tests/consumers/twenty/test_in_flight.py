"""Several requests at once, and nothing depends on which of them is answered first."""

from __future__ import annotations

import threading
import time

import pytest

from consumers.twenty.transport.in_flight import in_order
from consumers.twenty.transport.in_flight_limit import InFlightLimit


def test_results_come_in_the_order_asked_for_whoever_was_faster() -> None:
    def job(number: int) -> int:
        time.sleep(0.02 * (4 - number))
        return number

    assert list(in_order([lambda n=n: job(n) for n in range(4)], InFlightLimit(4))) == [0, 1, 2, 3]


def test_as_many_are_at_work_as_allowed_and_no_more() -> None:
    gate, lock, at_work, most = threading.Barrier(3, timeout=5), threading.Lock(), 0, 0

    def job() -> None:
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        gate.wait()
        with lock:
            at_work -= 1

    list(in_order([job] * 9, InFlightLimit(3)))
    assert most == 3


def test_one_at_a_time_needs_no_thread() -> None:
    assert list(in_order([threading.current_thread] * 3, InFlightLimit(1))) == [threading.current_thread()] * 3


def test_after_an_error_nothing_new_begins_and_nothing_is_in_flight_any_more() -> None:
    begun: list[int] = []
    ended: list[int] = []

    def job(number: int) -> int:
        begun.append(number)
        if number == 1:
            raise ValueError("no")
        time.sleep(0.05)
        ended.append(number)
        return number

    with pytest.raises(ValueError, match="no"):
        list(in_order([lambda n=n: job(n) for n in range(50)], InFlightLimit(2)))
    assert len(begun) < 50
    assert sorted(ended) == sorted(set(begun) - {1})
