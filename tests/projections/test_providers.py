"""Finding a provider from what another table calls them."""

from dataclasses import replace

import pytest

from projections.providers import Provider, directory
from tests.projections.practice import FALLBACK_MEMBER, MARIA, MARIAS_MEMBER, OTTO, context

BOTH = directory([MARIA, OTTO])


@pytest.mark.parametrize(
    "reference",
    [
        "11",
        "DR1",
        " dr1 ",
        "Maria Lopez",
        "MARIA LOPEZ",
        "Lopez, Maria",
        "Dr. Maria Lopez",
        "Dr Maria Lopez",
        "Doctor Maria Lopez",
        "Maria Lopez, DDS",
        "Lopez Maria DMD",
    ],
)
def test_a_provider_is_found_by_id_code_or_name(reference):
    assert BOTH.find(reference) is MARIA


@pytest.mark.parametrize("reference", ["", "   ", "13", "DR", "Maria", "Lopez", "Maria Lopez-Hansen", "Dr.", "..."])
def test_what_nobody_is_called_finds_nobody(reference):
    assert BOTH.find(reference) is None


def test_a_display_name_is_a_name_too():
    hygiene = Provider(native_id="20", code=None, first_name=None, last_name=None, display_name="Hygiene Team", email=None)
    assert directory([hygiene]).find("hygiene team") is hygiene


def test_a_name_with_an_apostrophe_or_a_hyphen_is_one_word():
    shea = Provider(native_id="21", code=None, first_name="Mary-Ann", last_name="O’Shea", display_name=None, email=None)
    assert directory([shea]).find("O’Shea, Mary-Ann") is shea
    assert directory([shea]).find("Ann Mary O’Shea") is None


def test_a_name_that_two_providers_share_finds_neither():
    namesake = replace(MARIA, native_id="99", code="DR9", email="other@riverside.example")
    assert directory([MARIA, namesake]).find("Maria Lopez") is None


def test_who_shares_a_name_is_still_found_by_id_and_code():
    namesake = replace(MARIA, native_id="99", code="DR9")
    both = directory([MARIA, namesake])
    assert [both.find(reference) for reference in ("11", "DR1", "99", "DR9")] == [MARIA, MARIA, namesake, namesake]


def test_a_code_that_two_or_three_providers_share_finds_none_of_them():
    others = [replace(OTTO, native_id=native_id, code="DR1", first_name=native_id) for native_id in ("98", "99")]
    assert directory([MARIA, others[0]]).find("DR1") is None
    assert directory([MARIA, *others]).find("DR1") is None


def test_a_code_that_is_another_ones_id_finds_neither():
    numbered = replace(OTTO, code="11")
    assert directory([MARIA, numbered]).find("11") is None


def test_one_provider_under_one_reference_twice_is_no_clash():
    same = Provider(
        native_id="DR7", code="DR7", first_name="Ines", last_name="Abernathy", display_name="Ines Abernathy", email=None
    )
    assert directory([same]).find("DR7") is same
    assert directory([same]).find("Ines Abernathy") is same


@pytest.mark.parametrize(
    ("provider", "label"),
    [
        (MARIA, "Dr. Maria Lopez"),
        (OTTO, "Otto Hansen"),
        (Provider(native_id="5", code="X5", first_name=None, last_name="Hansen", display_name=None, email=None), "Hansen"),
        (Provider(native_id="5", code="X5", first_name=None, last_name=None, display_name=None, email=None), "X5"),
        (Provider(native_id="5", code=None, first_name=None, last_name=None, display_name=None, email=None), "5"),
    ],
)
def test_a_provider_is_labelled_by_the_best_name_there_is(provider, label):
    assert directory([provider]).label(provider.native_id) == label


def test_an_unknown_provider_is_labelled_as_the_table_has_it():
    assert BOTH.label("Dr. Nobody") == "Dr. Nobody"


def test_an_e_mail_is_that_of_the_provider_found():
    assert (BOTH.email("DR1"), BOTH.email("nobody")) == ("maria@riverside.example", None)


@pytest.mark.parametrize(
    ("reference", "fallback", "member"),
    [
        ("DR1", FALLBACK_MEMBER, MARIAS_MEMBER),
        ("DR1", None, MARIAS_MEMBER),
        ("HYG2", FALLBACK_MEMBER, FALLBACK_MEMBER),
        ("nobody", FALLBACK_MEMBER, FALLBACK_MEMBER),
        ("nobody", None, None),
        ("", FALLBACK_MEMBER, None),
        (None, FALLBACK_MEMBER, None),
    ],
)
def test_the_member_for_a_provider(reference, fallback, member):
    assert context(fallback_member=fallback).member(reference) == member


def test_a_provider_without_an_e_mail_is_the_fallback_member():
    nameless = replace(MARIA, email=None)
    assert context(directory=directory([nameless])).member("DR1") == FALLBACK_MEMBER


def test_a_name_that_two_providers_share_is_ambiguous():
    other = replace(MARIA, native_id="21", code="DR9", email="maria2@riverside.example")
    found = directory([MARIA, other])
    assert found.find("Dr. Maria Lopez") is None
    assert found.is_ambiguous("Dr. Maria Lopez")
    assert not found.is_ambiguous("DR1")
    assert not found.is_ambiguous("Dr. Nobody")


def test_one_name_and_one_e_mail_twice_is_one_person():
    again = replace(MARIA, native_id="21", code="DR9")
    found = directory([MARIA, again])
    assert found.email("Dr. Maria Lopez") == MARIA.email
    assert not found.is_ambiguous("Dr. Maria Lopez")


def test_at_several_locations_a_reference_is_looked_up_at_its_own():
    north = Provider(
        native_id="north.11", code="north.NG", first_name="Mei", last_name="Ng", display_name=None, email="a@x.example"
    )
    south = Provider(
        native_id="south.11", code="south.OX", first_name="Otto", last_name="Ox", display_name=None, email="b@x.example"
    )
    known = directory([north, south], by_location=True)
    assert [known.email(said) for said in ("north.11", "south.11", "north.ng", "south.Dr. Otto Ox")] == [
        "a@x.example",
        "b@x.example",
        "a@x.example",
        "b@x.example",
    ]
    assert known.label("north.Somebody") == "Somebody"
