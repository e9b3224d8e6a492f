from __future__ import annotations

import pytest

from producers.sources.tables.headers.headers import find_header

DATA = [["7", "Ada", "05/01/2026", "12.50"], ["8", "Zoë", "05/02/2026", "3.00"], ["9", "Noor", "", "0.00"]]
HEADER = ["Pet ID", "Owner", "Seen", "Paid"]


def header_of(records: list[list[str]]) -> tuple[int, tuple[str, ...]] | None:
    layout = find_header(records)
    return None if layout is None else (layout.row, layout.headers)


def test_the_first_record_when_nothing_stands_above() -> None:
    assert header_of([HEADER, *DATA]) == (1, tuple(HEADER))


def test_titles_dates_filters_and_blanks_above_are_passed_over() -> None:
    above = [["Quist Pets - Visits"], ["Generated 5/3/2026 9:10 PM"], ["Filters: A = All", " B = All"], []]
    assert header_of([*above, HEADER, *DATA]) == (5, tuple(HEADER))


def test_a_table_of_settings_above_is_not_the_header() -> None:
    above = [["Practice", "Quist Pets"], ["From", "May"], ["To", "June"], []]
    assert header_of([*above, HEADER, *DATA]) == (5, tuple(HEADER))


def test_headers_may_be_numbers_when_they_are_short_and_few() -> None:
    aging = ["Account", "Name", "Current", "0-30", "31-60", "90", "91+", "Total"]
    assert header_of([aging, ["1", "Ada", "0.00", "1.00", "2.00", "3.00", "4.00", "10.00"]]) == (1, tuple(aging))


def test_duplicates_are_kept_and_blanks_around_names_removed() -> None:
    assert header_of([["Pet ID", " Phone ", "Phone", "Owner\xa0"], *DATA]) == (1, ("Pet ID", "Phone", "Phone", "Owner"))


def test_a_nameless_column_stays_when_it_holds_values_and_goes_when_it_does_not() -> None:
    assert header_of([["Pet ID", "Owner", "Seen", ""], *DATA]) == (1, ("Pet ID", "Owner", "Seen", ""))
    bare = [[*row[:3], ""] for row in DATA]
    assert header_of([["Pet ID", "Owner", "Seen", ""], *bare]) == (1, ("Pet ID", "Owner", "Seen"))


def test_one_row_is_enough_also_when_it_holds_words_only() -> None:
    assert header_of([["Rule", "When", "Text"], ["Birthday", "Same day", "All the best"]]) == (1, ("Rule", "When", "Text"))


def test_no_row_is_enough_when_the_header_looks_like_one() -> None:
    assert header_of([["Quist Pets - Visits"], ["Generated 5/3/2026"], [], HEADER]) == (4, tuple(HEADER))
    assert header_of([HEADER, ["Total: 0", "", "", ""]]) == (1, tuple(HEADER))


def test_two_columns_are_a_table_when_they_look_like_one() -> None:
    assert header_of([["Word", "Count"], ["Recall", "3"], ["New", "12"]]) == (1, ("Word", "Count"))


@pytest.mark.parametrize(
    "records",
    [
        [],
        [[]],
        [["One"], ["Two"]],
        DATA,
        [["Dear Ada", " thank you."], ["We will call", " as ever."], ["Zoë"]],
        [["5/1/2026", "12.50", "ada@pets.example"], ["5/2/2026", "3.00", "zoe@pets.example"]],
    ],
)
def test_no_header_where_there_is_no_table(records: list[list[str]]) -> None:
    assert header_of(records) is None


def test_the_words_of_a_header_do_not_matter() -> None:
    strange = ["Glorp", "Frim Frum", "x_9", "Ünder"]
    assert header_of([["A title"], strange, *DATA]) == (2, tuple(strange))
