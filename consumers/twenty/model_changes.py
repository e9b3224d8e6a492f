"""Changes of the data model that share a request: several mutations of the metadata API, carried out one after the other.

Twenty refuses a document that names a mutation twice, under aliases too, and one with more than ten
(`useValidateGraphqlQueryComplexity` in `api/graphql/metadata.module-factory.ts`, 2.21). It carries them out in their order.
A refused one ends the request: those before it stay, those behind it are not begun, and `data` is null, as no mutation may
answer with null (cassette `metadata-graphql`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumers.twenty.metadata import SelectOption
from consumers.twenty.transport.calls import Call, Surface
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import UnexpectedAnswer
from events.errors import Effect

MOST_MUTATIONS = 10
"""Mutations in one request at most."""

FIELD = "id name label type objectMetadataId isUnique isNullable isActive isSystem defaultValue options settings"
OBJECT = f"id nameSingular namePlural labelSingular labelPlural isActive isSystem fieldsList {{ {FIELD} }}"
"""Parts of an answer that the data model is read from (see `metadata_answers`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelChange:
    """One mutation: its name, its arguments with their GraphQL types, and the parts of its answer that are asked for; none of
    one that answers with yes or no.
    """

    mutation: str
    arguments: Mapping[str, tuple[str, Any]]
    selection: str


def change_model(connection: Connection, changes: Sequence[ModelChange]) -> dict[str, Any]:
    """Send the changes in one request, and return the answer of each by the name of its mutation.

    Raises TwentyError, with the mutations that failed in `roots` (none where the whole request was refused before the first);
    ValueError where a mutation comes twice or there are too many.
    """
    names = [one.mutation for one in changes]
    if len(set(names)) < len(names) or not 0 < len(names) <= MOST_MUTATIONS:
        raise ValueError(f"these mutations cannot share a request: {', '.join(names)}")
    call = _call(changes)
    data = connection.send(call).get("data")
    if not isinstance(data, dict) or any(not isinstance(data.get(name), (dict, list, bool)) for name in names):
        raise UnexpectedAnswer(
            f"the answer to the request to {call.purpose} is not complete: check Twenty's version", outcome=Effect.UNKNOWN
        )
    return {name: data[name] for name in names}


def options_input(options: Iterable[SelectOption]) -> list[dict[str, Any]]:
    """Return options as they are sent. Their order is their position: Twenty refuses the same position twice."""
    bodies: list[dict[str, Any]] = []
    for position, option in enumerate(options):
        body = {"value": option.api_value, "label": option.label, "color": option.color, "position": position}
        bodies.append(body | {"id": option.id} if option.id else body)
    return bodies


def document(changes: Sequence[ModelChange]) -> dict[str, Any]:
    """Return the GraphQL request of these changes: its query and its variables."""
    declared: list[str] = []
    roots: list[str] = []
    variables: dict[str, Any] = {}
    for number, one in enumerate(changes):
        given = []
        for argument, (kind, value) in one.arguments.items():
            declared.append(f"${argument}{number}: {kind}")
            given.append(f"{argument}: ${argument}{number}")
            variables[f"{argument}{number}"] = value
        selected = f" {{ {one.selection} }}" if one.selection else ""  # a mutation that answers with a flag has no parts
        roots.append(f"{one.mutation}({', '.join(given)}){selected}")
    return {"query": f"mutation({', '.join(declared)}) {{ {' '.join(roots)} }}", "variables": variables}


def _call(changes: Sequence[ModelChange]) -> Call:
    return Call(
        method="POST",
        path="/metadata",
        purpose=f"change the data model ({', '.join(one.mutation for one in changes)})",
        surface=Surface.METADATA,
        writes=True,
        graphql=True,
        roots=len(changes),
        json=document(changes),
    )
