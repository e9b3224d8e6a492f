"""Records that left PbN: they are deleted in Twenty, unless people worked on them there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from consumers.journal.three_way import Policy
from consumers.state.conflicts import DELETED_IN_SOURCE, DELETED_IN_SOURCE_BUILT_ON, WHOLE_RECORD
from consumers.sync.conflicts.resolutions import written_as
from events.compensations import Action, Phase
from events.decisions import Decided
from tests.consumers.workbench import (
    Bench,
    appointment,
    claim,
    family,
    id_of,
    killed_after,
    note,
    patient,
    patient_id,
    plan,
    task_id,
)
from tests.consumers.workbench.model_edits import create_field

CLEO = patient_id("3")
CLAIM = id_of(claim("40", of="3").entity, "40")


@pytest.fixture
def carried(bench: Bench) -> Bench:
    bench.deliver(*family())
    bench.sync()
    return bench


def fill_a_field(b: Bench) -> None:
    b.edit("people", CLEO, {"jobTitle": "Baker"})


def change_a_value(b: Bench) -> None:
    b.edit("people", CLEO, {"name": {"firstName": "Cleopatra", "lastName": "Vale"}})


def write_a_note(b: Bench) -> None:
    b.add("noteTargets", noteId=b.add("notes", title="Call back"), targetPersonId=CLEO)


def add_a_task(b: Bench) -> None:
    b.add("taskTargets", taskId=b.add("tasks", title="Call back"), targetPersonId=CLEO)


def add_an_opportunity(b: Bench) -> None:
    b.add("opportunities", name="Implants", pointOfContactId=CLEO)


def attach_a_file(b: Bench) -> None:
    b.add("attachments", name="consent.pdf", targetPersonId=CLEO)


def change_a_claim(b: Bench) -> None:
    b.edit("insuranceClaims", CLAIM, {"carrier": "Granite"})


def give_somebody_elses_task(b: Bench) -> None:
    """Make a relation by hand: another patient's appointment is about Cleo too."""
    b.add("taskTargets", taskId=task_id("10"), targetPersonId=CLEO)


VALUES = [fill_a_field, change_a_value]
RECORDS = [write_a_note, add_a_task, add_an_opportunity, attach_a_file, change_a_claim, give_somebody_elses_task]


def open_conflicts(b: Bench) -> list[tuple[str, str, str]]:
    return sorted((x.object, x.field, x.reason) for x in b.view.conflicts())


def resolve(b: Bench, take: str) -> None:
    body = {"take": take, "by": "Ines", "conflicts": [written_as(x) for x in b.view.conflicts()]}
    b.decisions.record(Decided.CONFLICTS_RESOLVED, body, workspace=b.view.workspace)


def leave(b: Bench) -> Any:
    b.deliver(gone=[patient("3")])
    return b.sync()


@pytest.mark.parametrize("work", VALUES)
def test_a_patient_with_a_value_of_a_person_stays_and_is_listed(carried: Bench, work: Callable[[Bench], None]) -> None:
    work(carried)
    assert [c.reason for c in leave(carried).conflicts] == [DELETED_IN_SOURCE]
    assert carried.has("people", CLEO)
    assert open_conflicts(carried) == [("people", WHOLE_RECORD, DELETED_IN_SOURCE)]


@pytest.mark.parametrize("work", RECORDS)
def test_a_patient_on_whom_people_built_stays_and_is_listed(carried: Bench, work: Callable[[Bench], None]) -> None:
    work(carried)
    assert [c.reason for c in leave(carried).conflicts] == [DELETED_IN_SOURCE_BUILT_ON]
    assert carried.has("people", CLEO)
    assert open_conflicts(carried) == [("people", WHOLE_RECORD, DELETED_IN_SOURCE_BUILT_ON)]


def test_a_patient_on_whom_only_our_own_records_hang_goes(carried: Bench) -> None:
    tally = leave(carried)
    assert (tally.conflicts, tally.writes["delete"], carried.has("people", CLEO)) == ([], 1, False)


def test_what_the_workspace_fills_in_by_itself_is_no_work(bench: Bench) -> None:
    person = bench.workspace.metadata().object("person")
    create_field(bench.twenty, person.id, "newsletter", "Newsletter", "BOOLEAN", default=True)
    bench.workspace.metadata(refresh=True)
    bench.deliver(*family())
    bench.sync()
    assert leave(bench).conflicts == []
    assert not bench.has("people", CLEO)


def test_work_that_people_threw_away_again_holds_nothing(carried: Bench) -> None:
    made = carried.add("notes", title="Call back")
    carried.add("noteTargets", noteId=made, targetPersonId=CLEO)
    carried.twenty.soft_delete("notes", [made])
    assert leave(carried).conflicts == []
    assert not carried.has("people", CLEO)


