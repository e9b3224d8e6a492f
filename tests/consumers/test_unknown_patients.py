"""Records whose patient is not there yet: they wait, with a dead letter, and go on when the patient comes."""

from __future__ import annotations

from typing import Any

import pytest

from consumers.twenty.transport.errors import Refusal, Refused
from events.dead_letters import Stage
from tests.consumers.workbench import Bench, appointment, claim, id_of, killed_after, patient, patient_id, task_id


@pytest.fixture
def early(bench: Bench) -> Bench:
    """Carry an appointment before its patient."""
    bench.deliver(appointment("7", of="1"))
    bench.sync()
    return bench


def test_a_record_without_its_patient_waits_with_a_dead_letter(early: Bench) -> None:
    assert not early.has("tasks", task_id("7"))
    assert early.waiting() == {task_id("7"): "unknown_patient"}
    assert [(x.stage, x.reason, x.attempt) for x in early.letters()] == [(Stage.PROJECT, "unknown_patient", 1)]
    assert early.lag() == 0


def test_it_waits_quietly(early: Bench) -> None:
    events = early.events()
    early.sync()
    assert early.events() == events


@pytest.mark.parametrize("forget_state", [False, True])
def test_it_goes_on_when_the_patient_arrives(early: Bench, forget_state: bool) -> None:
    again = early.reopened(forget_state=forget_state)
    again.deliver(patient("1", "Ada", "Quist"))
    again.sync()
    assert again.links("7") == [patient_id("1")]
    assert again.waiting() == {}
    rebuilt = again.reopened(forget_state=True)
    rebuilt.sync()
    assert rebuilt.waiting() == {}
    rebuilt.close()


@pytest.mark.parametrize("step", range(6))
def test_it_goes_on_where_the_run_that_brought_the_patient_died(early: Bench, step: int) -> None:
    """Also after the patient's offsets were committed: no window is left that would release what waits."""
    early.deliver(patient("1", "Ada", "Quist"))
    with killed_after(early, step):
        early.sync()
    assert len(early.fate.steps) == step + 1
    again = early.reopened()
    again.sync()
    assert (again.links("7"), again.waiting()) == ([patient_id("1")], {})
    again.close()


def test_it_waits_for_a_patient_who_was_taken_back_and_is_refused_since(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state still knows the patient: written once, and not there any more."""
    bench.deliver(patient("1", "Ada", "Quist"))
    bench.sync()
    bench.rollback()
    bench.deliver(appointment("7", of="1"))
    create = bench.workspace.create

    def refusing_people(plural: str, bodies: Any) -> Any:
        if plural == "people":
            raise Refused("refused", kind=Refusal.VALUE)
        return create(plural, bodies)

    with monkeypatch.context() as patched:
        patched.setattr(bench.workspace, "create", refusing_people)
        bench.sync()
    assert bench.waiting() == {patient_id("1"): "value", task_id("7"): "unknown_patient"}
    bench.retry()
    assert (bench.links("7"), bench.waiting()) == ([patient_id("1")], {})


def test_it_waits_for_a_patient_who_came_and_went_before_both_were_carried(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist"), appointment("7", of="1"), gone=[patient("1")])
    bench.sync()
    assert bench.waiting() == {task_id("7"): "unknown_patient"}


def test_it_goes_on_in_its_newest_revision(early: Bench) -> None:
    early.deliver(appointment("7", of="1", type="Root canal"))
    early.sync()
    early.deliver(patient("1", "Ada", "Quist"))
    early.sync()
    assert early.read("tasks", task_id("7"))["title"] == "Root canal"


def test_deleted_in_pbn_before_the_patient_came_it_is_never_written(early: Bench) -> None:
    early.deliver(gone=[appointment("7", of="1")])
    early.sync()
    assert early.waiting() == {}
    early.deliver(patient("1", "Ada", "Quist"))
    early.sync()
    assert early.content()["tasks"] == {}


def test_patients_and_what_hangs_on_them_may_come_in_one_window_in_any_order(bench: Bench) -> None:
    bench.deliver(claim("4", of="1"), appointment("7", of="1"), patient("1", "Ada", "Quist"))
    tally = bench.sync()
    assert tally.dead_letters == 0
    assert bench.read("insuranceClaims", id_of(claim("4", of="1").entity, "4"))["patientId"] == patient_id("1")
