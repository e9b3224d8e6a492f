"""A rehearsal workspace whose metadata API is that of one version of Twenty, as far as its types tell.

It answers introspection as that version does, refuses a document that the version would refuse, and keeps what it was sent. A
good document is answered by the rehearsal workspace behind it.

Its MCP server is not there: no types tell of its tools. REST has no types of its own: its bodies are held against the input
types of the mutations. Its paths and answers are checked by the servers that were run, not here.
"""

from __future__ import annotations

from typing import Any

from graphql import GraphQLSchema, graphql_sync
from starlette.requests import Request
from starlette.responses import JSONResponse

from tests.twenty_versions.documents import Sent, held_against, operations, rest_held_against, rest_plural


class VersionedServer:
    """The rehearsal workspace `app` with the metadata API of `schema`."""

    def __init__(self, app: Any, schema: GraphQLSchema) -> None:
        self._app, self._schema = app, schema
        self.sent: list[Sent] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"] == "/mcp":
            await JSONResponse({"messages": ["Cannot POST /mcp"]}, 404)(scope, receive, send)
            return
        plural = rest_plural(scope.get("path", ""))
        if scope["type"] != "http" or not (plural or scope["path"] == "/metadata"):
            await self._app(scope, receive, send)
            return
        body = await Request(scope, receive).body()

        async def again() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        request = {} if plural else await operations(Request(scope, again), body)
        sent = rest_held_against(self._schema, scope["method"], plural, body) if plural else held_against(self._schema, request)
        self.sent.append(sent)
        if sent.refusals:
            words = [{"message": one, "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}} for one in sent.refusals]
            await JSONResponse({"errors": words}, 400)(scope, again, send)
        elif sent.roots and all(root.startswith("__") for root in sent.roots):
            answered = graphql_sync(self._schema, request["query"], variable_values=request.get("variables"))
            await JSONResponse({"data": answered.data})(scope, again, send)
        else:
            await self._app(scope, again, send)
