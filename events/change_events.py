"""Change events: something was created, updated or deleted in PbN.

The clear envelope says nothing about a person; the typed record is the sealed payload.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from events.codec.avro import named
from events.codec.declared import FIELDS
from events.sealing.keys import KeyStore
from events.sealing.payloads import SealedEvent, open_envelope, unseal
from events.vocabulary.entities import Entity
from events.vocabulary.records import CustomValue, Issue, Record


class Operation(StrEnum):
    """Change of a record in PbN."""

    CREATED = "CREATED"
    UPDATED = "UPDATED"
    DELETED = "DELETED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a record was read: the extract's id, the part of the delivery, the record's number in that part.

    A part is named by the SHA-256 of its content (32 bytes). It is a file, or what another kind of source has instead, such as
    a table of a database: the decision on the extract names it and its kind. Avro's field is `file`, as it always was.
    """

    extract: str
    part: bytes
    row: int


NO_PART = bytes(32)
"""The part of a record that was not read, but follows from others."""

LARGEST_EVENT = 32 * 1024 * 1024
"""The largest change event that a row becomes, in bytes, where nothing else is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeEvent:
    """The envelope of a change event. Ids are 16 bytes; see `events/codec/schemas/change-event.v1.avsc` for each field."""

    event_id: bytes
    operation: Operation
    practice: str
    entity: Entity
    record_id: bytes
    patient_id: bytes | None
    revision: int
    run: str
    source: Origin
    taken_at: datetime
    recorded_at: datetime
    fingerprint: bytes
    content: bytes
    recheck_at: datetime | None
    flagged: bool
    sealed: SealedEvent | None = None


def event_id(record_id: bytes, revision: int) -> bytes:
    """Return the id of a record's change event: the same when it is produced again after a crash."""
    return blake2b(record_id + revision.to_bytes(8, "big"), digest_size=16).digest()


def read_change(data: bytes) -> ChangeEvent:
    """Return a change event's envelope; the payload stays sealed. Raises CodecError."""
    sealed = open_envelope(data)
    e = sealed.envelope
    return ChangeEvent(
        event_id=e["event_id"],
        operation=Operation(e["operation"]),
        practice=e["practice"],
        entity=named(Entity, e["entity"]),
        record_id=e["record_id"],
        patient_id=e["patient_id"],
        revision=e["revision"],
        run=e["run"],
        source=Origin(extract=e["extract"], part=e["file"], row=e["row"]),
        taken_at=e["taken_at"],
        recorded_at=e["recorded_at"],
        fingerprint=e["fingerprint"],
        content=e["content"],
        recheck_at=e["recheck_at"],
        flagged=e["flagged"],
        sealed=sealed,
    )


def record_of(event: ChangeEvent, keys: KeyStore) -> Record:
    """Return the typed record of a change event read from the log; one without values for DELETED. Raises KeyDestroyed,
    Tampered.
    """
    assert event.sealed is not None, "only an event read from the log has a payload to open"
    return record_in(event.sealed, keys)


def record_in(sealed: SealedEvent, keys: KeyStore) -> Record:
    """Return the same as `record_of`, where nothing else of the change event is asked for. Raises KeyDestroyed, Tampered,
    UnknownName.
    """
    payload, entity = unseal(sealed, keys), named(Entity, sealed.envelope["entity"])
    if sealed.envelope["operation"] == Operation.DELETED:
        return Record(entity=entity, native_id=payload["native_id"], values={})
    return record_from(entity, payload)


def record_from(entity: Entity, payload: dict[str, Any]) -> Record:
    """Return the record that a payload holds, as Avro decoded it."""
    unknown = set(payload["unknown"])
    custom: dict[str, CustomValue] = payload["custom"]
    return Record(
        entity=entity,
        native_id=payload["native_id"],
        values={name: payload[name] for name in FIELDS[entity] if name not in unknown},
        custom=custom,
        issues=tuple(Issue(i["field"], i["reason"]) for i in payload["issues"]),
    )
