"""Practice-specific values take the type of their field in the workspace."""

from datetime import UTC, date, datetime

import pytest

from events.vocabulary.entities import Entity
from projections.desired import MissingWord
from projections.destination import destination
from projections.fields import custom
from tests.projections.practice import fields_of, projected


def carried(name, value):
    return fields_of(Entity.PATIENT, {}, custom={name: value})[name]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("vip", True, True),
        ("vip", False, False),
        ("visits", 3.0, 3),
        ("visits", 2.5, 2.5),
        ("lastCleaningDate", date(2025, 12, 31), "2025-12-31"),
        ("lastContact", datetime(2026, 3, 9, 12, 0, tzinfo=UTC), "2026-03-09T12:00:00.000Z"),
        ("treatmentCoordinator", "Zoë Núñez", "Zoë Núñez"),
        ("recallStatus", "Due  NOW", "DUE_NOW"),
    ],
)
def test_a_value_takes_the_type_of_its_field(name, value, expected):
    assert carried(name, value) == expected


def test_a_whole_number_is_no_float():
    assert isinstance(carried("visits", 3.0), int)


@pytest.mark.parametrize(
    ("name", "cleared"),
    [
        ("vip", None),
        ("visits", None),
        ("lastCleaningDate", None),
        ("lastContact", None),
        ("treatmentCoordinator", ""),
        ("recallStatus", None),
    ],
)
def test_a_blank_value_clears(name, cleared):
    assert carried(name, None) == cleared


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "Yes"),
        (False, "No"),
        (12.0, "12"),
        (0.1, "0.1"),
        (date(2025, 12, 31), "2025-12-31"),
        (datetime(2026, 3, 9, 12, 0, tzinfo=UTC), "Mar 9, 2026, 5:00 AM"),
    ],
)
def test_a_text_field_carries_every_value_as_text(value, expected):
    assert carried("treatmentCoordinator", value) == expected


def test_a_date_field_carries_the_day_of_a_date_time():
    assert carried("lastCleaningDate", datetime(2026, 3, 9, 12, 0, tzinfo=UTC)) == "2026-03-09"


def test_a_custom_word_without_an_option_is_reported():
    ada = projected(Entity.PATIENT, {}, custom={"recallStatus": "Overdue"})
    assert (ada.records[0].values["recallStatus"], ada.missing_words) == (
        None,
        (MissingWord(object="people", field="recallStatus", word="Overdue"),),
    )


def test_a_custom_value_whose_field_the_workspace_lacks_is_left_out():
    assert "shoeSize" not in fields_of(Entity.PATIENT, {}, custom={"shoeSize": 43.0})


@pytest.mark.parametrize(
    ("entity", "name", "value", "expected"),
    [
        (Entity.APPOINTMENT, "operatory", "Op 3", "Op 3"),
        (Entity.COMMUNICATION, "operatory", "Op 3", "Op 3"),
        (Entity.NOTE, "template", "SOAP", "SOAP"),
        (Entity.DOCUMENT, "category", "X-ray", "X-ray"),
        (Entity.TREATMENT_PLAN, "phase", 2.0, 2),
        (Entity.BILLING, "over30", -12.5, -12.5),
        (Entity.CLAIM, "claimForm", "J430D", "J430D"),
    ],
)
def test_a_custom_value_goes_to_the_object_of_its_row(entity, name, value, expected):
    assert fields_of(entity, {}, custom={name: value})[name] == expected


def test_every_object_but_the_company_takes_custom_values():
    tried = {Entity.PATIENT, Entity.APPOINTMENT, Entity.COMMUNICATION, Entity.NOTE, Entity.DOCUMENT}
    tried |= {Entity.TREATMENT_PLAN, Entity.BILLING, Entity.CLAIM}
    assert set(destination().object_of) - tried == {Entity.PRACTICE}


@pytest.mark.parametrize("kind", ["TEXT", "NUMBER", "DATE", "DATE_TIME", "BOOLEAN"])
def test_none_is_blank_in_every_type(kind):
    assert not custom(None, kind)
