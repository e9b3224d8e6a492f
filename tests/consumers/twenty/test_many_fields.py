"""The tool that makes many fields in one request: asked for first, believed only where it says that it made them."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from consumers.twenty.many_fields import MOST_FIELDS, ToolFailed
from consumers.twenty.transport.errors import OutcomeUnknown

INPUTS = ("objectMetadataId", "type", "name", "label", "icon", "isUnique", "options", "relationCreationPayload")
FIELD = {"objectMetadataId": "o1", "name": "stage", "label": "Stage", "type": "TEXT"}


def told(result: Any) -> httpx.Response:
    content = [{"type": "text", "text": json.dumps(result)}]
    return httpx.Response(200, json={"id": 1, "jsonrpc": "2.0", "result": {"content": content, "isError": False}})


def learned(inputs: tuple[str, ...] = INPUTS, most: int = 20, name: str = "create_many_field_metadata") -> httpx.Response:
    items = {"type": "object", "properties": {one: {} for one in inputs}}
    schema = {"type": "object", "properties": {"fields": {"type": "array", "maxItems": most, "items": items}}}
    return told({"tools": [{"name": name, "inputSchema": schema}], "notFound": [], "message": "Learned."})


def test_a_server_that_has_the_tool_is_asked_once(twenty: Any) -> None:
    workspace = twenty.then(learned()).workspace()
    assert workspace.offers_many_fields()
    assert workspace.offers_many_fields()
    assert len(twenty.sent) == 1
    assert twenty.body()["params"] == {
        "name": "learn_tools",
        "arguments": {"toolNames": ["create_many_field_metadata"], "aspects": ["schema"]},
    }


@pytest.mark.parametrize(
    "answer",
    [
        learned(inputs=tuple(one for one in INPUTS if one != "isUnique")),
        learned(most=MOST_FIELDS - 1),
        learned(name="create_many_notes"),
        told({"tools": [], "notFound": ["create_many_field_metadata"], "message": "No matching tools found."}),
        httpx.Response(404, json={"statusCode": 404, "messages": ["Cannot POST /mcp"]}),
        httpx.Response(403, json={"statusCode": 403, "messages": ["Forbidden"]}),
        httpx.Response(200, json={"id": 1, "jsonrpc": "2.0", "error": {"code": -32602, "message": "Unknown tool"}}),
        httpx.Response(200, text="<html>", headers={"content-type": "text/html"}),
    ],
    ids=["an-input-lacks", "fewer-at-once", "another-tool", "no-tool", "no-door", "no-right", "no-learning", "a-page"],
)
def test_a_server_without_the_tool_gets_a_field_a_request(twenty: Any, answer: httpx.Response) -> None:
    assert not twenty.then(answer).workspace().offers_many_fields()


def test_fields_are_sent_as_the_metadata_api_takes_them(twenty: Any) -> None:
    twenty.then(told(True)).workspace().create_many_fields([FIELD, FIELD | {"name": "other"}])
    sent = twenty.body()["params"]
    assert sent["name"] == "execute_tool"
    assert sent["arguments"]["toolName"] == "create_many_field_metadata"
    assert [one["name"] for one in sent["arguments"]["arguments"]["fields"]] == ["stage", "other"]


@pytest.mark.parametrize(
    "answer",
    [
        told({"success": False, "message": "Failed to execute create_many_field_metadata", "error": "Validation errors"}),
        told("done"),
        httpx.Response(200, json={"id": 1, "jsonrpc": "2.0", "error": {"code": -32603, "message": "Internal server error"}}),
    ],
    ids=["it-failed", "another-answer", "an-error"],
)
def test_whatever_is_not_said_to_be_made_has_failed(twenty: Any, answer: httpx.Response) -> None:
    with pytest.raises(ToolFailed):
        twenty.then(answer).workspace().create_many_fields([FIELD])


def test_a_lost_answer_leaves_it_unknown_and_is_not_repeated(twenty: Any) -> None:
    twenty.then(httpx.ReadTimeout("slow"))
    with pytest.raises(OutcomeUnknown) as lost:
        twenty.workspace().create_many_fields([FIELD])
    assert not isinstance(lost.value, ToolFailed)
    assert len(twenty.sent) == 1


def test_more_fields_than_the_tool_takes_are_not_sent(twenty: Any) -> None:
    with pytest.raises(ValueError, match="more than 20"):
        twenty.workspace().create_many_fields([FIELD] * (MOST_FIELDS + 1))
