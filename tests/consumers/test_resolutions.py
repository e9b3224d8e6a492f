"""Conflicts stay open until one side is taken: by the settings, or by a person, whose decision the next sync carries out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from consumers.journal.three_way import Policy
from consumers.rollback.scopes import OfRun
from consumers.state.conflicts import DELETED, DELETED_IN_SOURCE, DESTROYED, EDITED, MET, WHOLE_RECORD
from consumers.sync.conflicts.resolutions import written_as
from consumers.twenty.transport.errors import Refusal, Refused
from events.compensations import Action, Phase
from events.decisions import Decided
from tests.consumers.workbench import Bench, appointment, killed_after, patient, patient_id, task_id

MARRIED, MOVED = {"name": {"firstName": "Ada", "lastName": "Married"}}, {"name": {"firstName": "Ada", "lastName": "Moved"}}


@pytest.fixture
def known(bench: Bench) -> Bench:
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example", status="Active"), appointment("7", of="1"))
    bench.sync()
    return bench


@pytest.fixture
def edited(known: Bench) -> Bench:
    """Change Ada's name on both sides."""
    known.edit("people", patient_id("1"), MARRIED)
    known.deliver(patient("1", last="Quist-Vale"))
    known.sync()
    return known


def last_name(bench: Bench) -> str:
    return str(bench.person("1")["name"]["lastName"])


def still_open(bench: Bench) -> list[tuple[str, str]]:
    return [(x.field, x.reason) for x in bench.view.conflicts()]


def resolve(bench: Bench, take: str, *, field: str | None = None) -> None:
    """Take a side in the open conflicts, of one field or of all."""
    chosen = [written_as(x) for x in bench.view.conflicts() if field in (None, x.field)]
    body = {"take": take, "by": "Ines", "conflicts": chosen}
    bench.decisions.record(Decided.CONFLICTS_RESOLVED, body, workspace=bench.view.workspace)


def test_a_conflict_stays_open_until_it_is_settled(edited: Bench) -> None:
    assert still_open(edited) == [("name", EDITED)]
    edited.sync()
    assert still_open(edited) == [("name", EDITED)]
    assert [x.field for x in edited.view.conflicts_of([x.record_id for x in edited.view.conflicts()])] == ["name"]
    assert edited.view.count_conflicts() == 1


def test_the_note_in_the_log_has_both_sides_and_what_was_before(edited: Bench) -> None:
    [note] = [e for e in edited.compensations() if e.reason == MET]
    body = edited.body(note)
    assert (body.written, body.answer, body.values["name"]["lastName"]) == (["name"], MARRIED, "Quist-Vale")
    assert body.before["name"]["lastName"] == "Quist"
    assert body.pbn_id == "fern:patient:1"


def test_a_conflict_that_is_met_again_with_the_same_values_is_noted_once(edited: Bench) -> None:
    edited.deliver(patient("1", status="Inactive"))
    edited.sync()
    assert len([e for e in edited.compensations() if e.reason == MET]) == 1
    edited.deliver(patient("1", last="Quist-Marsh"))
    edited.sync()
    assert len([e for e in edited.compensations() if e.reason == MET]) == 2
    assert still_open(edited) == [("name", EDITED)]


def test_the_list_is_rebuilt_when_the_state_is_lost(edited: Bench) -> None:
    before = edited.view.conflicts()
    again = edited.reopened(forget_state=True)
    again.catch_up()
    assert again.view.conflicts() == before
    again.close()


@pytest.mark.parametrize("forget_state", [False, True])
def test_ours_is_written_by_the_next_sync_and_a_rollback_gives_theirs_back(edited: Bench, forget_state: bool) -> None:
    resolve(edited, "ours")
    again = edited.reopened(forget_state=forget_state)
    tally = again.sync()
    assert (last_name(again), still_open(again), tally.conflicts) == ("Quist-Vale", [], [])
    intent = [e for e in again.compensations() if e.phase is Phase.INTENDED][-1]
    assert (intent.action, again.body(intent).before) == (Action.UPDATE, MARRIED)
    again.rollback(OfRun(intent.run))
    assert last_name(again) == "Married"
    again.close()


def test_ours_is_not_written_over_an_edit_that_was_not_seen(edited: Bench) -> None:
    resolve(edited, "ours")
    edited.edit("people", patient_id("1"), MOVED)
    tally = edited.sync()
    assert [c.fields for c in tally.conflicts] == [("name",)]
    assert (last_name(edited), still_open(edited)) == ("Moved", [("name", EDITED)])
    resolve(edited, "ours")
    edited.sync()
    assert (last_name(edited), still_open(edited)) == ("Quist-Vale", [])


