"""The filter before every cleaner: marks, spaces, entities, wrong encodings, guards and damage."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.values.blanks import filled
from producers.values.ids import clean_id
from producers.values.names import clean_name
from producers.values.phones import clean_phone
from producers.values.sifting import destroyed, sift, sifted
from producers.values.texts import clean_note, clean_text
from producers.values.words import clean_word

clean = sifted(clean_text)


@pytest.mark.parametrize(
    "text", ["nan", "NaN", "NaT", "NULL", "null", "<NA>", "\\N", "#N/A", "n/a", " - ", "\xa0", "\u200b", "(blank)"]
)
def test_blanks_of_people_and_of_machines(text: str) -> None:
    assert filled(text) is None


@pytest.mark.parametrize("text", ["Null", "Nan", "None"])
def test_people_may_be_called_like_a_blank(text: str) -> None:
    assert clean_name(text) == (text, None)


@pytest.mark.parametrize("text", ["nan", "NaN", "NaT", "NULL", "<NA>"])
def test_names_phones_and_notes_of_a_data_frame_are_blank(text: str) -> None:
    assert clean_name(text) == clean_phone(text) == clean_note(text) == (None, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("\u202a1003\u202c", "1003"),
        ("1001\u200e", "1001"),
        ("\u20601005", "1005"),
        ("10\u200b01", "1001"),
        ("\ufeff1001\xad", "1001"),
        ("'0042", "0042"),
        ('="0042"', "0042"),
        ("\uff11\u202f", "\uff11"),
    ],
)
def test_ids_lose_marks_and_guards(text: str, value: str) -> None:
    assert clean_id(text) == (value, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("O&#39;Hara", "O'Hara"),
        ("O&#x27;Hara", "O'Hara"),
        ("Sa&uacute;l", "Sa\u00fal"),
        ("Smith &amp; Sons", "Smith & Sons"),
        ("Smith &amp;amp; Sons", "Smith & Sons"),
        ("R&D; and more", "R&D; and more"),
        ("a&b=1&copy", "a&b=1&copy"),
        ("5\xa0Mill\u202fRd", "5 Mill Rd"),
        ("Jose\u0301", "Jos\u00e9"),
        ("'=1+1", "=1+1"),
        ("'Tis so", "'Tis so"),
        ("'90s music", "'90s music"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
    ],
)
def test_texts_are_freed_of_what_does_not_belong_to_them(text: str, value: str) -> None:
    assert clean(text) == (value, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Mu\u00c3\u00b1oz", "Mu\u00f1oz"),
        ("5 Mill Rd \u00e2\u20ac\u201c rear", "5 Mill Rd \u2013 rear"),
        ("Jos\u00c3\u00a9", "Jos\u00e9"),
    ],
)
def test_a_wrong_encoding_is_repaired_and_told(text: str, value: str) -> None:
    assert clean(text) == (value, "repaired_text")
    assert clean_note(text) == (value, "repaired_text")


@pytest.mark.parametrize(
    "text", ["\u5317\u4eac", "Zo\u00eb", "\u00dc\u00d6", "\u041c\u043e\u0441\u043a\u0432\u0430", "\u201c\u2026\u201d"]
)
def test_sound_text_beyond_ascii_is_left_alone(text: str) -> None:
    assert clean(text) == (text, None)


def test_a_character_that_was_lost_before_the_export_is_told() -> None:
    assert clean("Mu\ufffdoz") == ("Mu\ufffdoz", "lost_characters")


@pytest.mark.parametrize(
    "text", ["#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "########", "1.00235E+11", "5.52e+12", "5.03E+02", " #REF! "]
)
def test_destroyed_cells_have_no_value(text: str) -> None:
    for cleaner in (clean_text, clean_word, clean_name):
        assert sifted(cleaner)(text) == (None, "excel_damaged")
    assert clean_note(text) == (None, "excel_damaged")


@pytest.mark.parametrize("text", ["#14", "#", "Apt #4", "12E5", "5E-3", "#1 fan", "E+10", "2.5E+05 units"])
def test_what_only_looks_destroyed_is_kept(text: str) -> None:
    assert not destroyed(text)


@pytest.mark.parametrize("text", ["1-Mar", "22-Sep", "Mar-22"])
def test_an_id_that_became_a_date_is_lost(text: str) -> None:
    assert clean_id(text) == (None, "excel_damaged")


@given(st.text(max_size=60))
def test_sifting_twice_is_sifting_once_but_for_guards(text: str) -> None:
    once, _ = sift(text)
    twice, doubt = sift(once)
    if once.strip()[:1] not in ("=", "'") and "&" not in once and doubt != "repaired_text":
        assert twice == once


@given(
    st.text(st.characters(min_codepoint=0x20, max_codepoint=0x24F, blacklist_categories=["Cc", "Cf", "Zs", "Zl"]), max_size=40)
)
def test_no_visible_character_of_western_text_is_lost(text: str) -> None:
    found, doubt = sift(text)
    if doubt is None and "&" not in text and text[:1] not in ("=", "'"):
        assert found == unicodedata.normalize("NFC", text)


@given(
    st.one_of(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12), st.from_regex(r"[0-9eE+&#'=-]{1,9}"))
)
def test_plain_cells_are_passed_as_the_filter_would_pass_them(text: str) -> None:
    found, doubt = sift(text)
    expected = (None, "excel_damaged") if destroyed(found) else (found, doubt)
    assert sifted(lambda cell: (cell, None))(text) == expected
