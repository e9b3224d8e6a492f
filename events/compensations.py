"""Compensating events: what a write to Twenty did to one record, and how to take it back.

`INTENDED` is durable before the write leaves; `APPLIED` or `REFUSED` settles it. The writes of a rollback are intended and
settled too: their intents name the intents that they undo, and `UNDONE` settles them. One intent has one settling event that
counts; more of the same count once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from events.codec.avro import encode
from events.codec.schemas import latest
from events.sealing.keys import DataKey, KeyStore
from events.sealing.payloads import SealedEvent, open_envelope, seal, unseal, unseal_as


class Phase(StrEnum):
    """Progress of a write."""

    INTENDED = "INTENDED"
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"
    UNDONE = "UNDONE"


class Action(StrEnum):
    """Action on a record in Twenty. DELETE is soft, DESTROY is for ever."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    RESTORE = "RESTORE"
    DESTROY = "DESTROY"


INVERSE = {
    Action.CREATE: Action.DESTROY,
    Action.UPDATE: Action.UPDATE,
    Action.DELETE: Action.RESTORE,
    Action.RESTORE: Action.DELETE,
    Action.DESTROY: Action.CREATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The change event that a write carries: where it lies, its id, and the revision of its record."""

    topic: str
    partition: int
    offset: int
    event_id: bytes
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compensation:
    """The envelope of a compensation. Ids are 16 bytes; `object` is the plural API name."""

    event_id: bytes
    intent_id: bytes
    phase: Phase
    action: Action
    workspace: str
    run: str
    object: str
    twenty_id: bytes
    record_id: bytes
    cause: Cause
    recorded_at: datetime
    undoes: tuple[bytes, ...] = ()
    reason: str | None = None
    sealed: SealedEvent | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The sealed part: JSON values by field. `values` is all that was wanted, `written` the fields sent, `before` the image of
    those before the write, `answer` what Twenty answered (or held, when read back); of an intent, what it was known to hold of
    the fields that are not sent.
    """

    pbn_id: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    written: Sequence[str] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    detail: str | None = None


def write_compensation(event: Compensation, body: Body, key: DataKey, entropy: Callable[[int], bytes]) -> bytes:
    """Return the framed, sealed bytes of a compensation."""
    envelope = {
        "event_id": event.event_id,
        "intent_id": event.intent_id,
        "phase": event.phase.value,
        "action": event.action.value,
        "inverse": INVERSE[event.action].value,
        "undoes": list(event.undoes),
        "workspace": event.workspace,
        "run": event.run,
        "object": event.object,
        "twenty_id": event.twenty_id,
        "record_id": event.record_id,
        "change_topic": event.cause.topic,
        "change_partition": event.cause.partition,
        "change_offset": event.cause.offset,
        "change_event": event.cause.event_id,
        "revision": event.cause.revision,
        "reason": event.reason,
        "recorded_at": event.recorded_at,
    }
    payload = {
        "pbn_id": body.pbn_id,
        "values": _to_json(body.values),
        "written": list(body.written),
        "before": _to_json(body.before),
        "answer": _to_json(body.answer),
        "detail": body.detail,
    }
    return seal(_COMPENSATION, envelope, _BODY, encode(_BODY, payload), key, entropy)


def read_compensation(data: bytes) -> Compensation:
    """Return a compensation's envelope; its body stays sealed. Raises CodecError."""
    sealed = open_envelope(data)
    e = sealed.envelope
    return Compensation(
        event_id=e["event_id"],
        intent_id=e["intent_id"],
        phase=Phase(e["phase"]),
        action=Action(e["action"]),
        workspace=e["workspace"],
        run=e["run"],
        object=e["object"],
        twenty_id=e["twenty_id"],
        record_id=e["record_id"],
        cause=Cause(
            topic=e["change_topic"],
            partition=e["change_partition"],
            offset=e["change_offset"],
            event_id=e["change_event"],
            revision=e["revision"],
        ),
        recorded_at=e["recorded_at"],
        undoes=tuple(e["undoes"]),
        reason=e["reason"],
        sealed=sealed,
    )


def body_of(event: Compensation, keys: KeyStore) -> Body:
    """Return the sealed part of a compensation read from the log. Raises KeyDestroyed, Tampered."""
    assert event.sealed is not None, "only an event read from the log has a body to open"
    return _body(unseal(event.sealed, keys))


def body_in(data: bytes, keys: KeyStore) -> Body:
    """Return the sealed part of the compensation in these framed bytes; its envelope is not read. Raises KeyDestroyed,
    Tampered.
    """
    return _body(unseal_as(_BODY, data, keys))


def _body(payload: Mapping[str, Any]) -> Body:
    return Body(
        pbn_id=payload["pbn_id"],
        values=_from_json(payload["values"]),
        written=payload["written"],
        before=_from_json(payload["before"]),
        answer=_from_json(payload["answer"]),
        detail=payload["detail"],
    )


def values_in(data: bytes, keys: KeyStore) -> dict[str, Any]:
    """Return the `values` of the compensation in these framed bytes; nothing else of it is read. Raises KeyDestroyed,
    Tampered.
    """
    return _from_json(unseal_as(_BODY, data, keys)["values"])


def answer_in(data: bytes, keys: KeyStore) -> dict[str, Any]:
    """Return the `answer` of the compensation in these framed bytes; nothing else of it is read. Raises KeyDestroyed,
    Tampered.
    """
    return _from_json(unseal_as(_BODY, data, keys)["answer"])


def _to_json(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: orjson.dumps(value).decode() for name, value in values.items()}


def _from_json(values: Mapping[str, str]) -> dict[str, Any]:
    return {name: orjson.loads(value) for name, value in values.items()}


_COMPENSATION = latest("compensation")
_BODY = latest("intent-body")
