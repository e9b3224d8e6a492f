"""Rollback: the workspace is as it was before, and a sync brings everything forward again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from consumers.rollback import compensator
from consumers.rollback.requests_ahead import requests_for_everything
from consumers.rollback.scopes import OfRecords, OfRun
from events.compensations import Action, Phase
from events.vocabulary.entities import Entity
from projections.destination import destination
from tests.consumers.workbench import (
    SERVERS_OWN,
    Bench,
    appointment,
    claim,
    document,
    family,
    id_of,
    later,
    note,
    patient,
    patient_id,
    plan,
    practice,
    task_id,
)


@pytest.fixture
def carried(bench: Bench) -> Bench:
    """Carry three patients and one of everything are in Twenty, beside somebody's own records."""
    bench.add("people", name={"firstName": "Zoe", "lastName": "Marsh"}, emails={"primaryEmail": "zoe@x.example"})
    bench.add("companies", name="Dental Supplies")
    bench.deliver(*family())
    bench.sync()
    return bench


def test_everything_taken_back_the_workspace_is_as_it_was(bench: Bench) -> None:
    bench.add("people", name={"firstName": "Zoe", "lastName": "Marsh"}, emails={"primaryEmail": "zoe@x.example"})
    before = bench.content(without=SERVERS_OWN)
    bench.deliver(*family())
    bench.sync()
    undone = bench.rollback()
    assert (undone.undone, undone.kept) == (13, [])
    assert bench.content(without=SERVERS_OWN) == before


def test_what_was_taken_back_is_brought_forward_by_the_next_sync(carried: Bench) -> None:
    after = carried.content()
    for _ in range(2):
        carried.rollback()
        carried.sync()
        assert carried.content() == after
    assert set(carried.live_creates().values()) == {1}


def test_taking_back_twice_does_nothing_the_second_time(carried: Bench) -> None:
    carried.rollback()
    events = carried.events()
    assert carried.rollback().undone == 0
    assert carried.events() == events


def test_a_dry_run_changes_nothing_and_counts_the_same(carried: Bench) -> None:
    before, events = carried.content(), carried.events()
    dry = carried.rollback(dry_run=True)
    assert (carried.content(), carried.events()) == (before, events)
    assert dry.undone == carried.rollback().undone


def test_to_a_position(carried: Bench) -> None:
    before = carried.content()
    position = carried.deliver(
        patient("1", "Adele"),
        patient("4", "Dov", "Vale", mail="dov@x.example"),
        appointment("12", of="4"),
        gone=[note("20", of="1")],
    )
    carried.sync()
    after = carried.content()
    assert carried.rollback_to(position).kept == []
    assert carried.content() == before
    carried.sync()
    assert carried.content() == after


def test_to_a_position_what_waited_for_a_patient_who_came_later_goes_too(carried: Bench) -> None:
    """Its event lies before the position, and yet it was not in Twenty then."""
    carried.deliver(appointment("90", of="9"))
    carried.sync()
    before = carried.content()
    position = carried.deliver(patient("9", "Nia", "Orr"))
    carried.sync()
    after = carried.content()
    assert carried.has("tasks", task_id("90"))
    assert carried.rollback_to(position).kept == []
    assert carried.content() == before
    carried.sync()
    assert carried.content() == after


def test_one_run(carried: Bench) -> None:
    before = carried.content()
    carried.deliver(patient("1", "Adele"), plan("30", of="1", status="Accepted"))
    carried.sync()
    run = list(carried.compensations())[-1].run
    assert carried.rollback(OfRun(run)).undone == 2
    assert carried.content() == before


def test_a_patient_to_whom_a_plan_moved_goes_once_the_plan_has_moved_back(carried: Bench) -> None:
    """All records are looked at ahead; what points at a patient is looked at again after records got their fields back."""
    before = carried.content()
    position = carried.deliver(patient("9", "Ida", "Marsh"), plan("30", of="9"))
    carried.sync()
    assert carried.read("treatmentPlans", id_of(Entity.TREATMENT_PLAN, "30"))["patientId"] == patient_id("9")
    assert carried.rollback_to(position).kept == []
    assert carried.content() == before


