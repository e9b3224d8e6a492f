"""An extract that arrives late: everything is as if all had arrived in the order in which they were taken."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from events.vocabulary.entities import Entity
from producers.state.confirmations import Confirmed, Places, from_json, to_json
from tests.producers.desk import Desk, changes, patient, patients, visit, visits

APPOINTMENT, PATIENT = Entity.APPOINTMENT, Entity.PATIENT


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def statuses(desk: Desk) -> dict[str, Any]:
    return {native: record.values["status"] for native, record in desk.records(APPOINTMENT).items()}


def test_what_a_newer_extract_met_unchanged_is_not_overwritten(desk: Desk) -> None:
    desk.produce(patients=patients(1), visits=visits(30))
    desk.produce(day=5, scope="partial", patients=patients(1), visits=visits(30))
    late = desk.produce(day=3, patients=patients(1), visits=[visit(1, Status="Broken"), *visits(30)[1:]])
    assert changes(late) == {}
    assert late.changes["stale"] == 1
    assert statuses(desk)["V1"] == "Scheduled"


def test_what_a_newer_extract_said_nothing_of_is_carried(desk: Desk) -> None:
    desk.produce(patients=patients(1), visits=visits(30))
    desk.produce(day=5, scope="partial", patients=patients(1), visits=visits(20))
    late = desk.produce(
        day=3, scope="partial", patients=patients(1), visits=[visit(1, Status="Broken"), visit(25, Status="Broken")]
    )
    assert changes(late) == {"updated": 1}
    assert (statuses(desk)["V1"], statuses(desk)["V25"]) == ("Scheduled", "Broken")


def test_what_a_newer_extract_held_is_not_deleted(desk: Desk) -> None:
    desk.produce(patients=patients(1), visits=visits(40))
    desk.produce(day=5, patients=patients(1), visits=visits(40))
    assert changes(desk.produce(day=3, patients=patients(1), visits=visits(39))) == {}


def test_what_a_newer_whole_extract_lacks_is_not_brought_back(desk: Desk) -> None:
    desk.produce(patients=patients(1), visits=visits(40))
    desk.produce(day=5, patients=patients(1), visits=visits(39))
    late = desk.produce(day=3, patients=patients(1), visits=[*visits(40), visit(41)])
    assert (changes(late), late.changes["stale"]) == ({}, 2)
    assert len(desk.records(APPOINTMENT)) == 39


def test_what_a_newer_partial_extract_does_not_name_is_created(desk: Desk) -> None:
    desk.produce(day=5, scope="partial", patients=patients(1), visits=visits(10))
    assert changes(desk.produce(day=3, scope="partial", patients=patients(1), visits=visits(12))) == {"created": 2}


def test_an_extract_whose_deletions_were_withheld_is_not_taken_for_whole(desk: Desk) -> None:
    desk.produce(patients=patients(1), visits=visits(40))
    assert changes(desk.produce(day=5, patients=patients(1), visits=visits(20))) == {"withheld": 20}
    late = [visit(n, Status="Broken") for n in range(1, 42)]
    assert changes(desk.produce(day=3, scope="partial", patients=patients(1), visits=late)) == {"created": 1, "updated": 20}
    assert (statuses(desk)["V20"], statuses(desk)["V21"]) == ("Scheduled", "Broken")


def test_a_patient_of_a_late_extract_takes_no_address_from_those_read_since(desk: Desk) -> None:
    shared = "family@post.example"
    desk.produce(patients=[patient(1, Email=""), patient(2, Email=shared)])
    desk.produce(day=5, patients=[patient(1, Email=""), patient(2, Email=shared)])
    desk.produce(day=3, patients=[patient(1, Email=shared), patient(2, Email=shared)])
    owners = {native for native, record in desk.records(PATIENT).items() if record.values["primary_email"]}
    assert owners == {"P2"}


def test_whose_row_a_late_extract_changes_was_not_read_later_because_an_address_moved(desk: Desk) -> None:
    shared = "family@post.example"
    older, younger = patient(1, Email="", Date_of_Birth="01/01/1950"), patient(2, Email=shared, Date_of_Birth="01/01/1990")
    desk.produce(patients=[older, younger])
    desk.produce(day=5, scope="partial", patients=[{**older, "Email": shared}])  # P1 is the older one, and takes it from P2
    late = desk.produce(day=3, scope="partial", patients=[{**younger, "Status": "Inactive"}])
    assert changes(late) == {"updated": 1}
    record = desk.records(PATIENT)["P2"]
    assert (record.values["status"], record.values["primary_email"]) == ("Inactive", None)


DAYS: list[dict[str, Any]] = [
    {"visits": visits(40)},
    {"visits": [visit(1, Status="Complete"), *visits(40)[1:39], visit(41)]},
    {"visits": [visit(1), *visits(40)[2:39], visit(42)]},
]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("lose_state", [False, True])
def test_in_whatever_order_they_arrive_the_newest_counts(tmp_path: Path, order: tuple[int, ...], lose_state: bool) -> None:
    desk = Desk(tmp_path)
    for day in order:
        desk.produce(day=day, patients=patients(1), **DAYS[day])
        if lose_state:
            desk.lose_state()
    found = statuses(desk)
    assert found.keys() == {f"V{n}" for n in (1, *range(3, 40), 42)}
    assert set(found.values()) == {"Scheduled"}
    desk.close()


def test_what_was_confirmed_is_written_small_and_read_back() -> None:
    said = {
        APPOINTMENT: Confirmed(as_known=Places((0, offset) for offset in range(5, 100_000, 1))),
        PATIENT: Confirmed({0: 100, 1: 7}),
        Entity.NOTE: Confirmed(as_known=Places({(0, 3), (2, 900), (2, 7)})),
        Entity.CLAIM: Confirmed(),
    }
    body = to_json(said)
    assert from_json(body) == said
    assert len(str(body)) < 1_000
