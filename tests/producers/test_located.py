"""Rows whose ids are unique per location only are read with ids that are unique in the practice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.locations import IdScope, Locations
from producers.binding.proposal import propose
from producers.sources.port import LocationUndeclared, ManifestUnreadable
from tests.producers.desk import FIRST_DAY, PRACTICE, Desk, Row, changes, patient, patients, visit, visits

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

    def test_equal_files_of_two_locations_are_two_extracts(self, desk: Desk) -> None:
        north, south = (desk.open(self.write(desk, f'location = "{place}"', patients(9))) for place in ("North", "South"))
        assert north.id != south.id

    def test_a_location_without_the_setting_is_refused(self, desk: Desk) -> None:
        desk.practice = PRACTICE
        with pytest.raises(LocationUndeclared, match=r'\[locations\] ids = "location"'):
            desk.open(self.write(desk, 'location = "North"', patients(9)))

    @pytest.mark.parametrize("said", ["location = 7", 'location = " - "'])
    def test_a_location_without_a_name_is_refused(self, desk: Desk, said: str) -> None:
        with pytest.raises(ManifestUnreadable, match="location must be the name"):
            desk.open(self.write(desk, said, patients(9)))


def test_ids_that_come_again_at_another_location_propose_the_setting(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    extract = desk.extract(patients=[*at("North", patients(9)), *at("South", patients(9))], visits=visits(12, 9))
    found = {f.code: f.text for f in propose(extract, PRACTICE).findings}
    assert 'field = "location", ids = "location"' in found["ids_per_location"]
    located = replace(PRACTICE, locations=Locations(field="location", ids="location"))
    assert "ids_per_location" not in {f.code for f in propose(extract, located).findings}
    assert extract.taken_at == FIRST_DAY
    desk.close()
