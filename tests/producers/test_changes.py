"""From records to change events: what differs is appended once, whatever extracts repeat, lack or contradict."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.log.port import CHANGES, LogUnreachable
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.entities import Entity
from producers.changes.appending import changes as changes_module
from producers.state import step as step_module
from producers.state.state import ProducerState
from tests.producers.desk import Desk, changes, message, patient, patients, visit, visits, without

APPOINTMENT, PATIENT = Entity.APPOINTMENT, Entity.PATIENT


@pytest.fixture
def desk(tmp_path: Path):
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def test_every_row_of_a_first_extract_is_created_once(desk: Desk) -> None:
    assert changes(desk.produce(patients=patients(3), visits=visits(5, 3))) == {"created": 9}  # and the practice
    assert {(o, r) for o, r, _ in desk.history(APPOINTMENT, "V2")} == {("CREATED", 1)}


def test_the_same_extract_again_appends_nothing(desk: Desk) -> None:
    first = desk.extract(patients=patients(3), visits=visits(5, 3), log=[message(1)])
    desk.produce(first)
    before = desk.entries()
    again = desk.produce(first)
    assert (changes(again), again.changes["unchanged"]) == ({}, 10)
    assert desk.entries() == before


def test_a_changed_cell_is_one_update_that_names_its_field(desk: Desk) -> None:
    desk.produce(patients=patients(2), visits=visits(3))
    assert changes(desk.produce(day=1, patients=patients(2), visits=[visit(1), visit(2, Status="Complete"), visit(3)])) == {
        "updated": 1
    }
    (_, (operation, revision, record)) = desk.history(APPOINTMENT, "V2")
    assert (operation, revision, record.values["status"]) == ("UPDATED", 2, "Complete")
    assert desk.unsealed(desk.events(APPOINTMENT)[-1])["changed"] == ["status"]


def test_a_row_written_otherwise_that_says_the_same_changes_nothing(desk: Desk) -> None:
    desk.produce(patients=patients(1), visits=[visit(1, Start_Time="9:30 AM")])
    for day in (1, 2):
        assert changes(desk.produce(day=day, patients=patients(1), visits=[visit(1, Start_Time="09:30")])) == {}


def test_a_missing_column_changes_nothing(desk: Desk) -> None:
    desk.produce(patients=patients(3), visits=visits(4, 3))
    before = desk.records(APPOINTMENT)
    assert (
        changes(desk.produce(day=1, patients=without(patients(3), "Email", "Status"), visits=without(visits(4, 3), "Notes")))
        == {}
    )
    assert desk.records(APPOINTMENT) == before


def test_a_change_beside_a_missing_column_keeps_what_that_column_said(desk: Desk) -> None:
    desk.produce(patients=patients(1), visits=[visit(1)])
    later = without([visit(1, Status="Complete")], "Notes")
    assert changes(desk.produce(day=1, patients=patients(1), visits=later)) == {"updated": 1}
    values = desk.records(APPOINTMENT)["V1"].values
    assert (values["status"], values["note"]) == ("Complete", "bring the old x-rays")


def test_a_blank_cell_clears(desk: Desk) -> None:
    desk.produce(patients=patients(1), visits=[visit(1)])
    desk.produce(day=1, patients=patients(1), visits=[visit(1, Notes="")])
    assert desk.records(APPOINTMENT)["V1"].values["note"] is None


def test_a_custom_column_travels_and_its_change_is_an_update(desk: Desk) -> None:
    desk.produce(patients=[{**row, "Smile Coach": "Ann Bell"} for row in patients(2)])
    assert desk.records(PATIENT)["P1"].custom == {"smileCoach": "Ann Bell"}
    later = [{**row, "Smile Coach": coach} for row, coach in zip(patients(2), ("Ann Bell", "Tom Reyes"), strict=True)]
    assert changes(desk.produce(day=1, patients=later)) == {"updated": 1}
    assert changes(desk.produce(day=2, patients=patients(2))) == {}
    assert desk.records(PATIENT)["P2"].custom == {"smileCoach": "Tom Reyes"}


class TestRowsThatRepeat:
    def test_a_row_that_is_there_twice_is_one_record(self, desk: Desk) -> None:
        desk.produce(patients=patients(1), visits=[visit(1), visit(2), visit(1)])
        assert len(desk.events(APPOINTMENT)) == 2

    def test_files_that_overlap_make_one_record_each(self, desk: Desk) -> None:
        extract = desk.extract(patients=patients(1), april=visits(6), may=visits(8)[3:])
        assert changes(desk.produce(extract)) == {"created": 10}
        again = desk.produce(extract)
        assert (changes(again), again.changes["unchanged"]) == ({}, 10)

    def test_a_record_in_two_tables_is_joined_and_a_change_in_either_is_carried(self, desk: Desk) -> None:
        def halves(status: str, mobile: str) -> dict[str, list[dict[str, str]]]:
            rows = [patient(n, Status=status, Mobile_Phone=mobile) for n in (1, 2, 3)]
            return {"a": without(rows, "Mobile Phone"), "b": without(rows, "Status", "Guarantor ID", "Email")}

        desk.produce(**halves("Active", "(303) 555-0111"))
        assert changes(desk.produce(day=1, **halves("Active", "(303) 555-0111"))) == {}
        desk.produce(day=2, **halves("Active", "(303) 555-0122"))
        desk.produce(day=3, **halves("Inactive", "(303) 555-0122"))
        for record in desk.records(PATIENT).values():
            assert (record.values["status"], record.values["phones"]) == ("Inactive", ["+13035550122"])
            assert record.values["birth_date"] is not None
        assert changes(desk.produce(day=4, **halves("Inactive", "(303) 555-0122"))) == {}


class TestTime:
    def test_an_older_extract_does_not_overwrite(self, desk: Desk) -> None:
        desk.produce(day=5, scope="partial", patients=patients(1), visits=[visit(1, Status="Complete"), visit(2)])
        late = desk.produce(day=3, patients=patients(1), visits=[visit(1, Status="Scheduled"), visit(2), visit(3)])
        assert (changes(late), late.changes["stale"]) == ({"created": 1}, 2)  # the visit, and the practice
        assert desk.records(APPOINTMENT)["V1"].values["status"] == "Complete"

    def test_an_older_extract_says_nothing_about_records_read_since(self, desk: Desk) -> None:
        desk.produce(day=5, patients=patients(1), visits=visits(100))
        assert changes(desk.produce(day=3, patients=patients(1), visits=visits(98))) == {}

    def test_a_record_that_reappears_is_created_again(self, desk: Desk) -> None:
        desk.produce(patients=patients(1), visits=visits(30))
        assert changes(desk.produce(day=1, patients=patients(1), visits=visits(29))) == {"deleted": 1}
        assert changes(desk.produce(day=2, patients=patients(1), visits=visits(30))) == {"created": 1}
        assert [(o, r) for o, r, _ in desk.history(APPOINTMENT, "V30")] == [("CREATED", 1), ("DELETED", 2), ("CREATED", 3)]
        assert changes(desk.produce(day=3, patients=patients(1), visits=visits(30))) == {}


class TestHouseholds:
    def test_a_patients_records_lie_under_their_guarantors_key(self, desk: Desk) -> None:
        desk.produce(
            patients=[patient(1), patient(2, Guarantor_ID="P1"), patient(3)], visits=[visit(1, 1), visit(2, 2), visit(3, 3)]
        )
        keys = [entry.key for entry in desk.entries()[1:]]
        assert keys == [keys[0], keys[0], keys[2], keys[0], keys[0], keys[2]]
        assert keys[0] != keys[2]

    def test_a_record_that_moves_to_another_patient_keeps_its_key(self, desk: Desk) -> None:
        desk.produce(patients=patients(2), visits=[visit(1, of=1), *[visit(n, of=2) for n in range(2, 40)]])
        desk.produce(day=1, patients=patients(2), visits=[visit(n, of=2) for n in range(1, 40)])
        desk.lose_state()
        desk.produce(day=2, patients=patients(2), visits=[visit(n, of=2) for n in range(2, 40)])
        about = [e for e in desk.entries() if desk.is_about(e, APPOINTMENT, "V1")]
        assert len(about) == 3
        assert len({entry.key for entry in about}) == 1


class TestKilled:
    def test_a_step_is_durable_before_it_is_folded(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        extract = desk.extract(patients=patients(3), visits=visits(9, 3))
        with monkeypatch.context() as patch:
            patch.setattr(ProducerState, "save", _fails)
            with pytest.raises(ConnectionError):
                desk.produce(extract)
        assert len(desk.entries()) == 1
        assert changes(desk.produce(extract)) == {"created": 12}
        assert len(desk.told()) == 13

    def test_a_step_that_could_not_be_appended_is_not_remembered(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        extract = desk.extract(patients=patients(3))
        with monkeypatch.context() as patch:
            patch.setattr(desk.log, "append", _unreachable)
            with pytest.raises(LogUnreachable):
                desk.produce(extract)
        assert changes(desk.produce(extract)) == {"created": 4}

    def test_steps_of_any_size_append_the_same(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        said = []
        for piece, step in ((1, 1), (3, 7), (1_000, 20_000)):
            monkeypatch.setattr(changes_module, "PIECE", piece)
            monkeypatch.setattr(step_module, "STEP", step)
            desk = Desk(tmp_path / str(step))
            for day, status in enumerate(("Scheduled", "Complete")):
                rows = [visit(n, of=1 + n % 5, Status=status if n % 3 else "Scheduled") for n in range(1, 40 - day)]
                desk.produce(day=day, patients=patients(5), visits=rows)
            said.append(desk.told())
            desk.close()
        assert said[0] == said[1] == said[2]


def test_a_forgotten_patient_does_not_come_back(desk: Desk) -> None:
    desk.produce(patients=patients(40), visits=visits(40, 40))
    forgotten = next(e.record_id for e in desk.events(PATIENT) if desk.record(e).native_id == "P2")
    desk.keys.forget(forgotten)
    desk.state.forget(forgotten)
    before = len(desk.entries())
    later = desk.produce(day=1, patients=[patient(n, Status="Inactive") for n in range(1, 41)], visits=visits(39, 40))
    assert (changes(later), later.changes["forgotten"]) == ({"updated": 39, "deleted": 1}, 1)
    with pytest.raises(KeyDestroyed):
        desk.records(PATIENT)
    assert all(e.record_id != forgotten for e in desk.events()[before:])


def test_an_event_says_where_its_row_stands(desk: Desk) -> None:
    extract = desk.extract(patients=patients(2), visits=visits(2))
    desk.produce(extract)
    event = desk.events(APPOINTMENT)[-1]
    assert (event.source.extract, event.source.part.hex(), event.source.row) == (extract.id, extract.sha256["visits.csv"], 3)
    assert (event.taken_at, event.practice, event.run) == (extract.taken_at, "fern", "run")


def test_nothing_of_a_person_is_in_clear_in_the_log_or_the_state(desk: Desk) -> None:
    desk.produce(patients=patients(3), visits=visits(3))
    desk.close()
    kept = b"".join(path.read_bytes() for path in desk.folder.glob("*.db*"))
    for secret in (b"Quist", b"Ada1", b"ada1@post", b"3035550101", b"x-rays", b"Orla"):
        assert secret not in kept


def _fails(*_: object, **__: object) -> None:
    raise ConnectionError("the state is gone")


def _unreachable(*_: object) -> None:
    raise LogUnreachable(CHANGES)