def test_a_task_that_a_person_edited_stays_with_its_link_and_its_patient(carried: Bench) -> None:
    carried.edit("tasks", task_id("10"), {"title": "Call first"})
    carried.deliver(gone=[appointment("10", of="1"), patient("1")])
    tally = carried.sync()
    assert sorted((c.object, c.reason) for c in tally.conflicts) == [
        ("people", DELETED_IN_SOURCE_BUILT_ON),
        ("tasks", DELETED_IN_SOURCE),
    ]
    assert carried.links("10") == [patient_id("1")]
    assert carried.has("people", patient_id("1"))


def test_a_note_about_a_plan_keeps_the_plan_and_its_patient_whatever_window_they_are_in(carried: Bench) -> None:
    plans = id_of(plan("30", of="1").entity, "30")
    carried.add("attachments", name="quote.pdf", targetTreatmentPlanId=plans)
    carried.deliver(gone=[patient("1"), plan("30", of="1"), note("20", of="1")])
    tally = carried.sync(window=1)
    assert sorted((c.object, c.reason) for c in tally.conflicts) == [
        ("people", DELETED_IN_SOURCE_BUILT_ON),
        ("treatmentPlans", DELETED_IN_SOURCE_BUILT_ON),
    ]
    assert not carried.has("notes", id_of(note("20", of="1").entity, "20"))


def test_a_person_who_was_in_twenty_before_the_migration_is_not_deleted_with_the_patient(bench: Bench) -> None:
    known = bench.add("people", name={"firstName": "Cleo", "lastName": "Vale"}, emails={"primaryEmail": "cleo@x.example"})
    bench.deliver(*family())
    bench.sync()
    assert [c.reason for c in leave(bench).conflicts] == [DELETED_IN_SOURCE]
    assert bench.has("people", known)


def test_where_the_settings_let_pbn_win_it_goes_and_is_counted(carried: Bench) -> None:
    carried.policy = Policy.SOURCE_WINS
    write_a_note(carried)
    assert [(c.reason, c.kept) for c in leave(carried).conflicts] == [(DELETED_IN_SOURCE_BUILT_ON, False)]
    assert not carried.has("people", CLEO)


@pytest.mark.parametrize("work", [fill_a_field, write_a_note])
def test_ours_deletes_it_with_a_compensation_and_a_rollback_takes_it_out_of_the_trash(
    carried: Bench, work: Callable[[Bench], None]
) -> None:
    work(carried)
    leave(carried)
    resolve(carried, "ours")
    tally = carried.sync()
    assert (tally.conflicts, carried.has("people", CLEO), open_conflicts(carried)) == ([], False, [])
    applied = [e for e in carried.compensations() if e.phase is Phase.APPLIED][-1]
    assert (applied.action, applied.object) == (Action.DELETE, "people")
    kept = {(k.object, k.pbn_id) for k in carried.rollback().kept}
    assert ("people", "fern:patient:3") in kept
    assert carried.has("people", CLEO), "a rollback leaves no work of people in the trash"


def test_ours_does_not_delete_over_work_that_was_not_seen(carried: Bench) -> None:
    write_a_note(carried)
    leave(carried)
    resolve(carried, "ours")
    add_an_opportunity(carried)
    assert [c.reason for c in carried.sync().conflicts] == [DELETED_IN_SOURCE_BUILT_ON]
    assert carried.has("people", CLEO)
    resolve(carried, "ours")
    assert carried.sync().conflicts == []
    assert not carried.has("people", CLEO)


@pytest.mark.parametrize("work", [fill_a_field, write_a_note])
@pytest.mark.parametrize("forget_state", [False, True])
def test_theirs_keeps_it_and_nobody_is_asked_again(carried: Bench, work: Callable[[Bench], None], forget_state: bool) -> None:
    work(carried)
    leave(carried)
    resolve(carried, "theirs")
    again = carried.reopened(forget_state=forget_state)
    for carry in (again.sync, again.replay, again.sync):
        assert carry().conflicts == []
        assert (again.has("people", CLEO), open_conflicts(again)) == (True, [])
    again.close()


def test_after_theirs_a_patient_who_came_back_and_left_once_more_is_asked_about(carried: Bench) -> None:
    write_a_note(carried)
    leave(carried)
    resolve(carried, "theirs")
    carried.sync()
    carried.deliver(patient("3", "Cleo", "Vale"))
    carried.sync()
    assert [c.reason for c in leave(carried).conflicts] == [DELETED_IN_SOURCE_BUILT_ON]


@pytest.mark.parametrize("step", range(6))
def test_killed_on_the_way_it_stays_and_is_listed_once(carried: Bench, step: int) -> None:
    write_a_note(carried)
    carried.deliver(gone=[patient("3"), appointment("10", of="1")])
    with killed_after(carried, step):
        carried.sync()
    again = carried.reopened(forget_state=step % 2 == 0)
    again.sync()
    assert open_conflicts(again) == [("people", WHOLE_RECORD, DELETED_IN_SOURCE_BUILT_ON)]
    assert (again.has("people", CLEO), again.has("tasks", task_id("10"))) == (True, False)
    again.close()
