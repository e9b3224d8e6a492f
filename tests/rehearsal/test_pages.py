"""Lists in order and in pages: nothing lost, nothing twice, whatever the order."""

import pytest

from tests.rehearsal.client import Client

COUNT = 25


@pytest.fixture(scope="module")
def notes():
    client = Client()
    client.add_field("note", "rank", "NUMBER")
    client.post("/rest/batch/notes", [{"title": f"{i:02}", "rank": i % 5 or None} for i in range(COUNT)])
    return client


def pages(client, **query):
    after, titles = None, []
    while True:
        page = client.get("/rest/notes", limit=4, **query, **({"starting_after": after} if after else {}))
        titles += [note["title"] for note in page["data"]["notes"]]
        assert page["totalCount"] == COUNT
        if not page["pageInfo"]["hasNextPage"]:
            return titles
        after = page["pageInfo"]["endCursor"]


@pytest.mark.parametrize(
    "order_by", ["", "title[DescNullsLast]", "rank[AscNullsFirst]", "rank[DescNullsLast],title", "createdAt"]
)
def test_pages_hold_every_record_once(notes, order_by):
    query = {"order_by": order_by} if order_by else {}
    titles = pages(notes, **query)
    assert sorted(titles) == [f"{i:02}" for i in range(COUNT)]
    whole = notes.get("/rest/notes", limit=200, **query)["data"]["notes"]
    assert titles == [note["title"] for note in whole]


def test_a_page_goes_on_where_it_ended_even_if_that_record_is_gone(notes):
    client = Client()
    client.post("/rest/batch/notes", [{"title": str(i)} for i in range(6)])
    first = client.get("/rest/notes", limit=3, order_by="title")
    client.delete(f"/rest/notes/{first['data']['notes'][-1]['id']}")
    rest = client.get("/rest/notes", order_by="title", starting_after=first["pageInfo"]["endCursor"])
    assert [note["title"] for note in rest["data"]["notes"]] == ["3", "4", "5"]


def test_graphql_reads_and_destroys_thousands_by_id():
    client = Client()
    ids = []
    for _ in range(10):
        ids += [note["id"] for note in client.post("/rest/batch/notes", [{"title": "x"}] * 200)["data"]["createNotes"]]
    query = "query($f: NoteFilterInput) { notes(filter: $f, first: 2000) { totalCount edges { node { id title } } } }"
    read = client.graphql(query, f={"id": {"in": ids}})["data"]["notes"]
    assert (read["totalCount"], len(read["edges"])) == (2000, 2000)
    mutation = "mutation($f: NoteFilterInput!) { destroyNotes(filter: $f) { id } }"
    assert len(client.graphql(mutation, f={"id": {"in": ids}})["data"]["destroyNotes"]) == 2000
    assert client.get("/rest/notes")["totalCount"] == 0
