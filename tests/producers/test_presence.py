"""Deletions are inferred from full extracts only, and only where few records disappeared."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from events.vocabulary.entities import Entity
from producers.changes.produced import DeletionDoubt
from producers.state.presence import Presence
from producers.state.state import Known
from tests.producers.desk import Desk, changes, message, patient, patients, visit, visits


@pytest.fixture
def desk(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.produce(patients=patients(2), visits=visits(100), log=[message(1)])
    yield desk
    desk.close()


def test_what_a_full_extract_no_longer_holds_is_deleted_once(desk: Desk) -> None:
    assert changes(desk.produce(day=1, patients=patients(2), visits=visits(98))) == {"deleted": 2}
    assert changes(desk.produce(day=2, patients=patients(2), visits=visits(98))) == {}
    assert set(desk.records(Entity.APPOINTMENT)) == {f"V{n}" for n in range(1, 99)}
    told = [(operation, revision) for operation, revision, _ in desk.history(Entity.APPOINTMENT, "V99")]
    assert told == [("CREATED", 1), ("DELETED", 2)], "consumers pass over a revision that they have"


def test_a_table_that_is_not_there_says_nothing(desk: Desk) -> None:
    assert changes(desk.produce(day=1, patients=patients(2), visits=visits(100))) == {}
    assert set(desk.records(Entity.COMMUNICATION)) == {"M1"}


def test_a_partial_extract_deletes_nothing(desk: Desk) -> None:
    assert changes(desk.produce(day=1, scope="partial", patients=patients(1), visits=visits(98))) == {}


def test_a_sample_deletes_nothing(desk: Desk) -> None:
    assert changes(desk.produce(day=1, patients=patients(2), visits=visits(98), only=lambda patient: patient == "P1")) == {}


@pytest.mark.parametrize(("left", "expected"), [(95, {"deleted": 5}), (94, {"withheld": 6}), (1, {"withheld": 99})])
def test_more_than_one_in_twenty_is_not_believed(desk: Desk, left: int, expected: dict[str, int]) -> None:
    assert changes(desk.produce(day=1, patients=patients(2), visits=visits(left))) == expected


def test_withheld_deletions_are_named_and_everything_else_is_applied(desk: Desk) -> None:
    later = desk.produce(day=1, patients=[patient(1), patient(2, Status="Inactive")], visits=[*visits(50), visit(101)])
    assert changes(later) == {"created": 1, "updated": 1, "withheld": 50}
    (withheld,) = later.withheld
    assert (withheld.entity, withheld.absent, withheld.live) == (Entity.APPOINTMENT, 50, 100)


def test_a_confirmation_releases_them(desk: Desk) -> None:
    later = desk.extract(day=1, patients=patients(2), visits=visits(50))
    assert changes(desk.produce(later)) == {"withheld": 50}
    assert changes(desk.produce(later, confirm=True)) == {"deleted": 50}
    assert changes(desk.produce(later)) == {}


def test_records_made_in_this_run_do_not_raise_the_limit(desk: Desk) -> None:
    rows = [visit(n) for n in range(7, 207)]  # six are gone, 106 are new: six of a hundred are too many
    assert changes(desk.produce(day=1, patients=patients(2), visits=rows)) == {"created": 106, "withheld": 6}


def test_a_row_that_is_there_but_unreadable_is_not_absent(desk: Desk) -> None:
    rows = visits(100)
    rows[4]["Patient ID"] = "#REF!"
    assert changes(desk.produce(day=1, patients=patients(2), visits=rows)) == {}


def test_a_row_of_another_length_is_not_absent(desk: Desk) -> None:
    extract = desk.extract(day=1, patients=patients(2), visits=visits(100))
    file = Path(extract.source.address) / "visits.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join([*lines[:5], ",".join(lines[5].split(",")[:4]) + "\r\n", *lines[6:]]), encoding="utf-8", newline="")
    later = desk.produce(desk.open(Path(extract.source.address), day=1))
    assert (changes(later), later.dead_letters) == ({}, 1)


def test_a_changed_row_is_not_absent(desk: Desk) -> None:
    assert changes(desk.produce(day=1, patients=patients(2), visits=[visit(n, Status="Complete") for n in range(1, 101)])) == {
        "updated": 100
    }


def test_a_patient_who_is_gone_is_deleted(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "another")
    desk.produce(patients=patients(40))
    assert changes(desk.produce(day=1, patients=patients(39))) == {"deleted": 1}
    desk.close()


def test_the_same_extract_again_is_as_far_over_the_limit_as_before(desk: Desk) -> None:
    rows = [visit(n) for n in range(7, 207)]
    later = desk.extract(day=1, patients=patients(2), visits=rows)
    assert changes(desk.produce(later)) == {"created": 106, "withheld": 6}
    assert changes(desk.produce(later)) == {"withheld": 6}


def test_what_an_extract_brings_back_does_not_raise_the_limit_either(desk: Desk) -> None:
    desk.produce(day=1, patients=patients(2), visits=visits(20), confirm=True)
    later = desk.extract(day=2, patients=patients(2), visits=[visit(n) for n in range(3, 61)])
    assert changes(desk.produce(later)) == {"created": 40, "withheld": 2}
    assert changes(desk.produce(later)) == {"withheld": 2}


def test_what_an_extract_brings_back_does_not_lower_the_limit(desk: Desk) -> None:
    desk.produce(day=1, patients=patients(2), visits=visits(60), confirm=True)
    later = desk.extract(day=2, patients=patients(2), visits=[visit(n) for n in range(4, 91)])
    assert changes(desk.produce(later)) == {"created": 30, "deleted": 3}
    assert changes(desk.produce(later)) == {}


def test_one_that_comes_back_does_not_stand_for_one_that_is_gone(desk: Desk) -> None:
    """As many rows as there were live records: counted alone, nothing would seem to be absent."""
    desk.produce(day=1, patients=patients(2), visits=visits(99))
    assert changes(desk.produce(day=2, patients=patients(2), visits=[*visits(98), visit(100)])) == {"created": 1, "deleted": 1}


def test_a_file_that_ends_within_a_row_deletes_nothing_without_a_confirmation(desk: Desk) -> None:
    """The rows that are absent may have followed the cut."""
    extract = desk.extract(day=1, patients=patients(2), visits=visits(98))
    file = Path(extract.source.address) / "visits.csv"
    file.write_bytes(file.read_bytes().rstrip() + b'\r\nV99,P1,"06/')
    cut = desk.produce(desk.open(Path(extract.source.address), day=1))
    assert changes(cut) == {"withheld": 1}
    assert [(w.entity, w.absent, w.why) for w in cut.withheld] == [(Entity.APPOINTMENT, 1, DeletionDoubt.TRUNCATED_FILE)]
    assert changes(desk.produce(desk.open(Path(extract.source.address), day=1), confirm=True)) == {"deleted": 1}


def test_a_file_that_changes_while_it_is_read_deletes_nothing_without_a_confirmation(desk: Desk) -> None:
    """It was still being copied: what is absent may have come a moment later."""
    extract = desk.extract(day=1, patients=patients(2), visits=visits(98))
    os.utime(Path(extract.source.address) / "visits.csv", ns=(1, 1))
    changing = desk.produce(extract)
    assert changes(changing) == {"withheld": 2}
    assert [(w.entity, w.why) for w in changing.withheld] == [(Entity.APPOINTMENT, DeletionDoubt.CHANGED_WHILE_READ)]
    assert [issue.reason for issue in changing.file_issues] == ["changed_while_read"]
    assert changes(desk.produce(desk.open(Path(extract.source.address), day=1))) == {"deleted": 2}


def test_a_file_that_cannot_be_read_deletes_nothing_without_a_confirmation(desk: Desk) -> None:
    extract = desk.extract(day=1, patients=patients(2), visits=visits(98))
    (Path(extract.source.address) / "more.xlsx").write_bytes(b"PK\x03\x04 xl/workbook.xml, cut off")
    damaged = desk.produce(desk.open(Path(extract.source.address), day=1))
    assert changes(damaged) == {"withheld": 2}
    assert [w.why for w in damaged.withheld] == [DeletionDoubt.UNREADABLE_FILE]


@dataclass
class Slots:
    """A state that holds so many records, all of them known before."""

    last: int

    def last_slot(self) -> int:
        return self.last

    def live_count(self, _entity: Entity) -> int:
        return self.last


def met(slot: int, *, deleted: bool = False) -> Known:
    return Known(slot, bytes(16), Entity.NOTE, None, b"", b"", 1, deleted, 0, None, False, 0, 0)


def test_a_record_that_this_table_made_is_met_again_wherever_its_step_ended() -> None:
    """A step of 20,000 is folded into the state in the middle of a table: a later duplicate meets a record of a new slot."""
    state = Slots(3)
    presence = Presence(state, Entity.NOTE)  # type: ignore[arg-type]
    presence.begin_table(frozenset({"text"}))
    state.last = 5
    for slot in (4, 5):
        assert presence.see(met(slot)) == {"text"}
    assert presence.see(met(3)) == frozenset()
    assert presence.see(met(3)) == {"text"}


@pytest.mark.parametrize("tables", [2, 6, 7, 8, 61, 70])
def test_a_later_table_does_not_overrule_what_earlier_ones_said_however_many_there_are(tables: int) -> None:
    """Beyond the bits of a byte the marks take 64; beyond those, tables share the last one."""
    presence = Presence(Slots(3), Entity.NOTE)  # type: ignore[arg-type]
    said: set[str] = set()
    for table in range(tables):
        presence.begin_table(frozenset({f"field {table}"}))
        assert presence.see(met(2)) >= said
        said.add(f"field {table}")
    presence.begin_table(frozenset({"field 0"}))
    assert presence.see(met(2)) >= said
    assert presence.see(met(1)) == frozenset()
