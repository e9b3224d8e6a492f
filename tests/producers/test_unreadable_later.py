"""A value that cannot be read later is unknown, and no blank: what was known before stays, and the loss is reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.records import Issue
from tests.producers.desk import Desk, patient, patients, visit, visits


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk")
    yield desk
    desk.close()


def values_of(desk: Desk, native: str, entity: Entity = Entity.PATIENT) -> dict[str, Any]:
    """Return the values of a record in the log."""
    return dict(desk.records(entity)[native].values)


@pytest.mark.parametrize(
    ("header", "cell", "field", "issue"),
    [
        ("Date of Birth", "31/31/1980", "birth_date", Issue("dateOfBirth", "invalid_date")),
        ("Date of Birth", "#NAME?", "birth_date", Issue("dateOfBirth", "excel_damaged")),
        ("Email", "at home", "emails", Issue("emails", "invalid_email")),
        ("Mobile Phone", "12", "phones", Issue("phones", "invalid_phone")),
        ("First Name", "#NAME?", "first_name", Issue("firstName", "excel_damaged")),
    ],
)
def test_a_known_value_stays_and_the_loss_is_named(desk: Desk, header: str, cell: str, field: str, issue: Issue) -> None:
    desk.produce(patients=patients(12))
    known = values_of(desk, "P3")
    assert known[field]
    rows = patients(12)
    rows[2] = {**rows[2], header: cell, "Status": "Inactive"}
    page = next(iter(desk.produce(day=1, patients=rows).books))
    now = desk.records(Entity.PATIENT)["P3"]
    assert dict(now.values) == {**known, "status": "Inactive"}
    assert [one.reason for one in now.issues] == [issue.reason]
    assert page.issues.total() == 1


def test_a_blank_clears_what_was_known(desk: Desk) -> None:
    desk.produce(patients=patients(12))
    rows = patients(12)
    rows[2] = {**rows[2], "Mobile Phone": "", "Date of Birth": ""}
    desk.produce(day=1, patients=rows)
    now = values_of(desk, "P3")
    assert (now["phones"], now["birth_date"]) == ([], None)


def test_what_says_that_there_is_none_clears_what_was_known(desk: Desk) -> None:
    desk.produce(patients=patients(12))
    rows = patients(12)
    rows[2] = {**rows[2], "Email": "none@none.com"}
    desk.produce(day=1, patients=rows)
    assert values_of(desk, "P3")["emails"] == []


def test_a_value_that_was_never_readable_is_unknown(desk: Desk) -> None:
    desk.produce(patients=[*patients(12), patient(13, Date_of_Birth="31/31/1980", Email="at home")])
    assert not {"birth_date", "emails"} & values_of(desk, "P13").keys()


def test_the_same_rows_again_change_nothing(desk: Desk) -> None:
    desk.produce(patients=patients(12))
    rows = patients(12)
    rows[2] = {**rows[2], "Date of Birth": "31/31/1980"}
    desk.produce(day=1, patients=rows)
    told = desk.told()
    desk.lose_state()
    desk.produce(day=2, patients=rows)
    assert desk.told() == told
    assert values_of(desk, "P3")["birth_date"] is not None


def test_a_start_that_cannot_be_read_stays(desk: Desk) -> None:
    desk.produce(patients=patients(3), visits=visits(12, 3))
    known = values_of(desk, "V2", Entity.APPOINTMENT)
    header = next(name for name in visit(1) if "Start" in name or "Date" in name)
    rows = visits(12, 3)
    rows[1] = {**rows[1], header: "13/45/2026 25:00"}
    desk.produce(day=1, patients=patients(3), visits=rows)
    assert values_of(desk, "V2", Entity.APPOINTMENT) == known
