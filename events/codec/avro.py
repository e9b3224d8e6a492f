"""Avro on the wire: single-object encoding (the marker C3 01, the writer schema's 8-byte CRC-64-AVRO fingerprint, the bytes).

Source: Apache Avro specification, "Single object encoding". Errors: `UnknownSchema` (this release does not know the
writer's schema), `UnknownName` (it does not know an entity or a decision that the event names) and `NotAnEvent` (the bytes
are no event at all); none is retriable.
"""

from __future__ import annotations

from enum import StrEnum
from io import BytesIO
from typing import Any, TypeVar

from fastavro import schemaless_reader, schemaless_writer

from events.codec.schemas import Schema, by_fingerprint, latest
from events.errors import CutoverError, ExitCode
from events.vocabulary.names import Name

MARKER = b"\xc3\x01"
HEADER = len(MARKER) + 8
E = TypeVar("E", bound=StrEnum | Name)


class CodecError(CutoverError):
    """Bytes on the log that this release cannot read."""

    exit_code = ExitCode.UNREACHABLE


class NotAnEvent(CodecError):
    """The bytes are not in Avro's single-object encoding."""


class UnknownSchema(CodecError):
    """The bytes were written with a schema that this release does not have: use the release that wrote them, or a newer one."""


class UnknownName(CodecError):
    """An event names something (an entity, a decision) that this release does not have: use a newer one."""


def encode(schema: Schema, value: dict[str, Any]) -> bytes:
    """Return the bare Avro bytes of a value."""
    out = BytesIO()
    schemaless_writer(out, schema.parsed, value)
    return out.getvalue()


def decode(schema: Schema, data: bytes) -> dict[str, Any]:
    """Return the value written with this schema, as the latest version of its type has it. Raises NotAnEvent."""
    newest = latest(schema.name)
    reader = None if newest is schema else newest.parsed
    try:
        value: dict[str, Any] = schemaless_reader(BytesIO(data), schema.parsed, reader)  # type: ignore[assignment]
    except (EOFError, IndexError, ValueError, OverflowError):
        raise NotAnEvent(f"not a whole event of type {schema.name}: its bytes were cut or changed") from None
    return value


def named(kind: type[E], name: str) -> E:
    """Return the member of an enum that an event names. Raises UnknownName."""
    try:
        return kind(name)
    except ValueError:
        raise UnknownName(f"an event names a {kind.__name__} that this release does not know; use a newer release") from None


def header(schema: Schema) -> bytes:
    """Return the ten bytes before a value written with this schema."""
    return MARKER + schema.fingerprint


def schema_of(data: bytes) -> Schema:
    """Return the schema that framed bytes were written with. Raises NotAnEvent or UnknownSchema."""
    if data[:2] != MARKER or len(data) < HEADER:
        raise NotAnEvent("not an event: the Avro single-object marker is missing")
    schema = by_fingerprint(data[2:HEADER])
    if schema is None:
        raise UnknownSchema(
            f"written with schema {data[2:HEADER].hex()}, which this release does not know; use a newer release"
        )
    return schema


def varint(number: int) -> bytes:
    """Return Avro's zig-zag variable-length encoding of an int of 64 bits, e.g. of a length."""
    number = number << 1 if number >= 0 else ~(number << 1)
    if number <= 0x3FFF:
        return _LAST[number]
    data = b""
    while number > 0x3FFF:
        data += _MORE[number & 0x3FFF]
        number >>= 14
    return data + _LAST[number]


_MORE = [bytes((low & 0x7F | 0x80, low >> 7 | 0x80)) for low in range(1 << 14)]
"""Two bytes of a varint that goes on, by the 14 bits they carry: tables, because a run writes millions."""
_LAST = [bytes((low,)) if low < 0x80 else bytes((low & 0x7F | 0x80, low >> 7)) for low in range(1 << 14)]
"""The last one or two bytes of a varint."""
