from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.vocabulary.practice import DateOrder
from producers.values.moments.dates import CENTURY, Pivot, clean_date

TAKEN = date(2026, 5, 20)
BIRTH, RECENT = Pivot.of_births(TAKEN), Pivot.around(TAKEN)


@pytest.mark.parametrize(
    "text",
    [
        "07/04/2026",
        "7/4/2026",
        "07-04-2026",
        "7.4.2026",
        "07/04/26",
        "7/4/26",
        "2026-07-04",
        "2026/7/4",
        "20260704",
        "07042026",
        "July 4, 2026",
        "Jul 4 2026",
        "Jul. 4th, 2026",
        "4-Jul-26",
        "4 July 2026",
        "04-JUL-2026",
        "Saturday, July 4, 2026",
        "46207",
        " 07/04/2026 ",
        '="07/04/2026"',
        "07/04/2026 12:00:00 AM",
        "2026-07-04T14:45:00",
        "Sat Jul 04 2026 00:00:00 GMT-0500 (Central Daylight Time)",
        "2026-07-04 14:45:00.123",
        "7/4/2026 2:45 PM",
        "2026-07-04T05:00:00Z",
        "2026-07-04 00:00:00+00:00",
    ],
)
def test_us_forms_of_one_day(text: str) -> None:
    assert clean_date(text, "mdy", RECENT) == (date(2026, 7, 4), None)


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("04/07/2026", "dmy", date(2026, 7, 4)),
        ("04/07/26", "dmy", date(2026, 7, 4)),
        ("26-07-04", "ymd", date(2026, 7, 4)),
        ("2026-07-04", "dmy", date(2026, 7, 4)),
        ("02/29/2024", "mdy", date(2024, 2, 29)),
    ],
)
def test_the_order_of_the_practice_decides(text: str, order: DateOrder, day: date) -> None:
    assert clean_date(text, order, RECENT) == (day, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "n/a",
        "N/A",
        "null",
        "0001-01-01",
        "1/1/0001",
        "01/01/0001",
        "1900-01-01",
        "1/1/1900",
        "01/01/1900 12:00:00 AM",
        "0000-00-00",
        "12/30/1899",
        "1753-01-01",
        "  /  /    ",
        "9999-12-31",
    ],
)
def test_never_is_blank(text: str) -> None:
    assert clean_date(text, "mdy", RECENT) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "unknown",
        "13/45/2026",
        "02/30/2026",
        "2026-13-01",
        "07/04/202",
        "07/04/0226",
        "7/4",
        "July",
        "99",
        "12345678901",
    ],
)
def test_what_no_calendar_has_is_lost(text: str) -> None:
    assert clean_date(text, "mdy", RECENT) == (None, "invalid_date")


@pytest.mark.parametrize(
    "text", ["00/00/0000", "0000-00-00", "0000-00-00 00:00:00", "00000000", "1/1/0001 12:00:00 AM", "12/30/1899 00:00"]
)
def test_zero_dates_are_blank(text: str) -> None:
    assert clean_date(text, "mdy", RECENT) == clean_date(text, "mdy", BIRTH) == (None, None)


@pytest.mark.parametrize("text", ["1970-01-01", "01/01/1970", "1970-01-01 00:00:00"])
def test_the_epoch_is_blank_but_as_a_birth_date_where_it_is_noted(text: str) -> None:
    assert clean_date(text, "mdy", RECENT) == (None, None)
    assert clean_date(text, "mdy", BIRTH) == (date(1970, 1, 1), "epoch_birth_date")


def test_a_day_and_month_that_only_fit_the_other_order_are_not_guessed() -> None:
    assert clean_date("25/12/2026", "mdy", RECENT) == (None, "invalid_date")


class TestTwoDigitYears:
    def test_births_are_never_in_the_future(self) -> None:
        assert clean_date("06/01/26", "mdy", BIRTH) == (date(1926, 6, 1), None)
        assert clean_date("05/20/26", "mdy", BIRTH) == (date(2026, 5, 20), None)
        assert clean_date("7/4/41", "mdy", BIRTH) == (date(1941, 7, 4), None)

    def test_other_dates_reach_some_years_ahead(self) -> None:
        assert clean_date("06/01/26", "mdy", RECENT) == (date(2026, 6, 1), None)
        assert clean_date("06/01/46", "mdy", RECENT) == (date(2046, 6, 1), None)
        assert clean_date("06/01/47", "mdy", RECENT) == (date(1947, 6, 1), None)

    def test_a_leap_day_is_one_of_a_leap_year(self) -> None:
        assert clean_date("02/29/28", "mdy", BIRTH) == (date(1928, 2, 29), None)


def test_a_full_birth_date_in_the_future_is_lost() -> None:
    assert clean_date("05/21/2026", "mdy", BIRTH) == (None, "future_birth_date")
    assert clean_date("2033-01-10", "mdy", BIRTH) == (None, "future_birth_date")
    assert clean_date("05/20/2026", "mdy", BIRTH) == (TAKEN, None)


@given(
    st.text(max_size=40) | st.text("0123456789/-. :TZamp", max_size=22),
    st.sampled_from(["mdy", "dmy", "ymd"]),
    st.sampled_from([BIRTH, RECENT, CENTURY]),
)
def test_no_text_breaks_it(text: str, order: DateOrder, pivot: Pivot) -> None:
    value, reason = clean_date(text, order, pivot)
    assert value is None or (type(value) is date and reason in (None, "epoch_birth_date"))


@given(st.dates(date(1901, 1, 2), date(2026, 5, 20)))
def test_every_day_survives_being_written(day: date) -> None:
    for text in (day.isoformat(), f"{day.month}/{day.day}/{day.year}", f"{day:%m/%d/%Y}", f"{day:%B %d, %Y}", f"{day:%Y%m%d}"):
        assert clean_date(text, "mdy", BIRTH) == (day, None if day != date(1970, 1, 1) else "epoch_birth_date")
    assert clean_date(f"{day:%d.%m.%Y}", "dmy", BIRTH)[0] == day


def test_a_text_of_javascript_that_is_midnight_elsewhere_is_no_day() -> None:
    assert clean_date("Fri Jul 03 2026 19:00:00 GMT-0500 (Central Daylight Time)", "mdy", RECENT) == (None, "invalid_date")
