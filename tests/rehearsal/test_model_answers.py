"""Answers about the data model are kept while it stays the same, and never longer."""

from __future__ import annotations

from typing import Any

import pytest

from rehearsal.workspace import model_answers
from tests.rehearsal.client import Client

EVERYTHING = """{
  objects(paging: {first: 200}) { edges { node { id nameSingular labelSingular fieldsList {
    id name label type isActive isUnique options defaultValue settings relation { type targetObjectMetadata { nameSingular } }
  } } } }
}"""


def answers(client: Client) -> list[Any]:
    """Return the data model, as each API tells it."""
    return [client.metadata(EVERYTHING), client.get("/rest/metadata/objects"), client.get("/rest/metadata/fields")]


def made_anew(client: Client) -> list[Any]:
    """Return the same where no answer is kept."""
    model_answers._kept.clear()
    return answers(client)


def test_after_every_change_the_answers_are_those_of_the_data_model_as_it_is() -> None:
    client = Client()
    seen = [answers(client)]

    def has_changed() -> None:
        now = answers(client)
        assert now == made_anew(client)
        assert now != seen[-1]
        seen.append(now)

    names = {"nameSingular": "visit", "namePlural": "visits", "labelSingular": "Visit", "labelPlural": "Visits"}
    visit = client.post("/rest/metadata/objects", names)["id"]
    has_changed()
    client.patch(f"/rest/metadata/objects/{visit}", {"labelSingular": "Appointment"})
    has_changed()
    field = client.add_field(
        "visit", "shade", "SELECT", options=[{"value": "A1", "label": "A1", "color": "red", "position": 0}]
    )
    has_changed()
    two = [*field["options"], {"value": "B2", "label": "B2", "color": "blue", "position": 1}]
    client.patch(f"/rest/metadata/fields/{field['id']}", {"options": two})
    has_changed()
    client.patch(f"/rest/metadata/fields/{field['id']}", {"isActive": False})
    has_changed()
    payload = {
        "type": "MANY_TO_ONE",
        "targetObjectMetadataId": client.object_id("person"),
        "targetFieldLabel": "Visits",
        "targetFieldIcon": "IconUser",
    }
    relation = client.add_field("visit", "patient", "RELATION", relationCreationPayload=payload)
    has_changed()
    client.delete(f"/rest/metadata/fields/{relation['id']}")
    has_changed()
    client.delete(f"/rest/metadata/objects/{visit}")
    has_changed()


def test_a_question_is_answered_from_what_is_kept_until_the_data_model_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_answers, "_kept", {})  # a full one is emptied in between
    client, built = Client(), []
    keep = model_answers.keep_answer
    for place in ("rehearsal.graphql.metadata.keep_answer", "rehearsal.workspace.model_answers.keep_answer"):
        monkeypatch.setattr(place, lambda model, question, answer: built.append(question) or keep(model, question, answer))
    first = answers(client)
    assert len(built) == 3
    assert answers(client) == first
    assert len(built) == 3
    client.get("/rest/metadata/objects", limit=3)
    client.metadata(EVERYTHING.replace("200", "3"))
    assert len(built) == 5, "another question has another answer"
    client.add_field("person", "shade", "TEXT")
    answers(client)
    assert len(built) >= 8


def test_without_a_key_nothing_that_is_kept_is_told() -> None:
    client = Client()
    told = client.metadata(EVERYTHING)
    refused = client.request("POST", "/metadata", {"query": EVERYTHING}, key=None).json()
    assert told["data"]["objects"]
    assert not refused.get("data")
    assert client.metadata(EVERYTHING) == told


@pytest.mark.parametrize(
    "document",
    [
        "{ ...all } fragment all on Query { getViews { name } }",
        "{ objects(paging: {first: 1}) { edges { node { id } } } getViews { name } }",
    ],
)
def test_questions_about_more_than_the_data_model_are_answered_anew(document: str) -> None:
    client = Client()
    before = client.metadata(document)["data"]["getViews"]
    person = client.object_id("person")
    made = {"name": "Of today", "objectMetadataId": person, "icon": "IconList", "type": "TABLE"}
    client.metadata("mutation Make($input: CreateViewInput!) { createView(input: $input) { id } }", input=made)
    assert len(client.metadata(document)["data"]["getViews"]) == len(before) + 1
