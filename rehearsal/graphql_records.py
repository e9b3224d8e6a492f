"""GraphQL for records, ``/graphql`` (cassettes ``graphql-*``).

Documents are parsed and then carried out field by field, without a schema: unknown root fields are refused beforehand,
other unknown fields
are null. Each root field succeeds or fails by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    get_location,
    parse,
)
from graphql.utilities import value_from_ast_untyped

from rehearsal.errors import ApiError, bad_request, forbidden_resource, not_found
from rehearsal.model import ObjectType
from rehearsal.ordering import terms_of
from rehearsal.pages import Wanted
from rehearsal.records import Records
from rehearsal.rendering import Renderer
from rehearsal.selections import Selections
from rehearsal.uniqueness import Row
from rehearsal.workspace import Workspace

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
DEFAULT_FIRST = 60

Arguments = dict[str, Any]


class RecordsGraphql:
    """Answers one GraphQL request; ``open``: it carries the API key."""

    def __init__(self, workspace: Workspace, base_url: str, *, is_open: bool) -> None:
        self._workspace = workspace
        self._renderer = Renderer(workspace, base_url)
        self._records = Records(workspace)
        self._is_open = is_open

    def handle(self, request: Any) -> dict[str, Any]:
        """The answer to ``{"query", "variables"?, "operationName"?}``: ``{"data"?, "errors"?}``."""
        source = request.get("query") if isinstance(request, dict) else None
        if not isinstance(source, str) or not source.strip():
            return {"errors": [{"message": "Must provide query string.", "extensions": {"code": "BAD_REQUEST"}}]}
        try:
            document = parse(source)
        except GraphQLSyntaxError as error:
            places = [{"line": place.line, "column": place.column} for place in error.locations or ()]
            return {"errors": [{"message": error.message, "locations": places}]}
        operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
        name = request.get("operationName")
        operation = next((o for o in operations if name is None or (o.name and o.name.value == name)), None)
        if operation is None:
            return {"errors": [{"message": f'Unknown operation named "{name}".'}]}
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        selections = Selections(fragments, _variables(operation, request.get("variables") or {}), self._renderer)
        return self._execute(operation, selections)

    def _execute(self, operation: OperationDefinitionNode, selections: Selections) -> dict[str, Any]:
        is_query = operation.operation is OperationType.QUERY
        roots = list(selections.fields(operation.selection_set))
        resolvers = {}
        unknown = []
        for node in roots:
            name = node.name.value
            if name in USERS_ONLY and self._is_open:
                return {"errors": [_error(forbidden_resource(), name)], "data": None}
            resolver = self._resolver(name, is_query=is_query)
            if resolver is None:
                unknown.append(_unknown(node, "Query" if is_query else "Mutation"))
            else:
                resolvers[name] = resolver
        if unknown:
            return {"errors": unknown}
        names = [node.name.value for node in roots]
        repeated = next((name for name in names if names.count(name) > 1 and name != "__typename"), None)
        if repeated is not None:
            return {"data": {}, "errors": [_error(ApiError(f'Duplicate root resolver: "{repeated}"'), None)]}
        data: dict[str, Any] = {}
        errors = []
        for node in roots:
            answer_name = node.alias.value if node.alias else node.name.value
            try:
                data[answer_name] = resolvers[node.name.value](node, selections.arguments(node), selections)
            except ApiError as error:
                data[answer_name] = None
                errors.append(_error(error, answer_name))
        return {"data": data, "errors": errors} if errors else {"data": data}

    def _resolver(self, name: str, *, is_query: bool) -> Callable[[FieldNode, Arguments, Selections], Any] | None:
        if name == "__typename":
            return lambda node, arguments, selections: "Query" if is_query else "Mutation"
        if not self._is_open:
            return None
        model = self._workspace.model
        if is_query:
            if (item := model.plural(name)) is not None:
                return self._charged(self._find_many, item)
            item = model.singular(name)
            return None if item is None else self._charged(self._find_one, item)
        for prefix, (one, many) in _MUTATIONS.items():
            if not name.startswith(prefix):
                continue
            rest = name[len(prefix) :]
            rest = rest[:1].lower() + rest[1:]
            if (item := model.plural(rest)) is not None:
                return self._charged(getattr(self, many), item)
            if (item := model.singular(rest)) is not None:
                return self._charged(getattr(self, one), item)
        return None

    def _charged(
        self, resolver: Callable[[ObjectType, FieldNode, Arguments, Selections], Any], item: ObjectType
    ) -> Callable[[FieldNode, Arguments, Selections], Any]:
        def resolve(node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
            self._workspace.bucket.spend()
            return resolver(item, node, arguments, selections)

        return resolve

    def _find_many(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        backward = arguments.get("before") is not None or arguments.get("last") is not None
        size, word = (arguments.get("last"), "Last") if backward else (arguments.get("first"), "First")
        if isinstance(size, int) and size < 0:
            raise bad_request(f"{word} argument must be non-negative", f"INVALID_ARGS_{word.upper()}")
        wanted = Wanted(
            where=arguments.get("filter"),
            order_by=tuple(terms_of(arguments.get("orderBy"))),
            first=DEFAULT_FIRST if size is None else size,
            after=arguments.get("after"),
            before=arguments.get("before"),
            offset=arguments.get("offset") or 0,
        )
        return selections.connection(item, node.selection_set, self._workspace.search.page(item, wanted))

    def _find_one(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        rows = self._workspace.search.matching(item, _filter(arguments), with_deleted=False)
        if not rows:
            raise not_found()
        return selections.record(item, node.selection_set)(rows[0])

    def _create_one(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        rows = self._records.create(item, [arguments.get("data") or {}], upsert=arguments.get("upsert") is True)
        return selections.record(item, node.selection_set)(rows[0])

    def _create_many(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        if "data" not in arguments:
            raise _missing("data")
        rows = self._records.create(item, arguments["data"], upsert=arguments.get("upsert") is True)
        return _several(item, node, selections, rows)

    def _update_one(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        row = self._records.update(item, self._one(item, arguments)["id"], arguments.get("data") or {})
        return selections.record(item, node.selection_set)(row)

    def _update_many(self, item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections) -> Any:
        rows = self._records.update_many(item, _filter(arguments), arguments.get("data") or {})
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

    def _treat_one(
        self, treat: Callable[..., list[Row]], item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections
    ) -> Any:
        return selections.record(item, node.selection_set)(treat(item, [self._one(item, arguments)])[0])

    def _treat_many(
        self, treat: Callable[..., list[Row]], item: ObjectType, node: FieldNode, arguments: Arguments, selections: Selections
    ) -> Any:
        rows = self._workspace.search.matching(item, _filter(arguments), with_deleted=True)
        return _several(item, node, selections, treat(item, rows))

    def _one(self, item: ObjectType, arguments: Arguments) -> Row:
        """The record with the id of the arguments, soft-deleted or not."""
        rows = self._workspace.search.matching(item, {"id": {"eq": arguments.get("id") or ""}}, with_deleted=True)
        if not rows:
            raise not_found()
        return rows[0]


_MUTATIONS = {prefix: (f"_{prefix}_one", f"_{prefix}_many") for prefix in ("create", "update", "delete", "restore", "destroy")}


def _several(item: ObjectType, node: FieldNode, selections: Selections, rows: list[Row]) -> list[Any]:
    pick = selections.record(item, node.selection_set)
    return [pick(row) for row in rows]


def _filter(arguments: Arguments) -> dict[str, Any]:
    where = arguments.get("filter")
    if not isinstance(where, dict) or not where:
        raise _missing("filter")
    return where


def _missing(argument: str) -> ApiError:
    kind = "object" if argument == "filter" else "array"
    return bad_request(f'Missing required argument: "{argument}" ({kind})', "INVALID_QUERY_INPUT")


def _variables(operation: OperationDefinitionNode, sent: dict[str, Any]) -> dict[str, Any]:
    defaults = {
        definition.variable.name.value: value_from_ast_untyped(definition.default_value)
        for definition in operation.variable_definitions or ()
        if definition.default_value is not None
    }
    return defaults | sent


def _error(error: ApiError, path: str | None) -> dict[str, Any]:
    place = {"path": [path]} if path else {}
    return {"message": error.message, **place, "extensions": error.graphql_extensions()}


def _unknown(node: FieldNode, type_name: str) -> dict[str, Any]:
    message = f'Cannot query field "{node.name.value}" on type "{type_name}".'
    if node.loc is None:
        return {"message": message}
    place = get_location(node.loc.source, node.loc.start)
    return {"message": message, "locations": [{"line": place.line, "column": place.column}]}