def test_where_the_source_wins_from_now_on_an_open_conflict_is_over(edited: Bench) -> None:
    edited.policy = Policy.SOURCE_WINS
    edited.deliver(patient("1", last="Quist-Marsh"))
    edited.sync()
    assert (last_name(edited), still_open(edited)) == ("Quist-Marsh", [])


def test_the_link_of_a_task_that_a_person_has_made_again_comes_with_it(known: Bench) -> None:
    """Twenty destroyed it with the task; the decision is about the task alone."""
    known.twenty.destroy("tasks", [task_id("7")])
    known.deliver(appointment("7", of="1", type="Crown"))
    known.sync()
    assert still_open(known) == [(WHOLE_RECORD, DESTROYED)]
    resolve(known, "ours")
    known.sync()
    assert (known.links("7"), still_open(known)) == ([patient_id("1")], [])


def test_what_both_sides_changed_alike_needs_no_request(known: Bench) -> None:
    known.edit("people", patient_id("1"), MARRIED)
    known.deliver(patient("1", last="Married"))
    known.fate.steps.clear()
    known.sync()
    assert not [step for step in known.fate.steps if step.startswith("request")]
    assert still_open(known) == []


def test_theirs_stays_and_needs_no_request(edited: Bench) -> None:
    resolve(edited, "theirs")
    tally = edited.sync()
    assert (last_name(edited), still_open(edited), tally.conflicts, tally.writes["update"]) == ("Married", [], [], 0)
    edited.deliver(patient("1", status="Inactive"))
    assert edited.sync().conflicts == []
    assert last_name(edited) == "Married"


@pytest.mark.parametrize("forget_state", [False, True])
def test_after_theirs_a_later_change_in_pbn_is_a_conflict_again(edited: Bench, forget_state: bool) -> None:
    resolve(edited, "theirs")
    edited.sync()
    again = edited.reopened(forget_state=forget_state)
    again.deliver(patient("1", last="Quist-Marsh"))
    assert [c.fields for c in again.sync().conflicts] == [("name",)]
    assert (last_name(again), still_open(again)) == ("Married", [("name", EDITED)])
    again.close()


def test_theirs_says_nothing_about_a_value_that_pbn_got_since(edited: Bench) -> None:
    resolve(edited, "theirs")
    edited.deliver(patient("1", last="Quist-Marsh"))
    assert [c.fields for c in edited.sync().conflicts] == [("name",)]
    assert still_open(edited) == [("name", EDITED)]


def test_fields_are_decided_one_by_one(known: Bench) -> None:
    known.edit("people", patient_id("1"), {**MARRIED, "patientStatus": None})
    known.deliver(patient("1", last="Quist-Vale", status="Inactive"))
    known.sync()
    assert still_open(known) == [("name", EDITED), ("patientStatus", EDITED)]
    resolve(known, "ours", field="patientStatus")
    known.sync()
    assert (last_name(known), known.person("1")["patientStatus"]) == ("Married", "INACTIVE")
    assert still_open(known) == [("name", EDITED)]
    resolve(known, "theirs", field="name")
    known.sync()
    assert (last_name(known), still_open(known)) == ("Married", [])


def test_theirs_of_one_field_is_kept_beside_another_conflict(known: Bench) -> None:
    known.edit("people", patient_id("1"), {**MARRIED, "patientStatus": None})
    known.deliver(patient("1", last="Quist-Vale", status="Inactive"))
    known.sync()
    resolve(known, "theirs", field="name")
    known.sync()
    assert still_open(known) == [("patientStatus", EDITED)]
    resolve(known, "ours", field="patientStatus")
    assert known.sync().conflicts == []
    assert (last_name(known), known.person("1")["patientStatus"]) == ("Married", "INACTIVE")


def test_where_the_settings_let_pbn_win_the_next_sync_writes_without_any_news(edited: Bench) -> None:
    edited.policy = Policy.SOURCE_WINS
    tally = edited.sync()
    assert [(c.fields, c.kept) for c in tally.conflicts] == [(("name",), False)]
    assert (last_name(edited), still_open(edited)) == ("Quist-Vale", [])
    assert edited.sync().conflicts == []


def test_a_conflict_is_over_when_both_sides_say_the_same(edited: Bench) -> None:
    edited.deliver(patient("1", last="Married"))
    edited.sync()
    assert still_open(edited) == []


