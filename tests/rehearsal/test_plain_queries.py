"""Plain queries of the data model are answered as the library answers them."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.graphql import metadata
from rehearsal.graphql.plain_queries import NotPlain, plain_answer
from rehearsal.workspace import model_answers
from tests.rehearsal.client import Client

RELATION = """relation { type sourceFieldMetadata { name } targetObjectMetadata { nameSingular fieldsList { id type } }
    targetFieldMetadata { name label isNullable } }"""
PLAIN = {
    "objects": f"""{{ objects(paging: {{first: 200}}) {{ edges {{ cursor node {{ id nameSingular description isSystem createdAt
        fieldsList {{ id name type options defaultValue settings isUnique {RELATION} morphRelations {{ type }} }} }} }}
        pageInfo {{ hasNextPage endCursor }} }} }}""",
    "fields": "{ fields(paging: {first: 7}) { edges { node { name object { labelPlural } } } pageInfo { startCursor } } }",
    "other names": "{ all: objects { edges { one: node { first: nameSingular second: nameSingular } } } }",
    "a page of fields": "{ objects { edges { node { fields(paging: {first: 2}) { edges { node { name } } } } } } }",
    "morph relations": "{ fields(paging: {first: 9999}) { edges { node { morphRelations { targetObjectMetadata { nameSingular }"
    " targetFieldMetadata { object { id } } } } } } }",
    "variables": "query Ask($n: Int!) { objects(paging: {first: $n}) { edges { node { namePlural } } } }",
}
LEFT = {
    "a fragment": "{ objects { edges { node { ...name } } } } fragment name on Object { nameSingular }",
    "an inline fragment": "{ objects { edges { node { ... on Object { nameSingular } } } } }",
    "a directive": "query Ask($n: Boolean = false) { objects { edges { node { id @include(if: $n) nameSingular } } } }",
    "a field twice": "{ objects { edges { node { nameSingular nameSingular } } } }",
    "the name of a type": "{ objects { edges { node { __typename nameSingular } } } }",
}
FAILING = {
    "an id of nothing": '{ object(id: "20202020-0000-4000-8000-000000000000") { nameSingular } }',
}


@pytest.fixture(scope="module")
def client() -> Client:
    """Return a workspace with a relation of its own and a choice."""
    client = Client()
    names = {"nameSingular": "visit", "namePlural": "visits", "labelSingular": "Visit", "labelPlural": "Visits"}
    client.post("/rest/metadata/objects", names)
    shades = [{"value": "A1", "label": "A1", "color": "red", "position": 0}]
    client.add_field("visit", "shade", "SELECT", options=shades, defaultValue="'A1'")
    back = {"targetObjectMetadataId": client.object_id("person"), "targetFieldLabel": "Visits", "targetFieldIcon": "IconUser"}
    client.add_field("visit", "patient", "RELATION", relationCreationPayload={"type": "MANY_TO_ONE", **back})
    return client


def answered(client: Client, document: str, variables: dict[str, Any]) -> Any:
    model_answers._kept.clear()
    return client.request("POST", "/metadata", {"query": document, "variables": variables}).json()


@pytest.mark.parametrize("name", [*PLAIN, *LEFT, *FAILING])
def test_the_answer_is_the_librarys(client: Client, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    document, variables = {**PLAIN, **LEFT, **FAILING}[name], {"n": 3} if name == "variables" else {}
    outcomes: list[str] = []

    def watched(*about: Any) -> Any:
        try:
            data = plain_answer(*about)
        except NotPlain:
            outcomes.append("left to the library")
            raise
        outcomes.append("plain")
        return data

    def left(*_about: Any) -> Any:
        raise NotPlain

    monkeypatch.setattr(metadata, "plain_answer", watched)
    found = answered(client, document, variables)
    monkeypatch.setattr(metadata, "plain_answer", left)
    assert found == answered(client, document, variables)
    assert outcomes == ["plain" if name in PLAIN else "left to the library"]
    assert ("errors" in found) == (name == "an id of nothing")


def test_a_name_that_no_operation_has_is_refused_by_the_library(client: Client) -> None:
    model_answers._kept.clear()
    asked = {"query": "query Ask { objects { edges { node { id } } } }", "operationName": "Other"}
    assert "Unknown operation" in client.request("POST", "/metadata", asked).text
