"""Phones, e-mail addresses, postcodes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.values.emails import clean_email, split_emails
from producers.values.phones import clean_phone
from producers.values.postcodes import clean_postcode


@pytest.mark.parametrize(
    "text",
    [
        "(312) 555-0147",
        "312-555-0147",
        "312.555.0147",
        "3125550147",
        "1-312-555-0147",
        "+1 312 555 0147",
        "(312)555-0147",
        "13125550147",
        "312 555 0147",
        " 312-555-0147 ",
        "3125550147.0",
        '="3125550147"',
    ],
)
def test_phones_of_the_practices_country(text: str) -> None:
    assert clean_phone(text) == ("+13125550147", None)


def test_phones_of_other_countries() -> None:
    assert clean_phone("+44 20 7946 0958") == ("+442079460958", None)
    assert clean_phone("020 7946 0958", "GB") == ("+442079460958", None)
    assert clean_phone("011 44 20 7946 0958") == ("+442079460958", None)


@pytest.mark.parametrize(
    "text",
    [
        "(312) 555-0147 ext. 204",
        "312-555-0147x3301",
        "312-555-0147 x12",
        "(312) 555-0147 Ext 5",
        "312-555-0147 #12",
        "312 555 0147 extension 9",
    ],
)
def test_an_extension_is_told_and_left_away(text: str) -> None:
    assert clean_phone(text) == ("+13125550147", "phone_extension")


@pytest.mark.parametrize(
    "text", ["312-555-0147 (mother)", "cell 312-555-0147", "312-555-0147 / 312-555-0162", "c: (312) 555-0147 h: (312) 555-0162"]
)
def test_what_stands_beside_a_number_is_told(text: str) -> None:
    assert clean_phone(text) == ("+13125550147", "phone_remark")


@pytest.mark.parametrize("text", ["", " ", "-", "--", "–"])
def test_no_phone(text: str) -> None:
    assert clean_phone(text) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "555-0142",
        "31255501",
        "call wk first",
        "n/a",
        "1.4E+10",
        "1.312E+10",
        "112-555-0147",
        "312-155-0147",
        "911-555-0147",
        "+999 123456",
        "12",
        "0",
    ],
)
def test_what_is_no_phone_number_is_lost(text: str) -> None:
    assert clean_phone(text) == (None, "invalid_phone")


@pytest.mark.parametrize(
    "text",
    [
        "999-999-9999",
        "(000) 000-0000",
        "5555555555",
        "123-456-7890",
        "1111111111",
        "312-555-5555",
        "(312) 000-0000",
        "0000000",
        "555-555-1234",
    ],
)
def test_what_is_typed_where_there_is_no_phone(text: str) -> None:
    assert clean_phone(text) == (None, "placeholder_phone")


@given(st.text(max_size=40) | st.text("0123456789()-.+ x/#ext", max_size=30))
def test_no_text_breaks_phones(text: str) -> None:
    for country in ("US", "GB", "DE"):
        value, _ = clean_phone(text, country)
        assert value is None or (value.startswith("+") and value[1:].isdigit())


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ada.quist@pets.example", "ada.quist@pets.example"),
        (" ADA@PETS.EXAMPLE ", "ada@pets.example"),
        ("Ada Quist <Ada@pets.example>", "ada@pets.example"),
        ("mailto:ada@pets.example", "ada@pets.example"),
        ("ada+vet@mail.pets.example", "ada+vet@mail.pets.example"),
        ("ada@pets.example.", "ada@pets.example"),
        ("a@pets.example", "a@pets.example"),
        ("o'hara@pets.example", "o'hara@pets.example"),
        ("ada..quist@pets.example", "ada..quist@pets.example"),
        ("zoë@pets.example", "zoë@pets.example"),
        ("testa@testa-dental.example", "testa@testa-dental.example"),
        ("x_y-z@a.b-c.example", "x_y-z@a.b-c.example"),
    ],
)
def test_addresses(text: str, address: str) -> None:
    assert clean_email(text) == (address, None)


@pytest.mark.parametrize(
    "text",
    [
        "call office",
        "ada quist@pets.example",
        "ada@",
        "@pets.example",
        "ada@pets",
        "ada@@pets.example",
        "ada@pets..example",
        "ada@-pets.example",
        "@",
        "ada@[10.0.0.1]",
        ".ada@pets.example",
        "a" * 65 + "@pets.example",
    ],
)
def test_what_is_no_address_is_lost(text: str) -> None:
    assert clean_email(text) == (None, "invalid_email")


@pytest.mark.parametrize(
    "text",
    [
        "none@none.com",
        "NONE@NONE.COM",
        "a@a.com",
        "noemail@noemail.com",
        "noemail@pets.example",
        "test@test.com",
        "no.email@x.example",
        "none",
        "No Email",
        "xx@xx.example",
        "declined@pets.example",
        "na@na.com",
    ],
)
def test_what_is_typed_where_there_is_no_address(text: str) -> None:
    assert clean_email(text) == (None, "placeholder_email")


@pytest.mark.parametrize("text", ["", "-", "n/a", "NULL", " "])
def test_no_address(text: str) -> None:
    assert clean_email(text) == (None, None)
    assert split_emails(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "a.q@pets.example; zoe@pets.example",
        "a.q@pets.example,zoe@pets.example",
        "a.q@pets.example zoe@pets.example",
        "a.q@pets.example / zoe@pets.example",
        "A.Q@pets.example and zoe@pets.example;",
    ],
)
def test_several_addresses_in_a_cell(text: str) -> None:
    assert [clean_email(part) for part in split_emails(text)] == [("a.q@pets.example", None), ("zoe@pets.example", None)]


def test_one_bad_address_does_not_cost_the_good_ones() -> None:
    parts = split_emails("ada@pets.example; zoe@")
    assert [clean_email(part) for part in parts] == [("ada@pets.example", None), (None, "invalid_email")]


@given(st.text(max_size=40) | st.text("ab@.;, <>\"'", max_size=30) | st.emails())
def test_no_text_breaks_addresses(text: str) -> None:
    values = [value for part in split_emails(text) if (value := clean_email(part)[0]) is not None]
    assert all(value == value.lower() and "@" in value and " " not in value for value in values)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60614", ("60614", None)),
        ("60614-1234", ("60614-1234", None)),
        ('="02134"', ("02134", None)),
        ("60614.0", ("60614", None)),
        ("2134", ("02134", "excel_damaged")),
        ("501", ("00501", "excel_damaged")),
        ("2134-0001", ("02134-0001", "excel_damaged")),
        ("21340001", ("02134-0001", "excel_damaged")),
        ("6.06E+04", (None, "excel_damaged")),
        ("", (None, None)),
        ("-", (None, None)),
        ("K1A 0B1", ("K1A 0B1", None)),
    ],
)
def test_postcodes(text: str, expected: tuple[str | None, str | None]) -> None:
    assert clean_postcode(text) == expected


def test_other_countries_have_short_postcodes() -> None:
    assert clean_postcode("2134", "AU") == ("2134", None)
