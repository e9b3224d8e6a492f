"""Paths, methods and bodies over REST, as a real 2.21 server was seen to take them."""

import pytest

from tests.rehearsal.client import Client

NOTE = "8f0e5c1a-1f3e-4b51-9a57-0d6f0d1c0d55"


@pytest.fixture(scope="module")
def client():
    client = Client()
    client.post("/rest/notes", {"id": NOTE, "title": "a"})
    return client


@pytest.mark.parametrize(("method", "path"), [("GET", "/nope"), ("POST", "/nope"), ("GET", "/rest"), ("GET", "/rest/")])
def test_a_path_that_there_is_not(client, method, path):
    response = client.request(method, path)
    assert response.status_code == 404
    assert response.json() == {"message": f"Cannot {method} {path}", "error": "Not Found", "statusCode": 404}


@pytest.mark.parametrize("path", ["/rest/batch/notes", "/rest/restore/notes"])
def test_batch_and_restore_count_with_one_method_each_and_mean_the_object_with_others(client, path):
    assert client.get(path)["totalCount"] == 1
    assert client.request("PUT", path, {"title": "b"}).json()["data"]["updateNotes"][0]["title"] == "b"


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("POST", "/rest/notes", "Cannot read properties of undefined (reading 'position')"),
        ("PATCH", f"/rest/notes/{NOTE}", "Cannot read properties of undefined (reading 'position')"),
        ("POST", "/rest/batch/notes", "Cannot read properties of undefined (reading 'forEach')"),
    ],
)
def test_a_body_that_is_not_there(client, method, path, message):
    assert client.refusal(method, path) == (400, message)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (None, "Cannot read properties of null (reading 'position')"),
        (5, "Cannot create property 'position' on number '5'"),
        ("x", "Cannot create property 'position' on string 'x'"),
    ],
)
def test_a_record_that_is_none(client, record, message):
    assert client.refusal("POST", "/rest/batch/notes", [record]) == (400, message)


@pytest.mark.parametrize("depth", ["", "1", "1.0", "01", " 1"])
def test_the_depth_is_what_javascript_takes_for_a_number(client, depth):
    assert ("attachments" in client.get(f"/rest/notes/{NOTE}", depth=depth)["data"]["note"]) is (depth != "")


def test_the_head_of_a_list_can_be_asked_for(client):
    assert client.request("HEAD", "/rest/notes").status_code == 200


def test_the_first_record_has_position_0_and_others_come_before_it():
    client = Client()
    positions = [client.post("/rest/tasks", {})["data"]["createTask"]["position"] for _ in range(3)]
    assert positions == [0, -1, -2]
