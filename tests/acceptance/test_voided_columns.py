"""A voided delivery had columns of its own, and repeated rows of the first one: Twenty and the lists are as before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.field import PRACTICE_TOML, Field
from tests.acceptance.workbench import bench
from tests.producers.desk import patient, visit

pytestmark = pytest.mark.acceptance

EVERYBODY = [patient(n) for n in range(1, 41)]
BOOK = [visit(n, of=n) for n in range(1, 41)]
UNKNOWN, UNNAMED = visit(90, of=77), visit(91, Patient_ID="")
"""Appointments of a patient who is in no delivery, and one that names none."""
MORE = [patient(n, Shoe_Size=str(36 + n % 8), Referral_Source="Yelp" if n % 2 else "Direct Mail") for n in range(1, 41)]
"""The same patients in an export with two columns more: one of a known meaning, one of none."""


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    """Yield a project whose first delivery is in Twenty."""
    (tmp_path / "practice.toml").write_text(PRACTICE_TOML, encoding="utf-8")
    with bench(tmp_path, []) as b:
        b.init(tmp_path / "practice.toml")
        made = Field(b, tmp_path / "deliveries")
        first = made.extract(1, EVERYBODY, [*BOOK, UNKNOWN, UNNAMED])
        made.accept(first)
        assert b.cutover("sync", first, "--without-sample").code == 1
        yield made


def people(field: Field) -> dict[str, dict[str, Any]]:
    """Return people by native id, with the fields of the columns that came with the second delivery."""
    names = ("shoeSize", "referralSource", "name", "dateOfBirth", "emails", "phones")
    return {native: {name: person.get(name) for name in names} for native, person in field.people().items()}


def letters(field: Field) -> list[tuple[Any, ...]]:
    """Return the dead letters with their places."""
    said = field.bench.cutover("dead-letters", "list").document
    return sorted((x["reason"], x["pbnId"], x["extract"], x["row"]) for x in [*said["dead_letters"], *said["rows"]])


def test_the_values_of_its_own_columns_go_and_the_lists_are_as_before(field: Field) -> None:
    before, listed = people(field), letters(field)
    assert len(listed) == 2
    second = field.extract(2, MORE, [*BOOK, UNKNOWN, UNNAMED])
    assert field.bench.cutover("sync", second, "--without-sample").code == 1
    assert {person["shoeSize"] for person in people(field).values()} != {None}
    reading = field.bench.ok("extract", "list")["deliveries"]
    start = field.bench.ok("status")["runs"][-2]["run"]
    field.bench.ok("extract", "void", reading[-1]["extract"], "--by", "Dana")
    assert people(field) == before
    assert letters(field) == listed
    assert field.bench.ok("diff", "--at", f"run:{start}", "--at", "end")["objects"] == []
    assert field.bench.ok("log", "verify")["problems"] == []


def test_a_later_delivery_with_these_columns_brings_their_values(field: Field) -> None:
    second = field.extract(2, MORE, [*BOOK, UNKNOWN, UNNAMED])
    field.bench.cutover("sync", second, "--without-sample")
    with_columns = people(field)
    field.bench.ok("extract", "void", field.bench.ok("extract", "list")["deliveries"][-1]["extract"], "--by", "Dana")
    third = field.extract(3, MORE, [*BOOK, UNKNOWN, UNNAMED])
    field.bench.cutover("sync", third, "--without-sample")
    assert people(field) == with_columns
