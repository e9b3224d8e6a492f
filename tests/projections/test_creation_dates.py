"""Records are dated as in PbN: Twenty's front end lists notes, tasks and files by the time of their creation."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.change_events import Operation
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.project import project
from projections.values import date_time
from tests.projections.practice import PRACTICE, context, desired, projected

LONG_AGO = datetime(2016, 3, 9, 16, 30, tzinfo=UTC)
OF = {"patient_id": "1042"}


@pytest.mark.parametrize(
    ("entity", "values"),
    [
        (Entity.PATIENT, {"created_at": LONG_AGO}),
        (Entity.NOTE, {**OF, "created_at": LONG_AGO}),
        (Entity.APPOINTMENT, {**OF, "created_at": LONG_AGO, "starts_at": LONG_AGO + timedelta(days=9)}),
        (Entity.COMMUNICATION, {**OF, "delivered_at": LONG_AGO, "in_future": False}),
        (Entity.TREATMENT_PLAN, {**OF, "created_at": LONG_AGO}),
        (Entity.DOCUMENT, {**OF, "created_at": LONG_AGO}),
    ],
)
def test_a_record_is_dated_as_in_pbn(entity, values):
    record = desired(entity, values)
    assert record.created_at == LONG_AGO
    assert "createdAt" not in record.values


def test_a_claim_is_dated_by_its_service_at_midnight_in_the_practices_zone():
    assert desired(Entity.CLAIM, {"service_date": date(2026, 9, 10)}).created_at == datetime(2026, 9, 10, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [
        ("America/Havana", date(2026, 3, 8), 5),  # the clock leaves out midnight: an hour later, as for cells
        ("America/Havana", date(2026, 11, 1), 4),  # there is one midnight, and one o'clock comes twice
        ("America/Chicago", date(2026, 11, 1), 5),
    ],
)
def test_a_midnight_on_the_day_of_a_change_of_the_clock(zone, day, hour):
    practice = replace(PRACTICE, zone=ZoneInfo(zone))
    claim = desired(Entity.CLAIM, {"service_date": day}, practice=practice)
    assert claim.created_at == datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def test_a_communication_of_the_future_has_no_date_yet():
    assert desired(Entity.COMMUNICATION, {"delivered_at": LONG_AGO, "in_future": True}).created_at is None


@pytest.mark.parametrize("entity", [Entity.BILLING, Entity.PRACTICE])
def test_a_record_without_a_date_of_its_own_has_none(entity):
    assert desired(entity, {"name": "Riverside", "as_of_date": date(2026, 11, 16)}).created_at is None


@pytest.mark.parametrize("blank", [{}, {"created_at": None}])
def test_a_blank_date_is_none(blank):
    assert desired(Entity.NOTE, blank).created_at is None


@pytest.mark.parametrize(
    ("entity", "values"),
    [
        (Entity.NOTE, {**OF, "created_at": LONG_AGO}),
        (Entity.APPOINTMENT, {**OF, "created_at": LONG_AGO}),
        (Entity.COMMUNICATION, {**OF, "delivered_at": LONG_AGO}),
    ],
)
def test_a_link_is_as_old_as_its_note_or_task(entity, values):
    """Twenty 2.21 lists a person's notes and tasks by `createdAt` of their links (`useNotes`, `useTasks`)."""
    _, link = projected(entity, values).records
    assert link.created_at == LONG_AGO


@given(
    st.sampled_from([Entity.PATIENT, Entity.NOTE, Entity.APPOINTMENT, Entity.TREATMENT_PLAN, Entity.DOCUMENT]),
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_nothing_is_dated_later_than_its_extract_was_taken(entity, created_at):
    taken_at = datetime(2026, 11, 16, tzinfo=UTC)
    record = Record(entity=entity, native_id="7", values={**OF, "created_at": created_at})
    for one in project(Operation.CREATED, record, context(), taken_at=taken_at).records:
        assert one.created_at == (created_at if created_at <= taken_at else None)


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1)))
def test_no_claim_is_dated_later_than_its_extract_was_taken(service_date):
    taken_at = datetime(2026, 11, 16, 20, tzinfo=UTC)
    record = Record(entity=Entity.CLAIM, native_id="7", values={**OF, "service_date": service_date})
    (claim,) = project(Operation.CREATED, record, context(), taken_at=taken_at).records
    assert (claim.created_at is not None) == (service_date <= date(2026, 11, 16))


def test_a_moment_of_another_zone_is_sent_in_utc() -> None:
    assert date_time(datetime(2026, 3, 9, 11, 30, tzinfo=ZoneInfo("America/New_York"))) == "2026-03-09T15:30:00.000Z"
