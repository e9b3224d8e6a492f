"""A communication becomes a task with one link to its person."""

from datetime import UTC, datetime

import pytest

from events.vocabulary.entities import Entity, twenty_id
from projections.desired import MissingWord
from tests.projections.practice import ADAS_ID, NAMESPACE, fields_of, id_of, projected

REMINDER = {
    "patient_id": "1042",
    "type": "Recall reminder",
    "channel": "SMS",
    "delivered_at": datetime(2026, 3, 9, 16, 30, tzinfo=UTC),
    "delivery_status": "Delivered",
    "message": "See you on Monday",
    "in_future": False,
}
FEBRUARY_6 = datetime(2026, 2, 7, 0, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 2, 6, 8, 0, tzinfo=UTC)


def task(values):
    return fields_of(Entity.COMMUNICATION, values)


def test_a_reminder_as_a_task():
    assert task(REMINDER) == {
        "pbnId": "riverside:communication:77",
        "title": "Recall reminder",
        "taskType": "COMMUNICATION",
        "status": "DONE",
        "dueAt": "2026-03-09T16:30:00.000Z",
        "channel": "SMS",
        "deliveryStatus": "DELIVERED",
        "bodyV2": {"markdown": "Mar 9, 2026, 9:30 AM · Delivered\n\nSee you on Monday"},
    }


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ({"delivered_at": FEBRUARY_6, "delivery_status": "Not Sent"}, "Feb 6, 2026, 4:30 PM · Not Sent"),
        ({"delivered_at": MIDNIGHT, "delivery_status": "Not Sent"}, "Feb 6, 2026 · Not Sent"),
        ({"delivered_at": FEBRUARY_6}, "Feb 6, 2026, 4:30 PM"),
        ({"delivery_status": "Not Sent", "message": "Recall"}, "Not Sent\n\nRecall"),
    ],
)
def test_the_body_tells_when_in_the_practices_zone_and_the_status_in_pbns_words(said, body):
    assert task(said)["bodyV2"] == {"markdown": body}


def test_the_link_joins_the_task_and_the_person():
    reminder, link = projected(Entity.COMMUNICATION, REMINDER).records
    assert (link.object, link.needs) == ("taskTargets", ("people", ADAS_ID))
    assert link.values == {"taskId": str(reminder.id), "targetPersonId": str(ADAS_ID)}
    assert link.id == twenty_id(NAMESPACE, "riverside:communication:77->riverside:patient:1042")


def test_a_communication_of_the_future_is_to_do():
    assert task({**REMINDER, "in_future": True})["status"] == "TODO"


@pytest.mark.parametrize("past", [{"in_future": False}, {"in_future": None}, {}])
def test_a_communication_of_the_past_is_done(past):
    assert task(past)["status"] == "DONE"


def test_a_communication_has_no_assignee():
    assert "assigneeId" not in task(REMINDER)


@pytest.mark.parametrize("blank", [{}, {"type": None}])
def test_a_communication_without_a_type_is_called_so(blank):
    assert task(blank)["title"] == "Communication"


def test_blanks_clear():
    cleared = task(dict.fromkeys(REMINDER))
    assert {name: cleared[name] for name in ("dueAt", "channel", "deliveryStatus", "bodyV2")} == {
        "dueAt": None,
        "channel": None,
        "deliveryStatus": None,
        "bodyV2": {"markdown": ""},
    }


def test_words_without_an_option_are_reported():
    missing = projected(Entity.COMMUNICATION, {"channel": "Carrier pigeon", "delivery_status": "Lost"}).missing_words
    assert missing == (
        MissingWord(object="tasks", field="channel", word="Carrier pigeon"),
        MissingWord(object="tasks", field="deliveryStatus", word="Lost"),
    )


def test_an_appointment_and_a_communication_with_one_native_id_are_two_tasks():
    assert projected(Entity.COMMUNICATION, {}).records[0].id != id_of(Entity.APPOINTMENT, "77")
