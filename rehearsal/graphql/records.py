"""GraphQL for records, ``/graphql`` (cassettes ``graphql-*``).

Documents are parsed and then carried out field by field, without a schema: unknown root fields are refused beforehand,
other unknown fields
are null. Each root field succeeds or fails by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    get_location,
)

from rehearsal.graphql.arguments import Arguments, check_arguments
from rehearsal.graphql.documents import document_of
from rehearsal.graphql.selections import Selections
from rehearsal.model.model import ObjectType
from rehearsal.operations.merging import merge
from rehearsal.operations.records import Records
from rehearsal.operations.rendering import Renderer
from rehearsal.store.ordering import terms_of
from rehearsal.store.pages import WantedPage
from rehearsal.store.uniqueness import Row
from rehearsal.values.errors import ApiError, forbidden_resource, not_found
from rehearsal.workspace.workspace import RehearsalWorkspace

# What only a user may do, whatever the role of an API key (cassette "0-sample-workflows").
USERS_ONLY = frozenset(
    [
        "activateWorkflowVersion",
        "deactivateWorkflowVersion",
        "runWorkflowVersion",
        "createDraftFromWorkflowVersion",
        "stopWorkflowRun",
    ]
)
DEFAULT_FIRST = 200
_PARAMETERS = ("query", "variables", "operationName", "extensions")
_MIXED = "This query cannot be executed as a single request. Please split it into separate queries."


class RecordsGraphql:
    """Answers one GraphQL request; ``open``: it carries the API key."""

    def __init__(self, workspace: RehearsalWorkspace, base_url: str, *, is_open: bool) -> None:
        self._workspace = workspace
        self._renderer = Renderer(workspace, base_url)
        self._records = Records(workspace)
        self._is_open = is_open

    def handle(self, request: Any) -> tuple[int, dict[str, Any]]:
        """Return the answer to ``{"query", "variables"?, "operationName"?}``: (status, ``{"data"?, "errors"?}``)."""
        if refusal := _request_refusal(request):
            return 400, {"errors": [{"message": refusal}]}
        try:
            document = document_of(request["query"])
        except GraphQLSyntaxError as error:
            places = [{"line": place.line, "column": place.column} for place in error.locations or ()]
            return 200, {"errors": [{"message": error.message, "locations": places}]}
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        name = request.get("operationName")
        operation = next((o for o in operations if not name or (o.name and o.name.value == name)), None)
        if operation is None:
            return 400, {"errors": [{"message": "Could not determine what operation to execute."}]}
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        variables = request.get("variables")
        # Default values of variables are not looked at.
        selections = Selections(fragments, variables if isinstance(variables, dict) else {}, self._renderer)
        return 200, self._execute(operation, selections)

    def _execute(self, operation: OperationDefinitionNode, selections: Selections) -> dict[str, Any]:
        is_query = operation.operation is OperationType.QUERY
        roots = list(selections.fields(operation.selection_set))
        resolvers = {}
        unknown = []
        for node in roots:
            name = node.name.value
            if name in USERS_ONLY and self._is_open:
                return {"errors": [_error(forbidden_resource())], "data": None}
            # The server looks a field up by its name alone; whether it reads or writes makes no difference.
            resolver = self._resolver(name, is_query=is_query) or self._resolver(name, is_query=not is_query)
            if resolver is None:
                unknown.append(_unknown(node, "Query" if is_query else "Mutation"))
            else:
                resolvers[name] = resolver
        if len(unknown) == len(roots) and unknown:
            return {"errors": unknown}
        if unknown or (any(node.name.value == "__typename" for node in roots) and len(resolvers) > 1):
            return {"errors": [{"message": _MIXED, "extensions": {"code": "BAD_USER_INPUT"}}]}
        names = [node.name.value for node in roots]
        repeated = next((name for name in names if names.count(name) > 1 and name != "__typename"), None)
        if repeated is not None:
            return {"data": {}, "errors": [_error(ApiError(f'Duplicate root resolver: "{repeated}"', friendly=None))]}
        data: dict[str, Any] = {}
        errors = []
        for node in roots:
            answer_name = node.alias.value if node.alias else node.name.value
            try:
                data[answer_name] = resolvers[node.name.value](node, selections.arguments(node), selections)
            except ApiError as error:
                data[answer_name] = None
                errors.append(_error(error))
        return {"data": data, "errors": errors} if errors else {"data": data}

    def _resolver(self, name: str, *, is_query: bool) -> Callable[[FieldNode, Arguments, Selections], Any] | None:
        if name == "__typename":
            return lambda node, arguments, selections: "Query" if is_query else "Mutation"
        if not self._is_open:
            return None
        model = self._workspace.model
        if is_query:
            if (item := model.plural(name)) is not None:
                return self._charged("find_many", item)
            item = model.singular(name)
            return None if item is None else self._charged("find_one", item)
        for prefix in _MUTATIONS:
            if not name.startswith(prefix):
                continue
            rest = name[len(prefix) :]
            rest = rest[:1].lower() + rest[1:]
            if prefix == "merge":
                item = model.plural(rest)
                return None if item is None else self._charged("merge_many", item)
            if (item := model.plural(rest)) is not None:
                return self._charged(f"{prefix}_many", item)
            if (item := model.singular(rest)) is not None:
                return self._charged(f"{prefix}_one", item)
        return None

    def _charged(self, method: str, item: ObjectType) -> Callable[[FieldNode, Arguments, Selections], Any]:
        resolver, right = getattr(self, f"_{method}"), _RIGHTS.get(method.partition("_")[0], "Update")

        def resolve(node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
            check_arguments(method, arguments)
            self._workspace.require(item, right)
            self._workspace.bucket.spend()
            return resolver(item, node, arguments, selections)

        return resolve

    def _find_many(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        size = arguments["first"] if "first" in arguments else arguments.get("last", DEFAULT_FIRST)
        wanted = WantedPage(
            where=arguments.get("filter"),
            order_by=tuple(terms_of(arguments.get("orderBy"))),
            first=math.ceil(size),
            after=arguments.get("after"),
            before=arguments.get("before"),
            offset=math.ceil(arguments.get("offset", 0)),
        )
        return selections.connection(item, node.selection_set, self._workspace.search.page(item, wanted))

    def _find_one(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        rows = self._workspace.search.matching(item, arguments["filter"], with_deleted=False)
        if not rows:
            raise not_found()
        return selections.record(item, node.selection_set)(rows[0])

    def _create_one(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        rows = self._records.create(item, [arguments["data"]], upsert=arguments.get("upsert") is True)
        return selections.record(item, node.selection_set)(rows[0])

    def _create_many(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        rows = self._records.create(item, arguments["data"], upsert=arguments.get("upsert") is True)
        return _several(item, node, selections, rows)

    def _update_one(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        row = self._records.update(item, self._one(item, arguments)["id"], arguments["data"])
        return selections.record(item, node.selection_set)(row)

    def _update_many(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        rows = self._records.update_many(item, arguments["filter"], arguments["data"])
        return _several(item, node, selections, rows)

    def _delete_one(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        return self._treat_one(self._records.soft_delete, item, node, arguments, selections)

    def _delete_many(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        return self._treat_many(self._records.soft_delete, item, node, arguments, selections)

    def _restore_one(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        return self._treat_one(self._records.restore, item, node, arguments, selections)

    def _restore_many(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        return self._treat_many(self._records.restore, item, node, arguments, selections)

    def _destroy_one(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        return self._treat_one(self._records.destroy, item, node, arguments, selections)

    def _destroy_many(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        return self._treat_many(self._records.destroy, item, node, arguments, selections)

    def _merge_many(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        names = {selected.name.value for selected in selections.fields(node.selection_set)}
        columns = [column for column, field in item.by_column.items() if names & {column, field.name}]
        return selections.record(item, node.selection_set)(merge(self._workspace, item, arguments, columns))

    def _treat_one(
        self,
        treat: Callable[..., list[Row]],
        item: ObjectType,
        node: FieldNode,
        arguments: Arguments,
        selections: Selections,
    ) -> Any:
        return selections.record(item, node.selection_set)(treat(item, [self._one(item, arguments)])[0])

    def _treat_many(
        self,
        treat: Callable[..., list[Row]],
        item: ObjectType,
        node: FieldNode,
        arguments: Arguments,
        selections: Selections,
    ) -> Any:
        rows = self._workspace.search.matching(item, arguments["filter"], with_deleted=True)
        return _several(item, node, selections, treat(item, rows))

    def _one(self, item: ObjectType, arguments: Arguments) -> Row:
        """Return the record with the id of the arguments, soft-deleted or not."""
        rows = self._workspace.search.matching(item, {"id": {"eq": arguments["id"]}}, with_deleted=True)
        if not rows:
            raise not_found()
        return rows[0]


_RIGHTS = {
    "find": "Read",
    "create": "Update",
    "update": "Update",
    "delete": "SoftDelete",
    "restore": "SoftDelete",
    "destroy": "Destroy",
}
_MUTATIONS = ("create", "update", "delete", "restore", "destroy", "merge")


def _several(item: ObjectType, node: FieldNode, selections: Selections, rows: list[Row]) -> list[Any]:
    pick = selections.record(item, node.selection_set)
    return [pick(row) for row in rows]


def _request_refusal(request: Any) -> str | None:
    """Return what is wrong with a request before its document is looked at."""
    if isinstance(request, list):
        return "Batching is not supported."
    if unknown := next((key for key in request if key not in _PARAMETERS), None):
        return f'Unexpected parameter "{unknown}" in the request body.'
    if request.get("query") is None:
        return "Must provide query string."
    if not isinstance(request["query"], str):
        kind = {bool: "boolean", int: "number", float: "number"}.get(type(request["query"]), "object")
        return f'Expected "query" param to be a string, but given {kind}.'
    return None


def _error(error: ApiError) -> dict[str, Any]:
    return {"message": error.message, "extensions": error.graphql_extensions()}


def _unknown(node: FieldNode, type_name: str) -> dict[str, Any]:
    message = f'Cannot query field "{node.name.value}" on type "{type_name}".'
    if node.loc is None:
        return {"message": message}
    place = get_location(node.loc.source, node.loc.start)
    return {"message": message, "locations": [{"line": place.line, "column": place.column}]}
