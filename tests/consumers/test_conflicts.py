"""People's changes in Twenty while PbN goes on: never overwritten, unless the operator wants PbN to win."""

from __future__ import annotations

import pytest

from consumers.journal.three_way import Policy
from consumers.rollback.scopes import OfRun
from consumers.state.fold import KEPT_EDIT
from events.compensations import Action, Phase
from tests.consumers.workbench import Bench, appointment, later, patient, patient_id, plan, task_id


@pytest.fixture
def known(bench: Bench) -> Bench:
    bench.deliver(patient("1", "Ada", "Quist", mail="ada@x.example", status="Active"), appointment("7", of="1"))
    bench.sync()
    return bench


MARRIED = {"name": {"firstName": "Ada", "lastName": "Married"}}


def last_name(bench: Bench) -> str:
    return str(bench.person("1")["name"]["lastName"])


def test_an_edit_that_pbn_says_nothing_about_stays(known: Bench) -> None:
    known.edit("people", patient_id("1"), MARRIED)
    known.deliver(patient("1", status="Inactive"))
    tally = known.sync()
    assert (last_name(known), known.person("1")["patientStatus"]) == ("Married", "INACTIVE")
    assert tally.conflicts == []


def test_an_edit_is_never_overwritten_and_the_conflict_is_listed(known: Bench) -> None:
    known.edit("people", patient_id("1"), MARRIED)
    known.deliver(patient("1", last="Quist-Vale", status="Inactive"))
    tally = known.sync()
    assert (last_name(known), known.person("1")["patientStatus"]) == ("Married", "INACTIVE")
    assert [(c.object, c.pbn_id, c.fields, c.reason, c.kept) for c in tally.conflicts] == [
        ("people", "fern:patient:1", ("name",), "edited_in_twenty", True)
    ]
    assert known.waiting() == {}


@pytest.mark.parametrize("forget_state", [False, True])
def test_an_edit_is_met_again_as_one_at_the_next_change_of_the_field(known: Bench, forget_state: bool) -> None:
    known.edit("people", patient_id("1"), MARRIED)
    known.deliver(patient("1", last="Quist-Vale"))
    known.sync()
    again = known.reopened(forget_state=forget_state)
    again.deliver(patient("1", last="Quist-Marsh"))
    assert [c.fields for c in again.sync().conflicts] == [("name",)]
    assert last_name(again) == "Married"
    again.close()


def test_an_edit_that_says_what_pbn_says_later_is_no_conflict(known: Bench) -> None:
    known.edit("people", patient_id("1"), MARRIED)
    known.deliver(patient("1", last="Married"))
    assert known.sync().conflicts == []
    known.deliver(patient("1", last="Quist"))
    assert known.sync().conflicts == []
    assert last_name(known) == "Quist"


def test_where_pbn_wins_the_edit_is_overwritten_and_kept_in_the_compensation(known: Bench) -> None:
    known.policy = Policy.SOURCE_WINS
    known.edit("people", patient_id("1"), MARRIED)
    known.deliver(patient("1", last="Quist-Vale"))
    tally = known.sync()
    assert last_name(known) == "Quist-Vale"
    assert [(c.fields, c.kept) for c in tally.conflicts] == [(("name",), False)]
    intent = [e for e in known.compensations() if e.action is Action.UPDATE and e.phase is Phase.INTENDED][-1]
    assert known.body(intent).before == MARRIED
    known.rollback(OfRun(intent.run))
    assert last_name(known) == "Married"


def test_report_only_leaves_the_edit_too(known: Bench) -> None:
    known.policy = Policy.REPORT_ONLY
    known.edit("people", patient_id("1"), MARRIED)
    known.deliver(patient("1", last="Quist-Vale"))
    assert [c.kept for c in known.sync().conflicts] == [True]
    assert last_name(known) == "Married"


