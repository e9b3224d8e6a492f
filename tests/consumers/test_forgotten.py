"""People whose data key was destroyed: nothing of them can be read, and nothing stops because of it."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.consumers.workbench import Bench, appointment, killed_after, patient, patient_id, task_id


@pytest.fixture
def carried(bench: Bench) -> Bench:
    bench.deliver(
        patient("1", "Ada", "Quist", mail="ada@x.example"),
        patient("2", "Bo", "Vale", mail="bo@x.example"),
        appointment("7", of="1"),
    )
    bench.sync()
    return bench


def test_events_of_a_forgotten_person_are_skipped(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), patient("2", "Bo", "Vale"), appointment("7", of="1"))
    bench.forget("1")
    bench.sync()
    assert not bench.has("people", patient_id("1"))
    assert bench.has("people", patient_id("2"))
    assert (bench.waiting(), bench.lag()) == ({}, 0)


@pytest.mark.parametrize("forget_state", [False, True])
def test_a_rollback_destroys_what_is_plainly_ours(carried: Bench, forget_state: bool) -> None:
    carried.forget("1")
    again = carried.reopened(forget_state=forget_state)
    assert again.rollback().kept == []
    assert sum(map(len, again.content().values())) == 0
    assert again.open_intents() == set()
    assert again.sync().writes["create"] == 2
    assert not again.has("people", patient_id("1"))
    again.close()


def test_a_rollback_keeps_what_was_touched_since(carried: Bench) -> None:
    carried.forget("1")
    carried.edit("people", patient_id("1"), {"jobTitle": "Baker"})
    undone = carried.rollback()
    assert ("people", "edited_in_twenty") in {(k.object, k.reason) for k in undone.kept}
    assert carried.has("people", patient_id("1"))
    assert not carried.has("tasks", task_id("7"))
    assert carried.rollback(force=True).kept == []
    assert sum(map(len, carried.content().values())) == 0


def test_a_rollback_keeps_updates_whose_earlier_values_are_lost(carried: Bench) -> None:
    position = carried.deliver(patient("1", "Adele"), patient("2", "Bodo"))
    carried.sync()
    carried.forget("1")
    undone = carried.rollback_to(position)
    assert [(k.object, k.pbn_id, k.reason) for k in undone.kept] == [("people", None, "kept")]
    assert carried.person("1")["name"]["firstName"] == "Adele"
    assert carried.person("2")["name"]["firstName"] == "Bo"


def test_a_rollback_of_a_deletion_restores_a_forgotten_person(carried: Bench) -> None:
    position = carried.deliver(gone=[patient("1")])
    carried.sync()
    carried.forget("1")
    assert carried.rollback_to(position).kept == []
    assert carried.has("people", patient_id("1"))


def test_a_replay_skips_them(carried: Bench) -> None:
    before = carried.content()
    carried.forget("1")
    carried.replay()
    assert carried.content() == before


@pytest.mark.parametrize("step", [1, 2, 3])
def test_a_person_forgotten_between_a_kill_and_the_resume_stops_nobody(bench: Bench, step: int) -> None:
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example"), patient("2", "Bo", "Vale"), appointment("7", of="1"))
    with killed_after(bench, step):
        bench.sync()
    bench.forget("1")
    again = bench.reopened()
    again.sync()
    assert again.has("people", patient_id("2"))
    assert (again.open_intents(), again.waiting()) == (set(), {})
    again.rollback()
    assert sum(map(len, again.content().values())) == 0
    again.close()


def test_what_is_logged_of_them_afterwards_says_nothing(carried: Bench) -> None:
    carried.forget("1")
    end = len(list(carried.compensations()))
    carried.rollback()
    for event in list(carried.compensations())[end:]:
        if event.record_id == UUID(patient_id("1")).bytes:
            body = carried.body(event)
            assert (body.pbn_id, dict(body.values), dict(body.before), dict(body.answer)) == (None, {}, {}, {})


def test_an_heir_of_a_forgotten_persons_address_waits_for_it(carried: Bench) -> None:
    carried.forget("1")
    again = carried.reopened(forget_state=True)
    again.deliver(patient("3", "Cleo", "Quist", mail="ada@x.example"))
    again.sync()
    assert again.mails("3") == ("", ["ada@x.example"])
    again.close()
