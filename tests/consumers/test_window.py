"""Windows of events: the company and the providers come first, in a window of their own."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from consumers.state.view_rows import DEAD
from consumers.sync import window as window_module
from consumers.sync.window import Window, next_window, pending_window
from events.change_events import ChangeEvent, read_change
from events.log.port import CHANGES, Log, NewEntry
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests.consumers.partitioned_log import PartitionedLog
from tests.consumers.workbench import Bench, appointment, later, patient, practice

PROVIDER = Record(entity=Entity.PROVIDER, native_id="p1", values={"display_name": "Dr. Mia Lund"})


def entities(bench: Bench) -> list[Entity]:
    """Return the entities of the next window; its offsets are committed, as if it had been carried."""
    return [w.event.entity for w in _committed(bench).work]


def test_the_company_and_the_providers_go_in_a_window_of_their_own(bench: Bench) -> None:
    """The other workers wait for this one write, not for ten thousand."""
    bench.deliver(practice(), PROVIDER, patient("1", "Ada", "Quist"), patient("2", "Bo", "Vale"))
    assert entities(bench) == [Entity.PRACTICE, Entity.PROVIDER]
    assert entities(bench) == [Entity.PATIENT, Entity.PATIENT]
    assert entities(bench) == []


def test_without_either_all_events_go_in_one_window(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), patient("2", "Bo", "Vale"))
    assert entities(bench) == [Entity.PRACTICE], "the first delivery brings the company along"
    assert entities(bench) == [Entity.PATIENT, Entity.PATIENT]
    bench.deliver(patient("1", "Ada", "Quist", status="Inactive"), patient("3", "Cy", "Roe"))
    assert entities(bench) == [Entity.PATIENT, Entity.PATIENT]


def test_an_event_of_the_next_run_is_opened_once_to_see_where_a_window_ends(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Days of a hundred events each would otherwise cost ten thousand a day."""
    opened: list[bytes] = []

    def opening(data: bytes) -> ChangeEvent:
        opened.append(data)
        return read_change(data)

    monkeypatch.setattr(window_module, "read_change", opening)
    for number in ("1", "2", "3", "4"):
        bench.deliver(patient(number, "Ada", "Quist"))
    runs = 4
    assert [entities(bench) for _ in range(1 + runs)] == [[Entity.PRACTICE], *[[Entity.PATIENT]] * runs]
    assert len(opened) == 2 * (1 + runs) - 1, "the last window has none behind it"


def test_what_is_pending_begins_with_the_company_and_the_providers(bench: Bench) -> None:
    """After a rollback of everything the other workers wait for the company again."""
    bench.deliver(practice(), PROVIDER, patient("1", "Ada", "Quist"))
    assert entities(bench) == [Entity.PRACTICE, Entity.PROVIDER]
    assert entities(bench) == [Entity.PATIENT]
    assert pending(bench) == [Entity.PRACTICE, Entity.PROVIDER]
    assert pending(bench) == [Entity.PATIENT]


def pending(bench: Bench) -> list[Entity]:
    """Return the entities of the next window of records that were consumed before; it counts as carried."""
    window = pending_window(bench.log, bench.view, 10_000)
    bench.view.save(heads=[replace(w.head, applied_revision=w.head.revision) for w in window.work])
    return [w.event.entity for w in window.work]


def test_a_window_of_the_providers_alone_reaches_the_end_of_the_log(bench: Bench) -> None:
    """Offsets have gaps on Kafka: behind the last event nothing may seem to be left."""
    bench.deliver(practice(), PROVIDER)
    log = _WithAGap(bench.log)
    assert next_window(log, bench.view, bench.group, 10_000).commit == log.ends(CHANGES)


def test_where_only_a_gap_is_left_the_offset_moves_past_it(bench: Bench) -> None:
    """A window that was full at the last event ends before the gap; what is left of the partition holds no event."""
    bench.deliver(practice(), PROVIDER)
    bench.sync()
    log = _WithAGap(bench.log)
    window = next_window(log, bench.view, bench.group, 10_000)
    assert (list(window.work), window.commit) == ([], log.ends(CHANGES))
    bench.projector(bench.world.new_run()).carry(window)
    assert log.committed(bench.group, CHANGES) == log.ends(CHANGES)
    assert next_window(log, bench.view, bench.group, 10_000).is_empty


def test_a_window_holds_the_events_of_one_run(bench: Bench) -> None:
    """One run's writes can then be taken back without the next."""
    bench.deliver(patient("1", "Ada", "Quist"))
    assert entities(bench) == [Entity.PRACTICE]
    bench.deliver(patient("2", "Bo", "Vale"), patient("3", "Cleo", "Marsh"))
    runs = [[w.event.run for w in _committed(bench).work] for _ in range(3)]
    assert [len(run) for run in runs] == [1, 2, 0]
    assert runs[0][0] not in runs[1]


def test_of_a_record_the_newest_event_of_a_window_counts_alone(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), patient("2", "Bo", "Vale"), patient("1", "Adele"))
    assert entities(bench) == [Entity.PRACTICE]
    assert [(w.head.revision, w.event.revision) for w in _committed(bench).work] == [(1, 1), (2, 2)]


