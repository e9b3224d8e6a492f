"""A rehearsal workspace whose metadata API is that of one version of Twenty, as far as its types tell.

It answers introspection as that version does, refuses a document that the version would refuse, and keeps what it was sent. A
good document is answered by the rehearsal workspace behind it.

REST has no types of its own. Its bodies are held against the input types of the mutations: Twenty reads both with the same
classes (`@Body() input: CreateFieldInput`). Its paths and answers are not checked here but on the servers that were run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode, graphql_sync, parse, validate
from graphql.execution.values import get_variable_values
from starlette.requests import Request
from starlette.responses import JSONResponse

_REST = {
    ("POST", "objects"): "CreateObjectInput",
    ("PATCH", "objects"): "UpdateObjectPayload",
    ("POST", "fields"): "CreateFieldInput",
    ("PATCH", "fields"): "UpdateFieldInput",
}
_REST_PATH = re.compile(r"/rest/metadata/(\w+)")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request to the metadata API: its name in the matrix, the document (None for REST), and why the version refuses it."""

    name: str
    document: str | None
    refusals: tuple[str, ...]


class VersionedServer:
    """The rehearsal workspace `app` with the metadata API of `schema`."""

    def __init__(self, app: Any, schema: GraphQLSchema) -> None:
        self._app, self._schema = app, schema
        self.sent: list[Sent] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        rest = _REST_PATH.match(scope.get("path", ""))
        if scope["type"] != "http" or not (rest or scope["path"] == "/metadata"):
            await self._app(scope, receive, send)
            return
        body = await Request(scope, receive).body()

        async def again() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        if rest:
            sent, answer = self._rest(scope["method"], rest[1], body), None
        else:
            sent, answer = self._graphql(await _operations(Request(scope, again), body))
        self.sent.append(sent)
        if sent.refusals:
            words = [{"message": one, "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}} for one in sent.refusals]
            await JSONResponse({"errors": words}, 400)(scope, again, send)
        elif answer is not None:
            await JSONResponse(answer)(scope, again, send)
        else:
            await self._app(scope, again, send)

    def _graphql(self, request: dict[str, Any]) -> tuple[Sent, dict[str, Any] | None]:
        """What the version says of a document, and its answer where that is known: to an introspection."""
        text, variables = request["query"], request.get("variables") or {}
        document = parse(text)
        [operation] = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        roots = [one.name.value for one in operation.selection_set.selections]  # type: ignore[union-attr]
        refusals = [error.message for error in validate(self._schema, document)] or self._refused(operation, variables)
        sent = Sent(f"{operation.operation.value} {' '.join(roots)}", text, tuple(refusals))
        if refusals or not all(root.startswith("__") for root in roots):
            return sent, None
        return sent, {"data": graphql_sync(self._schema, text, variable_values=variables).data}

    def _rest(self, method: str, plural: str, body: bytes) -> Sent:
        kind = _REST.get((method, plural))
        refusals: list[str] = []
        if kind:
            [operation] = parse(f"query($body: {kind}!) {{ __typename }}").definitions
            assert isinstance(operation, OperationDefinitionNode)
            refusals = self._refused(operation, {"body": json.loads(body)})
        return Sent(f"{method} /rest/metadata/{plural}", None, tuple(refusals))

    def _refused(self, operation: OperationDefinitionNode, variables: dict[str, Any]) -> list[str]:
        """Why the version refuses those variables."""
        coerced = get_variable_values(self._schema, operation.variable_definitions or (), variables)
        return [error.message for error in coerced] if isinstance(coerced, list) else []


async def _operations(request: Request, body: bytes) -> dict[str, Any]:
    """The GraphQL request; in a multipart one, a placeholder stands for each file."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return dict(json.loads(body))
    async with request.form() as form:
        operations = json.loads(str(form["operations"]))
        for path in _paths(json.loads(str(form["map"]))):
            operations["variables"][path.removeprefix("variables.")] = "a file"
    return dict(operations)


def _paths(places: dict[str, list[str]]) -> Iterator[str]:
    for paths in places.values():
        yield from paths
