"""Timeline rows, as Twenty's worker writes them about every write."""

from typing import Any

import pytest

from tests.rehearsal.client import Client
from tests.rehearsal.test_merging import id_of


@pytest.fixture
def client() -> Client:
    return Client(timeline=True)


def rows(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/rest/timelineActivities", limit="60")["data"]["timelineActivities"]
    return sorted(found, key=lambda row: (row["createdAt"], row["name"]))


def test_a_new_workspace_writes_none_unless_asked() -> None:
    plain = Client()
    plain.post("/rest/people", {"jobTitle": "Nurse"})
    assert rows(plain) == []


def test_each_write_leaves_a_row_at_its_record(client: Client) -> None:
    person = id_of(client.post("/rest/people", {"jobTitle": "Nurse"}))
    client.patch(f"/rest/people/{person}", {"jobTitle": "Clerk"})
    client.delete(f"/rest/people/{person}", soft_delete="true")
    found = rows(client)
    assert sorted(row["name"] for row in found) == ["person.created", "person.deleted", "person.updated"]
    assert {row["targetPersonId"] for row in found} == {person}
    [updated] = [row for row in found if row["name"] == "person.updated"]
    assert updated["properties"]["diff"]["jobTitle"] == {"before": "Nurse", "after": "Clerk"}
    assert updated["workspaceMemberId"] is None


def test_a_link_leaves_a_row_with_the_title_at_its_person(client: Client) -> None:
    person, note = id_of(client.post("/rest/people", {})), id_of(client.post("/rest/notes", {"title": "Allergy"}))
    client.post("/rest/noteTargets", {"noteId": note, "targetPersonId": person})
    [linked] = [row for row in rows(client) if row["name"] == "linked-note.created"]
    assert (linked["targetPersonId"], linked["linkedRecordId"]) == (person, note)
    assert linked["linkedRecordCachedName"] == "Allergy"


def test_rows_of_a_destroyed_person_go_and_those_of_a_note_point_at_nothing(client: Client) -> None:
    person, note = id_of(client.post("/rest/people", {})), id_of(client.post("/rest/notes", {"title": "Allergy"}))
    client.delete(f"/rest/people/{person}")
    client.delete(f"/rest/notes/{note}")
    assert [(row["name"], row["targetNoteId"]) for row in rows(client)] == [("note.created", None)]


def test_a_new_title_leaves_a_row_about_each_link_that_points_at_nobody(client: Client) -> None:
    person, task = id_of(client.post("/rest/people", {})), id_of(client.post("/rest/tasks", {"title": "Call"}))
    client.post("/rest/taskTargets", {"taskId": task, "targetPersonId": person})
    client.patch(f"/rest/tasks/{task}", {"title": "Call again"})
    [linked] = [row for row in rows(client) if row["name"] == "linked-task.updated"]
    assert (linked["linkedRecordId"], linked["linkedRecordCachedName"]) == (task, "Call again")
    assert (linked["targetPersonId"], linked["targetTaskId"]) == (None, None)
    assert linked["properties"]["diff"]["title"] == {"before": "Call", "after": "Call again"}
