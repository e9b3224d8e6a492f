"""Headers of a record that describe its event, so that any tool can tell events apart without their payload.

They are CloudEvents attributes in Kafka's binary mode (`content-type`, `ce_…`; source: CloudEvents, Kafka protocol binding
1.0), made of the clear envelope: ids, types and reason codes, never a person's value. A dead letter says besides where it
came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from typing import Any, Final

from fastavro import parse_schema, schemaless_reader

from events.codec.avro import HEADER, MARKER, CodecError, schema_of
from events.codec.connect_headers import PREFIX, connect_headers
from events.codec.schemas import by_fingerprint

Headers = list[tuple[str, bytes]]

CONTENT_TYPE: Final = "content-type"
_AVRO: Final = b"application/avro"
SCHEMA: Final = "ce_dataschema"
_SCHEMA_FORM: Final = "urn:avro:crc-64-avro:"
_WORDS: Final = {
    "change-event": "operation",
    "compensation": "phase",
    "decision": "decision",
    "dead-letter": "stage",
}
_ORIGIN: Final = {
    "origin_topic": "origin_topic",
    "origin_partition": "origin_partition",
    "origin_offset": "origin_offset",
    "stage": "stage",
    "reason": "reason",
    "attempt": "attempt",
}


def headers_of(data: bytes, topic: Callable[[str], str]) -> Headers:
    """Return the headers of framed bytes; none for what is no event of this release. `topic` gives the broker's name of a
    topic.
    """
    try:
        schema = schema_of(data)
        envelope: dict[str, Any] = schemaless_reader(BytesIO(data[HEADER:]), _head(schema.fingerprint), None)  # type: ignore[assignment]
    except (CodecError, EOFError, IndexError, ValueError, OverflowError):
        return []
    name = schema.name
    practice, workspace, record = envelope.get("practice"), envelope.get("workspace"), envelope.get("record_id")
    headers = [
        (CONTENT_TYPE, _AVRO),
        ("ce_specversion", b"1.0"),
        ("ce_id", _uuid(envelope["event_id"])),
        ("ce_type", _type(name, envelope.get(_WORDS.get(name, ""), ""))),
        ("ce_source", _source(practice, workspace)),
        ("ce_time", envelope["recorded_at"].isoformat().encode()),
        ("ce_subject", _uuid(record) if record else str(practice or workspace).encode()),
        (SCHEMA, _schema(schema.fingerprint)),
    ]
    if name == "dead-letter":
        headers += [(header, str(value).encode()) for header, value in _origin(envelope)]
        headers += connect_headers(envelope, topic)
    return headers


def headers_of_part(headers: Headers, part: bytes, number: int, count: int) -> Headers:
    """Return the headers of one part of an event that has these: of a type and an id of its own, so that no tool takes it
    for the event, or for a dead letter.
    """
    headers = [(name, value) for name, value in headers if not name.startswith(PREFIX)]
    identity = dict(headers).get("ce_id", b"")
    changed = {
        "ce_id": identity + f"/{number}".encode(),
        "ce_type": b"cutover.part",
        SCHEMA: _schema(part[len(MARKER) : HEADER]),
    }
    about = {**dict(headers), **(changed if headers else {CONTENT_TYPE: _AVRO, SCHEMA: changed[SCHEMA]})}
    return [*about.items(), ("part_of", identity), ("part", str(number).encode()), ("parts", str(count).encode())]


def schema_mark(headers: Iterable[tuple[str, bytes]]) -> bytes | None:
    """Return the fingerprint of the schema that a record was written with, as its headers say it."""
    for name, value in headers:
        if name == SCHEMA and value.startswith(_SCHEMA_FORM.encode()):
            try:
                return bytes.fromhex(value[len(_SCHEMA_FORM) :].decode("ascii"))
            except ValueError:
                return None
    return None


@lru_cache(maxsize=256)
def _head(fingerprint: bytes) -> Any:
    """Return a schema without what follows the last field that the headers need: the rest need not be decoded."""
    schema = by_fingerprint(fingerprint)
    assert schema is not None, "an event of this release"
    fields: list[dict[str, Any]] = schema.source["fields"]
    last = next(place for place, field in enumerate(fields) if field["name"] == "recorded_at")
    return parse_schema({**schema.source, "fields": fields[: last + 1]})


# what repeats in every event of a run is made once: a run writes millions


@lru_cache(maxsize=256)
def _schema(fingerprint: bytes) -> bytes:
    return f"{_SCHEMA_FORM}{fingerprint.hex()}".encode()


@lru_cache(maxsize=256)
def _type(name: str, word: str) -> bytes:
    return f"cutover.{name}.{word.lower()}".encode()


@lru_cache(maxsize=256)
def _source(practice: str | None, workspace: str | None) -> bytes:
    return (f"/cutover/practices/{practice}" if practice else f"/cutover/workspaces/{workspace}").encode()


def _origin(envelope: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """Return the headers of an origin, as far as it has them: a row that could not be read comes from no topic."""
    return ((header, envelope[field]) for header, field in _ORIGIN.items() if envelope.get(field) is not None)


def _uuid(identity: bytes) -> bytes:
    digits = identity.hex()  # five times as fast as by way of a UUID
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}".encode()
