"""The operations of the metadata API that stand in the client's source: each must have been sent by the run that is checked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from graphql import GraphQLSchema

import consumers

_NAME = re.compile(r"\{ (\w+) ?[({]")


def named_in_the_client(schema: GraphQLSchema) -> set[str]:
    """Return the queries and mutations of a schema that texts of the client name as a document does: `{ name(` or `{ name
    {`.
    """
    roots = [kind.fields.keys() for kind in (schema.query_type, schema.mutation_type) if kind]
    return {name for text in _texts() for name in _NAME.findall(text) if any(name in names for names in roots)}


def _texts() -> Iterator[str]:
    for folder in consumers.__path__:
        for file in Path(folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
