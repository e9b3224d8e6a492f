"""The proxy passes on what it is sent, and keeps the documents."""

from __future__ import annotations

import httpx
import pytest

from rehearsal.server.server import WorkspaceSettings, create_app
from tests.twenty_versions.proxy import Proxy, listed_by
from tests.twenty_versions.serving import serving

HEADERS = {"Authorization": "Bearer key"}
QUERY = {"query": "{ objects(paging: {first: 1}) { edges { node { id colour } } } }"}


@pytest.fixture
def server():
    with serving(create_app(WorkspaceSettings(api_key="key", rate_limit=0))) as url:
        yield url


def test_answers_are_the_servers_and_documents_are_held_against_what_it_lists(server):
    proxy = Proxy(server)
    body = {"objectMetadataId": "3f0e5c1a-1f3e-4b51-9a57-0d6f0d1c7001", "name": "a", "label": "A", "type": "TEXT", "colour": 1}
    with serving(proxy) as url, httpx.Client(headers=HEADERS) as client:
        for path in ("/rest/people?limit=1", "/healthz", "/rest/metadata/fields/none"):
            through, direct = client.get(f"{url}{path}"), client.get(f"{server}{path}")
            assert (through.status_code, through.json()) == (direct.status_code, direct.json())
        assert client.post(f"{url}/metadata", json=QUERY).json() == client.post(f"{server}/metadata", json=QUERY).json()
        client.post(f"{url}/rest/metadata/fields", json=body)
    schema = listed_by(server, "key", "/metadata")
    held = proxy.held_against({"/metadata": schema, "/graphql": schema})
    refused = {one.name: one.refusals for one in held if one.refusals}
    assert refused.keys() == {"query objects", "POST /rest/metadata/fields"}
    assert all("colour" in why for [why] in refused.values())
