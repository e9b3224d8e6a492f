"""The books of deliveries in sentences and tables."""

from __future__ import annotations

from typing import Any

import pytest

from cutover.reports.books import (
    COLUMN_HEADS,
    cell_lines,
    cells_of,
    column_rows,
    has_lost_values,
    is_incomplete,
    left_out_lines,
    reservation,
    rows_of,
    value_lines,
    waiting_records,
)
from cutover.reports.reasons import explain
from tests.cutover.reports.book_pages import book_page

BAD_PHONES: dict[str, Any] = {"field": "phones", "reason": "invalid_phone", "count": 3}


def test_a_line_counts_by_term_and_names_the_sheet() -> None:
    page = book_page(sheet="Active", merged={"same_record": 2}, held={"missing_id": 1}, records=14)
    assert rows_of([page]) == [("patients.csv, Active", 14, 10, 2, 0, 1, 1, 0)]


COLUMN: dict[str, Any] = {"header": "Email", "filled": 9, "to": "email", "why": None}


def test_cells_are_told_by_what_became_of_them_and_lost_ones_together() -> None:
    cells = {"carried": 4, "normalised": 2, "blank": 1, "invalid_email": 1, "placeholder_email": 1}
    pages = [book_page(columns=[{**COLUMN, "cells": cells}])]
    assert cell_lines(pages) == ["cells of new and changed rows: 4 carried, 2 normalised, 1 words for nothing, 2 lost"]
    assert column_rows(pages) == [("patients.csv", "Email", 9, 4, 2, 1, 0, 0, 0, 0, 2)]
    assert len(column_rows(pages)[0]) == len(COLUMN_HEADS)


def test_books_from_before_cells_were_told_apart_say_nothing_of_them() -> None:
    pages = [book_page(columns=[COLUMN])]
    assert (cell_lines(pages), cells_of(pages)) == ([], {})


def test_details_are_told_in_words_most_of_them_first() -> None:
    pages = [book_page(left_out={"furniture": 2}), book_page(left_out={"furniture": 1, "repeated": 9})]
    assert left_out_lines(pages) == ["rows that stand there again: 9", "titles, headers, totals, blank lines: 3"]


def test_values_are_grouped_by_file_and_reason() -> None:
    both = [BAD_PHONES, {**BAD_PHONES, "field": "guardianPhones", "count": 1}]
    assert value_lines([book_page(issues=both)]) == [
        f"Finding: patients.csv, phones and guardianPhones, 4 times: {explain('invalid_phone')}"
    ]


@pytest.mark.parametrize(("reason", "lost"), [("invalid_phone", True), ("ambiguous_local_time", False)])
def test_a_doubtful_value_is_not_lost(reason: str, lost: bool) -> None:
    assert has_lost_values([book_page(issues=[{**BAD_PHONES, "reason": reason}])]) is lost


def test_a_delivery_that_is_accounted_for_has_no_reservation() -> None:
    assert reservation([book_page()]) is None
    assert not is_incomplete([book_page()])


def test_records_that_wait_for_their_patient_are_a_reservation_and_their_links_are_counted_with_them() -> None:
    objects: Any = [
        {"object": "tasks", "waiting": 2},
        {"object": "taskTargets", "waiting": 2},
        {"object": "notes", "waiting": 1},
    ]
    assert waiting_records(objects) == 3
    assert reservation([book_page()], waiting_records(objects)) == "3 records that wait for their patients"


@pytest.mark.parametrize("about", [{"difference": -1}, {"left_out": {"not_in_sample": 1}}])
def test_a_sample_and_books_that_do_not_balance_are_incomplete(about: dict[str, Any]) -> None:
    assert is_incomplete([book_page(**about)])
