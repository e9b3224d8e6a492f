"""A table of no known kind becomes an object of the practice's own, on every engine: carried, changed, rebuilt, taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.engines import Engine
from tests.acceptance.field import EVERYBODY, PRACTICE_TOML, Field, changed
from tests.acceptance.workbench import Bench, bench
from tests.producers.desk import Row

pytestmark = pytest.mark.acceptance

TABLE = "lab.csv"


def case(number: int, **cells: str) -> Row:
    """Return a row of a table that PbN has and Cutover has no kind for."""
    return {
        "Case No": f"LC-{number:03}",
        "Patient ID": EVERYBODY[number % len(EVERYBODY)]["Patient ID"],
        "Laboratory": "Apex" if number % 2 else "Northlight",
        "Due": f"12/{1 + number % 20:02}/2026",
        "Agreed": f"{100 + number}.50",
        **cells,
    }


CASES = [case(n) for n in range(1, 41)]


def delivered(field: Field, day: int, cases: Sequence[Row]) -> Path:
    folder = field.extract(day, EVERYBODY)
    field.write(folder, "lab", cases)
    return folder


def cases_in_twenty(field: Field, plural: str) -> dict[str, dict[str, Any]]:
    found = field.rest("GET", plural, params={"limit": 200, "depth": 0})[plural]
    return {row["pbnId"]: row for row in found}


def assert_is_whole(b: Bench, engine: Engine) -> None:
    assert all(o["missing"] == o["extra"] == o["different"] == 0 for o in b.ok("reconcile")["objects"])
    assert b.ok("log", "verify")["problems"] == []
    assert [p["lag"] for p in b.ok("status")["partitions"]] == [0] * engine.partitions


def test_the_rows_of_an_unknown_table_go_all_the_way_and_back(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "practice.toml").write_text(PRACTICE_TOML, encoding="utf-8")
    with bench(tmp_path, []) as b:
        field = Field(b, tmp_path / "deliveries")
        b.environment |= engine.environment
        b.init(tmp_path / "practice.toml")
        first = delivered(field, 1, CASES)
        b.ok("map", "propose", first)
        b.ok("map", "object", TABLE, "--on", "--name", "labCase", "--labels", "Lab case", "Lab cases")
        b.ok("map", "approve", "--by", "Test", "--accept-doubtful")
        b.ok("schema", "apply")

        assert changed(field.sync(first))["created"] == len(EVERYBODY) + len(CASES) + 1
        assert len(cases_in_twenty(field, "labCases")) == len(CASES)
        day_one = cases_in_twenty(field, "labCases")

        second = [case(1, Laboratory="Summit"), *CASES[1:39], case(41)]  # one changed, one gone, one new
        said = field.sync(delivered(field, 2, second), "--confirm-deletions")
        assert changed(said) == {"created": 1, "updated": 1, "deleted": 1}
        held = cases_in_twenty(field, "labCases")
        assert held.keys() == {f"fern:custom.labCase:{row['Case No']}" for row in second}
        assert held["fern:custom.labCase:LC-001"]["laboratory"] in ("Summit", "SUMMIT")
        people = {p["id"]: native for native, p in field.people().items()}
        assert {people[row["patientId"]] for row in held.values()} == {row["Patient ID"] for row in second}
        assert_is_whole(b, engine)

        engine.lose_state(b)
        assert changed(field.sync(delivered(field, 3, second), "--confirm-deletions")) == {}
        assert_is_whole(b, engine)

        back = b.ok("rollback", "--all", "--yes")
        assert back["kept"] == []
        assert cases_in_twenty(field, "labCases") == {}
        b.ok("replay", "--from", "start")
        assert _values(cases_in_twenty(field, "labCases")) == _values(held)
        assert _values(held) != _values(day_one)
        b.ok("rollback", "--all", "--schema", "--yes")
        b.assert_as_before()


def _values(held: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return records without what the server writes by itself."""
    server = {"createdAt", "updatedAt", "createdBy", "updatedBy", "position", "searchVector", "deletedAt"}
    return {key: {name: value for name, value in row.items() if name not in server} for key, row in held.items()}
