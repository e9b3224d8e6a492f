"""Dead letters: rows and records that could not be carried, with a reason code. Their values are sealed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from events.codec.avro import encode, named
from events.codec.schemas import latest
from events.sealing.keys import DataKey, KeyStore
from events.sealing.payloads import SealedEvent, open_envelope, seal, unseal
from events.vocabulary.entities import Entity


class Stage(StrEnum):
    """Where something stopped."""

    PRODUCE = "PRODUCE"
    PROJECT = "PROJECT"
    WRITE = "WRITE"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """The envelope of a dead letter. Rows carry extract, file (32 bytes) and row; records carry where their event lies."""

    event_id: bytes
    stage: Stage
    reason: str
    practice: str
    run: str
    recorded_at: datetime
    entity: Entity | None = None
    record_id: bytes | None = None
    workspace: str | None = None
    extract: str | None = None
    file: bytes | None = None
    row: int | None = None
    origin: tuple[str, int, int] | None = None
    attempt: int = 1
    sealed: SealedEvent | None = None


def write_dead_letter(letter: DeadLetter, detail: dict[str, Any], key: DataKey, entropy: Callable[[int], bytes]) -> bytes:
    """Return the framed, sealed bytes of a dead letter. `detail` is a JSON object: the row's cells, or Twenty's own words."""
    topic, partition, offset = letter.origin or (None, None, None)
    envelope = {
        "event_id": letter.event_id,
        "stage": letter.stage.value,
        "reason": letter.reason,
        "practice": letter.practice,
        "entity": letter.entity.value if letter.entity else None,
        "record_id": letter.record_id,
        "workspace": letter.workspace,
        "run": letter.run,
        "extract": letter.extract,
        "file": letter.file,
        "row": letter.row,
        "origin_topic": topic,
        "origin_partition": partition,
        "origin_offset": offset,
        "attempt": letter.attempt,
        "recorded_at": letter.recorded_at,
    }
    payload = {"json": json.dumps(detail, ensure_ascii=False, separators=(",", ":"))}
    return seal(_LETTER, envelope, _BODY, encode(_BODY, payload), key, entropy)


def read_dead_letter(data: bytes) -> DeadLetter:
    """Return a dead letter's envelope; its detail stays sealed. Raises CodecError."""
    sealed = open_envelope(data)
    e = sealed.envelope
    origin = None if e["origin_topic"] is None else (e["origin_topic"], e["origin_partition"], e["origin_offset"])
    return DeadLetter(
        event_id=e["event_id"],
        stage=Stage(e["stage"]),
        reason=e["reason"],
        practice=e["practice"],
        run=e["run"],
        recorded_at=e["recorded_at"],
        entity=named(Entity, e["entity"]) if e["entity"] else None,
        record_id=e["record_id"],
        workspace=e["workspace"],
        extract=e["extract"],
        file=e["file"],
        row=e["row"],
        origin=origin,
        attempt=e["attempt"],
        sealed=sealed,
    )


def detail_of(letter: DeadLetter, keys: KeyStore) -> dict[str, Any]:
    """Return the sealed detail of a dead letter read from the log. Raises KeyDestroyed, Tampered."""
    assert letter.sealed is not None, "only a dead letter read from the log has a detail to open"
    detail: dict[str, Any] = json.loads(unseal(letter.sealed, keys)["json"])
    return detail


_LETTER = latest("dead-letter")
_BODY = latest("json-body")
