"""Two people under one id, told apart for good: one keeps the id, the other has an id of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.dead_letters import read_dead_letter
from events.decisions import Decided
from events.log.port import DEAD_LETTERS, read_all
from events.vocabulary.entities import Entity, pbn_id, record_id
from producers.changes.rows import differing_rows as rows_module
from producers.changes.rows.shared_ids import is_choice, own_id
from producers.sources.tables.delimited import lines as lines_module
from tests.producers.deciding import P1, give_own_id
from tests.producers.desk import PRACTICE, Desk, Row, changes, memo, patient, patients, visit, visits

APPOINTMENT, PATIENT = Entity.APPOINTMENT, Entity.PATIENT
ADA = patient(1)
BO = patient(1, First_Name="Bo", Last_Name="Reyes", Date_of_Birth="11/30/1999", Email="", Mobile_Phone="")
TWO = [ADA, patient(2), BO]
"""Ada and Bo under one id, in rows 2 and 4."""


@pytest.fixture(params=[5_000, 0], ids=["rows kept", "rows read again"])
def desk(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(rows_module, "KEPT", request.param)
    monkeypatch.setattr(lines_module, "_BLOCK", 256)
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def names(desk: Desk) -> dict[str, object]:
    return {native: record.values["first_name"] for native, record in desk.records(PATIENT).items()}


def belongs_to(desk: Desk) -> dict[str, object]:
    return {native: record.values["patient_id"] for native, record in desk.records(APPOINTMENT).items()}


class TestPeople:
    def test_the_other_person_has_an_id_of_their_own(self, desk: Desk) -> None:
        desk.produce(patients=TWO)
        give_own_id(desk, 4)
        produced = desk.produce(day=1, patients=TWO)
        assert (changes(produced), produced.refused) == ({"created": 2}, 0)
        assert names(desk) == {"P1": "Ada1", "P2": "Ada2", "P1~2": "Bo"}
        assert changes(desk.produce(day=2, patients=TWO[::-1])) == {}

    def test_the_person_who_is_known_keeps_the_id(self, desk: Desk) -> None:
        desk.produce(patients=patients(2))
        desk.produce(day=1, patients=[BO, patient(2)])
        give_own_id(desk, 2)
        produced = desk.produce(day=2, scope="partial", patients=[BO, patient(2)])
        assert (changes(produced), names(desk)) == ({"created": 1}, {"P1": "Ada1", "P2": "Ada2", "P1~2": "Bo"})

    def test_the_one_who_vanished_is_deleted_and_comes_back_as_themselves(self, desk: Desk) -> None:
        desk.produce(patients=TWO)
        give_own_id(desk, 4)
        desk.produce(day=1, patients=TWO)
        for day, rows, left in [(2, [ADA], {"P1": "Ada1"}), (3, [BO], {"P1~2": "Bo"})]:
            desk.produce(day=day, confirm=True, patients=[*rows, patient(2)])
            assert names(desk) == {**left, "P2": "Ada2"}
        desk.produce(day=4, patients=TWO)
        assert names(desk) == {"P1": "Ada1", "P2": "Ada2", "P1~2": "Bo"}

    @pytest.mark.parametrize("cells", [{"Last_Name": "Vale"}, {"Date_of_Birth": "12/01/1999"}])
    def test_name_or_date_of_birth_tell_who_it_is_when_the_other_changed(self, desk: Desk, cells: Row) -> None:
        desk.produce(patients=TWO)
        give_own_id(desk, 4)
        desk.produce(day=1, patients=TWO)
        changed = BO | {name.replace("_", " "): cell for name, cell in cells.items()}
        produced = desk.produce(day=2, patients=[changed, ADA, patient(2)])
        assert (changes(produced), produced.refused) == ({"updated": 1}, 0)
        assert len(desk.history(PATIENT, "P1~2")) == 2

    def test_a_row_of_which_it_cannot_be_told_whom_it_is_about_is_held_and_nobody_is_deleted(self, desk: Desk) -> None:
        desk.produce(patients=TWO)
        give_own_id(desk, 4)
        desk.produce(day=1, patients=TWO)
        mixed = ADA | {"Date of Birth": BO["Date of Birth"]}
        third = patient(1, First_Name="Cleo", Last_Name="Vale", Date_of_Birth="01/02/1970")
        for day, row in ((2, mixed), (3, third)):
            produced = desk.produce(day=day, confirm=True, patients=[patient(2), row])
            assert (changes(produced), produced.refused) == ({}, 1)
            assert list(desk.state.held_identities()) == [P1]
        assert names(desk) == {"P1": "Ada1", "P2": "Ada2", "P1~2": "Bo"}

    def test_a_row_without_a_name_waits(self, desk: Desk) -> None:
        desk.produce(patients=TWO)
        give_own_id(desk, 4)
        produced = desk.produce(
            day=1, scope="partial", patients=[*TWO, patient(1, First_Name="", Last_Name="", Date_of_Birth="")]
        )
        assert (names(desk)["P1~2"], produced.refused) == ("Bo", 1)
        letters = [read_dead_letter(entry.value).reason for entry in read_all(desk.log, DEAD_LETTERS)]
        assert letters == ["two_people", "two_people", "identity_held"]

    def test_a_third_person_gets_the_next_number(self, desk: Desk) -> None:
        third = patient(1, First_Name="Cleo", Last_Name="Vale", Date_of_Birth="01/02/1970")
        desk.produce(patients=[*TWO, third])
        give_own_id(desk, 4)
        give_own_id(desk, 5, number=3)
        desk.produce(day=1, patients=[*TWO, third])
        assert names(desk) == {"P1": "Ada1", "P2": "Ada2", "P1~2": "Bo", "P1~3": "Cleo"}

    def test_a_guarantor_of_themselves_stays_one(self, desk: Desk) -> None:
        rows = [ADA, patient(2), BO | {"Guarantor ID": "P1"}]
        desk.produce(patients=rows)
        give_own_id(desk, 4)
        desk.produce(day=1, patients=rows)
        assert desk.records(PATIENT)["P1~2"].values["guarantor_id"] == "P1~2"

    def test_a_forgotten_person_does_not_come_back(self, desk: Desk) -> None:
        desk.produce(patients=TWO)
        give_own_id(desk, 4)
        desk.produce(day=1, patients=TWO)
        desk.keys.forget(record_id(PRACTICE.namespace, pbn_id(PRACTICE.id, PATIENT, "P1~2")))
        produced = desk.produce(day=2, patients=[ADA, patient(2), BO | {"Status": "Inactive"}])
        assert (changes(produced), produced.changes["forgotten"]) == ({}, 1)


class TestRowsOfOtherTables:
    OLD, NEW = visit(1, Appointment_Date="05/01/2026"), visit(2, Appointment_Date="06/01/2026")
    NOTES = (memo(1, "Called."),)

    def decided(self, desk: Desk, rows: str) -> None:
        desk.produce(patients=TWO, visits=[self.OLD, self.NEW], notes=self.NOTES)
        give_own_id(desk, 4, rows)

    @pytest.mark.parametrize(
        ("rows", "owners", "refused"),
        [
            ("hold", {}, 3),
            ("stay", {"V1": "P1", "V2": "P1"}, 0),
            ("move", {"V1": "P1~2", "V2": "P1~2"}, 0),
            ("2026-06-01", {"V1": "P1", "V2": "P1~2"}, 1),
        ],
    )
    def test_they_follow_the_choice_and_without_a_date_they_wait(
        self, desk: Desk, rows: str, owners: dict[str, str], refused: int
    ) -> None:
        self.decided(desk, rows)
        for _ in range(2):
            produced = desk.produce(day=1, patients=TWO, visits=[self.OLD, self.NEW], notes=self.NOTES)
            assert (belongs_to(desk), produced.refused) == (owners, refused)

    def test_a_later_choice_moves_them(self, desk: Desk) -> None:
        self.decided(desk, "stay")
        extract = desk.extract(day=1, patients=TWO, visits=[self.OLD, self.NEW], notes=self.NOTES)
        desk.produce(extract)
        give_own_id(desk, 4, "2026-06-01")
        assert changes(desk.produce(extract)) == {"updated": 1}
        assert belongs_to(desk) == {"V1": "P1", "V2": "P1~2"}

    def test_one_row_can_be_decided_by_itself(self, desk: Desk) -> None:
        self.decided(desk, "hold")
        v2 = record_id(PRACTICE.namespace, pbn_id(PRACTICE.id, APPOINTMENT, "V2"))
        body = {"record": P1.hex(), "verdict": "another", "marks": [], "of_record": v2.hex(), "number": 2}
        desk.decisions.record(Decided.IDENTITY_DECIDED, body)
        produced = desk.produce(day=1, patients=TWO, visits=[self.OLD, self.NEW], notes=self.NOTES)
        assert (belongs_to(desk), produced.refused) == ({"V2": "P1~2"}, 2)

    def test_a_record_that_was_carried_before_stays_with_the_person_who_had_it(self, desk: Desk) -> None:
        desk.produce(patients=patients(2), visits=visits(1))
        desk.produce(day=1, patients=[BO, patient(2)], visits=[visit(1), visit(2)])
        give_own_id(desk, 2)
        rows = [ADA, BO, patient(2)]
        produced = desk.produce(day=2, patients=rows, visits=[visit(1, Status="Completed"), visit(2)])
        assert (changes(produced), produced.refused) == ({"created": 1, "updated": 1}, 1)
        assert belongs_to(desk) == {"V1": "P1"}

    def test_a_balance_without_an_id_of_its_own_moves_with_its_patient(self, desk: Desk) -> None:
        owed = [
            {"Patient ID": "P1", "Balance": "120.00", "As Of": "05/19/2026"},
            {"Patient ID": "P2", "Balance": "80.00", "As Of": "05/19/2026"},
        ]
        desk.produce(patients=TWO, balances=owed)
        give_own_id(desk, 4, "move")
        desk.produce(day=1, patients=TWO, balances=owed)
        assert sorted(desk.records(Entity.BILLING)) == ["P1~2", "P2"]


def test_only_words_and_days_are_choices() -> None:
    assert all(map(is_choice, ("hold", "stay", "move", "2026-01-31")))
    assert not any(map(is_choice, ("", "Move", "2026-1-31", "20260131", "2026-02-30", "2026-01-31T00:00")))


def test_the_one_who_keeps_the_id_has_no_number() -> None:
    assert (own_id("1042", 1), own_id("1042", 2)) == ("1042", "1042~2")


_NAMES = st.sampled_from(["Quist", "Vale", "Ode"])
_DAYS = {
    "Ada": st.sampled_from(["01/02/1960", "03/04/1970", "05/06/1980"]),
    "Bo": st.sampled_from(["07/08/1990", "09/10/1995", "11/12/2000"]),
}


@st.composite
def deliveries(draw: st.DrawFn) -> list[tuple[list[Row], list[int]]]:
    """Deliveries in which both people change, one thing at a time, change places, or are missing."""
    told = {"Ada": dict(ADA), "Bo": dict(BO)}
    found = []
    for _ in range(draw(st.integers(1, 4))):
        here = draw(st.sampled_from([["Ada", "Bo"], ["Ada"], ["Bo"]]))
        for who in here:
            change = draw(st.sampled_from(["nothing", "Last Name", "Date of Birth", "Status"]))
            if change == "Last Name":
                told[who][change] = f"{draw(_NAMES)}-{who}"
            elif change == "Date of Birth":
                told[who][change] = draw(_DAYS[who])
            elif change == "Status":
                told[who][change] = draw(st.sampled_from(["Active", "Inactive"]))
        rows = draw(st.permutations([told[who] | {} for who in here]))
        found.append(([*rows, patient(2)], draw(st.lists(st.integers(0, 1), max_size=1))))
    return found


@settings(max_examples=40, deadline=None)
@given(deliveries())
def test_once_decided_no_later_delivery_mixes_the_two(days: list[tuple[list[Row], list[int]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "desk")
        try:
            desk.produce(patients=TWO)
            give_own_id(desk, 4)
            desk.produce(day=1, patients=TWO)
            for day, (rows, losses) in enumerate(days, start=2):
                if losses:
                    desk.lose_state()
                desk.produce(day=day, scope="partial", patients=rows)
                known = desk.records(PATIENT)
                assert known["P1"].values["first_name"] == "Ada1"
                assert known["P1~2"].values["first_name"] == "Bo"
                if not desk.state.held_identities():
                    for row in rows[:-1]:
                        native = "P1~2" if row["First Name"] == "Bo" else "P1"
                        assert known[native].values["last_name"] == row["Last Name"]
                        assert known[native].values["status"] == row["Status"]
        finally:
            desk.close()
