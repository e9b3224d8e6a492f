"""The parts of the metadata API that a server offers, as its own introspection lists them.

An operation is chosen by this list, never by a version number. Twenty answers introspection to every API key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import UnexpectedAnswer

# One root field, however many types: Twenty refuses a document that names a root field twice.
_QUERY = (
    "{ __schema { types { name fields(includeDeprecated: true) { name args { name } } "
    "inputFields { name } enumValues(includeDeprecated: true) { name } } } }"
)


class _Named(BaseModel):
    name: str


class _FieldShape(_Named):
    args: list[_Named] = []


class _TypeShape(_Named):
    fields: list[_FieldShape] | None = None
    inputFields: list[_Named] | None = None
    enumValues: list[_Named] | None = None


@dataclass(frozen=True, slots=True)
class Offered:
    """The names in one server's metadata API, as paths.

    `Mutation.createFileUpload` is an operation, `Mutation.createFileUpload(fieldMetadataId)` one of its arguments,
    `Object.isAuditLogged` a field of a type, `CreateFieldInput.isUnique` a field of an input, `FileFolder.FilesField` a value.
    """

    paths: frozenset[str]

    def __contains__(self, path: str) -> bool:
        return path in self.paths

    def missing(self, *paths: str) -> tuple[str, ...]:
        """Return those of the paths that the server lacks."""
        return tuple(path for path in paths if path not in self.paths)


def offered(connection: Connection) -> Offered:
    """Ask the server for its metadata API. Raises TwentyError."""
    call = Call(
        method="POST",
        path="/metadata",
        purpose="read the metadata API's schema",
        surface=Surface.METADATA,
        graphql=True,
        json={"query": _QUERY},
    )
    return read_offered(connection.send(call).get("data"))


def read_offered(data: Any) -> Offered:
    """Read the answer to an introspection. Raises UnexpectedAnswer."""
    try:
        types = [_TypeShape.model_validate(one) for one in data["__schema"]["types"]]
    except (ValidationError, KeyError, TypeError):
        raise UnexpectedAnswer("the schema of the metadata API is not in GraphQL's form: check [twenty] url") from None
    return Offered(frozenset(path for one in types for path in _paths(one)))


def _paths(one: _TypeShape) -> Iterator[str]:
    for field in one.fields or ():
        yield f"{one.name}.{field.name}"
        yield from (f"{one.name}.{field.name}({argument.name})" for argument in field.args)
    for name in (*(one.inputFields or ()), *(one.enumValues or ())):
        yield f"{one.name}.{name.name}"
