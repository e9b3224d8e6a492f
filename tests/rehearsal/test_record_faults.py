"""Troubles inside the workspace: a record that is refused, a field that an admin removes in mid-run."""

import pytest

from rehearsal.server.faults import Fault
from tests.rehearsal.client import Client

IDS = [f"8f0e5c1a-1f3e-4b51-9a57-0000000000{n:02x}" for n in range(20)]
BATCH = [{"id": row_id, "title": f"note {n}"} for n, row_id in enumerate(IDS)]


def refusing(rate=1.0, seed=0):
    return Client(faults=(Fault(kind="batch-refused", rate=rate),), seed=seed)


def is_refused(client, records, **query):
    return client.request("POST", "/rest/batch/notes", records, **query).status_code == 400


def culprit(client):
    """Return the one record that is refused alone."""
    (found,) = [record for record in BATCH if is_refused(client, [record])]
    return found["id"]


def test_a_batch_is_refused_for_one_record_in_the_words_of_a_bad_value_and_nothing_is_written():
    client = refusing()
    status, message = client.refusal("POST", "/rest/batch/notes", BATCH)
    assert status == 400
    assert message in {f"Invalid string value '{record['title']}' for text field \"title\"" for record in BATCH}
    assert client.get("/rest/notes")["totalCount"] == 0


@pytest.mark.parametrize("query", [{}, {"upsert": "true"}])
def test_the_record_is_refused_again_whatever_comes_with_it_and_the_others_are_not(query):
    client = refusing()
    assert is_refused(client, BATCH, **query)
    halves = [is_refused(client, half, **query) for half in (BATCH[:10], BATCH[10:])]
    assert sorted(halves) == [False, True]
    bad_half = BATCH[:10] if halves[0] else BATCH[10:]
    assert sum(is_refused(client, [record], **query) for record in bad_half) == 1


def test_over_graphql_it_is_refused_too():
    mutation = "mutation C($data: [NoteCreateInput!]!) { createNotes(data: $data) { id } }"
    answer = refusing().graphql(mutation, data=BATCH)
    assert answer["data"] == {"createNotes": None}
    assert answer["errors"][0]["extensions"]["subCode"] == "INVALID_ARGS_DATA"


def test_the_seed_picks_the_record():
    def picked(seed):
        client = refusing(seed=seed)
        assert is_refused(client, BATCH)
        return culprit(client)

    assert picked(1) == picked(1)
    assert len({picked(seed) for seed in range(5)}) > 1


def test_a_share_of_the_batches_is_struck_and_single_records_are_not():
    client = refusing(rate=0.5)
    assert {is_refused(client, [{"title": f"{n}a"}, {"title": f"{n}b"}]) for n in range(20)} == {True, False}
    assert not any(is_refused(client, [{"title": f"{n} alone"}]) for n in range(20))


def removing():
    client = Client(faults=(Fault(kind="field-removed", rate=1.0),))
    client.add_field("note", "key", "TEXT", isUnique=True)
    client.add_field("note", "mood", "TEXT")
    client.add_field("note", "weather", "TEXT")
    return client


def note_fields(client):
    objects = client.get("/rest/metadata/objects")["data"]
    return {field["name"] for item in objects if item["nameSingular"] == "note" for field in item["fields"]}


def test_a_field_that_was_written_is_removed_and_the_write_that_brings_it_again_is_refused():
    client = removing()
    client.post("/rest/notes", {"key": "a", "mood": "good"})
    assert client.refusal("POST", "/rest/batch/notes", [{"key": "b", "mood": "bad"}, {"key": "c", "weather": "fine"}]) == (
        400,
        'Object note doesn\'t have any "mood" field.',
    )
    assert {"key", "weather"} <= note_fields(client)
    assert "mood" not in note_fields(client)
    assert "mood" not in client.get("/rest/notes")["data"]["notes"][0]


def test_it_happens_once():
    client = removing()
    client.post("/rest/notes", {"mood": "good", "weather": "fine"})
    client.refusal("POST", "/rest/notes", {"mood": "bad"})
    client.post("/rest/notes", {"weather": "rain"})


def test_unique_fields_and_relations_are_spared():
    client = Client(faults=(Fault(kind="field-removed", rate=1.0),))
    client.add_field("note", "key", "TEXT", isUnique=True)
    relation = {"type": "MANY_TO_ONE", "targetObjectMetadataId": client.object_id("person"), "targetFieldLabel": "Said"}
    client.add_field("note", "speaker", "RELATION", relationCreationPayload=relation | {"targetFieldIcon": "IconUser"})
    person = client.post("/rest/people", {})["data"]["createPerson"]["id"]
    for key in "abc":
        client.post("/rest/notes", {"key": key, "speakerId": person})
    assert {"key", "speaker"} <= note_fields(client)
