"""Rows whose change event would be too large: each costs its record, never the run, and is carried once it fits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.dead_letters import DeadLetter, Stage, detail_of, read_dead_letter
from events.log.port import DEAD_LETTERS, read_all
from events.vocabulary.entities import Entity
from producers.changes.appending import changes as changes_module
from producers.state import step as step_module
from tests.producers.desk import Desk, changes, memo, patients, visit

LIMIT = 100_000
LARGE, SMALL = "word " * 30_000, "short enough"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, largest_event=LIMIT)
    yield desk
    desk.close()


def letters(desk: Desk) -> list[DeadLetter]:
    return [read_dead_letter(entry.value) for entry in read_all(desk.log, DEAD_LETTERS)]


def texts(desk: Desk) -> dict[str, object]:
    return {native: record.values["text"] for native, record in desk.records(Entity.NOTE).items()}


def test_a_row_that_is_too_large_is_a_dead_letter_and_all_others_are_carried(desk: Desk) -> None:
    produced = desk.produce(patients=patients(2), notes=[memo(1, SMALL), memo(2, LARGE), memo(3, SMALL)], visits=[visit(1)])
    assert (produced.refused, produced.dead_letters) == (1, 1)
    assert texts(desk) == {"N1": SMALL, "N3": SMALL}
    (letter,) = letters(desk)
    assert (letter.stage, letter.reason, letter.entity, letter.row) == (Stage.PRODUCE, "too_large", Entity.NOTE, 3)
    assert detail_of(letter, desk.keys) == {"cells": ["N2"]}, "its id, and nothing of its text"
    assert max(len(entry.value) for entry in desk.entries()) <= LIMIT


def test_it_is_a_dead_letter_once(desk: Desk) -> None:
    for day in (0, 1, 2):
        produced = desk.produce(day=day, patients=patients(1), notes=[memo(1, LARGE)])
        assert (produced.refused, produced.dead_letters) == (1, 1 if day == 0 else 0)
    assert len(letters(desk)) == 1


def test_it_is_carried_when_the_row_gets_smaller(desk: Desk) -> None:
    desk.produce(patients=patients(1), notes=[memo(1, LARGE)])
    assert changes(desk.produce(day=1, patients=patients(1), notes=[memo(1, SMALL)])) == {"created": 1}
    assert texts(desk) == {"N1": SMALL}


def test_it_is_carried_when_the_setting_gets_larger(desk: Desk) -> None:
    extract = desk.extract(patients=patients(1), notes=[memo(1, LARGE)])
    desk.produce(extract)
    desk.largest_event = 2 * LIMIT
    assert changes(desk.produce(extract)) == {"created": 1}
    assert texts(desk) == {"N1": LARGE}


def test_a_record_that_becomes_too_large_stays_as_it_was_and_is_not_deleted(desk: Desk) -> None:
    desk.produce(patients=patients(1), notes=[memo(1, SMALL)])
    for day in (1, 2):
        produced = desk.produce(day=day, patients=patients(1), notes=[memo(1, LARGE)])
        assert changes(produced) == {}
        assert produced.withheld == []
    assert texts(desk) == {"N1": SMALL}
    assert [letter.reason for letter in letters(desk)] == ["too_large"]
    assert changes(desk.produce(day=3, patients=patients(1), notes=[memo(1, SMALL + ".")])) == {"updated": 1}


def test_a_record_that_was_carried_is_deleted_and_comes_back_under_a_smaller_setting(desk: Desk) -> None:
    desk.largest_event = 2 * LIMIT
    notes = [memo(1, LARGE), *[memo(n, SMALL) for n in range(2, 40)]]
    desk.produce(patients=patients(1), notes=notes)
    desk.largest_event = LIMIT
    assert changes(desk.produce(day=1, patients=patients(1), notes=notes)) == {}
    assert changes(desk.produce(day=2, patients=patients(1), notes=notes[1:])) == {"deleted": 1}
    assert changes(desk.produce(day=3, patients=patients(1), notes=notes)) == {}
    assert [letter.reason for letter in letters(desk)] == ["too_large"]


def test_the_state_is_rebuilt_alike(desk: Desk) -> None:
    files = {"patients": patients(2), "notes": [memo(1, LARGE), memo(2, SMALL)]}
    desk.produce(**files)
    desk.lose_state()
    produced = desk.produce(day=1, **files)
    assert (changes(produced), produced.refused, produced.dead_letters) == ({}, 1, 0)


def test_large_rows_are_compared_and_appended_in_small_steps(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes_module, "PIECE_CHARACTERS", 300_000)
    monkeypatch.setattr(step_module, "STEP_BYTES", 200_000)
    appended: list[int] = []
    append = desk.log.append

    def counting(entries, *more):  # type: ignore[no-untyped-def]
        appended.append(sum(len(entry.value) for entry in entries))
        return append(entries, *more)

    monkeypatch.setattr(desk.log, "append", counting)
    desk.produce(patients=patients(1), notes=[memo(n, "word " * 10_000 + str(n)) for n in range(40)])
    assert len(texts(desk)) == 40
    assert max(appended) < 200_000 + 400_000


def test_a_row_that_is_refused_for_another_reason_leaves_its_long_cells_in_the_file(desk: Desk) -> None:
    desk.produce(patients=patients(1), notes=[{**memo(1, LARGE), "Patient ID": ""}, memo(2, SMALL)])
    (letter,) = letters(desk)
    assert letter.reason == "missing_patient"
    assert max(len(cell) for cell in detail_of(letter, desk.keys)["cells"]) == 10_000
