"""Lists in order and in pages: nothing lost, nothing twice, whatever the order."""

import pytest

from tests.rehearsal.client import Client

COUNT = 25


@pytest.fixture(scope="module")
def notes():
    client = Client()
    client.add_field("note", "rank", "NUMBER")
    client.post("/rest/batch/notes", [{"title": f"{i:02}", "rank": i % 5} for i in range(COUNT)])
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
    "order_by", ["", "title[DescNullsLast]", "rank[AscNullsFirst]", "rank[DescNullsLast],title", "createdAt", "title,title"]
)
def test_pages_hold_every_record_once(notes, order_by):
    query = {"order_by": order_by} if order_by else {}
    titles = pages(notes, **query)
    assert sorted(titles) == [f"{i:02}" for i in range(COUNT)]
    whole = notes.get("/rest/notes", limit=200, **query)["data"]["notes"]
    assert titles == [note["title"] for note in whole]


def numbered(ranks):
    """Return notes with ids in order; a rank may be none."""
    client = Client()
    client.add_field("note", "rank", "NUMBER")
    ids = [f"8f0e5c1a-1f3e-4b51-9a57-0000000000{n:02x}" for n in range(len(ranks))]
    client.post(
        "/rest/batch/notes", [{"id": i, "title": str(n), "rank": r} for n, (i, r) in enumerate(zip(ids, ranks, strict=True))]
    )
    return client


def page_of(client, **query):
    page = client.get("/rest/notes", **query)
    return [note["title"] for note in page["data"]["notes"]], page["pageInfo"]


@pytest.mark.parametrize(("order_by", "first"), [("rank[AscNullsFirst]", ["2", "3"]), ("rank[AscNullsLast]", ["0", "1"])])
def test_pages_end_at_the_border_to_records_without_a_value(order_by, first):
    """Nothing compares with null, so what is beyond is never reached: seen on a real 2.21 server."""
    client = numbered([1, 2, None, None])
    titles, info = page_of(client, order_by=order_by, limit=2)
    assert (titles, info["hasNextPage"]) == (first, True)
    titles, info = page_of(client, order_by=order_by, limit=2, starting_after=info["endCursor"])
    assert (titles, info["hasNextPage"]) == ([], False)


def test_a_page_that_is_read_backwards_has_its_cursors_exchanged():
    client = numbered([None] * 6)
    _, info = page_of(client, limit=5)
    titles, info = page_of(client, limit=2, ending_before=info["endCursor"])
    assert (titles, info["hasPreviousPage"]) == (["2", "3"], True)
    assert page_of(client, limit=2, ending_before=info["startCursor"])[0] == ["1", "2"]
    assert page_of(client, limit=2, ending_before=info["endCursor"])[0] == ["0", "1"]


def test_a_cursor_of_another_order_is_refused():
    client = numbered([1, 2, 3])
    _, info = page_of(client, order_by="rank", limit=1)
    assert client.refusal("GET", "/rest/notes", starting_after=info["endCursor"]) == (400, "Invalid cursor")


@pytest.mark.parametrize(("limit", "count"), [("0", 0), ("1.5", 2), ("1e1", 3), ("0x2", 2), ("Infinity", 3)])
def test_a_limit_is_what_javascript_takes_for_a_number(limit, count):
    assert len(page_of(numbered([1, 2, 3]), limit=limit)[0]) == count


@pytest.mark.parametrize(
    ("order_by", "message"),
    [
        ("", 'Field "" does not exist or is not sortable'),
        ("nope", 'Field "nope" does not exist or is not sortable'),
        ("bodyV2.nope", "Sub field metadata not found for composite type: RICH_TEXT"),
        (
            "noteTargets",
            'Relation field "noteTargets" requires nested field ordering '
            "(e.g., { noteTargets: { fieldName: 'AscNullsFirst' } })",
        ),
    ],
)
def test_an_order_that_there_is_not_is_refused(order_by, message):
    assert numbered([1]).refusal("GET", "/rest/notes", order_by=order_by) == (400, message)


def test_records_are_put_into_the_order_of_a_related_one():
    client = Client()
    person = client.post("/rest/people", {"jobTitle": "b"})["data"]["createPerson"]["id"]
    other = client.post("/rest/people", {"jobTitle": "a"})["data"]["createPerson"]["id"]
    client.post(
        "/rest/batch/opportunities",
        [{"name": "1", "pointOfContactId": person}, {"name": "2", "pointOfContactId": other}, {"name": "3"}],
    )
    found = client.get("/rest/opportunities", order_by="pointOfContact.jobTitle[AscNullsLast]")["data"]["opportunities"]
    assert [record["name"] for record in found] == ["2", "1", "3"]


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
