"""Days, times and amounts for people: in the practice's zone, in the practice's currency."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.wording import day_in_words, joined, moment_in_words, money_in_words

CHICAGO = ZoneInfo("America/Chicago")


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("utc", "zone", "words"),
    [
        (moment(2026, 2, 6, 22, 30), "America/Chicago", "Feb 6, 2026, 4:30 PM"),
        (moment(2026, 2, 7, 1, 5), "America/Chicago", "Feb 6, 2026, 7:05 PM"),
        (moment(2026, 7, 4, 17, 0), "America/Chicago", "Jul 4, 2026, 12:00 PM"),
        (moment(2026, 7, 4, 5, 30), "America/Chicago", "Jul 4, 2026, 12:30 AM"),
        (moment(2026, 2, 6, 22, 30, 59), "Europe/Zurich", "Feb 6, 2026, 11:30 PM"),
    ],
)
def test_a_time_in_the_practices_zone(utc, zone, words):
    assert moment_in_words(utc, ZoneInfo(zone)) == words


def test_midnight_is_a_day_without_a_time():
    assert moment_in_words(moment(2026, 2, 6, 6, 0), CHICAGO) == "Feb 6, 2026"


def test_an_hour_that_comes_twice_reads_alike_both_times():
    first, second = moment(2026, 11, 1, 6, 30), moment(2026, 11, 1, 7, 30)
    assert moment_in_words(first, CHICAGO) == moment_in_words(second, CHICAGO) == "Nov 1, 2026, 1:30 AM"


def test_the_hour_that_is_left_out_never_occurs():
    assert moment_in_words(moment(2026, 3, 8, 7, 59), CHICAGO) == "Mar 8, 2026, 1:59 AM"
    assert moment_in_words(moment(2026, 3, 8, 8, 0), CHICAGO) == "Mar 8, 2026, 3:00 AM"


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)))
def test_the_words_name_the_minute_in_the_practices_zone(utc):
    local = utc.astimezone(CHICAGO)
    words = moment_in_words(utc, CHICAGO)
    form = "%b %d, %Y, %I:%M %p" if ":" in words else "%b %d, %Y"
    assert datetime.strptime(words, form) == local.replace(tzinfo=None, second=0, microsecond=0)


def test_a_day():
    assert day_in_words(date(2026, 11, 16)) == "Nov 16, 2026"


@pytest.mark.parametrize(
    ("micros", "code", "words"),
    [
        (264_780_000, "USD", "$264.78"),
        (-1_264_780_000, "USD", "-$1,264.78"),
        (0, "USD", "$0.00"),
        (1_234_567_000_000, "CAD", "CA$1,234,567.00"),
        (90_000_000, "CHF", "CHF 90.00"),
        (1_500_000_000, "JPY", "¥1,500"),
        (1_250, "USD", "$0.00125"),
    ],
)
def test_an_amount_in_its_currency(micros, code, words):
    assert money_in_words(micros, code) == words


def test_parts_that_say_nothing_are_left_out_of_a_name():
    assert joined("", "$264.78", "", "Nov 16, 2026") == "$264.78 · Nov 16, 2026"
