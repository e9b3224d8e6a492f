"""Rows whose ids are unique per location only are read with ids that are unique in the practice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.locations import IdScope, Locations
from events.vocabulary.mapping import ColumnMapping
from events.vocabulary.practice import Practice
from events.vocabulary.record_locations import location_of
from producers.binding.proposal import propose
from producers.changes.produced import DeletionDoubt, Produced
from producers.sources.extract import Extract
from producers.sources.port import LocationUndeclared, ManifestUnreadable
from tests.producers.desk import FIRST_DAY, PRACTICE, Desk, Row, changes, patient, patients, visit, visits, without

STAFF = [
    {"Provider ID": "7", "Code": "OF", "First Name": "Orla", "Last Name": "Finch", "Email": "orla@fern.example"},
    {"Provider ID": "8", "Code": "BA", "First Name": "Bram", "Last Name": "Ash", "Email": "bram@fern.example"},
]


def at(place: str, rows: list[Row]) -> list[Row]:
    return [{**row, "Location": place} for row in rows]


def desk_of(folder: Path, ids: IdScope, field: str = "location") -> Desk:
    return Desk(folder, practice=replace(PRACTICE, locations=Locations(field=field, ids=ids)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = desk_of(tmp_path, "location")
    yield made
    made.close()


def of_folders(ids: IdScope, *folders: tuple[str, str]) -> Practice:
    return replace(PRACTICE, locations=Locations(ids=ids, folders=folders))


def natives(desk: Desk, entity: Entity) -> list[str]:
    return sorted(desk.records(entity))


def test_records_links_guarantors_and_providers_have_the_location_in_front(desk: Desk) -> None:
    family = [patient(1), patient(2, Guarantor_ID="P1"), *patients(9)[2:]]
    booked = [visit(n, of=n, Provider=str(7 + n % 2)) for n in range(1, 10)]
    desk.produce(patients=at("North", family), visits=at("North", booked), providers=at("North", STAFF))
    assert natives(desk, Entity.PATIENT)[0] == "north.P1"
    assert desk.records(Entity.PATIENT)["north.P2"].values["guarantor_id"] == "north.P1"
    said = desk.records(Entity.APPOINTMENT)["north.V1"].values
    assert (said["patient_id"], said["provider_ref"]) == ("north.P1", "north.8")
    assert natives(desk, Entity.PROVIDER) == ["north.7", "north.8"]
    assert natives(desk, Entity.PRACTICE) == ["fern", "north"]
    assert desk.records(Entity.PRACTICE)["north"].values["name"] == "North"


def test_the_same_rows_again_change_nothing(desk: Desk) -> None:
    rows, booked = at("North", patients(9)), at("North", visits(12, 9))
    desk.produce(patients=rows, visits=booked)
    assert changes(desk.produce(day=1, patients=rows[::-1], visits=booked)) == {}


def test_a_row_that_tells_no_location_is_held_and_nobody_is_deleted_for_it(desk: Desk) -> None:
    rows = at("North", patients(20))
    desk.produce(patients=rows)
    produced = desk.produce(day=1, confirm=False, patients=[{**rows[0], "Location": " "}, *rows[1:]])
    assert (changes(produced), produced.refused) == ({"withheld": 1}, 1)
    [page] = [page.by_term() for page in produced.books]
    assert page["held"] == {"missing_location": 1}


def test_where_ids_are_unique_in_the_practice_they_stay_as_they_are(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "practice")
    desk.produce(patients=[*at("North", patients(9)), *at("South", [patient(n) for n in range(10, 19)])])
    assert natives(desk, Entity.PATIENT)[0] == "P1"
    assert natives(desk, Entity.PRACTICE) == ["fern", "north", "south"]
    desk.close()


def test_a_setting_that_names_no_column_is_a_finding(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, "practice", "office")
    produced = desk.produce(patients=at("North", patients(9)))
    assert [f.code for f in produced.findings if not f.notice] == ["missing_location_column"]
    desk.close()


def test_a_setting_given_later_is_carried_by_the_same_rows(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    rows = at("North", patients(9))
    desk.produce(patients=rows)
    desk.practice = replace(PRACTICE, locations=Locations(field="location"))
    produced = desk.produce(patients=rows)
    assert changes(produced) == {"created": 1, "updated": 9}
    assert produced.read_again is not None
    assert produced.read_again.settings == ("locations",)
    assert changes(desk.produce(patients=rows)) == {}
    desk.close()


class TestFolders:
    def write(self, desk: Desk, says: str, rows: list[Row]) -> Path:
        extract = desk.extract(patients=rows)
        folder = Path(extract.source.address)
        (folder / "manifest.toml").write_text(says, encoding="utf-8")
        return folder

    def test_a_full_delivery_says_nothing_about_other_locations(self, desk: Desk) -> None:
        for day, place in ((1, "North"), (0, "South")):
            folder = self.write(desk, f'location = "{place}"', patients(20))
            assert desk.produce(desk.open(folder, day=day)).changes["created"] >= 20
        gone = self.write(desk, 'location = "North"', patients(19))
        assert changes(desk.produce(desk.open(gone, day=2))) == {"deleted": 1, "updated": 1}, "the address is the other's now"
        assert len(natives(desk, Entity.PATIENT)) == 39

    def test_the_limit_of_deletions_counts_the_records_of_the_deliverys_location(self, desk: Desk) -> None:
        """Two of twenty are too many, although two of forty are not."""
        for day, place in ((0, "North"), (1, "South")):
            desk.produce(desk.open(self.write(desk, f'location = "{place}"', patients(20)), day=day))
        gone = desk.produce(desk.open(self.write(desk, 'location = "North"', patients(18)), day=2))
        assert [(w.absent, w.live, w.why) for w in gone.withheld] == [(2, 20, DeletionDoubt.OVER_LIMIT)]
        assert len(natives(desk, Entity.PATIENT)) == 40

    def test_equal_files_of_two_locations_are_two_extracts(self, desk: Desk) -> None:
        north, south = (desk.open(self.write(desk, f'location = "{place}"', patients(9))) for place in ("North", "South"))
        assert north.id != south.id

    def test_a_location_without_the_setting_is_refused(self, desk: Desk) -> None:
        desk.practice = PRACTICE
        with pytest.raises(LocationUndeclared, match=r'field = "location" .* ids = "location"'):
            desk.open(self.write(desk, 'location = "North"', patients(9)))

    def test_the_settings_tell_the_location_of_a_folder_whose_manifest_tells_none(self, desk: Desk) -> None:
        desk.practice = of_folders("location", ("nor*", "North"), ("extract-*", "South"))
        south = self.write(desk, "", patients(9))
        north = south.rename(south.with_name("North-1"))
        assert desk.open(north).location == "North", "case does not count"
        assert desk.open(self.write(desk, "", patients(9))).location == "South"
        assert desk.open(self.write(desk, 'location = "East"', patients(9))).location == "East", "the manifest counts first"
        (north.parent / "other" / "one").mkdir(parents=True)
        assert desk.open(north.rename(north.parent / "other" / "one" / "day-1")).location is None

    def test_the_folder_above_tells_the_location_too(self, desk: Desk) -> None:
        desk.practice = of_folders("location", ("north", "North"))
        folder = self.write(desk, "", patients(9))
        (folder.parent / "north").mkdir()
        assert desk.open(folder.rename(folder.parent / "north" / "2026-05-20")).location == "North"

    def test_locations_of_folders_need_the_setting_that_says_where_ids_are_unique(self, desk: Desk) -> None:
        desk.practice = of_folders("location", ("extract-*", "North"))
        folder = self.write(desk, "", patients(9))
        desk.practice = of_folders("practice", ("extract-*", "North"))
        with pytest.raises(LocationUndeclared, match=r"\[locations\] folders"):
            desk.open(folder)

    @pytest.mark.parametrize("said", ["location = 7", 'location = " - "'])
    def test_a_location_without_a_name_is_refused(self, desk: Desk, said: str) -> None:
        with pytest.raises(ManifestUnreadable, match="location must be the name"):
            desk.open(self.write(desk, said, patients(9)))


class TestFoldersWithIdsOfThePractice:
    """A delivery of one location, and ids that are unique in the whole practice."""

    @pytest.fixture
    def desk(self, tmp_path: Path) -> Iterator[Desk]:
        made = desk_of(tmp_path, "practice")
        yield made
        made.close()

    def deliver(self, desk: Desk, place: str, day: int = 0, **files: list[Row]) -> Produced:
        folder = Path(desk.extract(**files).source.address)
        (folder / "manifest.toml").write_text(f'location = "{place}"', encoding="utf-8")
        return desk.produce(desk.open(folder, day=day))

    def test_patients_belong_to_the_location_of_their_delivery_and_ids_stay_as_they_are(self, desk: Desk) -> None:
        self.deliver(desk, "North  Office", patients=patients(9), visits=visits(12, 9))
        self.deliver(desk, "South", patients=[patient(n) for n in range(10, 19)], visits=[visit(13, of=10)])
        held = desk.records(Entity.PATIENT)
        assert sorted(held)[0] == "P1"
        assert (held["P1"].custom["location"], held["P18"].custom["location"]) == ("North Office", "South")
        assert {location_of(one, desk.practice) for one in held.values()} == {"north-office", "south"}
        assert desk.records(Entity.APPOINTMENT)["V13"].custom["location"] == "South"
        assert natives(desk, Entity.PRACTICE) == ["fern", "north-office", "south"]

    def test_a_column_of_the_table_counts_first_and_its_blanks_are_the_deliverys(self, desk: Desk) -> None:
        rows = [{**row, "Location": "South" if n == 3 else ""} for n, row in enumerate(patients(9))]
        self.deliver(desk, "North", patients=rows)
        held = desk.records(Entity.PATIENT)
        assert [held[f"P{n}"].custom["location"] for n in (1, 4)] == ["North", "South"]

    def test_the_same_delivery_again_changes_nothing(self, desk: Desk) -> None:
        self.deliver(desk, "North", patients=patients(9), visits=visits(12, 9))
        assert changes(self.deliver(desk, "North", day=1, patients=patients(9), visits=visits(12, 9))) == {}

    def test_a_full_delivery_deletes_nothing_of_the_other_locations(self, desk: Desk) -> None:
        ours, theirs = patients(30), [patient(n) for n in range(31, 40)]
        booked = visits(30, 30)
        self.deliver(desk, "North", patients=ours, visits=booked)
        self.deliver(desk, "South", patients=theirs, visits=[visit(31, of=31)])
        gone = self.deliver(desk, "North", day=1, patients=ours[:-1], visits=[v for v in booked if v["Patient ID"] != "P30"])
        assert changes(gone) == {"deleted": 2}
        assert len(natives(desk, Entity.PATIENT)) == 38

    def test_a_patient_who_comes_from_another_location_belongs_there(self, desk: Desk) -> None:
        self.deliver(desk, "North", patients=patients(30))
        assert changes(self.deliver(desk, "South", day=1, patients=patients(1))) == {"created": 1, "updated": 1}
        assert desk.records(Entity.PATIENT)["P1"].custom["location"] == "South"


class TestCustomObjects:
    """Rows of a table of no known kind belong to the location that they name."""

    def figures(self, *places: str) -> list[Row]:
        months = [f"2026-{month:02}" for month in range(1, 7)]
        return [
            {"Month": f"{month}-01", "Office": place, "Measure": "Visits", "Count": str(40 + n)}
            for n, (month, place) in enumerate((month, place) for month in months for place in places)
        ]

    def turned_on(self, desk: Desk, extract: Extract) -> ColumnMapping:
        mapping = propose(extract, desk.practice, desk.mapping).mapping
        return replace(mapping, objects=tuple(replace(one, is_on=True) for one in mapping.objects))

    def test_a_column_of_locations_links_to_them(self, tmp_path: Path) -> None:
        desk = desk_of(tmp_path, "practice")
        rows = [*at("North", patients(9)), *at("South", [patient(n) for n in range(10, 19)])]
        extract = desk.extract(patients=rows, figures=self.figures("North", "SOUTH", "Fern Street Dental"))
        desk.mapping = self.turned_on(desk, extract)
        table = next(t for t in desk.mapping.tables if "Measure" in t.headers)
        assert next(c for c in table.columns if c.header == "Office").field == "practice_ref"
        desk.produce(extract)
        made = desk.records(desk.mapping.objects[0].entity)
        assert {location_of(one, desk.practice) for one in made.values()} == {"north", "south", None}
        assert len(made) == 18
        assert natives(desk, Entity.PRACTICE) == ["fern", "north", "south"]
        desk.close()

    def test_a_column_with_a_word_that_is_no_location_is_a_field(self, tmp_path: Path) -> None:
        desk = desk_of(tmp_path, "practice")
        rows = [*at("North", patients(9)), *at("South", [patient(n) for n in range(10, 19)])]
        extract = desk.extract(patients=rows, figures=self.figures("North", "South", "All offices"))
        table = next(t for t in self.turned_on(desk, extract).tables if "Measure" in t.headers)
        assert next(c for c in table.columns if c.header == "Office").custom == "office"
        desk.close()

    def test_a_location_that_a_later_row_names_first_becomes_one(self, tmp_path: Path) -> None:
        desk = desk_of(tmp_path, "practice")
        rows = [*at("North", patients(9)), *at("South", [patient(n) for n in range(10, 19)])]
        extract = desk.extract(patients=rows, figures=self.figures("North", "South"))
        desk.mapping = self.turned_on(desk, extract)
        desk.produce(extract)
        desk.produce(day=1, patients=rows, figures=self.figures("North", "South", "West  End"))
        assert desk.records(Entity.PRACTICE)["west-end"].values["name"] == "West End"
        desk.close()

    @pytest.mark.parametrize("ids", ["practice", "location"])
    def test_rows_of_two_folders_with_the_same_key_are_two(self, tmp_path: Path, ids: IdScope) -> None:
        desk = desk_of(tmp_path, ids)
        rows = without(self.figures("North"), "Office")
        for place in ("North", "South"):
            people = patients(9) if place == "North" else [patient(n) for n in range(10, 19)]
            folder = Path(desk.extract(patients=people, figures=rows).source.address)
            (folder / "manifest.toml").write_text(f'location = "{place}"', encoding="utf-8")
            extract = desk.open(folder)
            desk.mapping = self.turned_on(desk, extract)
            desk.produce(extract)
        made = desk.records(desk.mapping.objects[0].entity).values()
        assert len(made) == 12
        assert {location_of(one, desk.practice) for one in made} == {"north", "south"}
        fewer = Path(desk.extract(patients=patients(9), figures=rows[:-1]).source.address)
        (fewer / "manifest.toml").write_text('location = "North"', encoding="utf-8")
        assert changes(desk.produce(desk.open(fewer, day=1), confirm=True)) == {"deleted": 1}
        desk.close()


def test_ids_that_come_again_at_another_location_propose_the_setting(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    extract = desk.extract(patients=[*at("North", patients(9)), *at("South", patients(9))], visits=visits(12, 9))
    found = {f.code: f.text for f in propose(extract, PRACTICE).findings}
    assert 'field = "location", ids = "location"' in found["ids_per_location"]
    located = replace(PRACTICE, locations=Locations(field="location", ids="location"))
    assert "ids_per_location" not in {f.code for f in propose(extract, located).findings}
    assert extract.taken_at == FIRST_DAY
    desk.close()
