from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.values.moments.date_times import clean_date_time, combine
from producers.values.moments.times import read_time

CHICAGO = ZoneInfo("America/Chicago")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "07/04/2026 2:45 PM",
        "7/4/2026 2:45 pm",
        "7/4/2026 02:45PM",
        "07/04/2026 14:45",
        "2026-07-04 14:45:00",
        "2026-07-04T14:45:00",
        "2026-07-04 14:45:00.000",
        "7/4/26 2:45 PM",
        "July 4, 2026 2:45 PM",
        "Jul 4, 2026 at 2:45 PM",
        "4-Jul-2026 14:45",
        "2026-07-04T19:45:00Z",
        "2026-07-04T21:45:00+02:00",
        "2026-07-04 14:45:00 -0500",
        " 07/04/2026  2:45 PM ",
        "46207.614583333",
    ],
)
def test_forms_of_one_moment(text: str) -> None:
    assert clean_date_time(text, "mdy", CHICAGO) == (utc("2026-07-04T19:45:00"), None)


def test_local_time_is_the_practices() -> None:
    assert clean_date_time("01/05/2026 8:00 AM", "mdy", CHICAGO) == (utc("2026-01-05T14:00:00"), None)
    assert clean_date_time("05/01/2026 8:00", "dmy", ZoneInfo("Europe/Berlin")) == (utc("2026-01-05T07:00:00"), None)


def test_noon_and_midnight() -> None:
    assert clean_date_time("01/05/2026 12:00 AM", "mdy", CHICAGO) == (utc("2026-01-05T06:00:00"), None)
    assert clean_date_time("01/05/2026 12:00 PM", "mdy", CHICAGO) == (utc("2026-01-05T18:00:00"), None)


def test_a_date_alone_is_midnight_in_the_zone() -> None:
    assert clean_date_time("2026-07-04", "mdy", CHICAGO) == (utc("2026-07-04T05:00:00"), None)


def test_whole_milliseconds() -> None:
    assert clean_date_time("2026-07-04 14:45:00.1234", "mdy", CHICAGO) == (utc("2026-07-04T19:45:00.123000"), None)


@pytest.mark.parametrize(
    "text", ["", "-", "0001-01-01", "0001-01-01 00:00:00", "1/1/0001 12:00:00 AM", "1900-01-01 00:00:00", "  /  /   "]
)
def test_never_is_blank(text: str) -> None:
    assert clean_date_time(text, "mdy", CHICAGO) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "13/45/2026 2:45 PM",
        "2026-13-01 10:00:00",
        "2:45 PM",
    ],
)
def test_what_is_no_moment_is_lost(text: str) -> None:
    assert clean_date_time(text, "mdy", CHICAGO) == (None, "invalid_date_time")


@pytest.mark.parametrize(
    "text",
    [
        "07/04/2026 25:00",
        "07/04/2026 2:75 PM",
        "07/04/2026 soon",
        "07/04/2026 9:30-10:00",
        "07/04/2026 9:30 - 10:00 AM",
        "Jul 4, 2026 noon",
    ],
)
def test_a_time_that_cannot_be_read_costs_the_time_not_the_day(text: str) -> None:
    assert clean_date_time(text, "mdy", CHICAGO) == (utc("2026-07-04T05:00:00"), "invalid_time")


@pytest.mark.parametrize(
    "text",
    [
        "Sat Jul 04 2026 14:45:00 GMT-0500 (Central Daylight Time)",
        "Sat, 04 Jul 2026 19:45:00 GMT",
        "07/04/2026, 2:45\u202fPM",
        "07/04/2026\xa02:45 PM",
    ],
)
def test_texts_of_browsers_and_of_mail(text: str) -> None:
    assert clean_date_time(text, "mdy", CHICAGO) == (utc("2026-07-04T19:45:00"), None)