def test_one_patient_with_what_hangs_on_them(carried: Bench) -> None:
    hanging = {UUID(patient_id("1")).bytes, UUID(task_id("10")).bytes}
    hanging |= {UUID(id_of(record.entity, record.native_id)).bytes for record in (note("20", of="1"), plan("30", of="1"))}
    carried.rollback(OfRecords(hanging))
    assert not carried.has("people", patient_id("1"))
    assert carried.has("people", patient_id("2"))
    assert carried.content()["notes"] == {}
    assert carried.links("11") == [patient_id("2")]


def test_one_patient_takes_five_requests(carried: Bench) -> None:
    """Images, what points at them, the children, the links that Twenty may have left, the patient."""
    hanging = {UUID(patient_id("1")).bytes, UUID(task_id("10")).bytes}
    hanging |= {UUID(id_of(record.entity, record.native_id)).bytes for record in (note("20", of="1"), plan("30", of="1"))}
    before = carried.workspace.requests
    assert carried.rollback(OfRecords(hanging)).undone == 6
    assert carried.workspace.requests - before == 5


def test_the_estimate_of_a_rollback_of_everything_is_what_it_takes(carried: Bench) -> None:
    records = {plural: len(content) for plural, content in carried.content().items() if plural in destination().write_order}
    before = carried.workspace.requests
    carried.rollback()
    assert carried.workspace.requests - before == requests_for_everything(records)


