"""Selections of a GraphQL document: which parts of a record are answered with.

Compiled once a request, then used for each record. A field that the object does not have is null, without an error (cassette
``graphql-errors``); aliases count for root fields only (cassette ``graphql-several-mutations``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode, Undefined
from graphql.utilities import value_from_ast_untyped

from rehearsal.model.model import Field, ObjectType
from rehearsal.operations.rendering import Renderer
from rehearsal.store.cursors import cursor_of
from rehearsal.store.pages import RecordPage
from rehearsal.store.uniqueness import Row
from rehearsal.values.composites import COMPOSITES

Pick = Callable[[Row], Any]


class Selections:
    """The selections of one document."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode], variables: dict[str, Any], renderer: Renderer) -> None:
        self._fragments, self._variables, self._renderer = fragments, variables, renderer

    def fields(self, selection: SelectionSetNode | None) -> Iterator[FieldNode]:
        """Yield the fields of a selection set, those of its fragments among them; left out are those that a directive
        leaves out.
        """
        for node in selection.selections if selection else ():
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self.fields(node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value in self._fragments:
                yield from self.fields(self._fragments[node.name.value].selection_set)

    def arguments(self, node: FieldNode) -> dict[str, Any]:
        """Return the arguments of a field, with variables put in; those that are null or not given are left out."""
        read = {
            argument.name.value: value_from_ast_untyped(argument.value, self._variables) for argument in node.arguments or ()
        }
        return {name: value for name, value in read.items() if value is not None and value is not Undefined}

    def record(self, item: ObjectType, selection: SelectionSetNode | None) -> Pick:
        """Return a function that picks what is selected from a record."""
        picks = [(node.name.value, self._pick(item, node)) for node in self.fields(selection)]
        return lambda row: {name: pick(row) for name, pick in picks}

    def connection(self, item: ObjectType, selection: SelectionSetNode | None, page: RecordPage) -> dict[str, Any]:
        """Return a page in the form of a connection: ``edges``, ``pageInfo``, ``totalCount``."""
        result: dict[str, Any] = {}
        for node in self.fields(selection):
            name = node.name.value
            value: Any = None
            if name == "edges":
                value = self._edges(item, node.selection_set, page)
            elif name == "totalCount":
                value = page.total
            elif name == "pageInfo":
                value = self._page_info(node.selection_set, page)
            elif name == "__typename":
                value = f"{item.pascal}Connection"
            result[node.name.value] = value
        return result

    def _edges(self, item: ObjectType, selection: SelectionSetNode | None, page: RecordPage) -> list[dict[str, Any]]:
        nodes = list(self.fields(selection))
        columns: list[tuple[str, list[Any]]] = []
        for node in nodes:
            name = node.name.value
            if name == "node":
                pick = self.record(item, node.selection_set)
                columns.append((node.name.value, [pick(row) for row in page.rows]))
            else:
                values = {"cursor": page.cursors, "__typename": [f"{item.pascal}Edge"] * len(page.rows)}
                columns.append((node.name.value, list(values.get(name, [None] * len(page.rows)))))
        return [{name: values[i] for name, values in columns} for i in range(len(page.rows))]

    def _page_info(self, selection: SelectionSetNode | None, page: RecordPage) -> dict[str, Any]:
        info = {
            "hasNextPage": page.has_next,
            "hasPreviousPage": page.has_previous,
            "startCursor": page.ends[0],
            "endCursor": page.ends[1],
            "__typename": "PageInfo",
        }
        return {node.name.value: info.get(node.name.value) for node in self.fields(selection)}

    def _pick(self, item: ObjectType, node: FieldNode) -> Pick:
        name = node.name.value
        if name == "__typename":
            return lambda row: item.pascal
        field = item.by_column.get(name)
        if field is not None:
            return self._column(field, name, node)
        relation = item.by_name.get(name)
        if relation is None:
            return lambda row: None
        return self._to_one(item, relation, node) if relation.column else self._to_many(item, relation, node)

    def _column(self, field: Field, column: str, node: FieldNode) -> Pick:
        parts = [part.name.value for part in self.fields(node.selection_set)]
        if field.type == "FILES":
            return lambda row: (
                [{part: entry.get(part) for part in parts} for entry in self._renderer.files(row[column]) or ()] or None
            )
        if field.type in COMPOSITES:  # without a selection there is nothing to see
            return lambda row: {part: row[column].get(part) for part in parts} or None
        return lambda row: row[column]

    def _to_one(self, item: ObjectType, field: Field, node: FieldNode) -> Pick:
        target = self._renderer.target(field)
        inner = self.record(target, node.selection_set)

        def pick(row: Row) -> Any:
            _, other = self._renderer.to_one(item, field.column or "", row)
            return None if other is None else inner(other)

        return pick

    def _to_many(self, item: ObjectType, field: Field, node: FieldNode) -> Pick:
        target, arguments = self._renderer.target(field), self.arguments(node)

        def pick(row: Row) -> Any:
            _, others = self._renderer.to_many(item, field.name, row)
            first = arguments.get("first") or 60
            shown = others[:first]
            cursors = [cursor_of(target, other, []) for other in shown]
            return self.connection(
                target,
                node.selection_set,
                RecordPage(rows=shown, cursors=cursors, total=len(others), has_next=len(others) > first, has_previous=False),
            )

        return pick

    def _included(self, node: Any) -> bool:
        for directive in node.directives or ():
            condition = {a.name.value: value_from_ast_untyped(a.value, self._variables) for a in directive.arguments or ()}.get(
                "if"
            )
            if (directive.name.value == "skip" and condition) or (directive.name.value == "include" and not condition):
                return False
        return True
