"""Reading rows: what is as it was is not typed again, what cannot be read is told, and time changes what a row says."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.dead_letters import read_dead_letter
from events.log.port import DEAD_LETTERS, read_all
from events.vocabulary.entities import Entity
from producers.changes.rows import reading as module
from tests.producers.desk import Desk, changes, message, patient, patients, visit, visits


@pytest.fixture
def desk(tmp_path: Path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the native ids of the rows that are typed from now on."""
    found: list[str] = []
    compiled = module.compile_reader

    def compile_reader(*about):
        read = compiled(*about)

        def noting(cells, fates):
            record = read(cells, fates)
            found.append(record.native_id)
            return record

        return noting

    monkeypatch.setattr(module, "compile_reader", compile_reader)
    return found


def test_only_rows_that_differ_are_typed(desk: Desk, typed: list[str]) -> None:
    desk.produce(patients=patients(3), visits=visits(50))
    typed.clear()
    later = desk.produce(day=1, patients=patients(3), visits=[*visits(49), visit(50, Status="Complete"), visit(51)])
    assert typed == ["V50", "V51"]
    assert (changes(later), later.changes["unchanged"]) == ({"created": 1, "updated": 1}, 3 + 49 + 1)


def test_a_row_with_an_issue_is_read_each_time_and_changes_nothing(desk: Desk, typed: list[str]) -> None:
    desk.produce(patients=patients(1), visits=[visit(1), visit(2, Duration="a while")])
    typed.clear()
    assert changes(desk.produce(day=1, patients=patients(1), visits=[visit(2, Duration="a while"), visit(1)])) == {}
    assert typed == ["V2"]
    (event,) = [e for e in desk.events(Entity.APPOINTMENT) if e.flagged]
    (place,) = desk.state.sightings().values()
    assert (event.source.row, place[2]) == (3, 2)


def test_a_communication_whose_time_has_passed_is_read_again(desk: Desk, typed: list[str]) -> None:
    log = [message(1, Sent_Date="05/25/2026 9:00 AM"), message(2)]
    desk.produce(patients=patients(1), log=log)
    assert desk.records(Entity.COMMUNICATION)["M1"].values["in_future"] is True
    typed.clear()
    assert changes(desk.produce(day=2, patients=patients(1), log=log)) == {}
    assert typed == []
    assert changes(desk.produce(day=9, patients=patients(1), log=log)) == {"updated": 1}
    assert typed == ["M1"]
    assert desk.records(Entity.COMMUNICATION)["M1"].values["in_future"] is False
    assert changes(desk.produce(day=10, patients=patients(1), log=log)) == {}


def test_it_is_read_again_after_the_state_was_lost_too(desk: Desk) -> None:
    log = [message(1, Sent_Date="05/25/2026 9:00 AM")]
    desk.produce(patients=patients(1), log=log)
    desk.lose_state()
    assert changes(desk.produce(day=9, patients=patients(1), log=log)) == {"updated": 1}


def test_a_row_that_cannot_be_carried_is_a_dead_letter_once(desk: Desk) -> None:
    broken = {**visit(2), "Patient ID": ""}
    for day in (0, 1):
        later = desk.produce(day=day, patients=patients(1), visits=[visit(1), broken, visit(3)])
        assert (later.refused, later.dead_letters) == (1, 1 - day)
    (letter,) = [read_dead_letter(entry.value) for entry in read_all(desk.log, DEAD_LETTERS)]
    assert (letter.reason, letter.entity, letter.row) == ("missing_patient", Entity.APPOINTMENT, 3)
    assert set(desk.records(Entity.APPOINTMENT)) == {"V1", "V3"}


def test_a_row_that_was_mended_is_carried(desk: Desk) -> None:
    desk.produce(patients=patients(1), visits=[visit(1), {**visit(2), "Patient ID": ""}])
    assert changes(desk.produce(day=1, patients=patients(1), visits=visits(2))) == {"created": 1}


def test_a_patient_deleted_in_the_pms_is_not_carried(desk: Desk) -> None:
    desk.produce(patients=[*patients(40), patient(41, Status="Deleted")])
    assert len(desk.records(Entity.PATIENT)) == 40
    assert changes(desk.produce(day=1, patients=[*patients(39), patient(40, Status="Deleted")])) == {"deleted": 1}


def test_progress_is_told_for_every_row(desk: Desk) -> None:
    ticks: list[int] = []
    extract = desk.extract(patients=patients(3), visits=visits(20_000))
    desk.produce(extract)
    producer = desk.producer
    producer.tick = ticks.append
    assert desk.mapping is not None
    producer.produce(extract, desk.mapping, "run")
    assert sum(ticks) == 20_003
