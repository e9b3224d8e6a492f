"""The client reads from the server's own introspection which operations there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from graphql import build_schema, graphql_sync

from consumers.twenty.offered import _QUERY, read_offered
from consumers.twenty.transport.errors import UnexpectedAnswer
from consumers.twenty.workspace import Workspace

SDL = """
enum FileFolder { FilesField CorePicture @deprecated }
input CreateFieldInput { name: String! isUnique: Boolean }
type Object { id: ID! isAuditLogged: Boolean }
type Query { objects: [Object!]! }
type Mutation {
  createOneField(input: CreateFieldInput!): Object
  createFileUpload(filename: String!, fileFolder: FileFolder!): Object
  uploadFilesFieldFile(name: String): Object @deprecated(reason: "old")
}
"""


def test_operations_arguments_fields_and_values_are_paths() -> None:
    offered = read_offered(graphql_sync(build_schema(SDL), _QUERY).data)
    for path in (
        "Query.objects",
        "Mutation.createFileUpload",
        "Mutation.createFileUpload(fileFolder)",
        "Mutation.uploadFilesFieldFile",  # deprecated, and there
        "Object.isAuditLogged",
        "CreateFieldInput.isUnique",
        "FileFolder.FilesField",
        "FileFolder.CorePicture",
    ):
        assert path in offered
    assert offered.missing("Query.objects", "Query.usageLimits", "Mutation.createFileUpload(size)") == (
        "Query.usageLimits",
        "Mutation.createFileUpload(size)",
    )


def test_the_server_is_asked_once(serve_rehearsal: Callable[..., str]) -> None:
    with Workspace(serve_rehearsal("key", rate_limit=0), "key", rate_limit=0) as workspace:
        assert "Mutation.createOneObject" in workspace.offered()
        assert "Mutation.doesNotExist" not in workspace.offered()
        assert workspace.metadata_requests == 1


@pytest.mark.parametrize("data", [None, {}, {"__schema": None}, {"__schema": {"types": [{"fields": []}]}}])
def test_an_answer_that_is_no_introspection_is_not_understood(twenty: Any, data: Any) -> None:
    twenty.offers = None
    twenty.then(httpx.Response(200, json={"data": data}))
    with pytest.raises(UnexpectedAnswer):
        twenty.workspace().offered()
