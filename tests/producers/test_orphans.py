"""Records that name a patient or plan who is in no table: one finding for each column and cause, not one for each row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.vocabulary.entities import Entity
from producers.changes import orphans as orphans_module
from tests.producers.desk import Desk, message, patient, patients, visit, visits


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def test_the_rows_of_a_column_are_one_finding_with_their_number_and_the_first_places(desk: Desk) -> None:
    lost = [visit(number, of=90 + number) for number in range(10, 60)]
    for day in (0, 1):
        produced = desk.produce(day=day, patients=patients(3), visits=[*visits(3, 3), *lost], messages=[message(1, of=99)])
        assert [(f.code, f.column, f.notice, f.text) for f in produced.findings] == [
            (
                "unknown_patient",
                "Patient ID",
                False,
                "visits.csv, 'Patient ID': records of patients who are in none of the exports: 50 (rows 5, 6, 7 …)",
            ),
            (
                "unknown_patient",
                "Patient ID",
                False,
                "messages.csv, 'Patient ID': records of patients who are in none of the exports: 1 (row 2)",
            ),
        ]


def test_patients_who_were_left_out_are_another_cause(desk: Desk) -> None:
    people = [*patients(2), patient(3, Status="Deleted")]
    [finding] = desk.produce(patients=people, visits=[visit(1), visit(2, of=3)]).findings
    assert "records of patients who were left out or refused: 1 (row 3)" in finding.text


def test_nothing_is_said_once_the_patient_has_arrived_nor_of_an_earlier_extract(desk: Desk) -> None:
    assert len(desk.produce(patients=patients(1), visits=[visit(1), visit(2, of=2)], messages=[message(1)]).findings) == 1
    assert desk.produce(day=1, scope="partial", messages=[message(2)]).findings == []
    produced = desk.produce(day=2, patients=patients(2), visits=[visit(1), visit(2, of=2)])
    assert produced.findings == []
    assert len(desk.records(Entity.APPOINTMENT)) == 2


def test_lines_without_a_plan_are_one_finding(desk: Desk) -> None:
    plans = [{"Plan ID": "T1", "Patient ID": "P1", "Plan Name": "Crown", "Plan Status": "Accepted", "Estimated Cost": "90.00"}]
    lines = [
        {"Plan ID": f"T{plan}", "Line": "1", "Procedure Code": "D2740", "Tooth": "14", "Surface": "MO", "Fee": "30.00"}
        for plan in (1, 7, 8)
    ]
    [finding] = desk.produce(patients=patients(1), plans=plans, lines=lines).findings
    assert (finding.code, finding.column) == ("unknown_plan", "Plan ID")
    assert "lines of treatment plans that are in none of the exports: 2 (rows 3, 4)" in finding.text


def test_of_very_many_only_so_many_are_looked_at(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans_module, "MOST", 5)
    [finding] = desk.produce(patients=patients(1), visits=[visit(number, of=2) for number in range(1, 10)]).findings
    assert "in none of the exports: at least 5 (" in finding.text
