"""The data model: what every workspace has, and what changes of it do to records."""

import pytest

from rehearsal.model.names import RESERVED, name_of_label
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
    target = {"targetObjectMetadataId": client.object_id("person"), "targetFieldLabel": "Notes About"}
    payload = {"type": "MANY_TO_ONE", "targetFieldIcon": "IconNotes"} | target
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


def refusal_of(client, method, path, body):
    """Return (status, the first thing that is wrong)."""
    response = client.request(method, path, body)
    answer = response.json()
    if isinstance(answer, str):
        return response.status_code, answer.partition(" (")[0]
    report = next(iter(answer["errors"].values()))[0] if "errors" in answer else {}
    message = answer["message"] if "message" in answer else answer["messages"]
    return response.status_code, report["errors"][0]["message"] if report else message[0]


OPTIONS = [{"value": "A", "label": "A", "color": "green", "position": 0}]


@pytest.mark.parametrize(
    ("sent", "status", "message"),
    [
        ({"name": "and", "type": "TEXT"}, 400, "name has failed the name validation check"),
        ({"name": "a"}, 400, "type should not be empty"),
        ({"name": "a", "type": "TEXT", "defaultValue": "unquoted"}, 500, "Migration action 'create' for 'fieldMetadata'"),
        ({"name": "a", "type": "NUMBER", "defaultValue": "x"}, 500, "Migration action 'create' for 'fieldMetadata'"),
        (
            {"name": "a", "type": "ADDRESS", "isUnique": True},
            400,
            "Unique index cannot be created for field a of type ADDRESS",
        ),
        (
            {"name": "a", "type": "FILES"},
            400,
            "maxNumberOfValues must be defined in settings and be a number greater than 0 and less than or equal to 60",
        ),
        ({"name": "a", "type": "TS_VECTOR"}, 400, "TS Vector is not supported for field creation"),
        ({"name": "a", "type": "SELECT", "options": [OPTIONS[0] | {"id": "x"}]}, 400, "Option id is invalid"),
        (
            {"name": "a", "type": "MULTI_SELECT", "options": OPTIONS, "defaultValue": "'A'"},
            400,
            "Default value for multi-select must be an array got 'A'",
        ),
        (
            {"name": "a", "type": "RELATION", "relationCreationPayload": {"type": "MANY_TO_ONE"}},
            400,
            "Relation creation payload is invalid: targetObjectMetadataId must be a UUID, targetFieldLabel must be a string, "
            "targetFieldIcon must be a string",
        ),
    ],
)
def test_a_field_is_refused_as_a_real_2_21_server_was_seen_to_refuse_it(sent, status, message):
    client = Client()
    body = {"objectMetadataId": client.object_id("note"), "label": "A"} | sent
    assert refusal_of(client, "POST", "/rest/metadata/fields", body) == (status, message)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"labelSingular": "x" * 64}, "Object label is too long"),
        ({"isRemote": True}, "Remote objects are not supported yet"),
        ({"nameSingular": "a" * 58}, "Name is too long"),  # links get a field "target" and the name
    ],
)
def test_an_object_is_refused_as_a_real_2_21_server_was_seen_to_refuse_it(more, message):
    names = {"nameSingular": "visit", "namePlural": "visits", "labelSingular": "Visit", "labelPlural": "Visits"}
    assert refusal_of(Client(), "POST", "/rest/metadata/objects", names | more) == (400, message)


def test_an_object_can_do_without_a_name():
    names = {"nameSingular": "visit", "namePlural": "visits", "labelSingular": "Visit", "labelPlural": "Visits"}
    created = Client().post("/rest/metadata/objects", names | {"skipNameField": True})
    assert "name" not in {field["name"] for field in created["fields"]}


def test_standard_objects_and_fields_keep_their_names_and_show_their_own_labels():
    client = Client()
    person = f"/rest/metadata/objects/{client.object_id('person')}"
    assert client.patch(person, {"labelSingular": "Patient"})["labelSingular"] == "Person"
    assert client.refusal("PATCH", person, {"nameSingular": "patient"}) == (
        400,
        "Cannot edit standard object metadata properties: nameSingular",
    )
    fields = {field["name"]: field["id"] for field in client.get(person)["fields"]}
    assert client.refusal("PATCH", f"/rest/metadata/fields/{fields['jobTitle']}", {"name": "profession"}) == (
        403,
        "Cannot edit standard field metadata properties: name",
    )


def test_the_field_that_names_records_can_neither_go_nor_be_switched_off():
    client = Client()
    names = {"nameSingular": "visit", "namePlural": "visits", "labelSingular": "Visit", "labelPlural": "Visits"}
    fields = {field["name"]: field["id"] for field in client.post("/rest/metadata/objects", names)["fields"]}
    path = f"/rest/metadata/fields/{fields['name']}"
    assert refusal_of(client, "PATCH", path, {"isActive": False})[1] == "Label identifier field metadata cannot be deactivated"
    assert refusal_of(client, "DELETE", path, None)[1] == "Cannot delete, please update the label identifier field first"


def test_a_field_that_takes_no_null_must_be_sent():
    client = Client()
    client.add_field("note", "rank", "NUMBER", isNullable=False)
    assert client.refusal("POST", "/rest/notes", {}) == (
        400,
        'null value in column "rank" of relation "note" violates not-null constraint',
    )
    assert client.refusal("POST", "/rest/notes", {"rank": None}) == (
        400,
        "Field rank is not nullable and has no default value.",
    )
    client.post("/rest/notes", {"rank": 1})


def test_a_path_that_is_none_of_the_data_model_is_taken_for_one_of_records():
    client = Client()
    assert client.refusal("GET", "/rest/metadata/nope") == (400, "'nope' is not a valid UUID")
    assert client.refusal("PATCH", "/rest/metadata/objects", {}) == (400, "'objects' is not a valid UUID")
    assert client.refusal("GET", "/rest/metadata/") == (400, "object 'metadata' not found. eg: companies")


def test_a_list_of_objects_has_ten_of_them_unless_more_are_asked_for():
    client = Client()
    assert len(client.metadata("{ objects { edges { node { id } } } }")["data"]["objects"]["edges"]) == 10
    assert (
        len(client.metadata("{ objects(paging: {first: 1000}) { edges { node { id } } } }")["data"]["objects"]["edges"]) == 28
    )


def test_a_missing_input_is_named_in_the_words_of_the_javascript_library():
    mutation = "mutation($i: CreateOneObjectInput!) { createOneObject(input: $i) { id } }"
    response = Client().request("POST", "/metadata", {"query": mutation, "variables": {"i": {}}})
    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == 'Field "object" of required type "CreateObjectInput!" was not provided.'
