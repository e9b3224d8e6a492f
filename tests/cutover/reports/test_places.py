"""The sheet and the column of a row are those of the books' page on its file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cutover.reports.documents.books import BookPage, ColumnCells
from cutover.reports.records.places import RowPlaces
from cutover.reports.records.sightings import Extracts, RowPlace
from events.vocabulary.entities import Entity
from tests.cutover.reports.book_pages import book_page
from tests.cutover.reports.test_sightings import CLAIMS, extract

FILE = "office.xlsx"
ROW = RowPlace("one", CLAIMS, 4)


def column(header: str, to: str | None) -> ColumnCells:
    return {"header": header, "filled": 9, "to": to, "why": None}


PHONES = [column("Mobile", "mobile_phone"), column("Home", "home_phone"), column("Team", "teamColour"), column("SSN", None)]
PATIENTS = book_page(file=FILE, sheet="Patients", columns=PHONES)
VISITS = book_page(file=FILE, sheet="Visits", kind="appointment", columns=[column("When", "starts_at")])


def replace_rows(page: BookPage, rows: list[int]) -> BookPage:
    """Return the page with findings in these rows."""
    return {**page, "rows": rows}


def places(*pages: BookPage, later: tuple[BookPage, ...] = ()) -> RowPlaces:
    read = [replace(extract("one", 1, files={CLAIMS: FILE}), books=pages), replace(extract("two", 2), books=later)]
    return RowPlaces(Extracts(read))


def test_the_sheet_is_that_of_the_records_kind() -> None:
    found = places(PATIENTS, VISITS)
    assert found.sheet(ROW, Entity.PATIENT) == "Patients"
    assert found.sheet(ROW, Entity.APPOINTMENT) == "Visits"


BOTH = "Patients or More"


@pytest.mark.parametrize(
    ("rows", "sheet"), [([[4], [5]], "Patients"), ([[5], [4, 9]], "More"), ([[4], [4]], BOTH), ([[], []], BOTH)]
)
def test_of_two_sheets_of_one_kind_it_is_the_one_with_a_finding_in_that_row(rows: list[list[int]], sheet: str) -> None:
    pages = replace_rows(PATIENTS, rows[0]), replace_rows(book_page(file=FILE, sheet="More"), rows[1])
    assert places(*pages).sheet(ROW, Entity.PATIENT) == sheet


@pytest.mark.parametrize(("field", "header"), [("phones", "Mobile, Home"), ("teamColour", "Team"), ("emails", None)])
def test_the_columns_are_those_that_give_the_field(field: str, header: str | None) -> None:
    assert places(PATIENTS, VISITS).column(ROW, Entity.PATIENT, field) == header


def test_a_delivery_without_changes_has_the_columns_of_another_one() -> None:
    unchanged = book_page(file=FILE, sheet="Patients")
    assert places(unchanged, later=(PATIENTS,)).column(ROW, Entity.PATIENT, "phones") == "Mobile, Home"


def test_a_record_as_a_whole_has_no_column() -> None:
    assert places(PATIENTS).column(ROW, Entity.PATIENT, None) is None
