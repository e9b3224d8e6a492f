"""A rehearsal workspace answers like the version of Twenty that it is told to."""

import pytest

from rehearsal.operations.fields import create_field
from rehearsal.server.faults import Fault
from rehearsal.values.forms import FORMS
from tests.rehearsal.client import Client

NEW = [version for version in FORMS if version != "2.21"]


def operations(client):
    types = client.metadata("{ __schema { types { name fields { name } inputFields { name } } } }")["data"]["__schema"]["types"]
    fields = {(kind["name"], field["name"]) for kind in types for field in kind["fields"] or ()}
    return fields | {(kind["name"], field["name"]) for kind in types for field in kind["inputFields"] or ()}


def test_only_the_old_form_takes_a_file_in_one_request():
    assert ("Mutation", "uploadFilesFieldFile") in operations(Client())
    for version in NEW:
        found = operations(Client(like=version))
        assert ("Mutation", "uploadFilesFieldFile") not in found
        assert ("Mutation", "createFileUpload") in found


def test_an_object_can_be_made_private_from_2_43_on():
    settable = {version: ("UpdateObjectPayload", "readability") in operations(Client(like=version)) for version in FORMS}
    assert settable == {"2.21": False, "2.40": False, "2.43": True}
    client = Client(like="2.43")
    path = f"/rest/metadata/objects/{client.object_id('note')}"
    refused = client.request("PATCH", path, {"readability": "PRIVATE"})
    assert refused.status_code == 400
    assert "sharing rule" in refused.text
    client.app.state.workspace.shared.add(client.object_id("note"))
    client.patch(path, {"readability": "PRIVATE"})
    [note] = [
        one["node"]
        for one in client.metadata("{ objects(paging: {first: 99}) { edges { node { nameSingular readability } } } }")["data"][
            "objects"
        ]["edges"]
        if one["node"]["nameSingular"] == "note"
    ]
    assert note["readability"] == "PRIVATE"


@pytest.mark.parametrize("version", NEW)
def test_a_newer_limit_names_itself_and_when_to_come_back(version):
    client = Client(like=version, rate_limit=2)
    for _ in range(2):
        client.get("/rest/people")
    refused = client.request("GET", "/rest/people")
    assert (refused.status_code, refused.json()["error"], refused.json()["limit"]) == (429, "RATE_LIMITED", 2)
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    extensions = client.graphql("{ people { totalCount } }")["errors"][0]["extensions"]
    assert (extensions["code"], extensions["periodCount"], extensions["periodUnit"]) == ("RATE_LIMITED", 60, "second")
    [rule] = client.metadata("{ usageLimits { resourceType limitKind limitValue } }")["data"]["usageLimits"]
    assert rule == {"resourceType": "API", "limitKind": "speed", "limitValue": 2}


@pytest.mark.parametrize("version", NEW)
def test_over_rest_a_record_is_answered_with_200_fields_at_most(version):
    client = Client(like=version)
    person = client.object_id("person")
    for number in range(190):
        sent = {"objectMetadataId": person, "name": f"extra{number}", "label": f"Extra {number}", "type": "TEXT"}
        create_field(client.app.state.workspace, sent)
    response = client.request("POST", "/rest/people", {"jobTitle": "x"})
    assert len(response.json()["data"]["createPerson"]) == 200
    assert (response.headers["x-twenty-fields-capped"], response.headers["x-twenty-fields-max"]) == ("true", "200")
    answer = client.graphql("{ people { edges { node { extra189 } } } }")
    assert "extra189" in answer["data"]["people"]["edges"][0]["node"]


def test_a_record_that_is_not_shared_is_not_there():
    client = Client()
    row_id = client.post("/rest/people", {"jobTitle": "x"})["data"]["createPerson"]["id"]
    client.app.state.workspace.hidden.add(row_id)
    assert client.get("/rest/people")["data"]["people"] == []
    assert client.request("GET", f"/rest/people/{row_id}").status_code == 404
    assert client.request("PATCH", f"/rest/people/{row_id}", {"jobTitle": "y"}).status_code == 404
    assert client.graphql("{ people { totalCount } }")["data"]["people"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [("rate-limited", 429, "RATE_LIMITED"), ("quota", 402, "QUOTA_EXHAUSTED"), ("stock", 402, "STOCK_EXHAUSTED")],
)
def test_a_fault_strikes_the_request_of_its_number_and_no_other(kind, status, code):
    client = Client(faults=(Fault.parse(f"{kind}@2"),))
    statuses = [client.request("POST", "/rest/people", {"jobTitle": "x"}).status_code for _ in range(3)]
    assert statuses == [201, status, 201]
    assert client.graphql("{ people { totalCount } }")["data"]["people"]["totalCount"] == 2
    client = Client(faults=(Fault.parse(f"{kind}@1"),))
    upload = 'mutation { createFileUpload(filename: "x.txt", size: 1, fileFolder: FilesField) { fileId } }'
    response = client.request("POST", "/metadata", {"query": upload})
    assert response.status_code == 200
    assert response.json()["errors"][0]["extensions"]["subCode"] == code


def test_a_full_workspace_takes_updates_and_reads():
    client = Client(faults=(Fault(kind="stock", rate=1.0),))
    assert client.request("POST", "/rest/batch/people", [], upsert="true").status_code != 402
    assert client.request("GET", "/rest/people").status_code == 200
    assert client.request("POST", "/rest/batch/people", [{}]).status_code == 402


def test_a_capped_answer_is_of_a_write_that_was_carried_out():
    client = Client(faults=(Fault.parse("fields-capped@1"),))
    response = client.request("POST", "/rest/batch/people", [{"jobTitle": "x"}])
    whole = client.request("POST", "/rest/batch/people", [{"jobTitle": "y"}])
    [half], [full] = response.json()["data"]["createPeople"], whole.json()["data"]["createPeople"]
    assert response.headers["x-twenty-fields-capped"] == "true"
    assert "x-twenty-fields-capped" not in whole.headers
    assert set(half) < set(full)
    assert client.graphql("{ people { totalCount } }")["data"]["people"]["totalCount"] == 2


@pytest.mark.parametrize("text", ["quota@0", "quota@x", "500@3", "quota@"])
def test_a_position_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match=r"[Ff]ault"):
        Fault.parse(text)


def test_a_version_that_cannot_be_played_is_refused():
    with pytest.raises(ValueError, match=r"2\.21, 2\.40, 2\.43"):
        Client(like="1.0")
