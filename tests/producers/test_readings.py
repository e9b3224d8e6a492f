"""Number of times that producing reads the rows of a file, beside a sample of the first ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from producers.binding import matching
from producers.binding.proposal import propose
from producers.changes.rows import differing_rows as rows_module
from producers.changes.rows.renumbering import Aliases
from producers.sources.tables.delimited.delimited import TextSource
from tests.producers.desk import PRACTICE, Desk, Rows, patient, patients, visit, visits

PATIENTS, VISITS = patients(30), visits(40, 30)


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return the readings to the end, by file; samples end before."""
    found: Counter[str] = Counter()
    read = TextSource._numbered

    def counted(self: TextSource, *about: Any) -> Iterator[Any]:
        yield from read(self, *about)
        found[self.file.name] += 1

    monkeypatch.setattr(TextSource, "_numbered", counted)
    monkeypatch.setattr(matching, "SAMPLE", 20)
    return found


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def shared(rows: Rows) -> Rows:
    """Return two patients of one address."""
    return [*rows[:1], {**rows[1], "Email": rows[0]["Email"]}, *rows[2:]]


CHANGED = [{**row, "Email": f"new.{row['Email']}"} for row in PATIENTS]
MOVED = [{**row, "Status": "Broken"} for row in VISITS]
TWO_SAY_OTHERWISE = [*PATIENTS, patient(3, Last_Name="Other")], [*VISITS, visit(3, 4, Status="Broken")]
WITH_NEW_COLUMNS = [{**row, "Pet": "dog"} for row in PATIENTS], [{**row, "Mood": "good"} for row in VISITS]


@pytest.mark.parametrize("kept", [5, 5_000], ids=["many differ", "few differ"])
@pytest.mark.parametrize(
    ("people", "booked"),
    [
        (PATIENTS, VISITS),
        (CHANGED, MOVED),
        (shared(PATIENTS), [visit(1, Status="Completed"), *VISITS[1:]]),
        ([*PATIENTS, patient(90), patient(90, Last_Name="Other")], [*VISITS, visit(90), visit(90, Status="Broken")]),
        ([*CHANGED, patient(90), patient(90, Last_Name="Other")], [*MOVED, visit(90), visit(90, Status="Broken")]),
        TWO_SAY_OTHERWISE,
        WITH_NEW_COLUMNS,
        (PATIENTS[2:], VISITS[2:]),
    ],
    ids=[
        *(
            "nothing differs",
            "everything differs",
            "an address is shared",
            "ids are doubled",
            "ids are doubled where all differ",
        ),
        *("a row says otherwise than an unchanged one", "columns are new", "rows are gone"),
    ],
)
def test_a_later_delivery_is_read_at_most_twice(
    desk: Desk, readings: Counter[str], monkeypatch: pytest.MonkeyPatch, kept: int, people: Rows, booked: Rows
) -> None:
    desk.produce(patients=PATIENTS, visits=VISITS)
    monkeypatch.setattr(rows_module, "KEPT", kept)
    readings.clear()
    desk.produce(day=1, patients=people, visits=booked)
    assert set(readings) == {"patients.csv", "visits.csv"}
    assert max(readings.values()) <= 2


@pytest.mark.parametrize("kept", [5, 5_000], ids=["many differ", "few differ"])
def test_an_extract_is_read_at_most_twice_after_a_setting_changed(
    desk: Desk, readings: Counter[str], monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    desk.produce(patients=PATIENTS, visits=VISITS)
    monkeypatch.setattr(rows_module, "KEPT", kept)
    desk.practice = replace(PRACTICE, zone=ZoneInfo("America/New_York"))
    readings.clear()
    produced = desk.produce(day=1, patients=PATIENTS, visits=VISITS)
    assert produced.read_again is not None
    assert max(readings.values()) <= 2


def test_renumbered_ids_cost_no_further_reading(desk: Desk, readings: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    desk.produce(patients=PATIENTS, visits=VISITS)
    monkeypatch.setattr(rows_module, "KEPT", 5)
    desk.aliases = Aliases({Entity.PATIENT: [("P3", "P903")], Entity.APPOINTMENT: [("V4", "V904")]})
    readings.clear()
    desk.produce(day=1, patients=[*PATIENTS[:2], patient(903), *CHANGED[3:]], visits=[*VISITS[:3], visit(904, 5), *MOVED[4:]])
    assert max(readings.values()) <= 2


def test_plans_balances_and_unknown_tables_are_read_at_most_twice(desk: Desk, readings: Counter[str]) -> None:
    plans = [
        {
            "Treatment Plan ID": f"T{n // 2}",
            "Patient ID": f"P{1 + n % 9}",
            "Plan Name": "Crown",
            "Procedure Code": "D2740",
            "Fee": f"{n}.00",
        }
        for n in range(1, 30)
    ]
    balances = [
        {
            "Patient ID": f"P{1 + n // 2}",
            "Provider": f"Dr. {'AB'[n % 2]}",
            "Balance": f"{n}.50",
            "Last Payment Date": "05/01/2026",
        }
        for n in range(30)
    ]
    ledger = [{"Sequence": str(n), "Batch": "q", "Remark": "z"} for n in range(30)]
    first = {"patients": PATIENTS, "plans": plans, "balances": balances, "ledger": ledger}
    desk.produce(**first)
    readings.clear()
    desk.produce(day=1, **first)
    assert set(readings) == {f"{name}.csv" for name in first}
    assert max(readings.values()) <= 2


def test_a_mapping_is_proposed_from_one_reading(desk: Desk, readings: Counter[str]) -> None:
    extract = desk.extract(patients=PATIENTS, visits=VISITS)
    propose(extract, PRACTICE)
    assert readings == {"patients.csv": 1, "visits.csv": 1}


def test_a_table_beyond_what_is_remembered_is_read_a_third_time_for_rows_of_doubled_ids(
    desk: Desk, readings: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exception that docs/adr/0020 argues for."""
    desk.produce(patients=PATIENTS, visits=VISITS)
    monkeypatch.setattr(rows_module, "KEPT", 5)
    readings.clear()
    desk.produce(day=1, patients=PATIENTS, visits=[*VISITS[:9], *MOVED[9:], visit(3, 4, Status="Broken")])
    assert readings["visits.csv"] == 3


def test_a_first_delivery_is_read_at_most_twice(desk: Desk, readings: Counter[str]) -> None:
    first = desk.extract(
        patients=shared([*PATIENTS, patient(90), patient(90, Last_Name="Other")]), visits=[*VISITS, visit(7, 2)]
    )
    desk.mapping = _approved(desk)
    readings.clear()
    desk.produce(first)
    assert readings["patients.csv"] == 2
    assert readings["visits.csv"] == 1


def test_visits_that_are_too_many_to_be_kept_are_read_twice(
    desk: Desk, readings: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_module, "KEPT", 5)
    first = desk.extract(patients=PATIENTS, visits=[*VISITS, visit(90), visit(90, Status="Broken")])
    desk.mapping = _approved(desk)
    readings.clear()
    desk.produce(first)
    assert readings["visits.csv"] == 2


def _approved(desk: Desk) -> ColumnMapping:
    return propose(desk.extract(patients=PATIENTS, visits=VISITS), PRACTICE).mapping
