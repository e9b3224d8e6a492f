"""Practices with several locations, through the whole program: a column names them, or each folder is of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.field import PRACTICE_TOML, Field, changed
from tests.acceptance.workbench import bench
from tests.producers.desk import Row, patient, visit

pytestmark = pytest.mark.acceptance

PLACES = ("North Office", "South Office")
NAMES = ("Ann Ash", "Bea Birch", "Cy Cedar", "Dan Date", "Eve Elm", "Fay Fir")


def others(number: int) -> Row:
    """Return a patient of the other location with the id of a patient of the first."""
    first, last = NAMES[number % len(NAMES)].split()
    cells = {"First_Name": first, "Last_Name": f"{last}{number}", "Date_of_Birth": f"1{number % 3}/0{1 + number % 9}/2001"}
    return patient(number, Email=f"other{number}@post.example", Mobile_Phone="", **cells)


def at(place: str, rows: Sequence[Row]) -> list[Row]:
    return [{**row, "Location": place} for row in rows]


ONE = [patient(n) for n in range(1, 21)]
TWO = [patient(n) for n in range(21, 31)]
BOOK = [visit(n, of=1 + n % 20) for n in range(1, 31)]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Field]:
    """Yield a project without settings of its own, beside an empty workspace."""
    (tmp_path / "practice.toml").write_text(PRACTICE_TOML, encoding="utf-8")
    with bench(tmp_path, []) as b:
        b.init(tmp_path / "practice.toml")
        yield Field(b, tmp_path / "deliveries")


def prepare(field: Field, *extracts: Path) -> None:
    field.bench.ok("map", "propose", *extracts)
    field.bench.ok("map", "approve", "--by", "Test", "--accept-doubtful")
    planned = field.bench.ok("schema", "plan")["items"]
    relation = next(x for x in planned if (x["object"], x["field"]) == ("company", "parentCompany"))
    assert (relation["action"], relation["type"]) == ("CREATE_RELATION", "RELATION")
    field.bench.ok("schema", "apply")


def companies(field: Field) -> dict[str, Any]:
    return {c["pbnId"]: c for c in field.rest("GET", "companies")["companies"] if c["pbnId"]}


def assert_related(field: Field) -> None:
    """Assert that both locations are companies that belong to the practice's company."""
    found = companies(field)
    assert {k: c["name"] for k, c in found.items()} == {
        "fern:practice:fern": "Fern Street Dental",
        "fern:practice:north-office": "North Office",
        "fern:practice:south-office": "South Office",
    }
    group = found["fern:practice:fern"]
    assert group["parentCompanyId"] is None
    assert {found[f"fern:practice:{key}"]["parentCompanyId"] for key in ("north-office", "south-office")} == {group["id"]}


def belongs_to(field: Field) -> dict[str, str]:
    names = {c["id"]: key.rpartition(":")[2] for key, c in companies(field).items()}
    return {native: names[person["companyId"]] for native, person in field.people().items()}


def assert_in_step(field: Field) -> None:
    said = field.bench.ok("reconcile")
    assert all(one["missing"] == one["extra"] == one["different"] == 0 for one in said["objects"]), said["objects"]
    field.bench.ok("log", "verify")


def assert_taken_back_and_replayed(field: Field) -> None:
    """Take everything back, and assert that a replay brings the same again."""
    after = field.content()
    undone = field.bench.ok("rollback", "--all", "--yes")
    assert undone["kept"] == []
    assert field.content() == {plural: {} for plural in after}
    field.bench.ok("replay", "--from", "start")
    assert field.content() == after


def test_a_column_names_the_location_and_ids_stay_as_they_are(empty: Field) -> None:
    field = empty
    field.bench.environment["CUTOVER_LOCATIONS__FIELD"] = "location"
    both = [*at(PLACES[0], ONE), *at(PLACES[1], TWO)]
    first = field.extract(1, both, BOOK)
    prepare(field, first)
    field.sync(first)
    assert_related(field)
    found = belongs_to(field)
    assert (found["P1"], found["P21"], len(found)) == ("north-office", "south-office", 30)
    moved = field.extract(2, [{**both[0], "Location": "SOUTH office"}, *both[1:]], BOOK)
    assert changed(field.sync(moved)) == {"updated": 1}
    assert belongs_to(field)["P1"] == "south-office"
    assert_in_step(field)
    assert_taken_back_and_replayed(field)


