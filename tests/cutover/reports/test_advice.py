"""The advice at the end of `reconcile` fits what was found."""

from __future__ import annotations

import pytest

from cutover.reports.documents.oversight.reconcile import ReportedIssue
from cutover.reports.reasons import REASONS
from cutover.reports.records.advice import advice
from tests.cutover.reports.book_pages import book_page


def issue(reason: str, count: int = 1) -> ReportedIssue:
    """Return a finding of a patient."""
    return {
        "reason": reason,
        "entity": "patient",
        "pbnId": "fern:patient:1",
        "file": "patients.csv",
        "sheet": None,
        "row": 4,
        "column": None,
        "field": None,
        "provider": None,
        "others": [],
        "rows": [],
        "count": count,
    }


def test_where_all_is_well_the_next_extract_follows() -> None:
    assert "`cutover go-live`" in advice([], [book_page()], agrees=True)


def test_differences_come_first() -> None:
    assert "`cutover replay" in advice([issue("missing_id")], [], agrees=False)


def test_where_only_providers_are_no_members_they_are_to_be_invited() -> None:
    said = advice([issue("unmatched_provider", 9)], [book_page()], agrees=True)
    assert said == REASONS["unmatched_provider"].to_do
    assert "dead-letters" not in said


def test_dead_letters_are_named_where_rows_or_records_are_held() -> None:
    assert "`cutover dead-letters list`" in advice([issue("missing_id"), issue("invalid_date", 30)], [], agrees=True)


def test_the_most_frequent_reason_has_the_word_and_the_others_are_pointed_to() -> None:
    said = advice([issue("invalid_date"), issue("unmatched_provider", 9)], [], agrees=True)
    assert said.startswith(REASONS["unmatched_provider"].to_do)
    assert "other reasons" in said


def test_findings_that_ask_for_nothing_give_no_remedy() -> None:
    assert "`cutover sync PATH` for the next" in advice([issue("placeholder_email")], [], agrees=True)


@pytest.mark.parametrize(
    ("about", "words"), [({"left_out": {"not_in_sample": 2}}, "not in the sample"), ({"difference": 3}, "keep the delivery")]
)
def test_rows_that_went_nowhere_come_before_values(about: dict[str, object], words: str) -> None:
    assert words in advice([issue("invalid_date")], [book_page(**about)], agrees=True)
