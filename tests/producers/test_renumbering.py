"""Renumbered ids: an alias file says which ids are one record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.vocabulary.entities import Entity
from producers.changes.rows.renumbering import AliasError, Aliases, read_aliases
from tests.producers.desk import Desk, changes, patient, patients, visit, visits

APPOINTMENT, PATIENT, BILLING = Entity.APPOINTMENT, Entity.PATIENT, Entity.BILLING


def aliases(folder: Path, *lines: str, header: str = "entity,old,new") -> Aliases:
    file = folder / "aliases.csv"
    file.write_text("\n".join([header, *lines]), encoding="utf-8")
    return read_aliases(file)


def nobody(_entity: Entity, _native: str) -> bool:
    return False


class TestFile:
    def test_an_old_and_a_new_id_are_one_record_which_keeps_the_old_one(self, tmp_path: Path) -> None:
        settled = aliases(tmp_path, "patient,1042,20077").settle(nobody)
        assert (settled.id(PATIENT, "20077"), settled.id(PATIENT, "1042")) == ("1042", "1042")
        assert settled.id(APPOINTMENT, "20077") == "20077"

    def test_it_keeps_the_oldest_id_that_was_ever_read(self, tmp_path: Path) -> None:
        settled = aliases(tmp_path, "patient,1,2", "patient,2,3").settle(lambda _entity, native: native in ("2", "3"))
        assert [settled.id(PATIENT, native) for native in "123"] == ["2", "2", "2"]

    @pytest.mark.parametrize("lines", [("patient,1,2", "patient,2,3"), ("patient,2,3", "patient,1,2")])
    def test_chains_are_followed(self, tmp_path: Path, lines: tuple[str, ...]) -> None:
        assert aliases(tmp_path, *lines).of(PATIENT, "2") == ("1", "2", "3")

    def test_records_may_have_been_merged(self, tmp_path: Path) -> None:
        assert aliases(tmp_path, "patient,1,3", "patient,2,3").of(PATIENT, "3") == ("1", "2", "3")

    def test_a_line_that_is_there_twice_a_blank_one_and_capitals_do_no_harm(self, tmp_path: Path) -> None:
        found = aliases(tmp_path, "Patient, 1 ,2", "", "patient,1,2", ",,", header="\ufeffEntity,Old,New")
        assert found.groups == {PATIENT: [("1", "2")]}

    def test_an_empty_list_renumbers_nothing(self, tmp_path: Path) -> None:
        assert not aliases(tmp_path).settle(nobody)

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            (["patient,7,8", "patient,8,9", "patient,9,7"], "circle"),
            (["patient,7,7"], "line 2: the old and the new id are the same"),
            (["patient,7,8", "patient,7,9"], "line 3: the old id has another new one in line 2"),
            (["person,7,8"], "line 2: the first cell must be one of appointment, "),
            (["practice,7,8"], "line 2: the first cell must be one of"),
            (["patient,7"], "line 2: must have three cells"),
            (["patient,,8"], "line 2: both ids must be there"),
            (["patient,7,1.4E+10"], "line 2: both ids must be there"),
        ],
    )
    def test_what_cannot_be_meant_is_refused_with_its_line(self, tmp_path: Path, lines: list[str], said: str) -> None:
        with pytest.raises(AliasError, match=said):
            aliases(tmp_path, *lines)

    def test_without_its_header_or_the_file_itself_it_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(AliasError, match="line 1: must be the header entity,old,new"):
            aliases(tmp_path, "patient,1,2", header="kind,from,to")
        with pytest.raises(AliasError, match="cannot be read"):
            read_aliases(tmp_path / "nowhere.csv")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.close()


def renumbered(*pairs: tuple[Entity, str, str]) -> Aliases:
    return Aliases({entity: [(old, new)] for entity, old, new in pairs})


P2_IS_P902 = renumbered((PATIENT, "P2", "P902"))


class TestExtracts:
    def test_a_renumbered_patient_stays_the_record_that_it_was_with_all_that_hangs_on_it(self, desk: Desk) -> None:
        desk.produce(patients=patients(40), visits=visits(80, 40))
        ids = {e.record_id for e in desk.events()}
        desk.aliases = P2_IS_P902
        rows = [patient(n) if n != 2 else {**patient(2), "Patient ID": "P902"} for n in range(1, 41)]
        theirs = [visit(n, Patient_ID="P902") if n % 40 == 1 else visit(n, of=1 + n % 40) for n in range(1, 81)]
        assert changes(desk.produce(day=1, patients=rows, visits=theirs)) == {}
        changed = [{**row, "Status": "Inactive"} if row["Patient ID"] == "P902" else row for row in rows]
        assert changes(desk.produce(day=2, patients=changed, visits=theirs)) == {"updated": 1}
        assert desk.records(PATIENT)["P2"].values["status"] == "Inactive"
        assert {e.record_id for e in desk.events()} == ids

    def test_an_extract_that_still_names_the_old_id_means_the_same_record(self, desk: Desk) -> None:
        desk.aliases = P2_IS_P902
        desk.produce(patients=[{**patient(2), "Patient ID": "P902"}], visits=[visit(1, Patient_ID="P902")])
        assert changes(desk.produce(day=1, patients=[patient(2)], visits=[visit(1, of=2)])) == {}
        assert set(desk.records(PATIENT)) == {"P2"}

    def test_an_id_that_was_read_before_the_alias_was_written_down_is_kept(self, desk: Desk) -> None:
        desk.produce(patients=[{**patient(2), "Patient ID": "P902"}])
        desk.aliases = P2_IS_P902
        assert changes(desk.produce(day=1, patients=[patient(2)])) == {}
        assert set(desk.records(PATIENT)) == {"P902"}

    def test_a_guarantor_is_followed_too(self, desk: Desk) -> None:
        desk.produce(patients=[patient(1), patient(2), patient(3, Guarantor_ID="P2")])
        desk.aliases = P2_IS_P902
        later = [patient(1), {**patient(2), "Patient ID": "P902"}, patient(3, Guarantor_ID="P902")]
        assert changes(desk.produce(day=1, patients=later)) == {}

    def test_an_appointment_may_be_renumbered(self, desk: Desk) -> None:
        desk.produce(patients=patients(1), visits=visits(40))
        desk.aliases = renumbered((APPOINTMENT, "V3", "X3"))
        later = [visit(n) if n != 3 else {**visit(3), "Appointment ID": "X3"} for n in range(1, 41)]
        assert changes(desk.produce(day=1, patients=patients(1), visits=later)) == {}

    def test_an_unreadable_row_under_the_new_id_is_not_absent(self, desk: Desk) -> None:
        desk.produce(patients=patients(1), visits=visits(40))
        desk.aliases = renumbered((APPOINTMENT, "V3", "X3"))
        later = [visit(n) if n != 3 else {**visit(3), "Appointment ID": "X3", "Patient ID": "#REF!"} for n in range(1, 41)]
        assert changes(desk.produce(day=1, patients=patients(1), visits=later)) == {}

    def test_a_sample_of_a_renumbered_patient_is_chosen_by_what_the_rows_name(self, desk: Desk) -> None:
        desk.aliases = P2_IS_P902
        rows = [patient(1), {**patient(2), "Patient ID": "P902"}]
        assert changes(desk.produce(patients=rows, only=lambda native: native == "P902")) == {"created": 2}  # and the practice
        assert set(desk.records(PATIENT)) == {"P2"}


class TestCarriedUnderBothIds:
    """The new id was read before anybody wrote the alias down."""

    @pytest.fixture
    def doubled(self, desk: Desk) -> Desk:
        desk.produce(patients=patients(40), visits=visits(80, 40))
        new = {**patient(2), "Patient ID": "P902", "Status": "Inactive"}
        desk.produce(day=1, scope="partial", patients=[new], visits=[visit(901, Patient_ID="P902")])
        desk.aliases = P2_IS_P902
        return desk

    def test_the_old_record_stays_with_the_newest_content_and_gets_what_hung_on_the_new_one(self, doubled: Desk) -> None:
        assert doubled.producer.unite(doubled.producer.doubles(), "renumber")["updated"] == 3  # the new one loses its address
        later = doubled.produce(day=2, scope="partial", patients=[patient(1)])
        assert changes(later) == {"deleted": 1}
        people = doubled.records(PATIENT)
        assert "P902" not in people
        assert (people["P2"].values["status"], people["P2"].values["primary_email"]) == ("Inactive", "ada2@post.example")
        assert doubled.records(APPOINTMENT)["V901"].values["patient_id"] == "P2"

    def test_it_is_done_once(self, doubled: Desk) -> None:
        doubled.producer.unite(doubled.producer.doubles(), "renumber")
        before = len(doubled.entries())
        doubled.lose_state()
        doubled.producer.unite(doubled.producer.doubles(), "renumber")
        assert len(doubled.entries()) == before
        doubled.produce(day=2, scope="partial", patients=[patient(1)])
        assert doubled.producer.doubles() == []

    def test_without_a_run_of_its_own_the_next_extract_does_it_all(self, doubled: Desk) -> None:
        assert changes(doubled.produce(day=2, scope="partial", patients=[patient(1)])) == {"updated": 3, "deleted": 1}
        assert doubled.records(PATIENT)["P2"].values["primary_email"] == "ada2@post.example"

    def test_a_record_that_was_taken_for_deleted_comes_back(self, desk: Desk) -> None:
        desk.produce(patients=patients(40))
        new = [patient(n) if n != 2 else {**patient(2), "Patient ID": "P902"} for n in range(1, 41)]
        assert changes(desk.produce(day=1, patients=new)) == {"created": 1, "deleted": 1}
        desk.aliases = P2_IS_P902
        desk.produce(day=2, patients=new)
        assert set(desk.records(PATIENT)) == {f"P{n}" for n in range(1, 41)}
        assert desk.records(PATIENT)["P2"].values["primary_email"] == "ada2@post.example"
        assert changes(desk.produce(day=3, patients=new)) == {}

    def test_a_balance_that_has_its_patients_id_follows(self, desk: Desk) -> None:
        def balance(of: str, amount: str) -> dict[str, str]:
            return {"Patient ID": of, "Balance": amount, "Payment Plan": "Settled", "As Of": "05/20/2026"}

        desk.produce(patients=patients(2), aging=[balance("P1", "10.00"), balance("P2", "20.00")])
        new = {**patient(2), "Patient ID": "P902"}
        desk.produce(day=1, scope="partial", patients=[new], aging=[balance("P902", "30.00")])
        desk.aliases = P2_IS_P902
        desk.produce(day=2, scope="partial", patients=[new], aging=[balance("P902", "30.00")])
        found = desk.records(BILLING)
        assert {native: r.values["balance"] for native, r in found.items()} == {"P1": 10_000_000, "P2": 30_000_000}