def test_a_rollback_of_the_data_model_takes_the_relation_of_locations_back(empty: Field) -> None:
    field = empty
    field.bench.environment["CUTOVER_LOCATIONS__FIELD"] = "location"
    both = field.extract(1, [*at(PLACES[0], ONE), *at(PLACES[1], TWO)], BOOK)
    prepare(field, both)
    field.sync(both)
    assert_related(field)
    assert field.bench.ok("rollback", "--all", "--schema", "--yes")["kept"] == []
    field.bench.assert_as_before()
    planned = {(one["object"], one["field"]): one["action"] for one in field.bench.ok("schema", "plan")["items"]}
    assert planned["company", "parentCompany"] == "CREATE_RELATION"


def test_the_setting_moves_patients_who_were_carried_before(empty: Field) -> None:
    field = empty
    both = field.extract(1, [*at(PLACES[0], ONE), *at(PLACES[1], TWO)], BOOK)
    field.accept(both)
    field.sync(both)
    assert set(belongs_to(field).values()) == {"fern"}
    field.bench.environment["CUTOVER_LOCATIONS__FIELD"] = "location"
    field.bench.ok("schema", "apply")
    field.sync(both)
    assert_related(field)
    assert belongs_to(field)["P21"] == "south-office"
    assert_in_step(field)


def folder(field: Field, place: str, day: int, patients: Sequence[Row], visits: Sequence[Row]) -> Path:
    """Write a delivery of one location, and return its folder."""
    made = field.extract(day, patients, visits)
    with (made / "manifest.toml").open("a", encoding="utf-8") as manifest:
        manifest.write(f'location = "{place}"\n')
    return made


def test_each_folder_is_of_a_location_and_equal_ids_are_told_apart(empty: Field) -> None:
    field = empty
    strangers = [others(n) for n in range(1, 11)]
    book = [visit(n, of=1 + n % 10, Type="Filling") for n in range(1, 11)]
    north = folder(field, PLACES[0], 1, ONE, BOOK)
    refused = field.bench.cutover("map", "propose", north)
    assert refused.code == 2
    assert 'ids = "location"' in refused.document["error"]["message"]
    field.bench.environment["CUTOVER_LOCATIONS__IDS"] = "location"
    south = folder(field, PLACES[1], 1, strangers, book)
    prepare(field, north, south)
    field.sync(north)
    field.sync(south)
    assert_related(field)
    found = belongs_to(field)
    assert (len(found), found["north-office.P1"], found["south-office.P1"]) == (30, "north-office", "south-office")
    assert field.visits_of("south-office.P1") == 1
    fewer = folder(field, PLACES[1], 2, strangers, book[:9])
    assert changed(field.sync(fewer)) == {"withheld": 1}, "one of ten is more than the limit, at this location"
    assert changed(field.sync(fewer, "--confirm-deletions")) == {"deleted": 1}
    assert_in_step(field)
    assert_taken_back_and_replayed(field)


def test_a_full_delivery_of_a_location_deletes_nothing_of_the_others(empty: Field) -> None:
    field = empty
    field.bench.environment["CUTOVER_LOCATIONS__IDS"] = "location"
    north, south = folder(field, PLACES[0], 3, ONE, BOOK), folder(field, PLACES[1], 1, TWO, BOOK[:0] or [visit(99, of=21)])
    prepare(field, north, south)
    field.sync(north)
    assert changed(field.sync(south)) == {"created": 12}, "an earlier delivery of another location is no late one"
    said = field.sync(folder(field, PLACES[0], 4, ONE[:-1], BOOK))
    assert changed(said) == {"deleted": 1}
    people = field.people()
    assert "north-office.P20" not in people
    assert sum(native.startswith("south-office.") for native in people) == 10


