"""Labels of custom fields: a header's words as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.entities import Entity
from producers.vocabulary.labels import UNNAMED, free_label, label_of


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("LabCaseDue", "Lab case due"),
        ("LAB CASE DUE", "Lab case due"),
        ("lab_case_due", "Lab case due"),
        ("lab-case-due", "Lab case due"),
        ("Lab Case Due:", "Lab case due"),
        ("  lab   case due ", "Lab case due"),
        ("Treatment Coordinator", "Treatment coordinator"),
        ("Follow-up Date", "Follow-up date"),
        ("Patient's Goal", "Patient's goal"),
        ("FechaÚltimaVisita", "Fecha última visita"),
        ("fld_strCity", "City"),
        ("Chair A", "Chair A"),
        ("% Paid", "% paid"),
        ("Paid (YTD)", "Paid (YTD)"),
        ("氏名", "氏名"),
    ],
)
def test_the_headers_words_in_sentence_case(header: str, label: str) -> None:
    assert label_of(header) == label


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("HipaaConsentDate", "HIPAA consent date"),
        ("HIPAA_CONSENT_DATE", "HIPAA consent date"),
        ("Subscriber ID", "Subscriber ID"),
        ("XrayIDs", "Xray IDs"),
        ("NextApptDt", "Next appointment date"),
        ("InsPmtAmt", "Insurance payment amount"),
        ("Chart #", "Chart number"),
        ("Chart No", "Chart number"),
        ("No Shows", "No shows"),
        ("#Visits", "Number of visits"),
        ("HmPhone2", "Home phone 2"),
        ("eMail", "E-mail"),
        ("TxPlanOk", "Treatment plan OK"),
        ("PPO Plan", "PPO plan"),
        ("Q1 Goal", "Q1 goal"),
        ("Addr2", "Address 2"),
    ],
)
def test_well_known_abbreviations_are_written_out_and_others_kept(header: str, label: str) -> None:
    assert label_of(header) == label


@pytest.mark.parametrize(
    ("header", "label"),
    [
        ("Bal_0_30", "Balance 0–30 days"),
        ("Bal_31_60", "Balance 31–60 days"),
        ("Bal 61-90", "Balance 61–90 days"),
        ("BalOver90", "Balance over 90 days"),
        ("Over 90 Days", "Over 90 days"),
        ("Over 60", "Over 60"),
        ("Ins_31_60", "Insurance 31–60"),
        ("0-30", "0–30 days"),
        ("0 - 30 Days", "0–30 days"),
        ("90+", "90+"),
        ("Balance 120+", "Balance 120+ days"),
        ("Version 2 3", "Version 2 3"),
        ("2025-2026", "2025 2026"),
        ("Over 18", "Over 18"),
    ],
)
def test_ages_of_balances_say_that_they_are_days(header: str, label: str) -> None:
    assert label_of(header) == label


@pytest.mark.parametrize(
    ("header", "label"),
    [("30", "30 days"), ("90+", "90+ days"), ("Over 90", "Over 90 days"), ("Current", "Current"), ("2025", "2025"), ("1", "1")],
)
def test_in_a_table_of_balances_a_bare_number_is_their_age(header: str, label: str) -> None:
    assert label_of(header, Entity.BILLING) == label


def test_in_another_table_a_bare_number_is_not_taken_for_an_age() -> None:
    assert label_of("30", Entity.PATIENT) == label_of("30") == "30"


@pytest.mark.parametrize("header", ["", "  ", "?", "---", "_"])
def test_a_header_without_words_is_an_unnamed_column(header: str) -> None:
    assert label_of(header) == UNNAMED


def test_a_label_that_another_field_has_gets_a_number() -> None:
    assert free_label("Lab case due", ["Lab Case Due"]) == "Lab case due (2)"
    assert free_label("LabCaseDue", ["Lab case due", "Lab case due (2)"]) == "Lab case due (3)"


@given(st.text(max_size=60))
def test_every_header_has_a_label_of_one_line(header: str) -> None:
    label = label_of(header)
    assert label
    assert label == " ".join(label.split())
    assert "_" not in label
    assert "pbnColumn" not in label or "pbnColumn" in header


@given(st.lists(st.sampled_from(["lab", "case", "due", "chair", "visits", "goal"]), min_size=1, max_size=5))
def test_three_ways_to_write_a_header_have_one_label(words: list[str]) -> None:
    ways = {" ".join(words).upper(), "".join(map(str.capitalize, words)), "_".join(words)}
    assert {label_of(way) for way in ways} == {" ".join(words).capitalize()}
