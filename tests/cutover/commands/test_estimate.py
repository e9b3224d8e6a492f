"""`cutover estimate` counts records, requests and time as if everything were new in Twenty."""

import os

import pytest

from cutover.commands.extracts.estimate import estimate
from cutover.project.errors import UsageError
from cutover.project.init_project import init_project
from cutover.project.project import find_project
from cutover.runs.session import Session

PATIENT_HEAD = "Patient ID,First Name,Last Name,Email,Mobile Phone,Date of Birth,Status\n"
VISIT_HEAD = "Appointment ID,Patient ID,Appointment Date,Start Time,Type,Provider,Duration,Status,Date Created\n"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in [name for name in os.environ if name.upper().startswith("CUTOVER_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def session(tmp_path):
    init_project(tmp_path / "fern", practice_id="fern", name="Fern Street Dental")
    with find_project(tmp_path / "fern") as found, Session(found) as session:
        yield session


def office(folder, patients, visits):
    folder.mkdir()
    rows = [f"{n},Ada,Quist,ada{n}@example.com,,02/03/1980,Active\n" for n in patients]
    (folder / "patients.csv").write_text(PATIENT_HEAD + "".join(rows), encoding="utf-8")
    rows = [
        f"{n},{patient},05/20/2026,9:00 AM,Cleaning,D1,30,Scheduled,05/01/2026 8:00 AM\n" for n, patient in enumerate(visits, 1)
    ]
    (folder / "visits.csv").write_text(VISIT_HEAD + "".join(rows), encoding="utf-8")
    return folder


@pytest.fixture
def extract(tmp_path):
    return office(tmp_path / "day-1", range(1, 202), [1] * 450)


def test_records_are_counted_per_object_with_their_links(session, extract):
    records = estimate(session, [extract]).document["records"]
    assert {name: n for name, n in records.items() if n} == {"companies": 1, "people": 201, "tasks": 450, "taskTargets": 450}
    assert {"notes", "noteTargets", "treatmentPlans", "billingRecords", "insuranceClaims", "attachments"} <= records.keys()


def test_each_object_takes_full_batches_and_one_that_is_not_full(session, extract):
    document = estimate(session, [extract]).document
    assert {name: n for name, n in document["requests"].items() if n} == {
        "companies": 1,
        "people": 2,
        "tasks": 3,
        "taskTargets": 3,
    }
    assert (document["total_records"], document["total_requests"], document["batch_size"]) == (1102, 11, 200)


def test_the_time_goes_by_the_rate_limit_of_the_settings_or_of_the_option(session, extract):
    assert estimate(session, [extract]).document["rate_limit"] == session.project.settings.twenty.rate_limit
    slow = estimate(session, [extract], 9).document
    assert slow["rate_limit"] == 9
    assert 74 <= slow["seconds"] <= 76


def test_without_a_rate_limit_only_the_server_decides(session, extract):
    answer = estimate(session, [extract], 0)
    assert (answer.document["rate_limit"], answer.document["seconds"]) == (0, None)
    assert "as fast as Twenty answers" in answer.document["text"]


def test_a_rollback_takes_thousands_a_request(session, extract):
    rollback = estimate(session, [extract], 100).document["rollback"]
    assert rollback["records_per_request"] >= 1000
    assert rollback["requests"] < 2 * 9
    assert rollback["seconds"] > 0


def test_what_several_extracts_have_counts_once(session, extract, tmp_path):
    later = office(tmp_path / "day-2", range(200, 204), [1] * 452)
    records = estimate(session, [extract, later]).document["records"]
    assert (records["people"], records["tasks"]) == (203, 452)


def test_records_without_their_patient_are_not_written(session, tmp_path):
    records = estimate(session, [office(tmp_path / "day-1", [1, 2], [1, 2, 99])]).document["records"]
    assert (records["tasks"], records["taskTargets"]) == (2, 2)


def test_uploads_stand_apart(session, tmp_path):
    extract = office(tmp_path / "day-1", [1], [1])
    (extract / "documents").mkdir()
    (extract / "documents" / "a.txt").write_text("12345", encoding="utf-8")
    index = "Document ID,Patient ID,File Name,File Path,Uploaded\n20,1,a.txt,documents/a.txt,05/01/2026\n"
    (extract / "index.csv").write_text(index, encoding="utf-8")
    document = estimate(session, [extract]).document
    assert document["uploads"] == {"files": 1, "bytes": 5}
    assert document["requests"]["attachments"] == 1


def test_the_sentence_is_for_people(session, extract):
    answer = estimate(session, [extract], 1)
    assert answer.document["text"] in answer.text
    assert "1,102 records" in answer.document["text"]
    assert "12 minutes at 1 request a minute" in answer.document["text"]
    assert not answer.findings


def test_a_rate_limit_cannot_be_negative(session, extract):
    with pytest.raises(UsageError, match="rate limit"):
        estimate(session, [extract], -1)
