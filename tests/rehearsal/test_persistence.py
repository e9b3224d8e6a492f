"""A workspace in a file survives a restart: model, records, files, identity."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import httpx
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


SERVE = """
import sys
from pathlib import Path
from rehearsal.server.server import WorkspaceSettings, serve
settings = WorkspaceSettings(api_key="test-key", rate_limit=0, file=Path(sys.argv[1]))
serve(settings, on_ready=lambda url: print(url, flush=True))
"""


@pytest.mark.integration
def test_a_workspace_that_was_killed_comes_back_whole(tmp_path):
    file = tmp_path / "workspace.db"
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", SERVE, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        url = process.stdout.readline().strip()
        answered = []
        with httpx.Client(base_url=url, headers={"Authorization": "Bearer test-key"}, timeout=10) as http:
            killer = threading.Timer(0.5, process.kill)
            killer.start()
            with contextlib.suppress(httpx.TransportError):
                while True:
                    batch = [{"title": f"{len(answered)}"} for _ in range(50)]
                    http.post("/rest/batch/notes", json=batch).raise_for_status()
                    answered.append(batch)
            killer.join()
    counts = Counter(note["title"] for note in all_notes(Client(file=file)))
    assert answered
    assert all(counts[str(n)] == 50 for n in range(len(answered)))
    assert set(counts.values()) == {50}  # a batch is there whole or not at all


def all_notes(client):
    query = "{ notes(first: 1000000) { edges { node { title } } } }"
    return [edge["node"] for edge in client.graphql(query)["data"]["notes"]["edges"]]


def test_a_file_of_the_first_release_is_read_and_kept_in_the_new_form(tmp_path):
    file = tmp_path / "workspace.db"
    client = Client(file=file)
    client.post("/rest/batch/notes", [{"title": "a"}, {"title": "b"}])
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.executescript(
            """
            CREATE TABLE old (object_id TEXT, id TEXT, value BLOB NOT NULL, PRIMARY KEY (object_id, id)) WITHOUT ROWID;
            INSERT INTO old SELECT object_id, id, value FROM records;
            DROP TABLE records;
            ALTER TABLE old RENAME TO records;
            """
        )
    Client(file=file).post("/rest/notes", {"title": "c"})
    assert sorted(note["title"] for note in all_notes(Client(file=file))) == ["a", "b", "c"]


def test_records_are_kept_through_changes_of_the_data_model_and_of_themselves(tmp_path):
    file = tmp_path / "workspace.db"
    client = Client(file=file)
    made = client.post("/rest/batch/notes", [{"title": "stays"}, {"title": "goes"}])["data"]["createNotes"]
    client.add_field("note", "mood", "TEXT", defaultValue="'fine'")
    client.patch(f"/rest/notes/{made[0]['id']}", {"mood": "good"})
    client.delete(f"/rest/notes/{made[1]['id']}")
    client.post("/rest/notes", {"title": "comes"})
    notes = Client(file=file).get("/rest/notes", order_by="title")["data"]["notes"]
    assert [(note["title"], note["mood"]) for note in notes] == [("comes", "fine"), ("stays", "good")]
