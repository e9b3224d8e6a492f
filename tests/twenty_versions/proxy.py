"""A proxy before a real Twenty that keeps the documents sent through it, to hold them against what the server lists.

Running them is not enough: Twenty answers null for a field of a record that it does not have, without an error.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import httpx
from graphql import GraphQLSchema, build_client_schema, get_introspection_query
from starlette.requests import Request
from starlette.responses import Response

from tests.twenty_versions.documents import Sent, held_against, operations, rest_held_against, rest_plural

_OF_THE_HOP = frozenset({"host", "connection", "content-length", "content-encoding", "transfer-encoding", "keep-alive"})
APIS = ("/metadata", "/graphql")


class Proxy:
    """Passes everything on to `url`."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._documents: dict[str, list[dict[str, Any]]] = {api: [] for api in APIS}
        self._bodies: list[tuple[str, str, bytes]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        body = await request.body()

        async def again() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        path = request.url.path
        if path in APIS:
            self._documents[path].append(await operations(Request(scope, again), body))
        elif plural := rest_plural(path):
            self._bodies.append((request.method, plural, body))
        headers = {name: value for name, value in request.headers.items() if name not in _OF_THE_HOP}
        target = f"{self._url}{path}" + (f"?{request.url.query}" if request.url.query else "")
        # to read the certificates of the world takes longer than most answers
        async with httpx.AsyncClient(timeout=600, verify=self._url.startswith("https")) as client:
            answer = await client.request(request.method, target, headers=headers, content=body)
        kept = {name: value for name, value in answer.headers.items() if name not in _OF_THE_HOP}
        await Response(answer.content, answer.status_code, kept)(scope, again, send)

    def held_against(self, listed: dict[str, GraphQLSchema]) -> Counter[Sent]:
        """Hold all that was sent against the schemas that the server lists; how often each was sent."""
        sent = [held_against(listed[api], one) for api in APIS for one in self._documents[api]]
        return Counter(sent + [rest_held_against(listed["/metadata"], *one) for one in self._bodies])


def listed_by(url: str, key: str, api: str) -> GraphQLSchema:
    """Return the schema that the server itself lists of an API; that of records has the workspace's data model."""
    body, headers = {"query": get_introspection_query(descriptions=False)}, {"Authorization": f"Bearer {key}"}
    answer = httpx.post(f"{url.rstrip('/')}{api}", json=body, headers=headers, timeout=600)
    return build_client_schema(answer.json()["data"])
