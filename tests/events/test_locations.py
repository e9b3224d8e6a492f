"""Keys of locations, and ids that are unique per location only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.entities import Entity
from events.vocabulary.locations import Locations, at_location, location_key, split_location
from events.vocabulary.record_locations import location_of
from events.vocabulary.records import Record
from tests.producers.desk import PRACTICE


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("North Office", "north-office"),
        ("  NORTH   office ", "north-office"),
        ("St. Mary's", "st-mary-s"),
        ("Zürich", "zürich"),
        ("2", "2"),
        ("fern", "fern-location"),
        ("", None),
        (" - ", None),
    ],
)
def test_words_that_differ_in_case_blanks_and_points_are_one_location(word: str, key: str | None) -> None:
    assert location_key(word, "fern") == key


@given(st.text(min_size=1), st.text(min_size=1))
def test_location_and_native_id_can_be_told_apart_again(word: str, native: str) -> None:
    key = location_key(word, "fern")
    if key is not None:
        assert split_location(at_location(key, native)) == (key, native)


def test_an_id_without_a_location_is_its_own() -> None:
    assert split_location("1042") == (None, "1042")


@pytest.mark.parametrize(
    ("locations", "native", "custom", "key"),
    [
        (Locations(), "north.1", {"location": "South"}, None),
        (Locations(field="location"), "north.1", {"location": "South"}, "south"),
        (Locations(field="location"), "1", {}, None),
        (Locations(field="location"), "1", {"location": None}, None),
        (Locations(ids="location"), "north.1", {"location": "South"}, "north"),
    ],
)
def test_a_patient_belongs_to_the_location_that_the_settings_say(
    locations: Locations, native: str, custom: dict[str, str | None], key: str | None
) -> None:
    record = Record(entity=Entity.PATIENT, native_id=native, values={}, custom=custom)
    assert location_of(record, replace(PRACTICE, locations=locations)) == key
