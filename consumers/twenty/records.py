"""Writing records through REST: batches of creates and upserts, and one update at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from consumers.twenty import graphql
from consumers.twenty.images import Image, canonical
from consumers.twenty.known_names import known_column, sent_values
from consumers.twenty.metadata import ObjectMetadata
from consumers.twenty.transport.answers import Capped
from consumers.twenty.transport.calls import Call
from consumers.twenty.transport.connection import Connection
from consumers.twenty.transport.errors import OutcomeUnknown, Refused, TwentyError, UnexpectedAnswer
from events.errors import Effect


def create(connection: Connection, object_type: ObjectMetadata, records: Sequence[Mapping[str, Any]]) -> list[Image]:
    """Create one batch, all or nothing; the images in the order sent. Raises `Refused`, and nothing is written (cassette
    `bad-record-in-batch`).
    """
    answered = _batch(connection, object_type, records, upsert=False)
    if len(answered) != len(records):
        raise _unmatched(f"create {len(records)} {object_type.plural}", len(records) - len(answered))
    by_id = {record["id"]: record for record in answered}
    if all("id" in record for record in records):
        return _in_order(by_id, records, f"create {len(records)} {object_type.plural}")
    return answered


def upsert(connection: Connection, object_type: ObjectMetadata, records: Sequence[Mapping[str, Any]]) -> list[Image]:
    """Update records that are known to be there, each with its `id`; the images in the order sent.

    For updates only: an id that is not there makes a half-empty record, or merges into another one that holds the same
    e-mail (cassettes `upsert-by-id`, `upsert-by-email`); the latter raises `UnexpectedAnswer`, too late to prevent it.
    Answers list updated records first and are matched by id (cassette `upsert-answer-order`). When the database refuses,
    some of the updates may have been kept: such a `Refused` has the outcome UNKNOWN.
    """
    if any("id" not in record for record in records):
        raise ValueError("upsert is for updates of known records: every record needs its id")
    answered = _batch(connection, object_type, records, upsert=True)
    return _in_order({record["id"]: record for record in answered}, records, f"update {len(records)} {object_type.plural}")


def update(connection: Connection, object_type: ObjectMetadata, record_id: str, values: Mapping[str, Any]) -> Image:
    """Give one live record new values; its image. Raises `NotFound`, `Refused`. Soft-deleted ones are found too."""
    purpose = f"update one of {object_type.plural} ({record_id})"
    call = Call(
        method="PATCH",
        path=f"/rest/{object_type.api_plural}/{record_id}",
        purpose=purpose,
        writes=True,
        json=sent_values(object_type, values),
    )
    with _fields_of(object_type):
        body = connection.send(call)
    answered = (body.get("data") or {}).get(f"update{object_type.capitalised}")
    if not isinstance(answered, dict):
        raise _unmatched(purpose, 1)
    return _images(connection, object_type, body, [answered], purpose)[0]


def _batch(
    connection: Connection, object_type: ObjectMetadata, records: Sequence[Mapping[str, Any]], *, upsert: bool
) -> list[Image]:
    purpose = f"{'update' if upsert else 'create'} {len(records)} {object_type.plural}"
    call = Call(
        method="POST",
        path=f"/rest/batch/{object_type.api_plural}",
        purpose=purpose,
        writes=True,
        upsert=upsert,
        params={"upsert": "true"} if upsert else None,  # only the exact text counts (cassette `upsert-by-id`)
        json=[sent_values(object_type, record) for record in records],
    )
    with _fields_of(object_type):
        body = connection.send(call)
    answered = (body.get("data") or {}).get(f"create{object_type.plural_capitalised}")
    if not isinstance(answered, list):
        raise _unmatched(purpose, len(records))
    return _images(connection, object_type, body, answered, purpose)


def _images(
    connection: Connection, object_type: ObjectMetadata, body: Any, answered: Sequence[Mapping[str, Any]], purpose: str
) -> list[Image]:
    """Return the images of the answered records, in their order; read back over GraphQL where REST left fields out."""
    if not isinstance(body, Capped):
        return canonical(answered, object_type)
    ids = [str(record["id"]) for record in answered]
    whole = graphql.ReadShare(object_type=object_type, filter=graphql.by_ids(ids, deleted=True), first=len(ids))
    try:
        graphql.read(connection, [whole])
    except TwentyError as error:
        message = f"the answer to the request to {purpose} leaves fields out, and the records were not read back"
        raise OutcomeUnknown(message, detail=error.detail) from error
    by_id = {image["id"]: image for image in whole.found}
    missing = [one for one in ids if one.lower() not in by_id]
    if missing:
        raise _unmatched(purpose, len(missing), missing)
    return [by_id[one.lower()] for one in ids]


def _in_order(by_id: Mapping[str, Image], records: Sequence[Mapping[str, Any]], purpose: str) -> list[Image]:
    missing = [record["id"] for record in records if record["id"].lower() not in by_id]
    if missing:
        raise _unmatched(purpose, len(missing), missing)
    return [by_id[record["id"].lower()] for record in records]


def _unmatched(purpose: str, missing: int, ids: Sequence[str] = ()) -> UnexpectedAnswer:
    named = f" ({', '.join(ids[:3])}{' …' if len(ids) > 3 else ''})" if ids else ""
    return UnexpectedAnswer(
        f"the answer to the request to {purpose} lacks {missing} of the records{named}: read back what Twenty holds",
        outcome=Effect.UNKNOWN,
    )


@contextmanager
def _fields_of(object_type: ObjectMetadata) -> Iterator[None]:
    """Keep the field that a refusal names only where the object has it: anything else may be a record's value."""
    try:
        yield
    except Refused as error:
        error.field = known_column(object_type, error.field)
        raise
