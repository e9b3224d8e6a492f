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
from tests.producers.desk import PRACTICE, Desk, Rows, patient, visit


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def people(*ids: str) -> Rows:
    return [patient(number, Patient_ID=native) for number, native in enumerate(ids, start=1)]


def booked(*ids: str) -> Rows:
    return [visit(number, Patient_ID=native) for number, native in enumerate(ids, start=1)]


def test_ids_that_fit_only_without_their_padding_stop_the_run_with_one_finding(desk: Desk) -> None:
    extract = desk.extract(patients=people("1001", "1002", "1003", "1004"), visits=booked("01001", "01002", "01003"))
    [finding] = [f for f in propose(extract, PRACTICE).findings if f.code == "padded_ids"]
    assert (finding.file, finding.column) == ("visits.csv", "Patient ID")
    with pytest.raises(CannotBind, match=r"visits\.csv"):
        desk.produce(extract)
    assert desk.events() == []


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
