"""The rows of the consumers' view: the newest revision of a record, and a record that was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from events.vocabulary.entities import Entity
from events.vocabulary.specs import Compiled

WAITING = "waiting"
DEAD = "dead"
_ENTITIES: Compiled[str, Entity] = Compiled(Entity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest revision of a PbN record, and the revision that this workspace has.

    `status` is "" (go on), WAITING (for the record or address `waits_for`) or DEAD (refused; retried on demand or when a new
    revision comes).
    """

    record_id: bytes
    entity: Entity
    patient_id: bytes | None
    partition: int
    offset: int
    revision: int
    deleted: bool
    applied_revision: int = 0
    status: str = ""
    reason: str | None = None
    waits_for: bytes | None = None
    attempts: int = 0
    settled_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One record of this workspace that the log has written; positions are those of its last intent and outcome."""

    object: str
    twenty_id: bytes
    record_id: bytes
    alive: bool
    deleted: bool
    intent: tuple[int, int]
    outcome: tuple[int, int]
    address: bytes | None = None


class Waiting(NamedTuple):
    """A record that waits, the record or address it waits for, and why."""

    record_id: bytes
    waits_for: bytes
    reason: str | None


def head_of(row: Any) -> Head:
    """Return a row of the table of heads."""
    _, record_id, entity, patient, partition, offset, revision, deleted, *fate = row
    applied, status, reason, waits_for, attempts, settled_at = fate
    return Head(
        record_id=record_id,
        entity=_ENTITIES[entity],
        patient_id=patient,
        partition=partition,
        offset=offset,
        revision=revision,
        deleted=bool(deleted),
        applied_revision=applied,
        status=status,
        reason=reason,
        waits_for=waits_for,
        attempts=attempts,
        settled_at=settled_at,
    )


def written_of(row: Any) -> Written:
    """Return a row of the table of written records."""
    _, name, twenty_id, record_id, alive, deleted, _created, *places, address = row
    in_partition, at, out_partition, out = places
    return Written(
        object=name,
        twenty_id=twenty_id,
        record_id=record_id,
        alive=bool(alive),  # SQLite has numbers
        deleted=bool(deleted),
        intent=(in_partition, at),
        outcome=(out_partition, out),
        address=address,
    )
