"""A workspace in this process, and short ways to ask it things."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp

from rehearsal.server.server import WorkspaceSettings, create_app

API_KEY = "test-key"


class Client:
    """Sends requests to an app, one at a time."""

    def __init__(self, app: ASGIApp | None = None, **settings: Any) -> None:
        self.app = app or create_app(WorkspaceSettings(api_key=API_KEY, **({"rate_limit": 0} | settings)))

    def request(self, method: str, path: str, json: Any = None, *, key: str | None = API_KEY, **query: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://rehearsal") as client:
                headers = {"Authorization": f"Bearer {key}"} if key else {}
                return await client.request(method, path, json=json, params=query or None, headers=headers)

        return asyncio.run(send())

    def get(self, path: str, **query: Any) -> Any:
        return self.ok(self.request("GET", path, **query))

    def post(self, path: str, json: Any, **query: Any) -> Any:
        return self.ok(self.request("POST", path, json, **query))

    def patch(self, path: str, json: Any = None, **query: Any) -> Any:
        return self.ok(self.request("PATCH", path, json, **query))

    def delete(self, path: str, **query: Any) -> Any:
        return self.ok(self.request("DELETE", path, **query))

    def graphql(self, query: str, **variables: Any) -> Any:
        return self.post("/graphql", {"query": query, "variables": variables})

    def metadata(self, query: str, **variables: Any) -> Any:
        return self.post("/metadata", {"query": query, "variables": variables})

    def object_id(self, singular: str) -> str:
        objects = self.get("/rest/metadata/objects")["data"]
        return next(item["id"] for item in objects if item["nameSingular"] == singular)

    def add_field(self, singular: str, name: str, kind: str, **more: Any) -> Any:
        body = {"objectMetadataId": self.object_id(singular), "name": name, "label": name.capitalize(), "type": kind} | more
        return self.post("/rest/metadata/fields", body)

    def refusal(self, method: str, path: str, json: Any = None, **query: Any) -> tuple[int, str]:
        response = self.request(method, path, json, **query)
        assert response.status_code >= 400, response.text
        return response.status_code, response.json()["messages"][0]

    @staticmethod
    def ok(response: httpx.Response) -> Any:
        assert response.status_code < 400, response.text
        return response.json()