@pytest.mark.parametrize("text", ["1970-01-01", "1970-01-01 00:00:00", "1970-01-01T00:00:00Z", "12/31/1969 6:00 PM"])
def test_the_epoch_is_blank(text: str) -> None:
    assert clean_date_time(text, "mdy", CHICAGO) == (None, None)


def test_another_hour_of_the_epochs_day_is_none_of_its_zeros() -> None:
    assert clean_date_time("1970-01-01 10:30:00", "mdy", CHICAGO) == (utc("1970-01-01T16:30:00"), None)


class TestClockChanges:
    def test_a_time_that_occurs_twice_is_the_first(self) -> None:
        assert clean_date_time("11/01/2026 1:30 AM", "mdy", CHICAGO) == (utc("2026-11-01T06:30:00"), "ambiguous_local_time")

    def test_a_time_that_is_left_out_is_read_with_the_offset_before(self) -> None:
        assert clean_date_time("2026-03-08 02:15:00", "mdy", CHICAGO) == (utc("2026-03-08T08:15:00"), "missing_local_time")

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("11/01/2026 12:59 AM", "2026-11-01T05:59:00"),
            ("11/01/2026 2:00 AM", "2026-11-01T08:00:00"),
            ("03/08/2026 1:59 AM", "2026-03-08T07:59:00"),
            ("03/08/2026 3:00 AM", "2026-03-08T08:00:00"),
        ],
    )
    def test_the_hours_around_are_beyond_doubt(self, text: str, expected: str) -> None:
        assert clean_date_time(text, "mdy", CHICAGO) == (utc(expected), None)

    def test_a_text_with_an_offset_is_beyond_doubt(self) -> None:
        assert clean_date_time("2026-11-01T01:30:00-06:00", "mdy", CHICAGO) == (utc("2026-11-01T07:30:00"), None)


class TestSeparateColumns:
    def test_date_and_time(self) -> None:
        assert combine("7/4/2026", "2:45 pm", "mdy", CHICAGO) == (utc("2026-07-04T19:45:00"), None)
        assert combine("2026-07-04 00:00:00", "12/30/1899 2:45:00 PM", "mdy", CHICAGO) == (utc("2026-07-04T19:45:00"), None)

    def test_a_time_may_be_the_part_of_the_day_that_has_gone_by(self) -> None:
        assert combine("7/4/2026", "0.395833333333333", "mdy", CHICAGO) == (utc("2026-07-04T14:30:00"), None)

    def test_without_a_time_it_is_midnight_or_the_dates_own(self) -> None:
        assert combine("7/4/2026", "", "mdy", CHICAGO) == (utc("2026-07-04T05:00:00"), None)
        assert combine("7/4/2026 2:45 PM", "-", "mdy", CHICAGO) == (utc("2026-07-04T19:45:00"), None)

    def test_without_a_date_it_is_blank(self) -> None:
        assert combine("", "2:45 pm", "mdy", CHICAGO) == (None, None)
        assert combine("0001-01-01", "2:45 pm", "mdy", CHICAGO) == (None, None)

    def test_doubts_and_losses_are_told(self) -> None:
        assert combine("7/4/2026", "noonish", "mdy", CHICAGO) == (utc("2026-07-04T05:00:00"), "invalid_time")
        assert combine("7/44/2026", "2:45 pm", "mdy", CHICAGO) == (None, "invalid_date_time")
        assert combine("11/1/2026", "1:30 am", "mdy", CHICAGO) == (utc("2026-11-01T06:30:00"), "ambiguous_local_time")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2:45 PM", 885),
        ("5:15pm", 1035),
        ("5:15 p.m.", 1035),
        ("14:45", 885),
        ("1445", 885),
        ("2 PM", 840),
        ("12:05 am", 5),
        ("24:00", 1440),
        ("14:45 PM", 885),
        ("9.30", 570),
    ],
)
def test_times_of_day(text: str, minutes: int) -> None:
    assert read_time(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "2", "14", "25:00", "2:60", "14 PM", "24:01", "half past two"])
