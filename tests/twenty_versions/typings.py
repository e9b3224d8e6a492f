"""From the types that `twenty-client-sdk` publishes to a GraphQL schema that documents can be validated against.

The package holds TypeScript made by genql: an interface for each type, enum and input, and beside each type a selection whose
`__args` are the arguments of its fields. It shows no default values, so an argument with one looks required: see `_DEFAULTED`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from graphql import GraphQLSchema, build_schema

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DECLARED = re.compile(r"^export (?:declare )?(interface|type) (\w+)(.*?)(?=^export |\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^ {4}(\w+)(\??): (.*?)(?=^ {4}\w+\??: |^\}|\Z)", re.DOTALL | re.MULTILINE)
_ARGUMENTS = re.compile(r"__args\??: \{(.*?)\n {8}\};", re.DOTALL)
_ARGUMENT = re.compile(r"^ {12}(\w+)(\??): (.+);$", re.MULTILINE)
_UNION = re.compile(r"= \((.+?)\) & \{\s*__isUnion", re.DOTALL)
_VALUE = re.compile(r"'(\w+)'")
_BUILT_IN = frozenset({"String", "Boolean", "Float", "Int", "ID"})

_DEFAULTED = re.compile(r"^(CursorPaging|\w*Filter)!$")
"""The types of arguments that every connection of Twenty has a default for: `paging: CursorPaging! = {first: 10}`."""


class NotTypings(Exception):
    """The text is not in the form of genql's types."""


def schema_of(typings: str) -> GraphQLSchema:
    """Return the schema of a `schema.d.ts`. Raises NotTypings."""
    declared = {name: (kind, rest) for kind, name, rest in _DECLARED.findall(_COMMENT.sub("", typings))}
    if not {"Scalars", "Query", "QueryGenqlSelection", "Mutation", "MutationGenqlSelection"} <= declared.keys():
        raise NotTypings("no scalars, queries or mutations among the types")
    return build_schema("\n".join(_definitions(declared)))


def _definitions(declared: dict[str, tuple[str, str]]) -> Iterator[str]:
    for scalar in _fields(declared["Scalars"][1]):
        if scalar not in _BUILT_IN:
            yield f"scalar {scalar}"
    for name, (kind, rest) in declared.items():
        if name == "Scalars" or "GenqlSelection" in name:
            continue
        if kind == "type":
            yield _enum_or_union(name, rest)
        elif "__typename" in rest:
            yield f"type {name} {{ {' '.join(_outputs(rest, declared.get(f'{name}GenqlSelection', ('', ''))[1]))} }}"
        else:
            yield f"input {name} {{ {' '.join(f'{field}: {kind}' for field, kind in _fields(rest).items())} }}"


def _enum_or_union(name: str, rest: str) -> str:
    if union := _UNION.search(rest):
        return f"union {name} = {union[1]}"
    values = _VALUE.findall(rest)
    if not values:
        raise NotTypings(f"neither an enum nor a union: {name}")
    return f"enum {name} {{ {' '.join(values)} }}"


def _outputs(interface: str, selection: str) -> Iterator[str]:
    selected = {name: text for name, _, text in _FIELD.findall(selection)}
    for name, kind in _fields(interface).items():
        if name != "__typename":
            arguments = ", ".join(_arguments(selected.get(name, "")))
            yield f"{name}({arguments}): {kind}" if arguments else f"{name}: {kind}"


def _arguments(selection: str) -> Iterator[str]:
    if found := _ARGUMENTS.search(selection):
        for name, optional, text in _ARGUMENT.findall(found[1]):
            kind = _graphql_type(text, optional)
            yield f"{name}: {kind.removesuffix('!') if _DEFAULTED.match(kind) else kind}"


def _fields(interface: str) -> dict[str, str]:
    """Return the fields of an interface with their GraphQL types."""
    return {name: _graphql_type(text.strip().rstrip(";"), optional) for name, optional, text in _FIELD.findall(interface)}


def _graphql_type(text: str, optional: str = "") -> str:
    """Read `(Scalars['UUID'][] | null)` → `[UUID!]`; a `?` after the field's name says nullable."""
    text = text.strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    nullable = text.endswith("| null")
    text = text.removesuffix("| null").strip()
    scalar = text.removeprefix("Scalars['").removesuffix("']")
    kind = f"[{_graphql_type(text[:-2])}]" if text.endswith("[]") else scalar
    return kind if optional or nullable else f"{kind}!"
