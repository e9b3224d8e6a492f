"""An appointment has exactly one link, to its patient's person, whatever happens to either."""

from __future__ import annotations

from uuid import UUID

import pytest

from consumers.journal.three_way import Policy
from tests.consumers.workbench import Bench, appointment, link_id, note, patient, patient_id, task_id


@pytest.fixture
def booked(bench: Bench) -> Bench:
    """Return two patients; the first has an appointment."""
    bench.deliver(patient("1", "Ada", "Quist"), patient("2", "Bo", "Vale"), appointment("7", of="1"))
    bench.sync()
    return bench


def test_a_task_has_exactly_one_link(booked: Bench) -> None:
    assert booked.links("7") == [patient_id("1")]
    booked.deliver(appointment("7", of="1", note="Bring x-rays"))
    booked.sync()
    booked.replay()
    assert booked.links("7") == [patient_id("1")]


def test_an_appointment_that_moves_to_another_patient_takes_its_link_along(booked: Bench) -> None:
    booked.deliver(appointment("7", of="2"))
    booked.sync()
    assert booked.links("7") == [patient_id("2")]


def test_an_appointment_that_moves_back_has_its_first_link_again(booked: Bench) -> None:
    for of in ("2", "1"):
        booked.deliver(appointment("7", of=of))
        booked.sync()
    assert booked.links("7") == [patient_id("1")]
    assert booked.live_creates()[link_id("7", "1")] == 1


def test_a_move_is_taken_back_with_its_links(booked: Bench) -> None:
    before = booked.content()
    position = booked.deliver(appointment("7", of="2"))
    booked.sync()
    assert booked.rollback_to(position).kept == []
    assert booked.content() == before


def test_a_cancelled_appointment_takes_its_link_along_and_brings_it_back(booked: Bench) -> None:
    booked.deliver(gone=[appointment("7", of="1")])
    booked.sync()
    assert booked.links("7") == []
    assert booked.read("tasks", task_id("7"))["deletedAt"]
    booked.deliver(appointment("7", of="1"))
    booked.sync()
    assert booked.links("7") == [patient_id("1")]
    assert not booked.read("tasks", task_id("7"))["deletedAt"]
    assert booked.replay().conflicts == []


def test_a_replay_brings_a_task_back_with_its_link(booked: Bench) -> None:
    booked.deliver(gone=[appointment("7", of="1")])
    booked.sync()
    booked.deliver(appointment("7", of="1"))
    tally = booked.replay()
    assert tally.conflicts == []
    assert booked.links("7") == [patient_id("1")]


def test_an_appointment_that_comes_back_for_another_patient_has_one_link_only(booked: Bench) -> None:
    booked.deliver(gone=[appointment("7", of="1")])
    booked.sync()
    booked.deliver(appointment("7", of="2"))
    booked.sync()
    assert booked.links("7") == [patient_id("2")]
    booked.deliver(appointment("7", of="1"))
    booked.sync()
    assert booked.links("7") == [patient_id("1")]


def test_notes_are_linked_alike(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), patient("2", "Bo", "Vale"), note("5", of="1"))
    bench.sync()
    bench.deliver(note("5", of="2"))
    bench.sync()
    links = bench.twenty.find("noteTargets", {}, fields=("targetPersonId",))
    assert [link["targetPersonId"] for link in links] == [patient_id("2")]


def test_a_task_that_a_person_destroyed_gets_no_links_any_more(booked: Bench) -> None:
    booked.twenty.destroy("tasks", [task_id("7")])
    booked.deliver(appointment("7", of="2"))
    tally = booked.sync()
    assert [c.reason for c in tally.conflicts] == ["destroyed_in_twenty"]
    assert booked.waiting() == {}
    assert booked.links("7") == []


def test_a_task_that_a_person_deleted_gets_no_links_any_more(booked: Bench) -> None:
    booked.twenty.soft_delete("tasks", [task_id("7")])
    booked.deliver(appointment("7", of="2"))
    tally = booked.sync()
    assert "deleted_in_twenty" in {c.reason for c in tally.conflicts}
    assert booked.waiting() == {}
    assert booked.links("7") == []


def test_where_pbn_wins_a_destroyed_task_comes_back_with_its_link(booked: Bench) -> None:
    booked.policy = Policy.SOURCE_WINS
    booked.twenty.destroy("tasks", [task_id("7")])
    booked.deliver(appointment("7", of="1", note="Bring x-rays"))
    booked.sync()
    assert booked.has("tasks", task_id("7"))
    assert booked.links("7") == [patient_id("1")]


def test_a_moved_appointment_hangs_on_its_new_patient(booked: Bench) -> None:
    booked.deliver(appointment("7", of="2"))
    booked.sync()
    (head,) = booked.view.heads([UUID(task_id("7")).bytes]).values()
    assert head.patient_id == UUID(patient_id("2")).bytes


def test_an_appointment_that_moved_and_went_comes_back_with_its_last_patient_alone(bench: Bench) -> None:
    """Twenty restores a task with every link that it had: the earlier patient's goes once more."""
    bench.deliver(patient("1", "Ada", "Quist"), patient("2", "Bo", "Vale"), appointment("7", of="1"))
    bench.sync()
    bench.deliver(appointment("7", of="2"))
    bench.sync()
    bench.deliver(gone=[appointment("7", of="2")])
    bench.sync()
    assert bench.links("7") == []
    bench.deliver(appointment("7", of="2"))
    bench.sync()
    assert bench.links("7") == [patient_id("2")]