def test_each_folder_is_of_a_location_and_ids_stay_as_they_are(empty: Field) -> None:
    field = empty
    field.bench.environment |= {
        "CUTOVER_LOCATIONS__FIELD": "location",
        "CUTOVER_LOCATIONS__FOLDERS": '{"*-north": "North Office", "*-south": "South Office"}',
    }
    places = {"north": (ONE, BOOK), "south": (TWO, [visit(99, of=21)])}
    north, south = (field.extract(1, *rows).rename(field.folder / f"2026-05-20-{place}") for place, rows in places.items())
    prepare(field, north, south)
    field.sync(north)
    field.sync(south)
    assert_related(field)
    found = belongs_to(field)
    assert (found["P1"], found["P21"], len(found)) == ("north-office", "south-office", 30)
    left = [one for one in BOOK if one["Patient ID"] != "P20"]
    fewer = field.extract(2, ONE[:-1], left).rename(field.folder / "2026-05-21-north")
    assert changed(field.sync(fewer)) == {"deleted": 2}
    assert len(field.people()) == 29
    assert_in_step(field)
    assert_taken_back_and_replayed(field)


def test_rows_of_a_custom_object_belong_to_the_locations_that_they_name(empty: Field) -> None:
    field = empty
    field.bench.environment["CUTOVER_LOCATIONS__FIELD"] = "location"
    both = field.extract(1, [*at(PLACES[0], ONE), *at(PLACES[1], TWO)], BOOK)
    figures = [
        {"Month": f"2026-{month:02}-01", "Office": place, "Hours": str(100 + month)}
        for month in range(1, 7)
        for place in (*PLACES, "Fern Street Dental")
    ]
    field.write(both, "hours", figures)
    field.bench.ok("map", "propose", both)
    field.bench.ok("map", "object", "hours.csv", "--on", "--name", "openHour", "--labels", "Opening", "Openings")
    field.apply()
    field.sync(both)
    names = {c["id"]: c["name"] for c in companies(field).values()}
    rows = field.rest("GET", "openHours", params={"limit": 60, "depth": 0})["openHours"]
    assert sorted(names[row["practiceId"]] for row in rows) == sorted(row["Office"] for row in figures)
    new = field.extract(2, [*at(PLACES[0], ONE), *at(PLACES[1], TWO)], BOOK)
    field.write(new, "hours", [*figures, {"Month": "2026-07-01", "Office": "West End", "Hours": "9"}])
    assert changed(field.sync(new)) == {"created": 2}, "the row, and the location that it names first"
    assert companies(field)["fern:practice:west-end"]["parentCompanyId"] == companies(field)["fern:practice:fern"]["id"]
    assert_in_step(field)
    assert_taken_back_and_replayed(field)


def test_a_column_tells_equal_ids_apart(empty: Field) -> None:
    field = empty
    rows = [*at(PLACES[0], ONE), *at(PLACES[1], [others(n) for n in range(1, 11)])]
    visits = [*at(PLACES[0], BOOK), *at(PLACES[1], [visit(n, of=1 + n % 10, Type="Filling") for n in range(1, 11)])]
    both = field.extract(1, rows, visits)
    proposed = field.bench.ok("map", "propose", both)
    assert "ids_per_location" in {one["code"] for one in proposed["findings"]}
    field.bench.environment |= {"CUTOVER_LOCATIONS__FIELD": "location", "CUTOVER_LOCATIONS__IDS": "location"}
    (field.bench.project / "mapping.toml").unlink()
    prepare(field, both)
    field.sync(both)
    assert_related(field)
    found = belongs_to(field)
    assert (len(found), found["north-office.P1"], found["south-office.P1"]) == (30, "north-office", "south-office")
    assert field.visits_of("south-office.P1") == 1
    nowhere = [{**rows[0], "Location": ""}, *rows[1:]]
    said = field.sync(field.extract(2, nowhere, visits))
    assert changed(said) == {"withheld": 1}, "the row may be about any patient of that id"
    assert said["withheld_list"][0]["why"] == "unplaced_rows"
    assert_taken_back_and_replayed(field)


def test_a_few_equal_ids_of_other_people_at_other_locations_are_held_and_the_setting_is_proposed(empty: Field) -> None:
    field = empty
    both = field.extract(1, [*at(PLACES[0], ONE), *at(PLACES[1], [*TWO, others(1)])], BOOK)
    field.accept(both)
    said = field.bench.cutover("sync", both, "--without-sample")
    assert (said.code, "P1" in field.people()) == (1, False)
    assert "ids_per_location" in {one["code"] for one in said.document["findings"]}
