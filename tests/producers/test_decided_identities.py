"""Decisions about ids under which two people stand: one person, or a row that is left out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.dead_letters import detail_of, read_dead_letter
from events.log.port import DEAD_LETTERS, read_all
from events.vocabulary.entities import Entity
from producers.changes.rows import differing_rows as rows_module
from producers.changes.rows.decided_identities import IdentityVerdict
from producers.sources.tables.delimited import lines as lines_module
from producers.state.identities import WAITS_FOR
from tests.producers.deciding import P1, decide
from tests.producers.desk import Desk, Rows, changes, patient, patients, visit, visits

APPOINTMENT, PATIENT = Entity.APPOINTMENT, Entity.PATIENT
BO = patient(1, First_Name="Bo", Last_Name="Reyes", Date_of_Birth="11/30/1999", Email="", Mobile_Phone="")


@pytest.fixture(params=[5_000, 0], ids=["rows kept", "rows read again"])
def desk(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(rows_module, "KEPT", request.param)
    monkeypatch.setattr(lines_module, "_BLOCK", 256)
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def first_name(desk: Desk) -> object:
    return desk.records(PATIENT)["P1"].values["first_name"]


TWO = [patient(1), patient(2), BO]
"""Ada and Bo under one id, in rows 2 and 4."""


class TestOnePerson:
    @pytest.mark.parametrize(("counts", "name"), [(2, "Ada1"), (4, "Bo")])
    def test_the_row_that_was_named_counts_in_every_later_extract(self, desk: Desk, counts: int, name: str) -> None:
        desk.produce(patients=TWO, visits=visits(1))
        decide(desk, IdentityVerdict.SAME, [2, 4], counts)
        produced = desk.produce(day=1, patients=TWO, visits=visits(1))
        assert (changes(produced), produced.refused, first_name(desk)) == ({"created": 2}, 0, name)
        assert desk.produce(day=2, patients=TWO[::-1], visits=visits(1)).refused == 0
        assert (first_name(desk), len(desk.history(PATIENT, "P1"))) == (name, 1)

    def test_the_same_extract_is_enough(self, desk: Desk) -> None:
        extract = desk.extract(patients=TWO, visits=visits(1))
        desk.produce(extract)
        decide(desk, IdentityVerdict.SAME, [2, 4], 4)
        assert changes(desk.produce(extract)) == {"created": 2}

    def test_an_id_that_became_another_person_is_changed(self, desk: Desk) -> None:
        desk.produce(patients=patients(2), visits=visits(1))
        rows, booked = [BO, patient(2)], [visit(1), visit(2)]
        desk.produce(day=1, patients=rows, visits=booked)
        decide(desk, IdentityVerdict.SAME, [2], 2)
        produced = desk.produce(day=2, patients=rows, visits=booked)
        assert (changes(produced), produced.refused, first_name(desk)) == ({"created": 1, "updated": 1}, 0, "Bo")

    def test_the_row_that_does_not_count_is_merged(self, desk: Desk) -> None:
        desk.produce(patients=TWO)
        decide(desk, IdentityVerdict.SAME, [2, 4], 4)
        [page] = [page.by_term() for page in desk.produce(day=1, patients=TWO).books]
        assert (page["carried"], page["merged"], page["held"]) == ({"created": 1, "unchanged": 1}, {"same_record": 1}, {})

    def test_yet_another_person_holds_the_id_again(self, desk: Desk) -> None:
        desk.produce(patients=TWO)
        decide(desk, IdentityVerdict.SAME, [2, 4], 4)
        third = patient(1, First_Name="Cleo", Last_Name="Vale", Date_of_Birth="01/02/1970")
        assert desk.produce(day=1, patients=[*TWO, third]).refused == 3
        assert list(desk.state.held_identities()) == [P1]
        desk.lose_state()
        desk.producer.catch_up()
        assert list(desk.state.held_identities()) == [P1]


class TestLeftOut:
    @pytest.mark.parametrize(("row", "name"), [(2, "Bo"), (4, "Ada1")])
    def test_the_other_person_stays_and_has_what_waited(self, desk: Desk, row: int, name: str) -> None:
        desk.produce(patients=TWO, visits=visits(1))
        decide(desk, IdentityVerdict.LEAVE_OUT, [row])
        produced = desk.produce(day=1, patients=TWO, visits=visits(1))
        assert (changes(produced), produced.refused, first_name(desk)) == ({"created": 2}, 0, name)
        [page] = [page.by_term() for page in produced.books if page.file == "patients.csv"]
        assert (page["left_out"], page["held"]) == ({"by_decision": 1, "furniture": 1}, {})
        assert changes(desk.produce(day=2, patients=TWO, visits=visits(1))) == {}

    def test_a_known_patient_stays_beside_the_row(self, desk: Desk) -> None:
        desk.produce(patients=patients(2))
        desk.produce(day=1, patients=TWO)
        decide(desk, IdentityVerdict.LEAVE_OUT, [4])
        produced = desk.produce(day=2, patients=TWO)
        assert (changes(produced), produced.refused, first_name(desk)) == ({}, 0, "Ada1")
        assert produced.changes["unchanged"] == 3, "two patients and the practice"

    @pytest.mark.parametrize("patients_of_day_one", [patients(2), [patient(1, Status="Inactive"), patient(2)]])
    def test_a_patient_whose_id_went_to_another_is_not_deleted(self, desk: Desk, patients_of_day_one: Rows) -> None:
        desk.produce(patients=patients_of_day_one)
        rows = [BO, patient(2)]
        desk.produce(day=1, patients=rows)
        decide(desk, IdentityVerdict.LEAVE_OUT, [2])
        produced = desk.produce(day=2, confirm=True, patients=rows)
        assert (changes(produced), first_name(desk)) == ({}, "Ada1")

    def test_it_holds_for_other_values_of_the_same_person(self, desk: Desk) -> None:
        desk.produce(patients=TWO)
        decide(desk, IdentityVerdict.LEAVE_OUT, [4])
        assert desk.produce(day=1, patients=[*TWO[:2], BO | {"Status": "Inactive"}]).refused == 0


def test_a_decision_releases_the_id_also_in_a_state_made_anew(desk: Desk) -> None:
    desk.produce(patients=TWO)
    decide(desk, IdentityVerdict.LEAVE_OUT, [4])
    for _ in range(2):
        desk.producer.catch_up()
        assert desk.state.held_identities() == {}
        desk.lose_state()


def test_a_row_that_waits_says_for_whom(desk: Desk) -> None:
    desk.produce(patients=TWO, visits=[visit(1), visit(2, of=2)])
    letters = [read_dead_letter(entry.value) for entry in read_all(desk.log, DEAD_LETTERS)]
    assert [detail_of(x, desk.keys)[WAITS_FOR] for x in letters if x.reason == "identity_held"] == [P1.hex()]
