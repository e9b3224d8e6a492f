"""Parsed GraphQL documents. A client sends the same few texts again and again, with other variables."""

from __future__ import annotations

from functools import lru_cache

from graphql import DocumentNode, parse


@lru_cache(maxsize=256)
def document_of(source: str) -> DocumentNode:
    """Return the document that a text holds. It is shared, and read only. Raises GraphQLSyntaxError."""
    return parse(source)
