"""Merging two people, as Twenty 2.21 does it: the loser is destroyed, and its links and attachments with it."""

from typing import Any

import pytest

from tests.rehearsal.client import Client

MERGE = """mutation($ids: [UUID!]!, $dry: Boolean) {
  mergePeople(ids: $ids, conflictPriorityIndex: 0, dryRun: $dry) {
    id deletedAt jobTitle name { firstName lastName } emails { primaryEmail additionalEmails }
  }
}"""


def id_of(answer: Any) -> str:
    return next(iter(answer["data"].values()))["id"]


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def people(client: Client) -> list[str]:
    ana = {"name": {"firstName": "Ana", "lastName": "Ray"}, "emails": {"primaryEmail": "ana@home.example"}}
    bo = {"name": {"firstName": "Bo"}, "emails": {"primaryEmail": "bo@home.example"}, "jobTitle": "Nurse"}
    return [id_of(client.post("/rest/people", body)) for body in (ana, bo)]


def there(client: Client, plural: str) -> int:
    count: int = client.get(f"/rest/{plural}")["totalCount"]
    return count


def test_the_winner_keeps_its_values_and_gets_what_it_lacks(client: Client, people: list[str]) -> None:
    merged = client.patch("/rest/people/merge", {"ids": people, "conflictPriorityIndex": 0})["data"]["mergePerson"]
    assert merged["id"] == people[0]
    assert merged["name"] == {"firstName": "Ana", "lastName": "Ray"}
    assert merged["jobTitle"] == "Nurse"
    assert merged["emails"]["primaryEmail"] == "ana@home.example"
    assert merged["emails"]["additionalEmails"] == ["bo@home.example"]


def test_the_loser_is_destroyed_with_its_links_and_attachments(client: Client, people: list[str]) -> None:
    winner, loser = people
    task = id_of(client.post("/rest/tasks", {"title": "Call"}))
    client.post("/rest/taskTargets", {"taskId": task, "targetPersonId": loser})
    client.post("/rest/attachments", {"name": "Card", "targetPersonId": loser})
    client.post("/rest/taskTargets", {"taskId": task, "targetPersonId": winner})
    client.patch("/rest/people/merge", {"ids": [winner, loser], "conflictPriorityIndex": 0})
    assert client.request("GET", f"/rest/people/{loser}").status_code == 404
    trash = client.graphql("query { people(filter: {deletedAt: {is: NOT_NULL}}) { totalCount } }")
    assert trash["data"]["people"]["totalCount"] == 0
    assert there(client, "tasks") == 1
    assert there(client, "taskTargets") == 1
    assert there(client, "attachments") == 0


def test_what_a_relation_points_with_goes_to_the_winner(client: Client, people: list[str]) -> None:
    body = {"name": "Crown", "pointOfContactId": people[1]}
    opportunity = id_of(client.post("/rest/opportunities", body))
    client.patch("/rest/people/merge", {"ids": people, "conflictPriorityIndex": 0})
    held = client.get(f"/rest/opportunities/{opportunity}")["data"]["opportunity"]
    assert held["pointOfContactId"] == people[0]


def test_what_points_by_a_relation_that_is_switched_off_stays_behind(client: Client, people: list[str]) -> None:
    """The real merge moves active relations alone (`!field.isActive`); the foreign key then empties the others."""
    body = {"name": "Crown", "pointOfContactId": people[1]}
    opportunity = id_of(client.post("/rest/opportunities", body))
    field = next(
        f
        for f in client.get(f"/rest/metadata/objects/{client.object_id('opportunity')}")["fields"]
        if f["name"] == "pointOfContact"
    )
    client.patch(f"/rest/metadata/fields/{field['id']}", {"isActive": False})
    client.patch("/rest/people/merge", {"ids": people, "conflictPriorityIndex": 0})
    held = client.get(f"/rest/opportunities/{opportunity}")["data"]["opportunity"]
    assert held["pointOfContactId"] is None


def test_graphql_merges_the_selected_fields(client: Client, people: list[str]) -> None:
    merged = client.graphql(MERGE, ids=people)["data"]["mergePeople"]
    assert (merged["id"], merged["jobTitle"]) == (people[0], "Nurse")
    assert there(client, "people") == 1


def test_a_dry_run_changes_nothing(client: Client, people: list[str]) -> None:
    merged = client.graphql(MERGE, ids=people, dry=True)["data"]["mergePeople"]
    assert merged["id"] not in people
    assert merged["deletedAt"] is not None
    assert there(client, "people") == 2


@pytest.mark.parametrize(
    ("ids", "index", "message"),
    [
        ([0], 0, "At least 2 record IDs are required for merge"),
        ([0, 1], 2, "Invalid conflict priority '2'. Valid options for 2 records: 0-1"),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 0, "Maximum 9 records can be merged at once"),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused(
    client: Client, people: list[str], ids: list[int], index: int, message: str
) -> None:
    sent = {"ids": [people[i] for i in ids], "conflictPriorityIndex": index}
    assert client.refusal("PATCH", "/rest/people/merge", sent) == (400, message)


def test_people_in_the_trash_are_not_merged(client: Client, people: list[str]) -> None:
    client.delete(f"/rest/people/{people[1]}", soft_delete="true")
    sent = {"ids": people, "conflictPriorityIndex": 0}
    assert client.refusal("PATCH", "/rest/people/merge", sent) == (404, "One or more records not found")


def test_tasks_are_not_merged(client: Client) -> None:
    status, message = client.refusal("PATCH", "/rest/tasks/merge", {"ids": [], "conflictPriorityIndex": 0})
    assert status == 400
    assert message.startswith("Merge is only available for objects with duplicate criteria.")
