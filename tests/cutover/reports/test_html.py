"""The page for the practice's manager."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from consumers.reconcile.reconciliation import Discrepancies, Discrepancy, ObjectReconciliation, Reconciliation
from cutover.reports.documents.books import BookPage
from cutover.reports.page import html
from cutover.reports.page.html import render
from cutover.reports.reasons import REASONS
from cutover.reports.records.issues import ReportedIssue
from tests.consumers.reconcile.small_practice import PRACTICE
from tests.cutover.reports.book_pages import book_page

NOON = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)
PEOPLE = ObjectReconciliation(object="people", source=5, twenty=5, population={"emails": 0.8, "name": 1.0})
SOUND = Reconciliation(practice="elm", workspace="w", objects=(PEOPLE,))
WRONG = Reconciliation(
    practice="elm",
    workspace="w",
    objects=(
        replace(
            PEOPLE,
            twenty=4,
            missing=Discrepancies(1, (Discrepancy(pbn_id="elm:patient:2001", twenty_id="some-id", fields=("deletedAt",)),)),
        ),
    ),
)


def issue(reason: str = "invalid_phone", **more: object) -> ReportedIssue:
    made: ReportedIssue = {
        "reason": reason,
        "entity": "patient",
        "pbnId": "elm:patient:2003",
        "file": "patient.csv",
        "sheet": None,
        "row": 4,
        "column": "Mobile",
        "field": "phones",
        "count": 1,
    }
    made.update(more)  # type: ignore[typeddict-item]
    return made


def page(found: Reconciliation = SOUND, *issues: ReportedIssue, books: Sequence[BookPage] = ()) -> str:
    return render(found, issues, books, practice=PRACTICE, made_at=NOON)


class Read(HTMLParser):
    """The page's text, its tags, and whether each is closed in its place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str | None]] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += attrs
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(self.texts)


def test_a_page_is_well_formed_and_dated_in_the_practices_time() -> None:
    read = Read(page(WRONG, issue()))
    assert "Elm Street Dental: from Practice by Numbers to Twenty" in read.texts
    assert "18 November 2026, 12:00 (America/Chicago)" in read.text


def test_a_page_needs_nothing_beside_itself() -> None:
    read = Read(page(WRONG, issue()))
    assert not {"script", "link", "img", "iframe"} & set(read.tags)
    assert not [value for name, value in read.attributes if name in ("src", "href")]
    assert "url(" not in page()


def test_it_says_in_a_sentence_whether_all_is_well() -> None:
    assert "Twenty holds all 5 records as Practice by Numbers has them." in page()
    assert "1 of 5 records differ" in page(WRONG)


@pytest.mark.parametrize(
    ("page_of_books", "words"),
    [
        (book_page(held={"missing_id": 3}), "3 rows that are held"),
        (book_page(left_out={"not_in_sample": 275}), "275 rows that are not in the sample"),
        (book_page(left_out={"not_mapped": 1_200}), "1,200 rows of tables that are mapped to nothing"),
        (book_page(difference=2), "2 records without an account"),
    ],
)
def test_nothing_is_all_well_while_rows_of_the_delivery_went_nowhere(page_of_books: BookPage, words: str) -> None:
    found = page(books=[page_of_books])
    assert "as Practice by Numbers has them" not in found
    assert words in found
    assert "verdict good" not in found


def test_furniture_and_repeated_rows_cost_nothing() -> None:
    found = page(books=[book_page(left_out={"furniture": 4, "repeated": 2}, merged={"line_of_plan": 9})])
    assert "Twenty holds all 5 records as Practice by Numbers has them." in found
    assert "lines of treatment plans: 9" in Read(found).text


def test_events_still_to_be_carried_and_erased_people_are_mentioned() -> None:
    text = Read(page(replace(SOUND, behind=7, forgotten=2))).text
    assert "still to be carried to Twenty: 7" in text
    assert "erased, and cannot be compared: 2" in text


def test_reasons_are_told_in_plain_words() -> None:
    text = Read(page(SOUND, issue(), issue(row=9))).text
    assert REASONS["invalid_phone"].means in text
    assert REASONS["invalid_phone"].to_do in text
    assert "invalid_phone" not in text


def test_a_code_that_nobody_explained_is_shown_as_it_is() -> None:
    assert "brand_new" in page(SOUND, issue("brand_new"))


def test_a_file_has_neither_row_nor_record() -> None:
    text = Read(page(SOUND, issue("not_a_table", entity=None, pbnId=None, file="letter.txt", row=0, field=None))).text
    assert "letter.txt" in text
    assert "None" not in text


def test_nothing_wrong_needs_no_lists() -> None:
    text = Read(page()).text
    assert "Everything moved, and every value could be read." in text
    assert "Records to look at" not in text
    assert "Where to look" not in text


def test_the_records_behind_the_numbers_are_named() -> None:
    text = Read(page(WRONG)).text
    assert "elm:patient:2001" in text
    assert "deletedAt" in text


def test_population_is_shown_as_a_percentage() -> None:
    assert "80.0%" in Read(page()).texts


def test_nothing_from_outside_becomes_markup() -> None:
    nasty = '<script>alert("x")</script>'
    read = Read(page(WRONG, issue(pbnId=nasty, file=nasty, field=nasty), issue(nasty)))
    assert "script" not in read.tags
    assert nasty in read.texts
    named = render(SOUND, [], (), practice=replace(PRACTICE, name=nasty), made_at=NOON)
    assert "script" not in Read(named).tags


def test_every_table_has_a_caption_and_headers_with_a_scope() -> None:
    read = Read(page(WRONG, issue()))
    assert read.tags["table"] == read.tags["caption"] == read.tags["thead"]
    scopes = Counter(value for name, value in read.attributes if name == "scope")
    assert scopes.total() == read.tags["th"]


def test_long_lists_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "LISTED", 2)
    assert "… and 3 more" in page(SOUND, *(issue(row=n) for n in range(5)))
