"""Reading records, and changing many of them by id, through GraphQL.

REST stops at 200 records a page; GraphQL reads thousands in one request (seen on 2.21 up to 6,000). Should a server hold
pages shorter all the same, the rest is fetched page by page. The same root field may not come twice in a request (cassette
`graphql-several-mutations`): several objects can share one, several selections of one object cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consumers.twenty.images import Image, canonical, image_columns, selection
from consumers.twenty.known_names import sent_filter, sent_values
from consumers.twenty.metadata import ObjectMetadata
from consumers.twenty.transport.answers import Capped
from consumers.twenty.transport.calls import Call
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import Refusal, Refused, UnexpectedAnswer
from events.errors import Effect

PAGE = 5000
"""Records asked for, and ids named, in one request."""

MOST_ROOTS = 20
"""Root fields of one request at most (`GRAPHQL_MAX_ROOT_RESOLVERS`, `config-variables.ts` of 2.21)."""

MOST_FIELDS = 2_000
"""Fields of one request at most, those within composites too (`GRAPHQL_MAX_FIELDS`, `config-variables.ts` of 2.21)."""

IN_TRASH = {"deletedAt": {"is": "NOT_NULL"}}
"""Soft-deleted records alone (cassette `filter-deleted`)."""

SHORT = 200
"""A mutation that answers with fewer than this was not cut short by a cap of the server."""

LIVE_AND_DELETED = {"or": [{"deletedAt": {"is": "NULL"}}, {"deletedAt": {"is": "NOT_NULL"}}]}
"""Any word about `deletedAt` lifts the silent filter that hides soft-deleted records (cassette `filter-deleted`)."""


@dataclass(slots=True, kw_only=True)
class ReadShare:
    """One object's share of a read: which records, and which of their columns (None: all of an image). With `first_page` no
    other page is read; `is_whole` tells then whether that were all.
    """

    object_type: ObjectMetadata
    filter: Mapping[str, Any]
    columns: Sequence[str] | None = None
    first: int = PAGE
    after: str | None = None
    first_page: bool = False
    is_whole: bool = True
    found: list[Image] = field(default_factory=list)


def by_ids(ids: Sequence[str], *, deleted: bool = False) -> dict[str, Any]:
    """Return the filter for those ids; with `deleted`, live and soft-deleted ones."""
    wanted = {"id": {"in": list(ids)}}
    return and_deleted(wanted) if deleted else wanted


def and_deleted(filter_: Mapping[str, Any]) -> dict[str, Any]:
    """Return the filter, for live and soft-deleted records alike."""
    return {"and": [dict(filter_), LIVE_AND_DELETED]} if filter_ else LIVE_AND_DELETED


def read(connection: Connection, wanted: Sequence[ReadShare]) -> None:
    """Fill `found` of each share, further pages until there are none (see `pages`)."""
    for share, images in pages(connection, wanted):
        share.found += images


def pages(connection: Connection, wanted: Sequence[ReadShare]) -> Iterator[tuple[ReadShare, list[Image]]]:
    """Yield the pages of each share, as they come, until there are no more; none is kept. Shares go together in one request,
    as far as Twenty takes so many roots and fields.
    """
    open_shares = list(wanted)
    while open_shares:
        now = _fitting(open_shares)
        later = open_shares[len(now) :]
        call = _read_call(now)
        data = _run(connection, call)
        open_shares = []
        for share in now:
            root = _root(data, share.object_type.api_plural, call)
            if _has_more(share, root):
                open_shares.append(share)
            yield share, canonical([edge["node"] for edge in root["edges"]], share.object_type)
        open_shares += later


def count(connection: Connection, object_type: ObjectMetadata, filter_: Mapping[str, Any] | None) -> int:
    """Return how many live records match."""
    query = (
        f"query($f: {object_type.capitalised}FilterInput) {{ {object_type.api_plural}(filter: $f, first: 0) {{ totalCount }} }}"
    )
    call = _call(query, {"f": sent_filter(object_type, filter_ or {})}, f"count {object_type.plural}")
    return int(_root(_run(connection, call), object_type.api_plural, call)["totalCount"])


def change_by_ids(connection: Connection, verb: str, object_type: ObjectMetadata, ids: Sequence[str]) -> list[str]:
    """Run `deletePeople`, `restorePeople` or `destroyPeople` over ids; returns the ids it answered with.

    Ids that are not there are passed over. A server that does fewer in one request than asked is asked again for the rest.
    """
    done: list[str] = []
    for start in range(0, len(ids), PAGE):
        left = list(ids[start : start + PAGE])
        while left:
            answered = [record["id"] for record in _mutate(connection, verb, object_type, left, None, ("id",))]
            done += answered
            seen = set(answered)
            left = [one for one in left if one.lower() not in seen] if len(answered) >= SHORT else []
    return done


def destroy_several(connection: Connection, wanted: Sequence[tuple[ObjectMetadata, Sequence[str]]]) -> list[list[str]]:
    """Destroy records of several objects in one request, at most MOST_ROOTS objects and PAGE ids of each; return the ids that
    were answered, object by object.

    Twenty carries its roots out **at the same time**, not one after the other, and its errors do not name the root
    (`direct-execution.service.ts` of 2.21): no object may need another one's records to go first, and after an error
    any of them may have been destroyed. Twenty charges a token for each root.
    """
    names = [f"destroy{one.plural_capitalised}" for one, _ in wanted]
    declared = ", ".join(f"$f{number}: {one.capitalised}FilterInput!" for number, (one, _) in enumerate(wanted))
    roots = " ".join(f"{name}(filter: $f{number}) {{ id }}" for number, name in enumerate(names))
    variables = {f"f{number}": by_ids(ids) for number, (_, ids) in enumerate(wanted)}
    purpose = "destroy " + ", ".join(f"{len(ids)} {one.plural}" for one, ids in wanted)
    call = _call(f"mutation({declared}) {{ {roots} }}", variables, purpose, writes=True, tokens=len(wanted))
    data = _run(connection, call)
    answered: list[list[str]] = []
    for (one, _), name in zip(wanted, names, strict=True):
        records = data.get(name)
        if not isinstance(records, list):
            raise _not_understood(call, name)
        answered.append([record["id"] for record in canonical(records, one)])
    return answered


def update_by_ids(
    connection: Connection, object_type: ObjectMetadata, ids: Sequence[str], values: Mapping[str, Any]
) -> list[Image]:
    """Give all those records the same values; returns their images."""
    return _mutate(connection, "update", object_type, ids, values, None)


def _mutate(
    connection: Connection,
    verb: str,
    object_type: ObjectMetadata,
    ids: Sequence[str],
    values: Mapping[str, Any] | None,
    columns: Sequence[str] | None,
) -> list[Image]:
    name = f"{verb}{object_type.plural_capitalised}"
    given, used = ("", "") if values is None else (f", $d: {object_type.capitalised}UpdateInput!", ", data: $d")
    query = (
        f"mutation($f: {object_type.capitalised}FilterInput!{given}) "
        f"{{ {name}(filter: $f{used}) {{ {_selections(object_type, columns)} }} }}"
    )
    variables: dict[str, Any] = (
        {"f": by_ids(ids)} if values is None else {"f": by_ids(ids), "d": sent_values(object_type, values)}
    )
    call = _call(query, variables, f"{verb} {len(ids)} {object_type.plural}", writes=True)
    answered = _run(connection, call).get(name)
    if not isinstance(answered, list):
        raise _not_understood(call, name)
    return canonical(answered, object_type)


def _fitting(shares: Sequence[ReadShare]) -> list[ReadShare]:
    """Return the first shares that Twenty takes in one request; one at least."""
    fields = 0
    for number, share in enumerate(shares):
        fields += len(_selections(share.object_type, share.columns).replace("{", " ").replace("}", " ").split()) + 6
        if number and (number == MOST_ROOTS or fields > MOST_FIELDS):
            return list(shares[:number])
    return list(shares)


def _read_call(shares: Sequence[ReadShare]) -> Call:
    """Build one query with a root field a share. Twenty charges a token for each of them."""
    declared: list[str] = []
    roots: list[str] = []
    variables: dict[str, Any] = {}
    for number, share in enumerate(shares):
        one = share.object_type
        declared.append(f"$f{number}: {one.capitalised}FilterInput, $n{number}: Int, $a{number}: String")
        roots.append(
            f"{one.api_plural}(filter: $f{number}, first: $n{number}, after: $a{number}) "
            f"{{ edges {{ node {{ {_selections(one, share.columns)} }} }} pageInfo {{ hasNextPage endCursor }} }}"
        )
        variables |= {f"f{number}": sent_filter(one, share.filter), f"n{number}": share.first, f"a{number}": share.after}
    query = f"query({', '.join(declared)}) {{ {' '.join(roots)} }}"
    return _call(query, variables, "read " + ", ".join(share.object_type.plural for share in shares), tokens=len(shares))


def _has_more(share: ReadShare, root: Mapping[str, Any]) -> bool:
    """Return whether another page follows this one; the share goes on behind it."""
    share.after = root["pageInfo"].get("endCursor")
    has_more = bool(root["edges"] and root["pageInfo"].get("hasNextPage") and share.after)
    share.is_whole = not has_more
    return has_more and not share.first_page


def _selections(object_type: ObjectMetadata, columns: Sequence[str] | None) -> str:
    known = image_columns(object_type)
    asked = list(known) if columns is None else list(dict.fromkeys(["id", *columns]))
    for column in asked:
        if column not in known:
            # Twenty answers null for a field it does not know, without an error (cassette `graphql-errors`).
            message = f"the object {object_type.singular} has no field {column}; run `cutover schema plan`"
            raise Refused(message, kind=Refusal.UNKNOWN_FIELD)
    return " ".join(selection(column, known[column]) for column in asked)


def _call(query: str, variables: Mapping[str, Any], purpose: str, *, writes: bool = False, tokens: int = 1) -> Call:
    body = {"query": query, "variables": dict(variables)}
    return Call(method="POST", path="/graphql", purpose=purpose, writes=writes, graphql=True, tokens=tokens, json=body)


def _run(connection: Connection, call: Call) -> dict[str, Any]:
    answered = connection.send(call)
    if isinstance(answered, Capped):
        raise UnexpectedAnswer(
            f"the answer to the request to {call.purpose} leaves fields out: delete unused fields of these objects",
            outcome=Effect.UNKNOWN if call.writes else Effect.NOT_APPLIED,
        )
    data = answered.get("data")
    if not isinstance(data, dict):
        raise _not_understood(call, "data")
    return data


def _root(data: Mapping[str, Any], name: str, call: Call) -> Mapping[str, Any]:
    root = data.get(name)
    if not isinstance(root, dict):
        raise _not_understood(call, name)
    return root


def _not_understood(call: Call, lacks: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"the answer to the request to {call.purpose} has no {lacks}: check [twenty] url and Twenty's version",
        outcome=Effect.UNKNOWN if call.writes else Effect.NOT_APPLIED,
    )
