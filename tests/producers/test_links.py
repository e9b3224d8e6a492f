"""Links that fit only after a change of the ids are one finding about the column."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.dead_letters import read_dead_letter
from events.log.port import DEAD_LETTERS, read_all
from events.vocabulary.entities import Entity
from producers.binding.errors import CannotBind
from producers.binding.proposal import propose
from tests.producers.desk import PRACTICE, Desk, Rows, changes, message, patient, visit


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def people(*ids: str) -> Rows:
    return [patient(number, Patient_ID=native) for number, native in enumerate(ids, start=1)]


def booked(*ids: str) -> Rows:
    return [visit(number, Patient_ID=native) for number, native in enumerate(ids, start=1)]


def test_a_table_whose_ids_fit_only_without_their_padding_is_held_with_one_finding_and_the_others_are_carried(
    desk: Desk,
) -> None:
    ids = ("1001", "1002", "1003", "1004")
    extract = desk.extract(
        patients=people(*ids),
        visits=booked(*ids),
        messages=[message(number, Patient_ID=f"0{native}") for number, native in enumerate(ids, start=1)],
    )
    [finding] = [f for f in propose(extract, PRACTICE).findings if f.code == "padded_ids"]
    assert (finding.file, finding.column) == ("messages.csv", "Patient ID")
    produced = desk.produce(extract)
    assert [(f.code, f.file, f.column, f.notice) for f in produced.findings] == [
        ("padded_ids", "messages.csv", "Patient ID", False)
    ]
    assert {page.file: page.by_term()["held"] for page in produced.books} == {
        "patients.csv": {},
        "visits.csv": {},
        "messages.csv": {"padded_ids": 4},
    }
    assert (len(desk.records(Entity.PATIENT)), len(desk.records(Entity.APPOINTMENT))) == (4, 4)
    assert desk.records(Entity.COMMUNICATION) == {}


def test_nothing_is_taken_for_deleted_where_a_table_is_held_and_its_rows_are_carried_once_it_is_mended(desk: Desk) -> None:
    ids = ("1001", "1002", "1003", "1004")
    desk.produce(patients=people(*ids), visits=booked(*ids))
    produced = desk.produce(day=1, patients=people(*ids), visits=booked(*(f"00{native}" for native in ids[1:])))
    assert (changes(produced), len(produced.findings)) == ({}, 1)
    later = [*booked(*ids), visit(5, Patient_ID="1001")]
    assert changes(desk.produce(day=2, patients=people(*ids), visits=later)) == {"created": 1}


def test_nothing_is_taken_for_deleted_where_one_of_two_tables_is_held(desk: Desk) -> None:
    ids = ("1001", "1002", "1003", "1004")
    more = [visit(number, Patient_ID=native) for number, native in enumerate(ids, start=5)]
    desk.produce(patients=people(*ids), visits=booked(*ids), more=more)
    padded = [visit(number, Patient_ID=f"00{native}") for number, native in enumerate(ids, start=5)]
    produced = desk.produce(day=1, patients=people(*ids), visits=booked(*ids), more=padded)
    assert ([(f.code, f.file) for f in produced.findings], changes(produced)) == ([("padded_ids", "more.csv")], {})


def test_a_patient_table_whose_ids_earlier_exports_wrote_otherwise_stops_the_run(desk: Desk) -> None:
    ids = ("1001", "1002", "1003", "1004")
    desk.produce(patients=people(*ids), visits=booked(*ids))
    before = len(desk.events())
    with pytest.raises(CannotBind, match=r"visits\.csv has the patients' ids as earlier exports wrote them"):
        desk.produce(day=1, patients=people(*(f"0{native}" for native in ids)), visits=booked(*ids))
    assert len(desk.events()) == before


@pytest.mark.parametrize("shape", ["P{:04}", "{}", "0{}", "{}00"])
def test_ids_that_fit_as_they_are_say_nothing(desk: Desk, shape: str) -> None:
    ids = [shape.format(number) for number in (1, 2, 3, 10, 100)]
    assert desk.produce(patients=people(*ids), visits=booked(*ids)).findings == []
    assert len(desk.records(Entity.APPOINTMENT)) == 5


def test_ids_of_which_a_spreadsheet_made_dates_are_refused_and_one_finding(desk: Desk) -> None:
    produced = desk.produce(patients=people("1-Mar", "2-Mar", "1-Jul", "22-1"), visits=booked("3-1", "3-2", "7-1", "22-1"))
    assert [(f.code, f.file, f.column) for f in produced.findings] == [("damaged_ids", "patients.csv", "Patient ID")]
    assert "3 of 4" in produced.findings[0].text
    assert set(desk.records(Entity.PATIENT)) == {"22-1"}
    letters = [read_dead_letter(entry.value) for entry in read_all(desk.log, DEAD_LETTERS)]
    assert [(letter.reason, letter.row) for letter in letters] == [("excel_damaged_id", row) for row in (2, 3, 4)]
