"""The data model is read in both shapes and changed without losing values."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from consumers.twenty.metadata import RelationKind, SelectOption
from consumers.twenty.transport.errors import NotFound, OutcomeUnknown, Refusal, Refused
from consumers.twenty.workspace import Workspace

STAGE = {
    "id": "f1",
    "name": "stage",
    "label": "Stage",
    "type": "SELECT",
    "objectMetadataId": "o1",
    "options": [
        {"id": "i-a", "value": "ALPHA", "label": "Alpha", "position": 0, "color": "green"},
        {"id": "i-b", "value": "BETA", "label": "Beta", "position": 1, "color": "red"},
    ],
}


def metadata_server(pages: list[Any], targets: httpx.Response) -> Workspace:
    def handle(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            after = request.url.params.get("starting_after")
            return httpx.Response(200, json=pages[0 if after is None else int(after)])
        return targets

    return Workspace("http://twenty.test", "key", transport=httpx.MockTransport(handle))


def page(data: Any, after: str | None = None) -> Any:
    return {"data": data, "pageInfo": {"hasNextPage": after is not None, "endCursor": after or "last"}, "totalCount": 2}


OBJECTS = [
    {"id": "o-person", "nameSingular": "person", "namePlural": "people", "fields": [STAGE]},
    {
        "id": "o-plan",
        "nameSingular": "treatmentPlan",
        "namePlural": "treatmentPlans",
        "fields": [
            {
                "id": "f2",
                "name": "patient",
                "type": "RELATION",
                "settings": {"relationType": "MANY_TO_ONE", "joinColumnName": "patientId"},
            },
            {"id": "f3", "name": "files", "type": "RELATION", "settings": {"relationType": "ONE_TO_MANY"}},
            {"id": "f4", "name": "old", "type": "RELATION"},
        ],
    },
]
TARGETS = httpx.Response(
    200,
    json={
        "data": {
            "objects": {
                "edges": [
                    {
                        "node": {
                            "nameSingular": "treatmentPlan",
                            "fieldsList": [
                                {"name": "name", "relation": None},
                                {
                                    "name": "patient",
                                    "relation": {
                                        "type": "MANY_TO_ONE",
                                        "targetObjectMetadata": {"nameSingular": "person"},
                                        "targetFieldMetadata": {"name": "treatmentPlans"},
                                    },
                                },
                            ],
                        }
                    }
                ],
                "pageInfo": {"hasNextPage": False, "endCursor": None},
            }
        }
    },
)


@pytest.mark.parametrize("older", [False, True])
def test_the_data_model_is_read_page_by_page_in_both_shapes(older: bool) -> None:
    parts = [OBJECTS[:1], OBJECTS[1:]]
    data = [{"objects": part} if older else part for part in parts]
    metadata = metadata_server([page(data[0], "1"), page(data[1])], TARGETS).metadata()
    assert metadata.identity == "o-person"
    assert metadata.object("people") is metadata.object("person")
    plan = metadata.object("treatmentPlan")
    patient = plan.field("patient").relation
    assert patient is not None
    assert (patient.kind, patient.target, patient.target_field) == (RelationKind.MANY_TO_ONE, "person", "treatmentPlans")
    assert set(plan.columns) == {"patientId", "oldId"}
    assert [option.id for option in metadata.object("person").field("stage").options] == ["i-a", "i-b"]
    assert "nopes" not in metadata
    assert metadata.by_id("o-plan") is plan


def test_a_server_that_does_not_tell_where_relations_lead_is_read_all_the_same() -> None:
    refusal = httpx.Response(200, json={"errors": [{"message": 'Cannot query field "fieldsList" on type "Object".'}]})
    plan = metadata_server([page(OBJECTS)], refusal).metadata().object("treatmentPlan")
    patient = plan.field("patient").relation
    assert patient is not None
    assert (patient.join_column, patient.target) == ("patientId", None)


@pytest.mark.parametrize("wrap", [lambda field: field, lambda field: {"data": {"updateOneField": field}}])
def test_options_are_set_and_answered_in_both_shapes(twenty: Any, wrap: Any) -> None:
    twenty.then(httpx.Response(200, json=wrap(STAGE)), httpx.Response(200, json=wrap(STAGE)))
    options = [
        SelectOption(value="ALPHA", label="Alpha", color="green", position=0),
        SelectOption(value="BETA", label="Beta", color="red", position=1),
    ]
    field = twenty.workspace().set_options("f1", options)
    assert (field.id, [option.id for option in field.options]) == ("f1", ["i-a", "i-b"])
    assert twenty.body() == {
        "options": [
            {"id": "i-a", "value": "ALPHA", "label": "Alpha", "color": "green", "position": 0},
            {"id": "i-b", "value": "BETA", "label": "Beta", "color": "red", "position": 1},
        ],
    }


def test_options_keep_their_ids_because_without_them_every_record_loses_its_value(twenty: Any) -> None:
    twenty.then(httpx.Response(200, json=STAGE), httpx.Response(200, json=STAGE))
    more = [
        SelectOption(value="ALPHA", label="First", color="green", position=0),
        SelectOption(value="BETA", label="Beta", color="red", position=1),
        SelectOption(value="DELTA", label="Delta", color="sky", position=2),
    ]
    twenty.workspace().set_options("f1", more)
    assert [option.get("id") for option in twenty.body()["options"]] == ["i-a", "i-b", None]


def test_an_option_is_dropped_only_when_that_is_meant(twenty: Any) -> None:
    twenty.then(httpx.Response(200, json=STAGE), httpx.Response(200, json=STAGE), httpx.Response(200, json=STAGE))
    workspace = twenty.workspace()
    with pytest.raises(Refused, match="1 options"):
        workspace.set_options("f1", [SelectOption(value="ALPHA", label="Alpha")])
    assert len(twenty.sent) == 1
    workspace.set_options("f1", [SelectOption(value="ALPHA", label="Alpha")], drop=True)
    assert [option["id"] for option in twenty.body()["options"]] == ["i-a"]


def test_a_change_that_fails_validation_is_refused_with_its_code(twenty: Any) -> None:
    nested = {"status": "fail", "errors": [{"code": "NOT_AVAILABLE", "message": 'Name "stage" is not available'}]}
    body = {
        "statusCode": 400,
        "error": "METADATA_VALIDATION_ERROR",
        "message": "Multiple validation errors occurred while creating fields",
        "errors": {"fieldMetadata": [nested], "objectMetadata": []},
    }
    twenty.then(httpx.Response(400, json=body))
    with pytest.raises(Refused, match="NOT_AVAILABLE") as refused:
        twenty.workspace().set_readability("o1", "PRIVATE")
    assert refused.value.kind is Refusal.SCHEMA
    assert "is not available" in refused.value.detail


def test_a_standard_field_cannot_be_deleted(twenty: Any) -> None:
    words = 'Cannot delete standard field "emails"'
    body = {"statusCode": 403, "error": "Error", "messages": [words], "code": "FIELD_MUTATION_NOT_ALLOWED"}
    twenty.then(httpx.Response(403, json=body))
    with pytest.raises(Refused) as refused:
        twenty.workspace().delete_field("f1")
    assert refused.value.kind is Refusal.SCHEMA


def test_what_is_gone_already_is_not_found(twenty: Any) -> None:
    body = {"statusCode": 404, "error": "Error", "messages": ["Could not find flat entity in maps"], "code": "ENTITY_NOT_FOUND"}
    twenty.then(httpx.Response(404, json=body))
    with pytest.raises(NotFound):
        twenty.workspace().delete_object("o1")


def test_a_change_of_the_model_without_an_answer_is_not_repeated(twenty: Any) -> None:
    twenty.then(httpx.ReadTimeout("slow"))
    with pytest.raises(OutcomeUnknown):
        twenty.workspace().delete_object("o1")
    assert len(twenty.sent) == 1


def test_the_model_is_read_once_and_again_after_a_change(twenty: Any) -> None:
    twenty.then(httpx.Response(200, json={"id": "f1"}))
    workspace = twenty.workspace()
    workspace.metadata()
    workspace.metadata()
    assert workspace.metadata_requests == 3  # what the server offers, the objects, and where relations lead
    workspace.delete_field("f1")
    workspace.metadata()
    assert workspace.metadata_requests == 6
