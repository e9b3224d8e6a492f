"""The data model: what every workspace has, and what changes of it do to records."""

import pytest

from rehearsal.names import RESERVED, name_of_label
from tests.rehearsal.client import Client

STANDARD = {
    *("person", "company", "task", "taskTarget", "note", "noteTarget", "attachment", "opportunity", "workspaceMember"),
    *("timelineActivity", "workflow", "workflowVersion", "workflowRun", "dashboard", "calendarEvent", "message"),
}


def test_every_standard_object_is_listed_and_readable():
    client = Client()
    objects = client.get("/rest/metadata/objects")["data"]
    assert {item["nameSingular"] for item in objects} >= STANDARD
    for item in objects:
        page = client.get(f"/rest/{item['namePlural']}", depth=1)
        assert page["totalCount"] == (1 if item["nameSingular"] == "workspaceMember" else 0)


def test_each_workspace_has_ids_of_its_own():
    assert Client().object_id("person") != Client().object_id("person")


def test_the_first_member_is_the_owner_and_members_are_listed_once():
    client = Client(members=("dr.lee@x.org", "front_desk@x.org", "dr.lee@x.org"))
    members = client.get("/rest/workspaceMembers", order_by="position")["data"]["workspaceMembers"]
    assert [(m["userEmail"], m["name"]["firstName"], m["name"]["lastName"]) for m in members] == [
        ("dr.lee@x.org", "Dr", "Lee"),
        ("front_desk@x.org", "Front", "Desk"),
    ]


def test_a_new_field_gives_records_its_default():
    client = Client()
    client.post("/rest/notes", {"title": "old"})
    client.add_field("note", "checked", "BOOLEAN", defaultValue=False)
    client.add_field("note", "kind", "SELECT", options=[{"value": "A", "label": "A"}], defaultValue="'A'")
    note = client.get("/rest/notes")["data"]["notes"][0]
    assert (note["checked"], note["kind"]) == (False, "A")


def test_a_renamed_relation_keeps_its_values():
    client = Client()
    payload = {"type": "MANY_TO_ONE", "targetObjectMetadataId": client.object_id("person"), "targetFieldLabel": "Notes About"}
    field = client.add_field("note", "about", "RELATION", relationCreationPayload=payload)
    person = client.post("/rest/people", {})["data"]["createPerson"]["id"]
    client.post("/rest/notes", {"aboutId": person})
    client.patch(f"/rest/metadata/fields/{field['id']}", {"name": "subject"})
    assert client.get("/rest/notes")["data"]["notes"][0]["subjectId"] == person
    assert [note["subjectId"] for note in client.get(f"/rest/people/{person}", depth=1)["data"]["person"]["notesAbout"]] == [
        person
    ]


def test_a_field_that_is_gone_takes_its_values_along():
    client = Client()
    field = client.add_field("note", "colour", "TEXT")
    client.post("/rest/notes", {"colour": "red"})
    client.delete(f"/rest/metadata/fields/{field['id']}")
    assert "colour" not in client.get("/rest/notes")["data"]["notes"][0]


def test_a_custom_object_can_be_linked_and_its_destruction_frees_the_links():
    client = Client()
    body = {"nameSingular": "visit", "namePlural": "visits", "labelSingular": "Visit", "labelPlural": "Visits"}
    visit_object = client.post("/rest/metadata/objects", body)
    visit = client.post("/rest/visits", {"name": "v"})["data"]["createVisit"]["id"]
    client.post("/rest/taskTargets", {"targetVisitId": visit})
    assert len(client.get(f"/rest/visits/{visit}", depth=1)["data"]["visit"]["taskTargets"]) == 1
    client.delete(f"/rest/visits/{visit}")
    assert client.get("/rest/taskTargets")["data"]["taskTargets"][0]["targetVisitId"] is None
    client.delete(f"/rest/metadata/objects/{visit_object['id']}")
    assert "targetVisitId" not in client.get("/rest/taskTargets")["data"]["taskTargets"][0]


def test_a_renamed_object_keeps_its_records_and_links():
    client = Client()
    body = {"nameSingular": "visit", "namePlural": "visits", "labelSingular": "Visit", "labelPlural": "Visits"}
    visit_object = client.post("/rest/metadata/objects", body)
    visit = client.post("/rest/visits", {"name": "v"})["data"]["createVisit"]["id"]
    client.post("/rest/taskTargets", {"targetVisitId": visit})
    client.patch(f"/rest/metadata/objects/{visit_object['id']}", {"nameSingular": "stay", "namePlural": "stays"})
    assert client.get(f"/rest/stays/{visit}")["data"]["stay"]["name"] == "v"
    assert client.get("/rest/taskTargets")["data"]["taskTargets"][0]["targetStayId"] == visit
    assert client.refusal("GET", "/rest/visits") == (400, "object 'visits' not found. eg: companies")


def test_metadata_graphql_describes_relations_from_both_sides():
    client = Client()
    answer = client.metadata(
        "{ objects(paging: {first: 100}) { edges { node { nameSingular fieldsList { name "
        "relation { type targetObjectMetadata { nameSingular } targetFieldMetadata { name } } "
        "morphRelations { targetObjectMetadata { nameSingular } } } } } } }"
    )
    objects = {edge["node"]["nameSingular"]: edge["node"]["fieldsList"] for edge in answer["data"]["objects"]["edges"]}
    company = next(field for field in objects["person"] if field["name"] == "company")
    people = next(field for field in objects["company"] if field["name"] == "people")
    target = next(field for field in objects["taskTarget"] if field["name"] == "targetPerson")
    assert company["relation"] == {
        "type": "MANY_TO_ONE",
        "targetObjectMetadata": {"nameSingular": "company"},
        "targetFieldMetadata": {"name": "people"},
    }
    assert people["relation"]["targetFieldMetadata"] == {"name": "company"}
    assert target["morphRelations"] == [{"targetObjectMetadata": {"nameSingular": "person"}}]


@pytest.mark.parametrize(
    "name", ["currencies", "jobs", "searches", "addresses", "billingMeters", "userWorkspaceRoles", "fullNames"]
)
def test_reserved_names_are_reserved_in_the_plural_too(name):
    assert name in RESERVED


def test_a_name_is_made_from_the_words_of_a_label():
    assert name_of_label("Treatment Plans (old)") == "treatmentPlansOld"
