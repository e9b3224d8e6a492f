"""Plain queries, without fragments, directives and mutations, answered from a plan that is made once a request.

The library asks about a field's type, and whether its value is awaitable, for every value of an answer: that of a whole data
model has tens of thousands. All that is not plain is left to it, and so are all errors.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    Undefined,
    is_leaf_type,
)
from graphql.execution.values import get_argument_values, get_variable_values

_Complete = Callable[[Any], Any]
"""Returns the part of an answer that a resolved value becomes. Raises NotPlain."""


class NotPlain(Exception):
    """A query, or a value of its answer, that the library must deal with."""


def plain_answer(schema: GraphQLSchema, document: DocumentNode, variables: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the data that a query asks for, as the library gives it.

    Args:
        schema: its resolvers change nothing when they answer a query.
        document: a valid one, whose variables are valid too.
        variables: as they were sent.
        context: what resolvers get as ``info.context``.

    Raises:
        NotPlain: the library must execute it.
    """
    query = schema.query_type
    match document.definitions:
        case (OperationDefinitionNode(operation=OperationType.QUERY, directives=() | None) as operation,) if query is not None:
            try:
                coerced = get_variable_values(schema, operation.variable_definitions or (), variables)
                answer = _object(query, operation.selection_set, coerced, SimpleNamespace(context=context))
                data: dict[str, Any] = answer(None)
            except Exception as error:
                raise NotPlain from error
            return data
    raise NotPlain


def _object(kind: GraphQLObjectType, selected: SelectionSetNode | None, variables: Any, info: Any) -> _Complete:
    parts: dict[str, tuple[Callable[[Any], Any], _Complete]] = {}
    for node in selected.selections if selected is not None else ():
        if not isinstance(node, FieldNode) or node.directives or node.name.value not in kind.fields:
            raise NotPlain
        name = node.alias.value if node.alias else node.name.value
        if name in parts:
            raise NotPlain
        field = kind.fields[node.name.value]
        parts[name] = _resolver(field, node, variables, info), _completer(field.type, node.selection_set, variables, info)
    steps = [(name, *part) for name, part in parts.items()]
    return lambda source: {name: complete(resolve(source)) for name, resolve, complete in steps}


def _resolver(field: GraphQLField, node: FieldNode, variables: Any, info: Any) -> Callable[[Any], Any]:
    arguments, resolve, key = get_argument_values(field, node, variables), field.resolve, node.name.value
    if resolve is None:
        return lambda source: source.get(key)
    return lambda source: resolve(source, info, **arguments)


def _completer(kind: Any, selected: SelectionSetNode | None, variables: Any, info: Any) -> _Complete:
    if isinstance(kind, GraphQLNonNull):
        return _not_null(_completer(kind.of_type, selected, variables, info))
    if isinstance(kind, GraphQLList):
        item = _completer(kind.of_type, selected, variables, info)
        return _unless_null(lambda values: [item(value) for value in values])
    if isinstance(kind, GraphQLObjectType):
        return _unless_null(_object(kind, selected, variables, info))
    if is_leaf_type(kind):
        return _unless_null(_not_null(kind.serialize))
    raise NotPlain


def _unless_null(complete: _Complete) -> _Complete:
    return lambda value: None if value is None else complete(value)


def _not_null(complete: _Complete) -> _Complete:
    def completed(value: Any) -> Any:
        found = complete(value)
        if found is None or found is Undefined or callable(found):
            raise NotPlain
        return found

    return completed
