from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.vocabulary.headers import key, meaning, readings, split_words


@pytest.mark.parametrize("header", ["LAB CASE DUE", "LabCaseDue", "lab_case_due", "Lab-Case.Due", " lab  case due "])
def test_headers_that_differ_in_case_and_punctuation_are_one_column(header: str) -> None:
    assert key(header) == "lab case due"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("PatNum", "patient number"),
        ("PAT ID", "patient id"),
        ("PATID", "patient id"),
        ("Appt #", "appointment number"),
        ("E-MAIL", "email"),
        ("HmPhone", "home phone"),
        ("WirelessPhone", "mobile phone"),
        ("DOB", "birth date"),
        ("D.O.B.", "birth date"),
        ("LName", "last name"),
        ("EST TOTAL", "estimated total"),
        ("Length (min)", "length minutes"),
        ("CREATEDATE", "create date"),
        ("Clearinghouse", "clearinghouse"),
        ("PTNO", "patient number"),
        ("TXPLNO", "treatment plan number"),
        ("INSCO", "insurance company"),
        ("Surfs", "surface"),
        ("E-Addr", "email address"),
        ("Ref'd By", "referred by"),
        ("W/O Amt", "write off amount"),
    ],
)
def test_abbreviations_are_written_out(header: str, said: str) -> None:
    assert meaning(header) == said


@pytest.mark.parametrize("word", ["current", "cost", "costs", "agent", "today", "recent", "month", "coach", "station"])
def test_ordinary_words_are_not_taken_apart(word: str) -> None:
    assert meaning(word) == meaning(word.upper()) == word


def test_an_ambiguous_abbreviation_has_several_readings() -> None:
    assert readings("Chg Amt") == ("changed amount", "charge amount")
    assert readings("Last Visit") == ("last visit",)


def test_capitals_in_a_row_are_one_word() -> None:
    assert split_words("HIPAAConsentDate") == ["HIPAA", "Consent", "Date"]


@given(st.text(max_size=40))
def test_any_header_has_a_key_and_a_meaning(header: str) -> None:
    assert isinstance(key(header), str)
    assert isinstance(meaning(header), str)
