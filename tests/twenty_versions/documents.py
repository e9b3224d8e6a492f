"""One request to a GraphQL API, or to the REST API of the data model, held against a schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLSchema, OperationDefinitionNode, parse, validate
from graphql.execution.values import get_variable_values
from starlette.requests import Request

_INPUTS = {
    ("POST", "objects"): "CreateObjectInput",
    ("PATCH", "objects"): "UpdateObjectPayload",
    ("POST", "fields"): "CreateFieldInput",
    ("PATCH", "fields"): "UpdateFieldInput",
}
"""The input types that Twenty reads the bodies of REST with (`@Body() input: CreateFieldInput`)."""

_REST_PATH = re.compile(r"/rest/metadata/(\w+)")


@dataclass(frozen=True, slots=True)
class Sent:
    """One request: its name in the matrix, the root fields of a document (none for REST), and why the schema refuses it."""

    name: str
    roots: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


def held_against(schema: GraphQLSchema, request: Mapping[str, Any]) -> Sent:
    """Hold a document and its variables against a schema."""
    document = parse(request["query"])
    [operation] = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    roots = tuple(one.name.value for one in operation.selection_set.selections if isinstance(one, FieldNode))
    refusals = tuple(error.message for error in validate(schema, document))
    refusals = refusals or _refused(schema, operation, request.get("variables") or {})
    return Sent(f"{operation.operation.value} {' '.join(roots)}", roots, refusals)


def rest_held_against(schema: GraphQLSchema, method: str, plural: str, body: bytes) -> Sent:
    """Hold the body of a REST request against the input type that the server reads it with."""
    kind = _INPUTS.get((method, plural))
    refusals: tuple[str, ...] = ()
    if kind:
        [operation] = parse(f"query($body: {kind}!) {{ __typename }}").definitions
        assert isinstance(operation, OperationDefinitionNode)
        refusals = _refused(schema, operation, {"body": json.loads(body)})
    return Sent(f"{method} /rest/metadata/{plural}", refusals=refusals)


def rest_plural(path: str) -> str | None:
    """Return the `fields` of `/rest/metadata/fields/ID`; None for another path."""
    found = _REST_PATH.match(path)
    return found[1] if found else None


async def operations(request: Request, body: bytes) -> dict[str, Any]:
    """Return the GraphQL request of a POST; in a multipart one, a placeholder stands for each file."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return dict(json.loads(body))
    async with request.form() as form:
        said = json.loads(str(form["operations"]))
        for paths in json.loads(str(form["map"])).values():
            for path in paths:
                said["variables"][path.removeprefix("variables.")] = "a file"
    return dict(said)


def _refused(schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> tuple[str, ...]:
    coerced = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
    return tuple(error.message for error in coerced) if isinstance(coerced, list) else ()
