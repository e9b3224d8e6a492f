"""Several changes of the data model in one request of the metadata API."""

from __future__ import annotations

from typing import Any

from tests.rehearsal.client import Client


def change(client: Client, document: str) -> tuple[Any, list[str]]:
    """Send a document to the metadata API; its data, and the roots or messages of its errors."""
    answer = client.metadata(document)
    return answer.get("data"), [str(e["path"][0]) if "path" in e else e["message"] for e in answer.get("errors", [])]


def visit(name: str) -> str:
    names = f'nameSingular: "{name}", namePlural: "{name}s", labelSingular: "{name}", labelPlural: "{name}s"'
    return f"createOneObject(input: {{object: {{{names}}}}}) {{ id fieldsList {{ name }} }}"


def note(client: Client, name: str) -> str:
    field = f'objectMetadataId: "{client.object_id("person")}", name: "{name}", label: "{name}", type: TEXT'
    return f"createOneField(input: {{field: {{{field}}}}}) {{ id }}"


def test_different_changes_share_a_request() -> None:
    client = Client()
    data, errors = change(client, f"mutation {{ {visit('visit')} {note(client, 'nickname')} }}")
    assert (data.keys(), errors) == ({"createOneObject", "createOneField"}, [])
    assert "name" in [one["name"] for one in data["createOneObject"]["fieldsList"]]


def test_the_same_change_twice_is_refused_under_aliases_too() -> None:
    client = Client()
    twice = f"mutation {{ a: {note(client, 'nickname')} b: {note(client, 'hobby')} }}"
    assert change(client, twice) == (None, ['Duplicate root resolver: "createOneField"'])
    person = client.get(f"/rest/metadata/objects/{client.object_id('person')}")
    assert "nickname" not in {one["name"] for one in person["fields"]}


def test_more_than_ten_roots_are_refused() -> None:
    _, errors = change(Client(), "{ a b c d e f g h i j k }")
    assert errors == ["Query too complex - Too many root resolvers requested: 11 - Maximum allowed root resolvers: 10"]


def test_a_refused_change_ends_the_request_and_what_was_done_before_it_stays() -> None:
    client = Client()
    data, errors = change(client, f"mutation {{ {visit('visit')} {note(client, 'address')} }}")
    assert data is None
    assert [said for said in errors if said.startswith("Multiple validation errors")] == errors != []
    assert client.object_id("visit")
    data, errors = change(client, f"mutation {{ {note(client, 'address')} {visit('stay')} }}")
    assert data is None
    assert errors
    assert "stay" not in {one["nameSingular"] for one in client.get("/rest/metadata/objects")["data"]}
