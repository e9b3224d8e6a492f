"""The page for the practice's manager."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from cutover.reports.documents.books import BookPage
from cutover.reports.documents.oversight.reconcile import ObjectCounts, ReconcileDocument, RejectedRows, ReportedIssue
from cutover.reports.page.html import html_of
from cutover.reports.page.parts import PageMark
from cutover.reports.pages import causes
from cutover.reports.pages.reconcile import reconcile_page
from cutover.reports.reasons import REASONS
from tests.consumers.reconcile.small_practice import PRACTICE
from tests.cutover.reports.book_pages import book_page
from tests.cutover.reports.pages.reading import FRAME, ReadPage, read


def people(**about: Any) -> ObjectCounts:
    made: ObjectCounts = {
        "object": "people",
        "source": 5,
        "twenty": 5,
        "missing": 0,
        "extra": 0,
        "different": 0,
        "edited": 0,
        "automated": 0,
        "merged": 0,
        "waiting": 0,
        "population": {"emails": 0.8, "name": 1.0},
        "source_population": {"emails": 0.9, "name": 1.0},
    }
    made.update(about)  # type: ignore[typeddict-item]
    return made


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
        "provider": None,
        "others": [],
        "rows": [],
        "count": 1,
    }
    made.update(more)  # type: ignore[typeddict-item]
    return made


def document(*issues: ReportedIssue, books: Sequence[BookPage] | None = None, **about: Any) -> ReconcileDocument:
    made: ReconcileDocument = {
        "objects": [people()],
        "issues": list(issues),
        "behind": 0,
        "forgotten": 0,
        "edited": [],
        "automated": [],
        "merged": [],
        "different": [],
        "missing": [],
        "extra": [],
        "books": [book_page()] if books is None else list(books),
        "rejects": [],
    }
    made.update(about)  # type: ignore[typeddict-item]
    return made


def wrong(*issues: ReportedIssue) -> ReconcileDocument:
    gone = {"object": "people", "pbnId": "elm:patient:2001", "id": "some-id", "fields": ["deletedAt"]}
    return document(*issues, objects=[people(twenty=4, missing=1)], missing=[gone])


def shown(*issues: ReportedIssue, **about: Any) -> ReadPage:
    return read(reconcile_page(document(*issues, **about), FRAME))


def test_a_page_is_well_formed_and_dated_in_the_practices_time() -> None:
    found = read(reconcile_page(wrong(issue()), FRAME))
    assert "Elm Street Dental: from Practice by Numbers to Twenty" in found.texts
    assert "18 November 2026, 12:00 (America/Chicago)" in found.text


def test_a_page_needs_nothing_beside_itself() -> None:
    found = read(reconcile_page(wrong(issue()), FRAME))
    assert not {"script", "link", "img", "iframe"} & set(found.tags)
    assert not [value for name, value in found.attributes if name in ("src", "href")]
    assert "url(" not in html_of(reconcile_page(document(), FRAME))


def test_it_says_in_a_sentence_whether_all_is_well() -> None:
    assert "Twenty holds all 5 records as Practice by Numbers has them." in shown().text
    assert "1 of 5 records differ" in read(reconcile_page(wrong(), FRAME)).text


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
    found = reconcile_page(document(books=[page_of_books]), FRAME)
    assert found.headline.mark is PageMark.BAD
    assert words in found.headline.text


@pytest.mark.parametrize(
    ("about", "mark"),
    [
        ({"issues": [issue("missing_id", pbnId=None)]}, PageMark.BAD),
        ({"issues": [issue()]}, PageMark.BAD),
        ({"issues": [issue("phone_extension")]}, PageMark.OPEN),
        ({"behind": 3}, PageMark.OPEN),
        ({"books": []}, PageMark.OPEN),
        ({}, PageMark.GOOD),
    ],
    ids=["a row", "a value", "something to check", "a change", "no delivery", "nothing"],
)
def test_the_headline_is_good_only_where_nothing_is_missing(about: dict[str, Any], mark: PageMark) -> None:
    assert reconcile_page({**document(), **about}, FRAME).headline.mark is mark  # type: ignore[typeddict-item]


def test_furniture_and_repeated_rows_cost_nothing() -> None:
    found = shown(books=[book_page(left_out={"furniture": 4, "repeated": 2}, merged={"line_of_plan": 9})]).text
    assert "Twenty holds all 5 records as Practice by Numbers has them." in found
    assert "lines of treatment plans: 9" in found


def test_events_still_to_be_carried_and_erased_people_are_mentioned() -> None:
    text = shown(behind=7, forgotten=2).text
    assert "still to be carried to Twenty: 7" in text
    assert "erased, and cannot be compared: 2" in text


def test_reasons_are_told_in_plain_words() -> None:
    text = shown(issue(), issue(row=9)).text
    assert REASONS["invalid_phone"].means in text
    assert REASONS["invalid_phone"].to_do in text
    assert "invalid_phone" not in text


def test_a_group_names_its_provider_its_first_row_and_how_many_more_there_are() -> None:
    others = [f"elm:patient:{n}" for n in range(20)]
    text = shown(issue("unmatched_provider", provider="Otto Ox", others=others, count=21, column="PriProv")).text
    assert "PriProv: Otto Ox" in text
    assert "row 4, and 20 more" in text


def test_a_code_that_nobody_explained_is_shown_as_it_is() -> None:
    assert "brand_new" in shown(issue("brand_new")).text


def test_a_file_has_neither_row_nor_record() -> None:
    text = shown(issue("not_a_table", entity=None, pbnId=None, file="letter.txt", row=0, column=None, field=None)).text
    assert "letter.txt" in text
    assert "None" not in text


def test_nothing_wrong_needs_no_lists() -> None:
    text = shown().text
    assert "Everything moved, and every value could be read." in text
    assert "Records to look at" not in text


def test_the_records_behind_the_numbers_are_named() -> None:
    text = read(reconcile_page(wrong(), FRAME)).text
    assert "elm:patient:2001" in text
    assert "deletedAt" in text


def test_the_fill_of_a_field_is_shown_on_both_sides_the_widest_gap_first() -> None:
    found = shown()
    assert {"90.0%", "80.0%"} <= set(found.texts)
    assert found.texts.index("emails") < found.texts.index("name")


def test_rows_of_one_place_share_a_line() -> None:
    found = shown(*(issue(row=row) for row in range(4, 30)))
    assert "row 4, row 5" in found.text
    assert "and 14 more" in found.text


def test_rejected_rows_are_drawn_over_time_from_the_second_delivery_on() -> None:
    first: RejectedRows = {"extract": "a", "taken_at": "2026-11-16T12:00:00+00:00", "rows": 40}
    second: RejectedRows = {"extract": "b", "taken_at": "2026-11-17T12:00:00+00:00", "rows": 3}
    assert "16 November 2026" not in shown(rejects=[first]).texts
    found = shown(rejects=[first, second])
    assert found.texts.index("16 November 2026") < found.texts.index("17 November 2026")


def test_nothing_from_outside_becomes_markup() -> None:
    nasty = '<script>alert("x")</script>'
    found = read(reconcile_page(wrong(issue(pbnId=nasty, file=nasty, column=nasty), issue(nasty)), FRAME))
    assert "script" not in found.tags
    assert nasty in found.texts
    named = reconcile_page(document(), replace(FRAME, practice=replace(PRACTICE, name=nasty)))
    assert "script" not in read(named).tags


def test_every_table_has_a_caption_and_headers_with_a_scope() -> None:
    found = read(reconcile_page(wrong(issue()), FRAME))
    assert found.tags["table"] == found.tags["caption"] == found.tags["thead"]
    assert sum(name == "scope" for name, _ in found.attributes) == found.tags["th"]


def test_long_lists_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(causes, "PLACES", 2)
    assert "… and 3 more" in shown(*(issue(file=f"{number}.csv") for number in range(5))).text