def test_what_is_no_time(text: str) -> None:
    assert read_time(text) is None


@given(st.text(max_size=40) | st.text("0123456789/-:. TZamp+", max_size=26))
def test_no_text_breaks_it(text: str) -> None:
    value, _ = clean_date_time(text, "mdy", CHICAGO)
    assert value is None or (value.tzinfo is UTC and value.microsecond % 1000 == 0)
    combine("7/4/2026", text, "mdy", CHICAGO)


EPOCH = datetime(1970, 1, 1)
"""A computer's zero, which is no time of an office."""


@given(st.datetimes(datetime(1950, 1, 1), datetime(2099, 1, 1)).filter(lambda moment: moment.date() != EPOCH.date()))
def test_every_local_time_means_what_the_zone_says(moment: datetime) -> None:
    moment = moment.replace(second=0, microsecond=0, fold=0)  # a text cannot say which of an hour's two passes it means
    expected = moment.replace(tzinfo=CHICAGO).astimezone(UTC)
    for text in (f"{moment:%Y-%m-%d %H:%M:%S}", f"{moment:%m/%d/%Y %I:%M %p}"):
        assert clean_date_time(text, "mdy", CHICAGO)[0] == expected


@pytest.mark.parametrize(
    ("text", "moment", "reason"),
    [
        ("2024-03-30 22:30:00", "2024-03-31T00:30:00", None),
        ("2024-03-30 23:30:00", "2024-03-31T01:30:00", "missing_local_time"),
        ("2024-10-26 22:30:00", "2024-10-26T23:30:00", None),
        ("2024-10-26 23:30:00", "2024-10-27T00:30:00", "ambiguous_local_time"),
        ("03/30/2024 11:30 PM", "2024-03-31T01:30:00", "missing_local_time"),
    ],
)
def test_clocks_that_change_in_the_evening(text: str, moment: str, reason: str | None) -> None:
    """Greenland changes with Europe, which is eleven in the evening of the day before."""
    assert clean_date_time(text, "mdy", ZoneInfo("America/Nuuk")) == (utc(moment), reason)


@pytest.mark.parametrize(("day", "moment"), [("2024-03-31", "2024-03-31T01:00:00"), ("2024-03-30", "2024-03-30T02:00:00")])
def test_days_around_an_evening_on_which_clocks_change(day: str, moment: str) -> None:
    assert clean_date_time(day, "mdy", ZoneInfo("America/Nuuk")) == (utc(moment), None)


def test_clocks_that_change_a_minute_after_midnight() -> None:
    """Newfoundland's went back at one past midnight: the last hour of the day before came twice."""
    newfoundland = ZoneInfo("America/St_Johns")
    twice = (utc("2010-11-07T02:00:00"), "ambiguous_local_time")
    assert clean_date_time("2010-11-06 23:30:00", "mdy", newfoundland) == twice
    assert clean_date_time("2010-11-06 22:30:00", "mdy", newfoundland) == (utc("2010-11-07T01:00:00"), None)


def test_clocks_that_change_at_midnight() -> None:
    """Cairo's clocks go forward at midnight: the day begins at one."""
    cairo = ZoneInfo("Africa/Cairo")
    assert clean_date_time("2024-04-26 00:30:00", "mdy", cairo) == (utc("2024-04-25T22:30:00"), "missing_local_time")
    assert clean_date_time("2024-04-26", "mdy", cairo) == (utc("2024-04-25T22:00:00"), None)
    assert clean_date_time("2024-04-25 23:30:00", "mdy", cairo) == (utc("2024-04-25T21:30:00"), None)


@pytest.mark.parametrize("text", ["1969-12-31T19:00:00-05:00", "1970-01-01T00:00:00Z", "1970-01-01 01:00:00+01:00"])
def test_the_zero_of_computers_is_blank_in_whatever_zone_it_is_written(text: str) -> None:
    assert clean_date_time(text, "mdy", CHICAGO) == (None, None)
