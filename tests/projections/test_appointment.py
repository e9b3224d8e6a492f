"""An appointment becomes a task with one link to its person."""

from datetime import UTC, datetime

import pytest

from events.vocabulary.entities import Entity, twenty_id
from projections.desired import MissingWord
from projections.entities.appointment import is_over
from tests.projections.practice import ADAS_ID, FALLBACK_MEMBER, MARIAS_MEMBER, NAMESPACE, desired, fields_of, id_of, projected

START = datetime(2026, 3, 9, 16, 30, tzinfo=UTC)
VISIT = {
    "patient_id": "1042",
    "starts_at": START,
    "type": "Prophy",
    "provider_ref": "DR1",
    "length_minutes": 60,
    "status": "Scheduled",
    "note": "Bring the\nX-rays",
    "created_at": datetime(2026, 1, 2, 8, 0, tzinfo=UTC),
}


def task(values):
    return fields_of(Entity.APPOINTMENT, values)


def test_a_visit_as_a_task():
    assert task(VISIT) == {
        "pbnId": "riverside:appointment:77",
        "title": "Prophy",
        "taskType": "APPOINTMENT",
        "status": "TODO",
        "dueAt": "2026-03-09T16:30:00.000Z",
        "originalAppointmentDate": "2026-03-09T16:30:00.000Z",
        "originalCreateDate": "2026-01-02T08:00:00.000Z",
        "assigneeId": MARIAS_MEMBER,
        "appointmentType": "Prophy",
        "appointmentStatus": "SCHEDULED",
        "bodyV2": {"markdown": "Provider: Dr. Maria Lopez\nStatus: Scheduled\nLength: 60 minutes\n\nBring the\nX-rays"},
    }


def test_a_task_is_written_before_its_link_and_both_after_the_person():
    visit, link = projected(Entity.APPOINTMENT, VISIT).records
    assert (visit.object, link.object) == ("tasks", "taskTargets")
    assert visit.needs == link.needs == ("people", ADAS_ID)


def test_the_link_joins_the_task_and_the_person():
    _, link = projected(Entity.APPOINTMENT, VISIT).records
    assert link.values == {"taskId": str(id_of(Entity.APPOINTMENT, "77")), "targetPersonId": str(ADAS_ID)}


def test_the_link_has_no_pbn_id_and_the_id_of_both_its_ends():
    _, link = projected(Entity.APPOINTMENT, VISIT).records
    assert (link.pbn_id, link.id) == (None, twenty_id(NAMESPACE, "riverside:appointment:77->riverside:patient:1042"))


@pytest.mark.parametrize("nobody", [None, ""])
def test_a_visit_without_a_patient_has_no_link_and_needs_nobody(nobody):
    visit = projected(Entity.APPOINTMENT, {**VISIT, "patient_id": nobody})
    assert (len(visit.records), visit.records[0].needs) == (1, None)


@pytest.mark.parametrize(
    "status",
    [
        "Complete",
        "COMPLETED",
        "Cancelled",
        "Canceled",
        "Cancelled - same day",
        "Patient Cancelled",
        "Pt cancelled",
        "Late Cancel",
        "Short-notice cancellation",
        "Broken",
        "Broken appointment",
        "Failed",
        "No Show",
        "No-Show",
        "NoShow",
        "no showed",
        "Missed",
        "Checked out",
        "CheckedOut",
    ],
)
def test_a_visit_that_is_over_or_will_not_happen_is_done(status):
    assert task({"status": status})["status"] == "DONE"


@pytest.mark.parametrize(
    "status",
    [
        "Scheduled",
        "Confirmed",
        "Not confirmed",
        "Unconfirmed",
        "Incomplete",
        "Not complete",
        "Checked in",
        "Seated",
        "ASAP",
        "",
        None,
    ],
)
def test_a_visit_that_may_still_happen_is_to_do(status):
    assert task({"status": status})["status"] == "TODO"


def test_a_visit_without_a_status_column_is_to_do():
    assert task({})["status"] == "TODO"


def test_whether_a_visit_is_over_does_not_depend_on_the_workspaces_options():
    assert is_over("Broken by patient")


@pytest.mark.parametrize("blank", [{}, {"type": None}, {"type": ""}])
def test_a_visit_without_a_type_is_called_an_appointment(blank):
    assert task(blank)["title"] == "Appointment"


def test_a_blank_type_clears_the_appointment_type():
    assert task({"type": None})["appointmentType"] == ""


@pytest.mark.parametrize("name", ["dueAt", "originalAppointmentDate"])
def test_a_blank_start_clears_both_dates(name):
    assert task({"starts_at": None})[name] is None


def test_a_visit_with_an_unmatched_provider_has_the_fallback_member_and_says_who_it_was():
    values = task({"provider_ref": "Dr. Nobody"})
    assert values["assigneeId"] == FALLBACK_MEMBER
    assert values["bodyV2"] == {"markdown": "Provider: Dr. Nobody"}


def test_a_visit_without_a_provider_has_no_assignee():
    assert task({"provider_ref": None})["assigneeId"] is None


def test_a_provider_without_a_display_name_is_named_by_their_names():
    assert task({"provider_ref": "HYG2"})["bodyV2"] == {"markdown": "Provider: Otto Hansen"}


def test_a_body_has_only_the_lines_there_is_something_to_say_in():
    assert task({"note": "Latex allergy", "status": None})["bodyV2"] == {"markdown": "Latex allergy"}


def test_a_length_of_nought_is_a_length():
    assert task({"length_minutes": 0})["bodyV2"] == {"markdown": "Length: 0 minutes"}


def test_an_empty_body_clears():
    assert task({})["bodyV2"] == {"markdown": ""}


def test_a_column_that_no_extract_had_changes_nothing():
    assert task({}).keys() == {"pbnId", "taskType", "title", "status", "bodyV2"}


def test_a_status_without_an_option_is_reported_and_still_decides_whether_it_is_over():
    visit = projected(Entity.APPOINTMENT, {"status": "Cancelled by weather"})
    assert visit.missing_words == (MissingWord(object="tasks", field="appointmentStatus", word="Cancelled by weather"),)
    assert (visit.records[0].values["appointmentStatus"], visit.records[0].values["status"]) == (None, "DONE")


def test_the_id_is_that_of_its_pbn_id():
    assert desired(Entity.APPOINTMENT, VISIT).id == id_of(Entity.APPOINTMENT, "77")
