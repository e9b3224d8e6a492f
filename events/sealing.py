"""Sealed events: a clear envelope, and a payload encrypted with AES-256-GCM whose associated data is the envelope.

Every event schema ends with `payload_schema`, `key_id` and `payload`, in this order. The framed bytes before `payload` are
the associated data, so that no envelope can be changed or put before another payload without being noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag

from events.codec import HEADER, CodecError, UnknownSchema, decode, encode, header, schema_of, varint
from events.keys import DataKey, KeyStore
from events.schemas import Schema, by_fingerprint


class Tampered(CodecError):
    """A payload does not open under its own key: the event was changed. `log verify` names such events."""


class KeyDestroyed(CodecError):
    """The payload's data key was destroyed (a person was forgotten) or is missing from the key store."""


@dataclass(frozen=True, slots=True)
class SealedEvent:
    """An event as it lies in the log: its schema, its envelope (all fields but `payload`), its framed bytes."""

    schema: Schema
    envelope: dict[str, Any]
    data: bytes


def seal(
    schema: Schema,
    envelope: dict[str, Any],
    payload_schema: Schema,
    payload: bytes,
    key: DataKey,
    entropy: Callable[[int], bytes],
) -> bytes:
    """The framed bytes of a sealed event.

    `envelope` holds every field of `schema` but the last three; `payload` are the bare Avro bytes of a `payload_schema` value.
    """
    envelope["payload_schema"] = payload_schema.fingerprint
    envelope["key_id"] = key.id
    envelope["payload"] = b""
    associated = header(schema) + encode(schema, envelope)[:-1]  # without the length (0) of the empty payload
    return seal_after(associated, payload, key, entropy)


def seal_after(associated: bytes, payload: bytes, key: DataKey, entropy: Callable[[int], bytes]) -> bytes:
    """Complete an event whose framed bytes before `payload` are given: they become the associated data."""
    nonce = entropy(12)
    sealed = nonce + key.cipher.encrypt(nonce, payload, associated)
    return associated + varint(len(sealed)) + sealed


def open_envelope(data: bytes) -> SealedEvent:
    """Read the envelope of an event; nothing is decrypted. Raises CodecError."""
    schema = schema_of(data)
    return SealedEvent(schema, decode(schema, data[HEADER:]), data)


def unseal(event: SealedEvent, keys: KeyStore) -> dict[str, Any]:
    """The payload of an event. Raises KeyDestroyed, Tampered or UnknownSchema."""
    envelope = event.envelope
    key = keys.by_id(envelope["key_id"])
    if key is None:
        raise KeyDestroyed("the data key of this event was destroyed, or the key store is not the one it was sealed with")
    payload_schema = by_fingerprint(envelope["payload_schema"])
    if payload_schema is None:
        raise UnknownSchema(
            f"the payload's schema {envelope['payload_schema'].hex()} is unknown to this release; use a newer one"
        )
    sealed: bytes = envelope["payload"]
    associated = event.data[: len(event.data) - len(sealed) - len(varint(len(sealed)))]
    try:
        plain = key.cipher.decrypt(sealed[:12], sealed[12:], associated)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise Tampered(
            "an event's payload does not open under its own key: it was changed; `cutover log verify` finds which"
        ) from None
    return decode(payload_schema, plain)
