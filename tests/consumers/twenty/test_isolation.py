"""One bad record costs only itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.twenty.transport.errors import OutcomeUnknown, Refusal, Refused
from consumers.twenty.transport.isolation import isolate


def server(bad: set[int], kind: Refusal = Refusal.VALUE) -> tuple[list[list[int]], Callable[[Sequence[int]], list[int]]]:
    sent: list[list[int]] = []

    def send(part: Sequence[int]) -> list[int]:
        sent.append(list(part))
        if bad & set(part):
            raise Refused("no", kind=kind)
        return [-one for one in part]

    return sent, send


def test_a_good_batch_is_one_request() -> None:
    sent, send = server(set())
    assert isolate([1, 2, 3], send) == ([-1, -2, -3], [])
    assert len(sent) == 1


def test_one_culprit_among_two_hundred_is_found_in_about_twice_eight_requests() -> None:
    sent, send = server({137})
    answers, refused = isolate(range(200), send)
    assert [record for record, _ in refused] == [137]
    assert len(answers) == 199
    assert len(sent) <= 17


@given(st.lists(st.integers(1, 10_000), unique=True, max_size=60), st.sets(st.integers(1, 10_000), max_size=60))
def test_all_good_ones_are_written_once_and_all_bad_ones_named_in_order(records: list[int], bad: set[int]) -> None:
    _, send = server(bad)
    answers, refused = isolate(records, send)
    assert answers == [-one for one in records if one not in bad]
    assert [record for record, _ in refused] == [one for one in records if one in bad]


@pytest.mark.parametrize("kind", [Refusal.PERMISSION, Refusal.UNKNOWN_OBJECT])
def test_what_concerns_all_alike_is_not_split(kind: Refusal) -> None:
    sent, send = server({1}, kind)
    _, refused = isolate([1, 2, 3], send)
    assert (len(sent), len(refused)) == (1, 3)


def test_any_other_error_ends_it() -> None:
    def send(part: Sequence[int]) -> list[int]:
        raise OutcomeUnknown("lost")

    with pytest.raises(OutcomeUnknown):
        isolate([1, 2], send)


def test_nothing_is_nothing() -> None:
    sent, send = server(set())
    assert isolate([], send) == ([], [])
    assert sent == []
