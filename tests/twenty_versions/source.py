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
    """Return the queries and mutations of a schema that texts of the client name as a document does (`{ name(` or `{ name
    {`), and the mutations that a text of the client is the name of.
    """
    roots = [kind.fields.keys() for kind in (schema.query_type, schema.mutation_type) if kind]
    mutations = schema.mutation_type.fields.keys() if schema.mutation_type else ()
    texts = list(_texts())
    in_documents = {name for text in texts for name in _NAME.findall(text) if any(name in names for names in roots)}
    return in_documents | {text for text in texts if text in mutations}


def _texts() -> Iterator[str]:
    for folder in consumers.__path__:
        for file in Path(folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value
