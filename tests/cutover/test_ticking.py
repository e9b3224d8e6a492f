"""A step that writes to Twenty ticks with each request, and never ticks more than its events."""

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.sync.projector import SyncTally
from cutover.runs.happenings.ticking import WindowTicks, totals_of
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import TableKind
from producers.changes.books import Term
from producers.changes.produced import Produced

Window = tuple[int, list[int]]


def events(count: int, entity: Entity = Entity.PATIENT) -> list[Any]:
    """Return the work of a window about so many records of an entity."""
    return [SimpleNamespace(head=SimpleNamespace(entity=entity))] * count


windows = st.lists(st.tuples(st.integers(1, 5_000), st.lists(st.integers(1, 200), max_size=30)), max_size=6)


@given(windows)
def test_a_window_ticks_its_events_whatever_its_writes(given_windows: list[Window]) -> None:
    ticked: list[float] = []
    ticks = WindowTicks(tally=SyncTally(), advance=ticked.append)
    for count, requests in given_windows:
        before = sum(ticked)
        ticks.planned(events(count), sum(requests))
        for records in requests:
            ticks.wrote("people", records)
            assert sum(ticked) - before <= count + 1e-6
        ticks.done(count)
        assert abs(sum(ticked) - before - count) < 1e-6


def test_each_request_ticks_its_share_of_the_window() -> None:
    ticked: list[float] = []
    ticks = WindowTicks(tally=SyncTally(dead_letters=3), advance=ticked.append)
    ticks.planned(events(100), 200)
    ticks.wrote("tasks", 100)
    ticks.wrote("taskTargets", 100)
    assert ticked == [50, 50]
    counts = ticks.counts()
    assert (counts.written, counts.conflicts, counts.dead_letters) == ({"tasks": 100, "taskTargets": 100}, 0, 3)


def test_records_that_are_tried_again_tick_once() -> None:
    ticked: list[float] = []
    ticks = WindowTicks(tally=SyncTally(), advance=ticked.append)
    ticks.planned(events(10), 10)
    ticks.wrote("people", 10)
    ticks.wrote("people", 10)
    assert sum(ticked) == 10


def test_a_window_that_leads_to_no_write_ticks_at_its_end() -> None:
    ticked: list[float] = []
    ticks = WindowTicks(tally=SyncTally(), advance=ticked.append)
    ticks.planned(events(40), 0)
    ticks.done(40)
    assert ticked == [40]


def test_records_left_follow_from_the_kinds_of_events_and_shrink_where_nothing_is_to_be_written() -> None:
    ticks = WindowTicks(tally=SyncTally(), totals={"tasks": 100, "taskTargets": 100, "people": 100})
    assert ticks.counts().left == 300
    ticks.planned(events(100, Entity.APPOINTMENT), 200)
    ticks.wrote("tasks", 100)
    assert ticks.counts().left == 200
    ticks.wrote("taskTargets", 100)
    ticks.done(100)
    ticks.planned(events(100), 40)  # the others are in Twenty already
    assert ticks.counts().left == 40
    assert ticks.counts().totals == {"tasks": 100, "taskTargets": 100, "people": 100}


@pytest.mark.parametrize(
    ("pending", "expected"),
    [(30, {"people": 10, "tasks": 20, "taskTargets": 20}), (500, None)],
    ids=["all of the run", "earlier events, too"],
)
def test_the_records_of_a_run_are_known_where_all_events_are_its_own(pending: int, expected: dict[str, int] | None) -> None:
    books: Any = [
        SimpleNamespace(kind=kind, by_term=lambda created=created: {Term.CARRIED: {"created": created}})
        for kind, created in ((TableKind.PATIENT, 10), (TableKind.APPOINTMENT, 20))
    ]
    assert totals_of([Produced(books=books)], pending) == expected
