"""Unique values: who holds them, for how long, and that a refused statement changes nothing."""

import pytest

from rehearsal.model.blueprint import field
from rehearsal.store.uniqueness import UniqueIndex
from tests.rehearsal.client import Client

TAKEN = (400, "A duplicate entry was detected")


@pytest.fixture
def emails():
    return UniqueIndex(field("object", "emails", "EMAILS", "now", unique=True))


def holder_of(email, row_id="1"):
    return {"id": row_id, "emails": {"primaryEmail": email, "additionalEmails": ["shared@x.org"]}}


def test_the_first_to_claim_a_value_holds_it(emails):
    assert emails.claim(holder_of("a@x.org", "1")) is None
    assert emails.claim(holder_of("a@x.org", "2")) == "1"
    assert emails.claim(holder_of("a@x.org", "1")) is None


def test_a_released_value_is_free(emails):
    emails.claim(holder_of("a@x.org", "1"))
    emails.release(holder_of("a@x.org", "2"))  # not the holder: nothing happens
    assert emails.holder(holder_of("a@x.org")["emails"]) == "1"
    emails.release(holder_of("a@x.org", "1"))
    assert emails.holder(holder_of("a@x.org")["emails"]) is None


@pytest.mark.parametrize("nothing", ["", None])
def test_nothing_clashes_with_nothing(emails, nothing):
    assert emails.claim(holder_of(nothing, "1")) is None
    assert emails.claim(holder_of(nothing, "2")) is None


def test_only_the_primary_email_counts(emails):
    emails.claim(holder_of("a@x.org", "1"))
    assert emails.claim(holder_of("b@x.org", "2")) is None


def test_soft_deleted_records_keep_their_values_until_destroyed():
    client = Client()
    person = client.post("/rest/people", {"emails": {"primaryEmail": "a@x.org"}})["data"]["createPerson"]
    client.delete(f"/rest/people/{person['id']}", soft_delete="true")
    assert client.refusal("POST", "/rest/people", {"emails": {"primaryEmail": "A@x.org"}}) == TAKEN
    client.delete(f"/rest/people/{person['id']}")
    client.post("/rest/people", {"emails": {"primaryEmail": "a@x.org"}})


def test_a_refused_batch_leaves_no_trace():
    client = Client()
    client.add_field("note", "key", "TEXT", isUnique=True)
    client.post("/rest/notes", {"title": "first", "key": "k"})
    assert (
        client.refusal("POST", "/rest/batch/notes", [{"title": "second", "key": "l"}, {"title": "third", "key": "k"}]) == TAKEN
    )
    assert client.get("/rest/notes")["totalCount"] == 1
    client.post("/rest/notes", {"title": "second", "key": "l"})


def test_a_refused_change_of_several_leaves_their_values_alone():
    client = Client()
    client.add_field("note", "key", "TEXT", isUnique=True)
    client.post("/rest/batch/notes", [{"key": "a"}, {"key": "b"}])
    assert client.refusal("PATCH", "/rest/notes", {"key": "c"}) == TAKEN
    assert sorted(note["key"] for note in client.get("/rest/notes")["data"]["notes"]) == ["a", "b"]
    assert client.refusal("POST", "/rest/notes", {"key": "a"}) == TAKEN
    client.post("/rest/notes", {"key": "c"})


def test_an_upsert_takes_the_unique_value_of_any_object_as_key():
    client = Client()
    first = client.post("/rest/companies", {"name": "Old", "domainName": {"primaryLinkUrl": "https://acme.example"}})
    sent = [{"name": "New", "domainName": {"primaryLinkUrl": "https://ACME.example/"}}]
    again = client.post("/rest/batch/companies", sent, upsert="true")["data"]["createCompanies"]
    assert [(company["id"], company["name"]) for company in again] == [(first["data"]["createCompany"]["id"], "New")]
