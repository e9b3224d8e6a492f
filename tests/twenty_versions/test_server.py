"""A server of one version takes what the version takes, refuses the rest, and keeps what it was sent."""

import asyncio
import json

import httpx
import pytest
from graphql import build_schema

from rehearsal.graphql.metadata_schema import metadata_schema
from rehearsal.server.server import WorkspaceSettings, create_app
from rehearsal.values.forms import RECORDED
from tests.twenty_versions.server import VersionedServer

HEADERS = {"Authorization": "Bearer key"}


@pytest.fixture
def server():
    return VersionedServer(create_app(WorkspaceSettings(api_key="key", rate_limit=0)), metadata_schema(RECORDED))


async def post(server, path, **what):
    transport = httpx.ASGITransport(server)
    async with httpx.AsyncClient(transport=transport, base_url="http://twenty.test", headers=HEADERS) as client:
        return await client.post(path, **what)


def sent(server, path, **what):
    answer = asyncio.run(post(server, path, **what))
    return answer, server.sent[-1] if server.sent else None


def test_a_good_document_is_answered_by_the_workspace_behind(server):
    answer, kept = sent(server, "/metadata", json={"query": "{ objects(paging: {first: 1}) { edges { node { id } } } }"})
    assert len(answer.json()["data"]["objects"]["edges"]) == 1
    assert (kept.name, kept.refusals) == ("query objects", ())


def test_an_unknown_operation_is_refused(server):
    answer, kept = sent(server, "/metadata", json={"query": "mutation { openTheDoor { id } }"})
    assert answer.status_code == 400
    assert kept.name == "mutation openTheDoor"
    assert "openTheDoor" in kept.refusals[0]


def test_variables_are_held_against_the_input_types(server):
    query = "mutation($i: CreateOneObjectInput!) { createOneObject(input: $i) { id } }"
    answer, kept = sent(server, "/metadata", json={"query": query, "variables": {"i": {"object": {"colour": "red"}}}})
    assert answer.status_code == 400
    assert kept.refusals


def test_introspection_is_that_of_the_version():
    other = build_schema("type Query { boxes: String } type Mutation { makeBox: String }")
    server = VersionedServer(create_app(WorkspaceSettings(api_key="key", rate_limit=0)), other)
    answer, kept = sent(server, "/metadata", json={"query": "{ __schema { queryType { fields { name } } } }"})
    assert answer.json() == {"data": {"__schema": {"queryType": {"fields": [{"name": "boxes"}]}}}}
    assert not kept.refusals


def test_a_file_of_a_multipart_request_counts_as_there(server):
    query = "mutation($f: Upload!, $i: String!) { uploadFilesFieldFile(file: $f, fieldMetadataId: $i) { id } }"
    operations = {"query": query, "variables": {"f": None, "i": "3f0e5c1a-1f3e-4b51-9a57-0d6f0d1c7001"}}
    _, kept = sent(
        server,
        "/metadata",
        data={"operations": json.dumps(operations), "map": '{"0": ["variables.f"]}'},
        files={"0": ("a.txt", b"a")},
    )
    assert (kept.name, kept.refusals) == ("mutation uploadFilesFieldFile", ())


@pytest.mark.parametrize(("name", "refused"), [("isUnique", False), ("isColourful", True)])
def test_bodies_of_rest_are_held_against_the_input_types(server, name, refused):
    body = {"objectMetadataId": "3f0e5c1a-1f3e-4b51-9a57-0d6f0d1c7001", "name": "a", "label": "A", "type": "TEXT", name: True}
    answer, kept = sent(server, "/rest/metadata/fields", json=body)
    assert kept.name == "POST /rest/metadata/fields"
    assert bool(kept.refusals) is refused
    assert answer.status_code == 400  # the workspace behind has no such object


def test_records_are_not_its_concern(server):
    answer, kept = sent(server, "/graphql", json={"query": "{ people { totalCount } }"})
    assert answer.json() == {"data": {"people": {"totalCount": 0}}}
    assert kept is None