def test_everything_takes_as_many_requests_in_parts_as_foretold(carried: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The parts of the children, of the links, of the people; a company: none of them looked at ahead."""
    monkeypatch.setattr(compensator, "PART", 3)
    before = carried.workspace.requests
    ahead = carried.rollback(dry_run=True).writes_ahead
    foretold = carried.workspace.requests - before + ahead
    before = carried.workspace.requests
    carried.rollback()
    assert carried.workspace.requests - before == foretold


def test_every_kind_of_field_gets_its_earlier_value(carried: Bench) -> None:
    before = carried.content()
    position = carried.deliver(
        patient(
            "1",
            "Adele",
            "Vale",
            mail="adele@x.example",
            shared=["ada@x.example"],
            phones=["+15415550199", "+15415550198"],
            birth_date=date(1971, 1, 1),
            status=None,
            insurance_carrier="Delta West",
            address_street1="9 Oak St",
            address_state="OR",
            provider_ref="Dr. Nobody",
        ),
        patient("2", "Bo", mail=None, shared=[], birth_date=None),
        patient("3", phones=["+15415550101"], address_city="Bend"),
        appointment("10", of="1", status="Complete", starts_at=later(1), note="Ran late", type="Root canal"),
        note("20", of="1", text="# New\n\nAll of it changed."),
        plan(
            "30",
            of="1",
            estimated_cost=None,
            actual_cost=99_990_000,
            lines=[{"code": "D1", "tooth": "3", "surface": "MO", "fee": 5_000_000, "status": None, "description": None}],
        ),
        claim("40", of="3", status="Paid", paid_amount=1_000_000, service_date=date(2026, 1, 2)),
    )
    tally = carried.sync()
    assert tally.writes["update"] == 7
    assert carried.rollback_to(position).kept == []
    assert carried.content() == before


@pytest.mark.parametrize("forget_state", [False, True])
def test_and_back_again(carried: Bench, forget_state: bool) -> None:
    position = carried.deliver(
        patient("1", "Adele", phones=[], status=None), plan("30", of="1", estimated_cost=None), note("20", of="1", text="New")
    )
    carried.sync()
    after = carried.content()
    carried.rollback_to(position)
    again = carried.reopened(forget_state=forget_state)
    tally = again.sync()
    assert tally.conflicts == []
    assert again.content() == after
    again.close()


def test_what_was_deleted_is_restored_and_what_was_restored_is_deleted(carried: Bench) -> None:
    live = carried.content()
    first = carried.deliver(gone=[appointment("10", of="1"), claim("40", of="3")])
    carried.sync()
    dead = carried.content()
    second = carried.deliver(appointment("10", of="1"), claim("40", of="3"))
    carried.sync()
    assert carried.content() == live
    assert carried.rollback_to(second).kept == []
    assert carried.content() == dead
    assert carried.rollback_to(first).kept == []
    assert carried.content() == live
    carried.sync()
    assert carried.content() == live


def test_fields_given_back_do_not_bring_a_deleted_record_to_life(carried: Bench) -> None:
    carried.deliver(patient("3", "Cleopatra"))
    carried.sync()
    run = list(carried.compensations())[-1].run
    carried.deliver(gone=[patient("3")])
    carried.sync()
    assert carried.rollback(OfRun(run)).kept == []
    assert carried.person("3")["deletedAt"]
    assert carried.person("3")["name"]["firstName"] == "Cleo"


def test_a_field_that_a_later_run_wrote_again_stays(carried: Bench) -> None:
    carried.deliver(patient("3", "Cleopatra"))
    carried.sync()
    run = list(carried.compensations())[-1].run
    position = carried.deliver(patient("3", "Clementine"))
    carried.sync()
    assert [k.reason for k in carried.rollback(OfRun(run)).kept] == ["written_again_by_a_later_run"]
    assert carried.person("3")["name"]["firstName"] == "Clementine"
    carried.rollback_to(position)
    assert carried.rollback(OfRun(run)).kept == []
    assert carried.person("3")["name"]["firstName"] == "Cleo"


def test_a_rollback_intends_and_settles_its_own_writes(carried: Bench) -> None:
    created = {e.intent_id for e in carried.compensations() if e.phase is Phase.APPLIED}
    carried.rollback()
    assert carried.unannounced == []
    assert carried.open_intents() == set()
    assert carried.undone_intents() == created
    assert {e.action for e in carried.compensations() if e.phase is Phase.UNDONE} == {Action.DESTROY}


def test_what_a_person_destroyed_is_nothing_to_take_back(carried: Bench) -> None:
    carried.twenty.destroy("people", [patient_id("2")])
    assert carried.rollback().kept == []
    assert carried.content()["people"].keys().isdisjoint({patient_id("1"), patient_id("2"), patient_id("3")})


def test_a_document_is_taken_back_and_brought_forward(carried: Bench) -> None:
    attachment = id_of(document("50", of="3").entity, "50")
    carried.rollback(OfRecords({UUID(attachment).bytes}))
    assert not carried.has("attachments", attachment)
    carried.sync()
    assert carried.read("attachments", attachment)["file"][0]["label"] == "xray.png"


def test_the_practice_goes_last_and_comes_first(carried: Bench) -> None:
    carried.rollback()
    company = id_of(practice().entity, practice().native_id)
    assert not carried.has("companies", company)
    carried.sync()
    assert carried.person("1")["companyId"] == company


def test_newer_news_that_is_not_carried_yet_comes_after_a_rollback(carried: Bench) -> None:
    before = carried.content()
    position = carried.deliver(patient("3", "Cleopatra"), appointment("12", of="3"))
    carried.sync()
    carried.deliver(patient("3", "Clementine"), gone=[appointment("12", of="3")])
    assert carried.rollback_to(position).kept == []
    assert carried.content() == before
    carried.sync()
    assert carried.person("3")["name"]["firstName"] == "Clementine"
    assert not carried.has("tasks", task_id("12"))
    carried.rollback()
    assert carried.content()["people"].keys().isdisjoint({patient_id("3")})


def test_a_deletion_of_an_earlier_run_is_not_restored_over_a_later_one(carried: Bench) -> None:
    runs = []
    for there in (False, True, False):
        carried.deliver(*([appointment("10", of="1")] * there), gone=[appointment("10", of="1")] * (not there))
        carried.sync()
        runs.append(list(carried.compensations())[-1].run)
    carried.rollback(OfRun(runs[0]))
    assert not carried.has("tasks", task_id("10"))


@pytest.mark.parametrize("part", [1, 2, 5_000])
def test_people_who_swapped_addresses_get_theirs_back_across_parts(
    carried: Bench, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    """Three of them in a ring: in whatever part each is, the address that is wanted back is let go first."""
    monkeypatch.setattr(compensator, "PART", part)
    carried.deliver(patient("2", mail="bo@x.example"))
    carried.sync()
    before = {native: carried.mails(native) for native in "123"}
    position = carried.deliver(
        patient("1", mail="bo@x.example"), patient("2", mail="cleo@x.example"), patient("3", mail="ada@x.example")
    )
    carried.sync()
    assert [carried.mails(native)[0] for native in "123"] == ["bo@x.example", "cleo@x.example", "ada@x.example"]
    assert carried.rollback_to(position).kept == []
    assert {native: carried.mails(native) for native in "123"} == before
    assert carried.open_intents() == set()
