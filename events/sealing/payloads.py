"""Sealed events: a clear envelope, and a payload encrypted with AES-256-GCM whose associated data is the envelope.

Every event schema ends with `payload_schema`, `key_id` and `payload`, in this order. The framed bytes before `payload` are
the associated data, so that no envelope can be changed or put before another payload without being noticed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag

from events.codec.avro import HEADER, CodecError, NotAnEvent, UnknownSchema, decode, encode, header, schema_of, varint
from events.codec.schemas import Schema, by_fingerprint
from events.codec.skipping import Skip, read_number, skip_all, skipper_of
from events.sealing.keys import DataKey, KeyStore

_FINGERPRINT, _KEY_ID, _NONCE = 8, 16, 12


class Tampered(CodecError):
    """A payload does not open under its own key: the event was changed. `log verify` names such events."""


class KeyDestroyed(CodecError):
    """The payload's data key was destroyed (a person was forgotten) or is missing from the key store."""


@dataclass(frozen=True, slots=True, kw_only=True)
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
    """Return the framed bytes of a sealed event.

    `envelope` holds every field of `schema` but the last three; `payload` are the bare Avro bytes of a `payload_schema` value.
    """
    envelope["payload_schema"] = payload_schema.fingerprint
    envelope["key_id"] = key.id
    envelope["payload"] = b""
    associated = header(schema) + encode(schema, envelope)[:-1]  # without the length (0) of the empty payload
    return seal_after(associated, payload, key, entropy)


def seal_after(associated: bytes, payload: bytes, key: DataKey, entropy: Callable[[int], bytes]) -> bytes:
    """Complete an event whose framed bytes before `payload` are given: they become the associated data."""
    nonce = entropy(_NONCE)
    sealed = nonce + key.cipher.encrypt(nonce, payload, associated)
    return associated + varint(len(sealed)) + sealed


def open_envelope(data: bytes) -> SealedEvent:
    """Read the envelope of an event; nothing is decrypted. Raises CodecError."""
    schema = schema_of(data)
    if schema.name == "part":
        raise NotAnEvent("the last part of a large event, of which other parts are missing or were changed")
    return SealedEvent(schema=schema, envelope=decode(schema, data[HEADER:]), data=data)


def unseal(event: SealedEvent, keys: KeyStore) -> dict[str, Any]:
    """Return the payload of an event. Raises KeyDestroyed, Tampered, UnknownSchema or NotAnEvent."""
    return _decoded(event.data, by_fingerprint(event.envelope["payload_schema"]), event.envelope["key_id"], keys)


def unseal_as(schema: Schema, data: bytes, keys: KeyStore) -> dict[str, Any]:
    """Unseal a framed event whose payload was probably written with this schema; the envelope is not read."""
    key_at = data.find(schema.fingerprint) + _FINGERPRINT
    return _decoded(data, schema, data[key_at : key_at + _KEY_ID], keys)


def _decoded(data: bytes, schema: Schema | None, key_id: bytes, keys: KeyStore) -> dict[str, Any]:
    """Return the payload of a framed event, quickly where its schema and key are these, else as `open_payload` finds them."""
    key = keys.by_id(key_id)
    payload = payload_under(data, schema, key) if schema is not None and key is not None else None
    return decode(*open_payload(data, keys)) if schema is None or payload is None else decode(schema, payload)


def open_payload(data: bytes, keys: KeyStore) -> tuple[Schema, bytes]:
    """Return the schema and the bare Avro bytes of the payload of a framed event; the envelope is passed over unread.

    Raises KeyDestroyed, Tampered, UnknownSchema or NotAnEvent.
    """
    try:
        at = _clear_fields(schema_of(data).fingerprint)(data, HEADER)
        key_at = at + _FINGERPRINT
        payload_at = key_at + _KEY_ID
        length, sealed_at = read_number(data, payload_at)
    except IndexError:
        length, sealed_at = len(data), 0
    if sealed_at + length > len(data):
        raise NotAnEvent("not a whole event: its bytes were cut or changed")
    key = keys.by_id(data[key_at:payload_at])
    if key is None:
        raise KeyDestroyed("the data key of this event was destroyed, or the key store is not the one it was sealed with")
    schema = by_fingerprint(data[at:key_at])
    if schema is None:
        raise UnknownSchema(f"the payload's schema {data[at:key_at].hex()} is unknown to this release; use a newer one")
    try:
        if sealed_at + length < len(data):
            raise InvalidTag  # bytes were added
        return schema, _opened(data, payload_at, sealed_at, key)
    except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
        raise Tampered(
            "an event's payload does not open under its own key: it was changed; `cutover log verify` finds which"
        ) from None


def payload_under(data: bytes, schema: Schema, key: DataKey) -> bytes | None:
    """Return the bare Avro bytes of the payload of a framed event that was probably written with this schema under this
    key.

    None where it was not: `open_payload` reads it, or says why not.

    To look for the 24 bytes that stand before the payload takes a fraction of passing over the envelope's fields. Where they
    stand anywhere else, what follows does not open.
    """
    at = data.find(schema.fingerprint + key.id) + _FINGERPRINT + _KEY_ID
    try:
        length, sealed_at = read_number(data, at)
        return _opened(data, at, sealed_at, key) if sealed_at + length == len(data) else None
    except (IndexError, InvalidTag, ValueError):
        return None


def _opened(data: bytes, payload_at: int, sealed_at: int, key: DataKey) -> bytes:
    nonce, text = data[sealed_at : sealed_at + _NONCE], data[sealed_at + _NONCE :]
    return key.cipher.decrypt(nonce, text, data[:payload_at])


@cache
def _clear_fields(mark: bytes) -> Skip:
    """Return a skip over the fields before the last three, of an envelope written with the schema of this fingerprint."""
    schema, named = by_fingerprint(mark), dict[str, Any]()
    assert schema is not None, "the event's schema was found before"
    return skip_all([skipper_of(field["type"], named) for field in schema.source["fields"][:-3]])
