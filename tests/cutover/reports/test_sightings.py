"""Where rows were read: the names of files, and which extract came after which."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cutover.reports.records.sightings import Extracts, ExtractSighting, RowPlace
from events.vocabulary.entities import Entity

START = datetime(2026, 11, 16, tzinfo=UTC)
CLAIMS, LETTER = bytes([1]) * 32, bytes([2]) * 32


def extract(
    name: str, day: int, *, full: bool = True, entity: Entity = Entity.CLAIM, files: dict[bytes, str] | None = None
) -> ExtractSighting:
    names = {digest.hex(): file for digest, file in (files or {}).items()}
    return ExtractSighting(
        id=name, taken_at=START + timedelta(days=day), full=full, files=names, entities=frozenset({entity}), file_issues=()
    )


def test_extracts_stand_in_the_order_in_which_they_were_taken() -> None:
    extracts = Extracts([extract("late", 3), extract("early", 1)])
    assert extracts.is_later("late", "early")
    assert not extracts.is_later("early", "late")
    assert extracts.last is not None
    assert extracts.last.id == "late"


def test_an_unknown_extract_is_neither_earlier_nor_later() -> None:
    extracts = Extracts([extract("known", 1)])
    assert not extracts.is_later("known", "other")
    assert not extracts.is_later("other", "known")
    assert not extracts.is_history(RowPlace("other", CLAIMS, 3), Entity.CLAIM)


def test_no_extract_has_no_last() -> None:
    assert Extracts([]).last is None


def test_a_file_has_the_name_of_its_own_extract() -> None:
    extracts = Extracts([extract("one", 1, files={CLAIMS: "Claims 1.csv"}), extract("two", 2, files={CLAIMS: "Claims 2.csv"})])
    assert extracts.file_name(RowPlace("one", CLAIMS, 3)) == "Claims 1.csv"
    assert extracts.file_name(RowPlace("two", CLAIMS, 3)) == "Claims 2.csv"


def test_a_file_of_an_extract_that_nobody_recorded_is_found_by_its_content() -> None:
    extracts = Extracts([extract("one", 1, files={CLAIMS: "Claims 1.csv"})])
    assert extracts.file_name(RowPlace("lost", CLAIMS, 3)) == "Claims 1.csv"
    assert extracts.file_name(RowPlace("lost", LETTER, 3)) is None


def test_only_a_later_full_extract_of_the_same_entity_makes_a_row_history() -> None:
    place = RowPlace("one", CLAIMS, 3)
    first = extract("one", 1)
    assert not Extracts([first]).is_history(place, Entity.CLAIM)
    assert not Extracts([first, extract("two", 2, full=False)]).is_history(place, Entity.CLAIM)
    assert not Extracts([first, extract("two", 2, entity=Entity.NOTE)]).is_history(place, Entity.CLAIM)
    assert Extracts([first, extract("two", 2), extract("three", 3, full=False)]).is_history(place, Entity.CLAIM)
