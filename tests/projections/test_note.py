"""A note becomes a note with one link to its person."""

from datetime import UTC, datetime

import pytest

from events.vocabulary.entities import Entity, twenty_id
from projections.entities.note import first_line
from tests.projections.practice import ADAS_ID, NAMESPACE, fields_of, projected

NOTE = {
    "patient_id": "1042",
    "type": "Clinical",
    "text": "Sealed 14.\n\nReview in *six* months.",
    "author": "IA",
    "created_at": datetime(2026, 3, 9, 16, 30, tzinfo=UTC),
}


def note(values):
    return fields_of(Entity.NOTE, values)


def test_a_note_as_a_note():
    assert note(NOTE) == {
        "pbnId": "riverside:note:77",
        "title": "Clinical",
        "bodyV2": {"markdown": "Sealed 14.\n\nReview in *six* months."},
        "originalCreateDate": "2026-03-09T16:30:00.000Z",
        "originalAuthor": "IA",
    }


def test_the_link_joins_the_note_and_the_person():
    written, link = projected(Entity.NOTE, NOTE).records
    assert (link.object, link.pbn_id, link.needs) == ("noteTargets", None, ("people", ADAS_ID))
    assert link.values == {"noteId": str(written.id), "targetPersonId": str(ADAS_ID)}
    assert link.id == twenty_id(NAMESPACE, "riverside:note:77->riverside:patient:1042")


def test_a_note_without_a_patient_has_no_link():
    assert [record.object for record in projected(Entity.NOTE, {"text": "Office closed"}).records] == ["notes"]


@pytest.mark.parametrize("blank", [{}, {"type": None}, {"type": ""}])
def test_a_note_without_a_type_is_titled_by_its_first_line(blank):
    assert note({**blank, "text": "\n   \n  Latex allergy  \nCall first"})["title"] == "Latex allergy"


@pytest.mark.parametrize("empty", [{}, {"text": None}, {"text": "  \n "}])
def test_a_note_without_type_and_text_is_called_a_note(empty):
    assert note(empty)["title"] == "Note"


def test_a_title_of_200_characters_is_whole():
    assert first_line("x" * 200) == "x" * 200


def test_a_longer_first_line_is_cut_in_the_title_and_whole_in_the_body():
    text = "word " * 60
    values = note({"text": text})
    assert values["title"] == ("word " * 40).rstrip() + "…"
    assert values["bodyV2"] == {"markdown": text}


def test_blanks_clear():
    cleared = note(dict.fromkeys(NOTE))
    assert {name: cleared[name] for name in ("bodyV2", "originalCreateDate", "originalAuthor")} == {
        "bodyV2": {"markdown": ""},
        "originalCreateDate": None,
        "originalAuthor": "",
    }


def test_a_column_that_no_extract_had_changes_nothing():
    assert note({}).keys() == {"pbnId", "title", "bodyV2"}
