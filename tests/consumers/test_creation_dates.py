"""Creation dates: Twenty dates a record as PbN does where it is made, and keeps that date whatever comes later."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from consumers.twenty.images import Image
from events.compensations import Phase
from tests.consumers.workbench import Bench, appointment, claim, document, id_of, note, patient, plan

LONG_AGO = datetime(2016, 3, 9, 16, 30, tzinfo=UTC)
SENT = "2016-03-09T16:30:00.000Z"
RECORDS = {
    "people": patient("1", "Ada", "Quist", created_at=LONG_AGO),
    "tasks": appointment("10", of="1", created_at=LONG_AGO),
    "notes": note("20", of="1", created_at=LONG_AGO),
    "treatmentPlans": plan("30", of="1", created_at=LONG_AGO),
    "attachments": document("50", of="1", created_at=LONG_AGO),
}


@pytest.fixture
def carried(bench: Bench) -> Bench:
    bench.deliver(*RECORDS.values(), claim("40", of="1", service_date=date(2016, 3, 9)))
    bench.sync()
    return bench


def dated(bench: Bench, plural: str) -> list[str]:
    """Return `createdAt` of all records of an object."""
    return [image["createdAt"] for image in bench.content(without=frozenset()).get(plural, {}).values()]


@pytest.mark.parametrize("plural", [*RECORDS, "taskTargets", "noteTargets"])
def test_what_is_made_is_dated_as_in_pbn(carried: Bench, plural: str) -> None:
    assert dated(carried, plural) == [SENT]


def test_a_claim_is_dated_by_its_day_of_service(carried: Bench) -> None:
    assert dated(carried, "insuranceClaims") == ["2016-03-09T07:00:00.000Z"]


def test_another_date_in_pbn_later_on_leaves_it_alone(carried: Bench) -> None:
    carried.deliver(note("20", of="1", created_at=datetime(2017, 1, 1, tzinfo=UTC)))
    assert carried.sync().writes["update"] == 1
    assert dated(carried, "notes") == [SENT]
    assert all("createdAt" not in body.written for body in updates(carried))


@pytest.mark.parametrize("again", ["sync", "replay"])
def test_a_date_that_was_changed_in_twenty_is_no_edit_of_a_person(carried: Bench, again: str) -> None:
    changed: Image = {"createdAt": "2020-01-01T00:00:00.000Z"}
    carried.edit("notes", str(id_of(RECORDS["notes"].entity, "20")), changed)
    if again == "sync":
        carried.deliver(note("20", of="1", created_at=LONG_AGO, type="Office"))
        assert carried.sync().conflicts == []
    else:
        assert carried.replay().writes["update"] == 0
    assert dated(carried, "notes") == [changed["createdAt"]]
    assert carried.rollback().kept == []


@pytest.mark.parametrize("plural", ["tasks", "notes", "treatmentPlans", "attachments"])
def test_a_record_that_is_made_again_gets_its_date_again(carried: Bench, plural: str) -> None:
    carried.twenty.destroy(plural, [str(id_of(RECORDS[plural].entity, RECORDS[plural].native_id))])
    carried.replay()
    assert dated(carried, plural) == [SENT]


def test_a_person_who_is_made_again_gets_their_date_again_and_so_does_what_hung_on_them(carried: Bench) -> None:
    before = carried.content(without=frozenset({"updatedAt", "updatedBy", "position", "createdBy", "file"}))
    carried.twenty.destroy("people", [str(id_of(RECORDS["people"].entity, "1"))])
    carried.replay()
    assert carried.content(without=frozenset({"updatedAt", "updatedBy", "position", "createdBy", "file"})) == before


def test_after_a_rollback_the_next_sync_dates_records_the_same(carried: Bench) -> None:
    carried.rollback()
    assert sum(map(len, carried.content().values())) == 0
    carried.sync()
    assert {dated(carried, plural)[0] for plural in RECORDS} == {SENT}


def test_the_log_says_with_which_date_a_record_was_made(carried: Bench) -> None:
    made = [carried.body(e) for e in carried.compensations() if e.phase is Phase.INTENDED and e.object == "notes"]
    assert [(body.values["createdAt"], "createdAt" in body.written) for body in made] == [(SENT, True)]


def updates(bench: Bench) -> list:
    """Return the bodies of all intended updates."""
    return [bench.body(e) for e in bench.compensations() if e.phase is Phase.INTENDED and e.action.value == "UPDATE"]
