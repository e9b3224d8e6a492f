from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.custom_names import NONE_USED
from events.vocabulary.entities import Entity
from producers.entities.registry import SOURCES
from producers.vocabulary.custom_names import camel_case, free_name
from projections.custom_names import custom_names

NAMES = custom_names()


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("LAB CASE DUE", "labCaseDue"),
        ("LabCaseDue", "labCaseDue"),
        ("lab_case_due", "labCaseDue"),
        ("Hipaa Consent Date", "hipaaConsentDate"),
        ("Over 90", "over90"),
        ("0-30", "pbn030"),
        ("Größe", "grosse"),
        ("?", "unnamedColumn"),
    ],
)
def test_a_name_is_the_camel_case_of_the_headers_words(header: str, name: str) -> None:
    assert camel_case(header) == name


@pytest.mark.parametrize(
    ("header", "entity"),
    [
        ("Position", Entity.PATIENT),
        ("Currency", Entity.CLAIM),
        ("City", Entity.PATIENT),
        ("Title", Entity.NOTE),
        ("Status", Entity.COMMUNICATION),
        ("Line Items", Entity.TREATMENT_PLAN),
        ("File", Entity.DOCUMENT),
        ("Full Name", Entity.NOTE),
    ],
)
def test_a_reserved_name_and_one_of_the_object_gets_a_suffix(header: str, entity: Entity) -> None:
    assert free_name(header, NAMES.names(entity), ()) == f"{camel_case(header)}Pbn"


def test_a_name_that_another_custom_field_has_gets_a_suffix() -> None:
    assert free_name("Wing", NAMES.names(Entity.APPOINTMENT), ["wing"]) == "wingPbn"
    assert free_name("Wing", NAMES.names(Entity.APPOINTMENT), ["wing", "wingPbn"]) == "wingPbn2"


@given(st.text(max_size=30), st.sampled_from([spec.kind.entity for spec in SOURCES if spec.keeps_columns]))
def test_every_header_gets_a_valid_and_free_name(header: str, entity: Entity) -> None:
    first = free_name(header, NAMES.names(entity), ())
    assert re.fullmatch(r"[a-z][A-Za-z0-9]*", first)
    assert free_name(header, NAMES.names(entity), [first]) != first


def test_entities_of_one_object_share_the_names_of_their_custom_fields() -> None:
    assert NAMES.holder(Entity.APPOINTMENT) == NAMES.holder(Entity.COMMUNICATION) != NAMES.holder(Entity.NOTE)


def test_where_no_names_are_handed_in_each_entity_has_its_own() -> None:
    assert NONE_USED.holder(Entity.APPOINTMENT) != NONE_USED.holder(Entity.COMMUNICATION)
    assert free_name("Position", NONE_USED.names(Entity.PATIENT), ()) == "position"
