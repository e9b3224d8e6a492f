"""A workspace in a file survives a restart: model, records, files, identity."""

import sqlite3

import pytest

from tests.rehearsal.client import Client

UPLOAD = "mutation($i: String!) { completeFileUpload(fileId: $i) { id url } }"
ANNOUNCE = 'mutation { createFileUpload(filename: "a.txt", size: 2, fileFolder: FilesField) { fileId uploadUrl contentType } }'


def snapshot(client):
    objects = client.get("/rest/metadata/objects")["data"]
    records = {}
    for item in objects:
        for where in ("deletedAt[is]:NULL", "deletedAt[is]:NOT_NULL"):
            page = client.get(f"/rest/{item['namePlural']}", filter=where, limit=200)
            records[item["namePlural"], where] = page["data"][item["namePlural"]]
    return objects, records


def test_everything_is_as_it_was(tmp_path):
    file = tmp_path / "folder" / "workspace.db"
    client = Client(file=file, members=("a@x.org",))
    client.add_field("person", "status", "SELECT", options=[{"value": "NEW", "label": "New"}])
    people = client.post("/rest/batch/people", [{"status": "NEW"}, {"jobTitle": "x"}, {}])["data"]["createPeople"]
    client.delete(f"/rest/people/{people[1]['id']}", soft_delete="true")
    client.delete(f"/rest/people/{people[2]['id']}")
    client.patch(f"/rest/people/{people[0]['id']}", {"name": {"firstName": "Ann"}})
    before = snapshot(client)

    again = Client(file=file, members=("a@x.org", "new@x.org"))
    objects, records = snapshot(again)
    members = records.pop(("workspaceMembers", "deletedAt[is]:NULL"))
    assert sorted(member["userEmail"] for member in members) == ["a@x.org", "new@x.org"]
    before[1].pop(("workspaceMembers", "deletedAt[is]:NULL"))
    assert (objects, records) == before


def test_unique_values_are_still_taken(tmp_path):
    file = tmp_path / "workspace.db"
    Client(file=file).post("/rest/people", {"emails": {"primaryEmail": "a@x.org"}})
    assert Client(file=file).refusal("POST", "/rest/people", {"emails": {"primaryEmail": "a@x.org"}})[0] == 400


def test_uploaded_bytes_and_their_addresses_are_kept(tmp_path):
    file = tmp_path / "workspace.db"
    client = Client(file=file)
    announced = client.metadata(ANNOUNCE)["data"]["createFileUpload"]
    headers = {"Content-Type": announced["contentType"]}
    assert put(client, announced["uploadUrl"], b"hi", headers).status_code == 204
    url = client.metadata(UPLOAD, i=announced["fileId"])["data"]["completeFileUpload"]["url"]
    again = Client(file=file)
    again.post("/rest/attachments", {"file": [{"fileId": announced["fileId"], "label": "a.txt"}]})
    assert Client(file=file).request("GET", url, key=None).text == "hi"
    assert Client(file=file).request("GET", url.replace("token=", "token=0"), key=None).status_code == 404


def put(client, url, content, headers):
    import asyncio

    import httpx

    async def send():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(client.app), base_url="http://rehearsal") as http:
            return await http.put(url, content=content, headers=headers)

    return asyncio.run(send())


def test_the_updates_of_a_refused_upsert_are_kept(tmp_path):
    file = tmp_path / "workspace.db"
    client = Client(file=file)
    person = client.post("/rest/people", {})["data"]["createPerson"]["id"]
    unknown = "8f0e5c1a-1f3e-4b51-9a57-0d6f0d1c0d55"
    client.refusal("POST", "/rest/batch/people", [{"id": person, "jobTitle": "kept"}, {"companyId": unknown}], upsert="true")
    assert [p["jobTitle"] for p in Client(file=file).get("/rest/people")["data"]["people"]] == ["kept"]


def test_a_file_that_is_no_workspace_is_refused(tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(sqlite3.DatabaseError):
        Client(file=file)
