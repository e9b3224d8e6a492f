"""Ids that several rows have: rows that contradict each other are settled by evidence, and none of them vanishes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from events.dead_letters import DeadLetter, read_dead_letter
from events.log.port import DEAD_LETTERS, read_all
from events.vocabulary.entities import Entity
from producers.changes.appending import changes as changes_module
from producers.changes.rows import differing_rows as rows_module
from producers.sources.tables.delimited import lines as lines_module
from producers.state import step as step_module
from tests.producers.desk import Desk, Rows, changes, memo, patient, patients, visit, visits, without

APPOINTMENT, PATIENT = Entity.APPOINTMENT, Entity.PATIENT
HOME = {"Address": "12 Elm St", "City": "Golden", "State": "CO", "Zip": "80401"}


@pytest.fixture(params=[5_000, 0], ids=["rows kept", "rows read again"])
def desk(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(rows_module, "KEPT", request.param)
    monkeypatch.setattr(lines_module, "_BLOCK", 256)  # rows behind the first few of a table are noted unread
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def step(plan: int, line: int, **cells: str) -> dict[str, str]:
    """Return the row of a treatment plan's line, with the plan's own columns."""
    row = {
        "Plan ID": f"T{plan}",
        "Patient ID": "P1",
        "Plan Name": "Crown",
        "Plan Status": "Accepted",
        "Estimated Cost": "900.00",
        "Line": str(line),
        "Procedure Code": f"D27{line:02}",
        "Tooth": "14",
        "Fee": "300.00",
    }
    return {**row, **{name.replace("_", " "): cell for name, cell in cells.items()}}


def listed(desk: Desk) -> list[tuple[str, int]]:
    """Return the reason and row of each refused row."""
    letters: list[DeadLetter] = [read_dead_letter(entry.value) for entry in read_all(desk.log, DEAD_LETTERS)]
    return sorted((letter.reason, letter.row or 0) for letter in letters)


def status_of(desk: Desk, native: str) -> object:
    return desk.records(APPOINTMENT)[native].values["status"]


class TestRowsThatContradict:
    @pytest.mark.parametrize("apart", [1, 7, 12])
    @pytest.mark.parametrize("small", [False, True])
    def test_what_they_agree_on_is_carried_and_both_are_listed_in_every_run(
        self, desk: Desk, apart: int, small: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if small:
            monkeypatch.setattr(changes_module, "PIECE", 2)
            monkeypatch.setattr(step_module, "STEP", 3)
        rows = visits(12)
        rows.insert(apart, visit(1, Status="Broken"))
        extract = desk.extract(patients=patients(1), visits=rows)
        for run in range(3):
            if run == 2:
                desk.lose_state()
            produced = desk.produce(extract)
            assert (produced.refused, produced.dead_letters) == (2, 0 if run else 2)
        record = desk.records(APPOINTMENT)["V1"]
        assert (record.values["status"], record.values["type"], record.values["length_minutes"]) == (None, "Cleaning", 30)
        assert [(issue.field, issue.reason) for issue in record.issues] == [("appointmentStatus", "doubled_id")]
        assert listed(desk) == [("doubled_id", 2), ("doubled_id", 2 + apart)]
        assert len(desk.events(APPOINTMENT)) == 12

    def test_in_two_files_of_one_extract(self, desk: Desk) -> None:
        extract = desk.extract(patients=patients(1), a=visits(3), b=[visit(2, Status="Broken"), visit(3), visit(4)])
        for _ in range(3):
            assert desk.produce(extract).refused == 2
        assert (status_of(desk, "V2"), status_of(desk, "V3"), status_of(desk, "V4")) == (None, "Scheduled", "Scheduled")
        assert listed(desk) == [("doubled_id", 2), ("doubled_id", 3)]
        assert len(desk.events(APPOINTMENT)) == 4

    def test_where_one_of_them_is_as_it_was(self, desk: Desk) -> None:
        desk.produce(patients=patients(1), visits=visits(5))
        for day in (1, 2):
            produced = desk.produce(day=day, patients=patients(1), visits=[*visits(5), visit(3, Status="Broken")])
            assert (changes(produced), produced.refused) == ({"updated": 1} if day == 1 else {}, 2)
        assert status_of(desk, "V3") is None
        assert listed(desk) == [("doubled_id", 4), ("doubled_id", 7)]
        assert changes(desk.produce(day=3, patients=patients(1), visits=visits(5))) == {"updated": 1}
        assert status_of(desk, "V3") == "Scheduled"

    def test_three_rows_of_which_one_is_as_it_was(self, desk: Desk) -> None:
        desk.produce(patients=patients(1), visits=visits(5))
        more = [visit(3, Status="Broken"), visit(3, Duration="60")]
        assert desk.produce(day=1, patients=patients(1), visits=[*visits(5), *more]).refused == 3
        values = desk.records(APPOINTMENT)["V3"].values
        assert (values["status"], values["length_minutes"], values["type"]) == (None, None, "Cleaning")

    def test_rows_that_read_the_same_are_one(self, desk: Desk) -> None:
        produced = desk.produce(patients=patients(1), visits=[visit(1), visit(1), visit(1, Status=" Scheduled ")])
        assert (changes(produced), produced.refused) == ({"created": 3}, 0)

    def test_no_deletion_is_inferred_from_an_id_that_is_held(self, desk: Desk) -> None:
        desk.produce(patients=patients(1), notes=[memo(1, "one"), *[memo(n, "more") for n in range(2, 30)]])
        rows = [memo(1, "another"), memo(1, "a third"), *[memo(n, "more") for n in range(2, 30)]]
        produced = desk.produce(day=1, patients=patients(1), notes=rows)
        assert (changes(produced), produced.refused) == ({}, 2)
        assert desk.records(Entity.NOTE)["N1"].values["text"] == "one"
        assert listed(desk) == [("doubled_id_held", 2), ("doubled_id_held", 3)]

    def test_a_record_of_two_patients_is_held(self, desk: Desk) -> None:
        produced = desk.produce(patients=patients(2), visits=[visit(1, of=1), visit(1, of=2), visit(2)])
        assert produced.refused == 2
        assert set(desk.records(APPOINTMENT)) == {"V2"}

    def test_a_blank_in_another_table_takes_nothing_away(self, desk: Desk) -> None:
        full = [patient(1), patient(2)]
        short = without([patient(1, Mobile_Phone=""), patient(2)], "Status")
        for day in (0, 1):
            assert desk.produce(day=day, a=short, b=full, visits=visits(3)).refused == 0
        assert desk.records(PATIENT)["P1"].values["phones"] == ["+13035550101"]
        assert changes(desk.produce(day=2, a=short, b=full, visits=visits(3))) == {}

    def test_tables_that_say_different_things_of_a_field_of_both(self, desk: Desk) -> None:
        def tables(status: str) -> dict[str, Rows]:
            return {"a": [patient(1), patient(2)], "b": without([patient(1, Status=status), patient(2)], "Mobile Phone")}

        desk.produce(**tables("Active"))
        assert desk.produce(day=1, **tables("Inactive")).refused == 2
        assert desk.records(PATIENT)["P1"].values["status"] is None
        assert desk.records(PATIENT)["P1"].values["phones"] == ["+13035550101"]


class TestPeople:
    def test_two_people_of_one_id_are_both_held(self, desk: Desk) -> None:
        other = patient(1, First_Name="Bo", Last_Name="Reyes", Date_of_Birth="11/30/1999")
        for day in (0, 1):
            produced = desk.produce(day=day, patients=[patient(1), patient(2), other], visits=[visit(1), visit(2, of=2)])
            assert produced.refused == 3
        assert set(desk.records(PATIENT)) == {"P2"}
        assert listed(desk) == [("identity_held", 2), ("two_people", 2), ("two_people", 4)]

    def test_a_known_patient_stays_where_another_person_comes_beside_them(self, desk: Desk) -> None:
        desk.produce(patients=patients(3))
        before = desk.records(PATIENT)
        other = patient(1, First_Name="Bo", Last_Name="Reyes", Date_of_Birth="11/30/1999", Email="ada2@post.example")
        produced = desk.produce(day=1, patients=[*patients(3), other])
        assert (changes(produced), produced.refused) == ({}, 2)
        assert desk.records(PATIENT) == before

    def test_the_row_modified_last_counts(self, desk: Desk) -> None:
        rows = [
            patient(1, Status="Inactive", Last_Modified="05/02/2026 10:00 AM"),
            patient(1, Status="Active", Last_Modified="04/02/2026 10:00 AM"),
            patient(2, Last_Modified="04/02/2026 10:00 AM"),
        ]
        for day in (0, 1):
            assert desk.produce(day=day, patients=rows).refused == 2
            rows.reverse()
        assert desk.records(PATIENT)["P1"].values["status"] == "Inactive"
        assert len(desk.events(PATIENT)) == 2

    def test_an_address_that_is_left_out_is_nobodys(self, desk: Desk) -> None:
        one, two = "one@post.example", "two@post.example"
        desk.produce(patients=[patient(1, Email=one), patient(1, Email=two), patient(2, Email=one)])
        people = desk.records(PATIENT)
        assert (people["P1"].values["emails"], people["P2"].values["primary_email"]) == ([], one)

    def test_an_id_that_the_log_has_for_another_person_is_held(self, desk: Desk) -> None:
        desk.produce(patients=[{**patient(n), **HOME} for n in (1, 2, 3)])
        before = desk.records(PATIENT)
        stranger = {
            **patient(2, First_Name="Bo", Last_Name="Reyes", Date_of_Birth="11/30/1999", Email="ada3@post.example"),
            **HOME,
            "Address": "7 Oak Rd",
        }
        for day in (1, 2):
            produced = desk.produce(day=day, patients=[{**patient(1), **HOME}, stranger, {**patient(3), **HOME}])
            assert (changes(produced), produced.refused) == ({}, 1)
        assert desk.records(PATIENT) == before
        assert listed(desk) == [("other_person", 3)]

    @pytest.mark.parametrize(
        "cells",
        [
            {"First_Name": "Bo", "Last_Name": "Reyes"},
            {"Date_of_Birth": "11/30/1999"},
            {"First_Name": "Bo", "Last_Name": "Reyes", "Date_of_Birth": "11/30/1999"},
        ],
    )
    def test_a_person_whose_name_date_of_birth_or_address_stays_is_the_same(self, desk: Desk, cells: dict[str, str]) -> None:
        desk.produce(patients=[{**patient(n), **HOME} for n in (1, 2)])
        produced = desk.produce(day=1, patients=[{**patient(1), **HOME}, {**patient(2, **cells), **HOME}])
        assert (changes(produced), produced.refused) == ({"updated": 1}, 0)


class TestRowsOfAHeldId:
    """Rows that name an id under which two people stand: they may be about either."""

    OTHER = patient(1, First_Name="Bo", Last_Name="Reyes", Date_of_Birth="11/30/1999", Email="", Mobile_Phone="")

    def test_new_and_changed_rows_wait_and_are_counted_and_the_others_stay(self, desk: Desk) -> None:
        desk.produce(patients=patients(2), visits=visits(3))
        rows = [visit(1), visit(2, Status="Broken"), visit(3), visit(4), visit(5, of=2)]
        produced = desk.produce(day=1, patients=[self.OTHER, patient(2)], visits=rows)
        assert changes(produced) == {"created": 1}
        assert listed(desk) == [("identity_held", 3), ("identity_held", 5), ("other_person", 2)]
        assert (status_of(desk, "V2"), set(desk.records(APPOINTMENT))) == ("Scheduled", {"V1", "V2", "V3", "V5"})
        [page] = [page.by_term() for page in produced.books if page.file == "visits.csv"]
        assert (page["carried"], page["held"]) == ({"created": 1, "unchanged": 2}, {"identity_held": 2})
        [finding] = produced.findings
        assert (finding.code, finding.notice) == ("identity_held", False)
        assert finding.text.endswith("wait until it is settled: 2 (fern:patient:P1)")

    def test_they_wait_in_later_extracts_too_and_after_the_state_was_lost(self, desk: Desk) -> None:
        desk.produce(patients=[patient(1), patient(2), self.OTHER])
        for day in (1, 2):
            assert changes(desk.produce(day=day, scope="partial", visits=[visit(1), visit(2, of=2)])) == (
                {"created": 1} if day == 1 else {}
            )
            desk.lose_state()
        assert listed(desk) == [("identity_held", 2), ("two_people", 2), ("two_people", 4)]

    @pytest.mark.parametrize("settling", [[patient(1), patient(2)], [patient(2)]], ids=["one of them", "neither"])
    def test_they_are_carried_once_an_extract_settles_the_id(self, desk: Desk, settling: Rows) -> None:
        desk.produce(patients=[patient(1), patient(2), self.OTHER], visits=[visit(1), visit(2, of=2)])
        assert set(desk.records(APPOINTMENT)) == {"V2"}
        produced = desk.produce(day=1, patients=settling, visits=[visit(1), visit(2, of=2)])
        assert set(desk.records(APPOINTMENT)) == {"V1", "V2"}
        assert [f.code for f in produced.findings] == ["unknown_patient"] * (len(settling) == 1)

    def test_an_extract_without_the_id_settles_nothing_where_it_is_partial_or_older(self, desk: Desk) -> None:
        desk.produce(day=2, patients=[patient(1), patient(2), self.OTHER])
        desk.produce(day=3, scope="partial", patients=[patient(2, Status="Inactive")], visits=[visit(1)])
        desk.produce(day=1, patients=[patient(1), patient(2)])
        desk.produce(day=4, scope="partial", visits=[visit(1)])
        assert desk.records(APPOINTMENT) == {}

    def test_a_plan_waits_with_all_its_lines(self, desk: Desk) -> None:
        produced = desk.produce(patients=[patient(1), patient(2), self.OTHER], plans=[step(1, 1), step(1, 2), step(1, 3)])
        assert desk.records(Entity.TREATMENT_PLAN) == {}
        [page] = [page.by_term() for page in produced.books if page.file == "plans.csv"]
        assert page["held"] == {"identity_held": 3}


class TestBalances:
    """Lists with one row for each patient and provider."""

    @staticmethod
    def owing(of: int, provider: str, balance: str) -> dict[str, str]:
        return {"Patient ID": f"P{of}", "Provider": provider, "Outstanding Balance": balance, "As of Date": "05/19/2026"}

    def test_two_balances_of_a_patient_are_held_where_nothing_tells_parts_from_the_whole(self, desk: Desk) -> None:
        usual = [self.owing(of, "Dr. Orla Finch", f"{of}0.00") for of in range(1, 7)]
        desk.produce(patients=patients(6), balances=usual)
        for day, (provider, more) in enumerate(
            [("Dr. Ida Moss", "10.00"), ("Dr. Orla Finch", "25.00"), ("", "25.00")], start=1
        ):
            produced = desk.produce(day=day, patients=patients(6), balances=[*usual, self.owing(1, provider, more)])
            assert (changes(produced), produced.refused) == ({}, 2)
        assert {reason for reason, _ in listed(desk)} == {"doubled_id_held"}
        assert desk.records(Entity.BILLING)["P1"].values["balance"] == 10_000_000

    def test_a_row_for_each_patient_and_provider_is_a_part_of_the_balance(self, desk: Desk) -> None:
        rows = [self.owing(of, provider, f"{of}0.00") for of in range(1, 7) for provider in ("Dr. Orla Finch", "Dr. Ida Moss")]
        rows[1] = self.owing(1, "Dr. Ida Moss", "2.50")
        produced = desk.produce(patients=patients(6), balances=rows)
        assert (changes(produced), produced.refused, produced.findings) == ({"created": 13}, 0, [])
        pages = {page.file: page.by_term() for page in produced.books}
        assert (pages["balances.csv"]["carried"], pages["balances.csv"]["merged"]) == ({"created": 6}, {"added_up": 6})
        first, other = desk.records(Entity.BILLING)["P1"], desk.records(Entity.BILLING)["P2"]
        assert (first.values["balance"], other.values["balance"]) == (12_500_000, 40_000_000)
        assert (first.custom["provider"], first.issues) == ("Dr. Orla Finch; Dr. Ida Moss", ())

    def test_amounts_of_the_practices_own_columns_are_added_up_too(self, desk: Desk) -> None:
        rows = [
            {**self.owing(of, provider, f"{of}{n}.00"), "Bal_0_30": f"{of}.2{n}", "Plan Fee": "$5.00", "Seen For": "$1.50"}
            for of in range(1, 7)
            for n, provider in enumerate(("Dr. Orla Finch", "Dr. Ida Moss"))
        ]
        rows[0]["Seen For"] = "$2.50"
        desk.produce(patients=patients(6), balances=rows)
        custom = desk.records(Entity.BILLING)["P1"].custom
        assert (custom["bal030"], custom["seenFor"]) == ("2.41 USD", None), "of another amount nothing says what both make"
        assert desk.records(Entity.BILLING)["P2"].custom["seenFor"] == "1.5 USD"

    def test_one_of_the_parts_changes_comes_and_goes(self, desk: Desk) -> None:
        usual = [self.owing(of, "Dr. Orla Finch", f"{of}0.00") for of in range(1, 7)]
        desk.produce(patients=patients(6), balances=usual)
        for day, (parts, balance) in enumerate(
            [(["10.00", "2.50"], 12.5), (["10.00", "3.50"], 13.5), (["10.00", "3.50"], None), (["10.00"], 10), (["4.00"], 4)],
            start=1,
        ):
            mine = [self.owing(1, name, part) for name, part in zip(("Dr. Orla Finch", "Dr. Ida Moss"), parts, strict=False)]
            produced = desk.produce(day=day, patients=patients(6), balances=[*usual[1:], *mine])
            assert (changes(produced), produced.refused) == ({"updated": 1} if balance is not None else {}, 0)
            if balance is not None:
                assert desk.records(Entity.BILLING)["P1"].values["balance"] == balance * 1_000_000

    @pytest.mark.parametrize("whole", ["Total", "Dr. Abe Cole"])
    def test_a_row_that_is_the_sum_of_the_others_is_no_part(self, desk: Desk, whole: str) -> None:
        names = ("Dr. Orla Finch", "Dr. Ida Moss", whole)
        rows = [
            self.owing(of, name, f"{amount}.00")
            for of in range(1, 7)
            for name, amount in zip(names, (of, 5, of + 5), strict=True)
        ]
        produced = desk.produce(patients=patients(6), balances=rows)
        assert (desk.records(Entity.BILLING), produced.refused) == ({}, 18)

    def test_parts_of_different_days_or_without_an_amount_are_held(self, desk: Desk) -> None:
        usual = [self.owing(of, "Dr. Orla Finch", f"{of}0.00") for of in range(1, 7)]
        desk.produce(patients=patients(6), balances=usual)
        for day, more in enumerate([{"As of Date": "05/12/2026"}, {"Outstanding Balance": ""}], start=1):
            other = {**self.owing(1, "Dr. Ida Moss", "25.00"), **more}
            produced = desk.produce(day=day, patients=patients(6), balances=[*usual, other])
            assert (changes(produced), produced.refused) == ({}, 2)

    def test_a_balance_that_is_listed_twice_counts_once(self, desk: Desk) -> None:
        usual = [self.owing(of, "Dr. Orla Finch", f"{of}0.00") for of in range(1, 7)]
        desk.produce(patients=patients(6), balances=usual)
        again = {**usual[0], "Provider": "Dr. Orla Finch "}
        produced = desk.produce(day=1, patients=patients(6), balances=[*usual, usual[1], again])
        assert (changes(produced), produced.refused) == ({}, 0)


class TestPlans:
    def test_lines_of_a_plan_that_agree_in_its_own_columns_are_one_plan(self, desk: Desk) -> None:
        produced = desk.produce(patients=patients(1), plans=[step(1, 1), step(1, 2), step(1, 2), step(2, 1)])
        assert (changes(produced), produced.refused) == ({"created": 4}, 0)
        lines = desk.records(Entity.TREATMENT_PLAN)["T1"].values["lines"]
        assert isinstance(lines, list)
        assert len(lines) == 2, "two equal rows of one line number count once"

    def test_lines_that_contradict_each_other_in_the_plans_own_columns(self, desk: Desk) -> None:
        rows = [step(1, 1), step(1, 2), step(1, 3, Plan_Status="Rejected"), step(2, 1)]
        for day in (0, 1):
            produced = desk.produce(day=day, patients=patients(1), plans=rows)
            assert (produced.refused, produced.dead_letters) == (2, 0 if day else 2)
        values = desk.records(Entity.TREATMENT_PLAN)["T1"].values
        assert (values["status"], values["name"], len(values["lines"] or ())) == (None, "Crown", 3)  # type: ignore[arg-type]
        assert listed(desk) == [("doubled_id", 2), ("doubled_id", 4)]

    def test_a_plan_of_two_patients_is_held_with_all_its_lines(self, desk: Desk) -> None:
        rows = [step(1, 1), step(1, 2), step(1, 3, Patient_ID="P2"), step(2, 1)]
        produced = desk.produce(patients=patients(2), plans=rows)
        assert produced.refused == 3
        assert set(desk.records(Entity.TREATMENT_PLAN)) == {"T2"}
        assert listed(desk) == [("doubled_id_held", 2), ("doubled_id_held", 3), ("doubled_id_held", 4)]