@pytest.mark.parametrize("first", [0, 1])
def test_of_several_partitions_the_run_that_began_first_comes_first(monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    """Whatever the number of its partition: events of the later run may change what the earlier one made."""
    log, events = PartitionedLog(2), {}
    for partition, hour in ((first, 3), (1 - first, 4)):
        value = bytes([partition])
        events[value] = SimpleNamespace(run=f"run {hour}", recorded_at=later(hour), entity=Entity.PATIENT)
        log.append([NewEntry(CHANGES, value, value)])
    monkeypatch.setattr(window_module, "read_change", events.__getitem__)
    stretch = window_module.next_stretch(cast(Log, log), {0: 0, 1: 0}, 10)
    assert ([event.run for event, _ in stretch.events], stretch.following) == (["run 3"], {first: 1})


def test_a_window_ends_before_the_offset_that_it_is_given(bench: Bench) -> None:
    bench.deliver(*(patient(str(number), "Ada", "Quist") for number in range(4)))
    assert entities(bench) == [Entity.PRACTICE]
    window = next_window(bench.log, bench.view, bench.group, 10_000, {0: 3})
    assert ([w.head.offset for w in window.work], window.commit) == ([1, 2], {0: 3})
    bench.log.append([], [bench.projector("x").owner.commit(bench.group, window.commit)])
    assert next_window(bench.log, bench.view, bench.group, 10_000, {0: 3}).is_empty


def _committed(bench: Bench, size: int = 10_000) -> Window:
    """Return the next window; its offsets are committed, as if it had been carried."""
    window = next_window(bench.log, bench.view, bench.group, size)
    if window.commit:
        bench.log.append([], [bench.projector("x").owner.commit(bench.group, window.commit)])
    return window


def test_a_rebuilt_state_knows_no_event_that_was_not_committed(bench: Bench) -> None:
    """It would be carried outside of any window, and perhaps before the run that a window ends with."""
    bench.deliver(patient("1", "Ada", "Quist"))
    bench.sync()
    end = bench.deliver(patient("2", "Bo", "Vale"))
    again = bench.reopened(forget_state=True)
    again.catch_up()
    assert (again.view.progress(CHANGES), again.view.count_pending()) == ({0: end}, 0)
    assert again.sync().writes["create"] == 1
    again.close()


def test_what_is_kept_back_in_this_revision_is_not_carried_again_by_the_next_owner(bench: Bench) -> None:
    """The first owner of the partition settled it as a dead letter, and went no further: the offset was not committed."""
    bench.deliver(patient("1", "Ada", "Quist"), patient("2", "Bo", "Vale"))
    assert entities(bench) == [Entity.PRACTICE]
    window = next_window(bench.log, bench.view, bench.group, 10_000)
    first, second = (w.head for w in window.work)
    bench.view.save(heads=[replace(first, status=DEAD, reason="value", attempts=1)])
    assert [w.head for w in next_window(bench.log, bench.view, bench.group, 10_000).work] == [second]


def test_what_was_applied_in_this_revision_is_not_carried_again_either(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), patient("2", "Bo", "Vale"))
    assert entities(bench) == [Entity.PRACTICE]
    window = next_window(bench.log, bench.view, bench.group, 10_000)
    first, second = (w.head for w in window.work)
    bench.view.save(heads=[replace(first, applied_revision=1)])
    again = next_window(bench.log, bench.view, bench.group, 10_000)
    assert [w.head for w in again.work] == [second]
    assert again.commit == window.commit


class _WithAGap:
    """A log whose end lies behind a gap, as a transaction's mark leaves it."""

    def __init__(self, log: Log) -> None:
        self._log = log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def ends(self, topic: str) -> dict[int, int]:
        return {partition: end + 1 for partition, end in self._log.ends(topic).items()}


def test_windows_end_with_full_batches_and_leave_no_event_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "MOST_RECORDS", 4)
    monkeypatch.setattr(window_module, "_WORTH_CUTTING", 40)
    people = [patient(str(number), "Ada", "Quist") for number in range(1, 3)]
    tasks = [appointment(str(number), of=str(1 + number % 2)) for number in range(1, 101)]
    bench.deliver(*people, *tasks)
    assert entities(bench) == [Entity.PRACTICE]
    windows = []
    while window := _committed(bench, size=43).work:
        windows.append(window)
    assert len(windows) > 2
    for window in windows[:-1]:
        last = window[-1].event.entity
        assert sum(w.event.entity is last for w in window) % 4 == 0
    assert len({w.event.record_id for window in windows for w in window}) == len(people) + len(tasks)


def test_events_of_a_run_that_ends_are_not_left_to_a_window_of_their_own(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "MOST_RECORDS", 4)
    monkeypatch.setattr(window_module, "_WORTH_CUTTING", 40)
    bench.deliver(*(patient(str(number), "Ada", "Quist") for number in range(1, 43)))
    bench.deliver(patient("99", "Cy", "Roe"))
    assert entities(bench) == [Entity.PRACTICE]
    assert len(_committed(bench, size=1_000).work) == 42