def test_a_conflict_is_over_when_pbn_wants_again_what_was_written(edited: Bench) -> None:
    edited.deliver(patient("1", last="Quist"))
    edited.sync()
    assert (last_name(edited), still_open(edited)) == ("Married", [])


def test_a_rollback_closes_what_was_open(edited: Bench) -> None:
    edited.rollback(force=True)
    assert still_open(edited) == []


Change = Callable[[Bench], Any]


def soft_delete(bench: Bench) -> None:
    bench.twenty.soft_delete("people", [patient_id("1")])
    bench.deliver(patient("1", last="Quist-Vale"))


def destroy(bench: Bench) -> None:
    bench.twenty.destroy("people", [patient_id("1")])
    bench.deliver(patient("1", last="Quist-Vale"))


def leave_pbn(bench: Bench) -> None:
    bench.edit("people", patient_id("1"), MARRIED)
    bench.deliver(gone=[patient("1")])


WHOLE = [(soft_delete, DELETED, True), (destroy, DESTROYED, True), (leave_pbn, DELETED_IN_SOURCE, False)]


@pytest.mark.parametrize(("change", "reason", "there_when_ours"), WHOLE)
@pytest.mark.parametrize("take", ["ours", "theirs"])
def test_a_whole_record_is_decided_too(known: Bench, change: Change, reason: str, there_when_ours: bool, take: str) -> None:
    change(known)
    known.sync()
    assert still_open(known) == [(WHOLE_RECORD, reason)]
    before = known.has("people", patient_id("1"))
    resolve(known, take)
    assert known.sync().conflicts == []
    assert still_open(known) == []
    assert known.has("people", patient_id("1")) == (there_when_ours if take == "ours" else before)
    if take == "ours" and there_when_ours:
        assert last_name(known) == "Quist-Vale"


@pytest.mark.parametrize("change", [soft_delete, destroy])
def test_a_removed_record_is_no_conflict_once_pbn_wants_again_what_was_written(known: Bench, change: Change) -> None:
    change(known)
    known.sync()
    known.deliver(patient("1", last="Quist"))
    assert known.sync().conflicts == []
    assert still_open(known) == []


def test_a_deletion_is_not_carried_out_over_an_edit_that_was_not_seen(known: Bench) -> None:
    leave_pbn(known)
    known.sync()
    resolve(known, "ours")
    known.edit("people", patient_id("1"), MOVED)
    assert [c.reason for c in known.sync().conflicts] == [DELETED_IN_SOURCE]
    assert known.has("people", patient_id("1"))


@pytest.mark.parametrize(("take", "number"), [("ours", "5415550101"), ("theirs", "5415559999")])
def test_a_value_of_a_person_who_was_there_before_is_decided_too(bench: Bench, take: str, number: str) -> None:
    name, emails = {"firstName": "Ada", "lastName": "Quist"}, {"primaryEmail": "ada@x.example"}
    known = bench.add("people", name=name, emails=emails, phones={"primaryPhoneNumber": "+15415559999"})
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example", phones=["+15415550101"]))
    bench.sync()
    resolve(bench, take)
    assert bench.sync().conflicts == []
    assert (bench.read("people", known)["phones"]["primaryPhoneNumber"], still_open(bench)) == (number, [])
    bench.deliver(patient("1", phones=["+15415550102"]))
    assert [c.fields for c in bench.sync().conflicts] == ([] if take == "ours" else [("phones",)])


def test_what_twenty_refuses_stays_open(edited: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_about: object) -> None:
        raise Refused("Twenty refused to write people", kind=Refusal.VALUE)

    resolve(edited, "ours")
    with monkeypatch.context() as patched:
        patched.setattr(edited.workspace, "upsert", refuse)
        edited.sync()
    assert (still_open(edited), list(edited.waiting().values())) == ([("name", EDITED)], ["value"])
    edited.retry()
    assert (last_name(edited), still_open(edited)) == ("Quist-Vale", [])


@pytest.mark.parametrize("step", range(8))
def test_killed_on_the_way_the_decision_is_carried_out_once(edited: Bench, step: int) -> None:
    resolve(edited, "ours")
    with killed_after(edited, step):
        edited.sync()
    again = edited.reopened(forget_state=step % 2 == 0)
    again.sync()
    assert (last_name(again), still_open(again), again.open_intents()) == ("Quist-Vale", [], set())
    again.close()


def test_of_a_person_who_was_forgotten_no_conflict_is_left_in_a_new_state(edited: Bench) -> None:
    edited.forget("1")
    again = edited.reopened(forget_state=True)
    again.catch_up()
    assert still_open(again) == []
    again.close()
