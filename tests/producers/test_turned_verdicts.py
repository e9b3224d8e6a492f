"""Runs judge their own rows: what contradicts an approved verdict is not carried as if that verdict held."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping, TableKind
from producers.binding.errors import CannotBind
from producers.changes.produced import Produced
from tests.producers.desk import Desk, Row, Rows, changes, patient, visit


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.close()


def born(number: int, order: str, **cells: str) -> Row:
    """Return a patient, born on a day that can be read both ways where the number is even."""
    day, month = (5, 1 + number % 4) if number % 2 == 0 else (13 + number % 15, 1 + number % 12)
    written = f"{day:02}/{month:02}/1980" if order == "dmy" else f"{month:02}/{day:02}/1980"
    return patient(number, Date_of_Birth=written, **cells)


def of_columns(produced: Produced, code: str = "contradicted_verdict") -> list[str | None]:
    return [f.column for f in produced.findings if f.code == code]


def reasons(desk: Desk, entity: Entity) -> set[tuple[str, str]]:
    return {(i.field, i.reason) for record in desk.records(entity).values() for i in record.issues}


def test_dates_that_turned_are_carried_where_they_have_one_reading_only(desk: Desk) -> None:
    desk.produce(patients=[born(n, "mdy") for n in range(20)])
    produced = desk.produce(day=1, patients=[born(n, "dmy", Last_Name="Marsh") for n in range(20)])
    assert of_columns(produced) == ["Date of Birth"]
    found = {number: desk.records(Entity.PATIENT)[f"P{number}"].values["birth_date"] for number in (2, 3)}
    assert found == {2: None, 3: date(1980, 4, 16)}
    assert reasons(desk, Entity.PATIENT) == {("dateOfBirth", "ambiguous_date_order")}


def test_one_contrary_date_among_the_changed_rows_turns_no_column(desk: Desk) -> None:
    rows = [born(n, "mdy") for n in range(20)]
    desk.produce(patients=rows)
    produced = desk.produce(day=1, patients=[*rows[:-1], born(19, "dmy")])
    assert of_columns(produced) == []
    assert reasons(desk, Entity.PATIENT) == {("dateOfBirth", "invalid_date")}


def test_one_contrary_date_turns_the_dates_that_fit_both_orders_where_hardly_a_date_confirms_the_rule(desk: Desk) -> None:
    desk.produce(patients=[born(n, "mdy") for n in range(20)])
    produced = desk.produce(day=1, patients=[born(n, "dmy", Last_Name="Marsh") for n in (2, 3, 4)], scope="partial")
    assert of_columns(produced) == ["Date of Birth"]
    found = {number: desk.records(Entity.PATIENT)[f"P{number}"].values["birth_date"] for number in (2, 3, 4)}
    assert found == {2: None, 3: date(1980, 4, 16), 4: None}


def test_one_contrary_date_turns_nothing_where_three_others_confirm_the_rule(desk: Desk) -> None:
    desk.produce(patients=[born(n, "mdy") for n in range(20)])
    changed = [*(born(n, "mdy", Last_Name="Marsh") for n in (2, 3, 5, 7)), born(9, "dmy", Last_Name="Marsh")]
    produced = desk.produce(day=1, patients=changed, scope="partial")
    assert of_columns(produced) == []
    assert desk.records(Entity.PATIENT)["P2"].values["birth_date"] == date(1980, 3, 5)


def test_rows_that_are_unchanged_are_no_evidence_and_stay_as_they_are(desk: Desk) -> None:
    rows = [born(n, "mdy") for n in range(20)]
    desk.produce(patients=rows)
    produced = desk.produce(day=1, patients=[*rows, *(born(n, "dmy") for n in range(20, 40))])
    assert of_columns(produced) == ["Date of Birth"]
    assert desk.records(Entity.PATIENT)["P2"].values["birth_date"] == date(1980, 3, 5)
    assert desk.records(Entity.PATIENT)["P22"].values["birth_date"] is None


def test_a_date_column_that_proves_nothing_is_in_doubt_with_its_table(desk: Desk) -> None:
    def rows(order: str, last: str) -> Rows:
        return [born(n, order, First_Visit=f"0{1 + n % 5}/0{2 + n % 3}/2020", Last_Name=last) for n in range(20)]

    desk.produce(patients=rows("mdy", "Quist"))
    produced = desk.produce(day=1, patients=rows("dmy", "Marsh"))
    assert set(of_columns(produced)) == {"Date of Birth", "First Visit"}


def test_a_mapping_of_before_verdicts_is_judged_by_the_first_run(desk: Desk) -> None:
    rows = [born(n, "dmy") for n in range(20)]
    extract = desk.extract(patients=rows)
    desk.mapping = unjudged(desk.produce(extract).mapping)
    changed = desk.produce(day=1, patients=[{**row, "Last Name": "Marsh"} for row in rows])
    assert [c.verdict.order for c in columns(changed.mapping, "birth_date") if c.verdict is not None] == ["dmy"]
    assert desk.records(Entity.PATIENT)["P2"].values["birth_date"] == date(1980, 3, 5)
    alone = desk.produce(day=2, patients=[{**rows[2], "Last Name": "Vale"}], scope="partial")
    assert (alone.findings, desk.records(Entity.PATIENT)["P2"].values["birth_date"]) == ([], date(1980, 3, 5))


def unjudged(mapping: ColumnMapping) -> ColumnMapping:
    tables = [replace(t, columns=tuple(replace(c, verdict=None) for c in t.columns)) for t in mapping.tables]
    return replace(mapping, tables=tuple(tables))


def columns(mapping: ColumnMapping, name: str) -> list[Any]:
    return [c for t in mapping.tables if t.kind is TableKind.PATIENT for c in t.columns if name in (c.field, c.custom)]


def test_a_new_column_of_a_later_extract_is_judged_before_it_is_read(desk: Desk) -> None:
    desk.produce(patients=[born(n, "mdy") for n in range(20)])
    produced = desk.produce(day=1, patients=[born(n, "mdy", Lab_Due=f"{13 + n % 15}/05/2026") for n in range(20)])
    assert [c.verdict.order for c in columns(produced.mapping, "labDue")] == ["dmy"]
    assert desk.records(Entity.PATIENT)["P2"].custom["labDue"] == date(2026, 5, 15)


def test_of_words_that_became_codes_what_was_known_stays(desk: Desk) -> None:
    patients = [patient(1)]
    desk.produce(patients=patients, visits=[visit(n, Status=["Scheduled", "Complete"][n % 2]) for n in range(20)])
    produced = desk.produce(day=1, patients=patients, visits=[visit(n, Status="12"[n % 2]) for n in range(20)])
    assert of_columns(produced) == ["Status"]
    assert {r.values["status"] for r in desk.records(Entity.APPOINTMENT).values()} == {"Scheduled", "Complete"}
    assert ("appointmentStatus", "unknown_code") in reasons(desk, Entity.APPOINTMENT)


def owed(number: int, amount: str) -> Row:
    return {"Patient ID": f"P{number}", "Outstanding Balance": amount, "Last Payment Date": "05/18/2026"}


def test_amounts_that_turned_are_carried_where_they_have_one_reading_only(desk: Desk) -> None:
    patients = [patient(n) for n in range(20)]
    desk.produce(patients=patients, owing=[owed(n, f"1{n:02}.50") for n in range(20)])
    amounts = [f"1.{100 + n}" if n % 2 == 0 else f"1{n:02},75" for n in range(20)]
    produced = desk.produce(day=1, patients=patients, owing=[owed(n, amounts[n]) for n in range(20)])
    assert of_columns(produced) == ["Outstanding Balance"]
    found = {number: desk.records(Entity.BILLING)[f"P{number}"].values["balance"] for number in (2, 3)}
    assert found == {2: None, 3: 103_750_000}


def plan(number: int, order: str, name: str) -> Row:
    day = f"0{1 + number % 9}/{13 + number % 15}/2026" if order == "mdy" else f"{13 + number % 15}/0{1 + number % 9}/2026"
    presented = "03/04/2026" if number == 0 else day
    return {"Plan ID": f"T{number}", "Patient ID": "P1", "Plan Name": name, "Status": "Active", "Presented Date": presented}


def test_the_dates_of_plans_are_judged_before_a_plan_is_made(desk: Desk) -> None:
    patients = [patient(1)]
    desk.produce(patients=patients, plans=[plan(n, "mdy", "Crowns") for n in range(20)])
    produced = desk.produce(day=1, patients=patients, plans=[plan(n, "dmy", "Bridges") for n in range(20)])
    assert of_columns(produced) == ["Presented Date"]
    found, moment = desk.records(Entity.TREATMENT_PLAN), datetime(2026, 3, 15, 6, tzinfo=UTC)
    assert (found["T0"].values["created_at"], found["T2"].values["created_at"]) == (None, moment)


def test_ids_that_lost_their_zeros_in_every_table_stop_the_run(desk: Desk) -> None:
    def tables(width: int) -> dict[str, Rows]:
        ids = [f"{n:0{width}}" for n in range(101, 121)]
        people = [{**patient(n), "Patient ID": i} for n, i in enumerate(ids)]
        return {"patients": people, "visits": [{**visit(n), "Patient ID": i} for n, i in enumerate(ids)]}

    desk.produce(**tables(6))
    with pytest.raises(
        CannotBind, match="'Patient ID' was approved with ids of 6 digits, and they have lost their leading zeros"
    ):
        desk.produce(day=1, **tables(3))
    assert changes(desk.produce(day=2, **tables(6))) == {}
