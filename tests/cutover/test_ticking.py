"""A step that writes to Twenty ticks with each request, and never ticks more than its events."""

from hypothesis import given
from hypothesis import strategies as st

from consumers.sync.projector import SyncTally
from cutover.runs.happenings.ticking import WindowTicks

Window = tuple[int, list[int]]
windows = st.lists(st.tuples(st.integers(1, 5_000), st.lists(st.integers(1, 200), max_size=30)), max_size=6)


@given(windows)
def test_a_window_ticks_its_events_whatever_its_writes(given_windows: list[Window]) -> None:
    ticked: list[float] = []
    ticks = WindowTicks(tally=SyncTally(), advance=ticked.append)
    for events, requests in given_windows:
        before = sum(ticked)
        ticks.planned(events, sum(requests))
        for records in requests:
            ticks.wrote("people", records)
            assert sum(ticked) - before <= events + 1e-6
        ticks.done(events)
        assert abs(sum(ticked) - before - events) < 1e-6


def test_each_request_ticks_its_share_of_the_window() -> None:
    ticked: list[float] = []
    ticks = WindowTicks(tally=SyncTally(dead_letters=3), advance=ticked.append)
    ticks.planned(100, 200)
    ticks.wrote("tasks", 100)
    ticks.wrote("taskTargets", 100)
    assert ticked == [50, 50]
    counts = ticks.counts()
    assert (counts.written, counts.conflicts, counts.dead_letters) == ({"tasks": 100, "taskTargets": 100}, 0, 3)


def test_records_that_are_tried_again_tick_once() -> None:
    ticked: list[float] = []
    ticks = WindowTicks(tally=SyncTally(), advance=ticked.append)
    ticks.planned(10, 10)
    ticks.wrote("people", 10)
    ticks.wrote("people", 10)
    assert sum(ticked) == 10


def test_a_window_that_leads_to_no_write_ticks_at_its_end() -> None:
    ticked: list[float] = []
    ticks = WindowTicks(tally=SyncTally(), advance=ticked.append)
    ticks.planned(40, 0)
    ticks.done(40)
    assert ticked == [40]
