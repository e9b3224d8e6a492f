"""A whole extract: in the order of dependence, sampled, repeated, with what it lacks and what it has too much."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from events.vocabulary.entities import Entity
from producers.entities.registry import read_entities
from tests.producers import office
from tests.producers.desk import Desk, changes, message, patient, patients, visit, visits


@pytest.fixture
def desk(tmp_path: Path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def test_parents_come_before_what_hangs_on_them(desk: Desk) -> None:
    data = office.tables()
    extract = office.extract_of(desk.folder / "office", dict(reversed(data.items())))
    desk.produce(extract)
    met = list(dict.fromkeys(event.entity for event in desk.events()))
    assert met == [Entity.PRACTICE, *(entity for entity in read_entities() if entity in met)]
    assert len(met) == 9


def test_a_whole_office_is_produced_once(desk: Desk) -> None:
    extract = office.extract_of(desk.folder / "office", office.tables())
    first = desk.produce(extract)
    again = desk.produce(extract)
    assert (changes(again), again.changes["unchanged"]) == ({}, first.changes["created"])
    assert len(desk.told()) == first.changes["created"]


def test_a_lost_state_makes_no_difference_to_a_whole_office(desk: Desk) -> None:
    extract = office.extract_of(desk.folder / "office", office.tables())
    desk.produce(extract)
    desk.lose_state()
    assert changes(desk.produce(extract)) == {}


def test_a_changed_line_is_an_update_of_its_plan(desk: Desk) -> None:
    desk.produce(office.extract_of(desk.folder / "one", office.tables()))

    def paid(headers: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
        return headers, [[*row[:-1], "Done"] if row[0] == "T4" else row for row in rows]

    later = desk.produce(office.extract_of(desk.folder / "two", office.change(paid, "steps")))
    assert changes(later) == {"updated": 1}
    lines = desk.records(Entity.TREATMENT_PLAN)["T4"].values["lines"]
    assert isinstance(lines, list)
    assert [line["status"] for line in lines] == ["Done", "Done"]  # type: ignore[index,call-overload]


def test_a_sample_carries_its_patients_and_what_is_theirs(desk: Desk) -> None:
    files = {"patients": patients(5), "visits": visits(20, 5), "log": [message(n, n) for n in range(1, 6)]}
    extract = desk.extract(**files)
    desk.produce(extract, only=lambda native_id: native_id in ("P2", "P3"))
    assert set(desk.records(Entity.PATIENT)) == {"P2", "P3"}
    assert {r.values["patient_id"] for r in desk.records(Entity.APPOINTMENT).values()} == {"P2", "P3"}
    assert len(desk.records(Entity.APPOINTMENT)) == 8
    rest = desk.produce(extract)
    assert changes(rest) == {"created": 3 + 12 + 3}
    assert len(desk.told()) == 31


def test_a_sample_leaves_no_dead_letters(desk: Desk) -> None:
    sampled = desk.produce(patients=patients(2), visits=[visit(1), {**visit(2), "Patient ID": ""}], only=lambda _id: True)
    assert (sampled.refused, sampled.dead_letters) == (1, 0)


def test_each_tables_rows_are_counted(desk: Desk) -> None:
    produced = desk.produce(patients=patients(4), april=visits(3), may=[visit(9), visit(10)])
    assert sorted(produced.tables) == [
        ("april.csv", "appointment", 3),
        ("may.csv", "appointment", 2),
        ("patients.csv", "patient", 4),
    ]


def test_a_renamed_column_goes_on_and_a_new_one_becomes_a_custom_field(desk: Desk) -> None:
    desk.produce(patients=patients(30))
    renamed = [{("Pt Status" if h == "Status" else h): c for h, c in row.items()} for row in patients(30)]
    assert changes(desk.produce(day=1, patients=renamed)) == {}
    wider = [{**row, "Loyalty Stars": "7"} for row in renamed]
    later = desk.produce(day=2, patients=wider)
    assert changes(later) == {"updated": 30}
    assert [f.code for f in later.findings if not f.notice] == ["new_custom_field"]


def test_changes_to_everything_are_carried_in_one_run(desk: Desk) -> None:
    desk.produce(patients=patients(40), visits=visits(40, 40))
    later = desk.produce(
        day=1,
        patients=[patient(n, Last_Name="Vale") for n in range(1, 40)],
        visits=[visit(n, of=1 + n % 40, Status="Complete") for n in range(2, 43)],
    )
    assert changes(later) == {"created": 2, "updated": 39 + 39, "deleted": 2}


@pytest.mark.parametrize("broken", [False, True])
def test_the_garbage_collector_is_left_as_it_was(desk: Desk, broken: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = gc.get_threshold()
    if broken:
        monkeypatch.setattr(desk.log, "append", None)
        with pytest.raises(TypeError):
            desk.produce(patients=patients(1))
    else:
        desk.produce(patients=patients(1))
    assert gc.get_threshold() == usual