def test_what_a_person_deleted_stays_deleted(known: Bench) -> None:
    known.twenty.soft_delete("people", [patient_id("1")])
    known.deliver(patient("1", last="Quist-Vale"))
    tally = known.sync()
    assert [c.reason for c in tally.conflicts] == ["deleted_in_twenty"]
    assert known.person("1")["deletedAt"]
    assert last_name(known) == "Quist"
    assert known.waiting() == {}


def test_what_a_person_destroyed_stays_away(known: Bench) -> None:
    known.twenty.destroy("people", [patient_id("1")])
    known.deliver(patient("1", last="Quist-Vale"))
    tally = known.sync()
    assert [c.reason for c in tally.conflicts] == ["destroyed_in_twenty"]
    assert not known.has("people", patient_id("1"))
    assert known.waiting() == {}


def test_deleted_in_pbn_it_is_soft_deleted_and_comes_back_with_pbn(known: Bench) -> None:
    before = known.content()
    known.deliver(gone=[appointment("7", of="1"), patient("1")])
    tally = known.sync()
    assert tally.writes["delete"] == 2
    assert known.person("1")["deletedAt"]
    known.deliver(patient("1", "Ada", "Quist", mail="ada@x.example", status="Active"), appointment("7", of="1"))
    assert known.sync().writes["restore"] == 2
    assert known.content() == before


def test_deleted_in_pbn_but_edited_in_twenty_it_is_kept(known: Bench) -> None:
    known.edit("people", patient_id("1"), MARRIED)
    known.deliver(gone=[patient("1")])
    tally = known.sync()
    assert [c.reason for c in tally.conflicts] == ["deleted_in_source_edited_in_twenty"]
    assert known.has("people", patient_id("1"))
    assert known.waiting() == {}


def test_deleted_on_both_sides_nothing_is_left_to_do(known: Bench) -> None:
    known.twenty.soft_delete("people", [patient_id("1")])
    known.deliver(gone=[patient("1")])
    tally = known.sync()
    assert (tally.writes["delete"], tally.conflicts, known.waiting()) == (0, [], {})


def test_a_blank_clears_and_a_missing_column_changes_nothing(bench: Bench) -> None:
    bench.deliver(patient("1", "Ada", "Quist", phones=["+15415550101"], status="Active"), plan("3", of="1"))
    bench.sync()
    bench.deliver(patient("1", phones=[], status=None), plan("3", of="1", estimated_cost=None))
    bench.sync()
    image = bench.person("1")
    assert (image["phones"]["primaryPhoneNumber"], image["patientStatus"]) == ("", None)
    assert image["name"]["firstName"] == "Ada"
    [made] = bench.content()["treatmentPlans"].values()
    assert made["estimatedCost"] == {"amountMicros": None, "currencyCode": None}


def test_a_person_who_restores_what_pbn_deleted_keeps_it(known: Bench) -> None:
    known.deliver(gone=[appointment("7", of="1")])
    known.sync()
    known.twenty.restore("tasks", [task_id("7")])
    known.sync()
    assert known.has("tasks", task_id("7"))


def test_where_a_part_of_a_record_is_kept_and_another_written_the_write_alone_is_told(known: Bench) -> None:
    """An appointment is a task and a link: a kept edit told besides would count the record as carried before its link is."""
    known.edit("tasks", task_id("7"), {"originalCreateDate": later(3).isoformat()})
    known.deliver(patient("2", "Bo", "Vale"), appointment("7", of="2", created_at=later(4)))
    tally = known.sync()
    assert [(c.object, c.fields) for c in tally.conflicts] == [("tasks", ("originalCreateDate",))]
    assert known.links("7") == [patient_id("2")]
    assert [e for e in known.compensations() if e.reason == KEPT_EDIT] == []
    known.deliver(appointment("7", of="2", created_at=later(5)))
    known.sync()
    assert len([e for e in known.compensations() if e.reason == KEPT_EDIT]) == 1
