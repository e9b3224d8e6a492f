"""A column that is left out after it was carried: its values go from Twenty when they are cleared, and come back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.field import PRACTICE_TOML, Field
from tests.acceptance.workbench import bench
from tests.producers.desk import patient

pytestmark = pytest.mark.acceptance

TABLE, COLUMN = "patients.csv", "Shoe Size"
EVERYBODY = [patient(n, Shoe_Size=str(36 + n % 8)) for n in range(1, 41)]


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """Yield a project whose patients have shoe sizes in Twenty, and whose mapping leaves the column out now."""
    (tmp_path / "practice.toml").write_text(PRACTICE_TOML, encoding="utf-8")
    with bench(tmp_path, []) as b:
        b.init(tmp_path / "practice.toml")
        made = Field(b, tmp_path / "deliveries")
        first = made.extract(1, EVERYBODY)
        made.accept(first)
        made.sync(first)
        b.ok("map", "ignore", TABLE, COLUMN)
        made.apply()
        made.sync(made.extract(2, EVERYBODY))
        yield made


def sizes(field: Field) -> dict[str, Any]:
    return {native: person["shoeSize"] for native, person in field.people().items()}


def test_the_fields_are_blanked_and_a_rollback_gives_the_values_back(field: Field) -> None:
    before = sizes(field)
    assert None not in before.values()
    cleared = field.bench.ok("map", "clear", COLUMN, "--by", "Dana")
    assert cleared["updated"] == 40
    assert sizes(field) == before, "until the next sync or consume"
    carried = field.bench.ok("consume", "--without-sample")
    assert carried["writes"]["update"] == 40
    assert set(sizes(field).values()) == {None}
    assert all(one["different"] == 0 for one in field.bench.ok("reconcile")["objects"])
    assert field.bench.ok("map", "show")["approved"]
    field.bench.ok("rollback", "--run", carried["run"], "--yes")
    assert sizes(field) == before


def test_an_edit_of_a_person_stays_and_is_a_conflict(field: Field) -> None:
    edited = field.people()["P1"]["id"]
    field.rest("PATCH", f"people/{edited}", json={"shoeSize": 51})
    field.bench.ok("map", "clear", "--by", "Dana")
    said = field.bench.cutover("consume", "--without-sample")
    assert (said.code, said.document["conflicts"]) == (1, 1)
    assert {native: size for native, size in sizes(field).items() if size is not None} == {"P1": 51}


def test_the_values_come_back_with_the_column(field: Field) -> None:
    before = sizes(field)
    field.bench.ok("map", "clear", "--by", "Dana")
    field.bench.ok("consume", "--without-sample")
    field.bench.ok("map", "custom", TABLE, COLUMN, "shoeSize", "NUMBER")
    field.apply()
    field.sync(field.extract(3, EVERYBODY))
    assert sizes(field) == before
