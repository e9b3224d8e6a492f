"""Encoding Avro values fast: an encoder is compiled from a schema's type once, and remembers the bytes of what repeats.

An appointment book says the same few words, providers and days again and again: a value met before costs one look-up, where
fastavro tries the branches of a union anew for each. The bytes are exactly those that fastavro writes (tests compare them).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from events.codec.avro import varint

Encoder = Callable[[Any], bytes]

REMEMBERED = 8_192
"""Values that a field remembers, at most; a field that fills it hardly repeats."""
_LONGEST = 64

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = _EPOCH.toordinal()
_LEAST, _MOST = -(1 << 63), (1 << 63) - 1
_END = b"\x00"


def encoder_of(type_: Any) -> Encoder:
    """Return the encoder of an Avro type, as a schema file writes it. Raises ValueError for a type that no payload has."""
    match type_:
        case "string":
            return encode_text
        case "long":
            return encode_long
        case "boolean":
            return lambda value: b"\x01" if value else b"\x00"
        case "double":
            return struct.Struct("<d").pack
        case {"logicalType": "date"}:
            return lambda day: varint(day.toordinal() - _EPOCH_DAY)
        case {"logicalType": "timestamp-millis"}:
            return encode_moment
        case {"type": "array", "items": items}:
            return _array(encoder_of(items))
        case {"type": "map", "values": values}:
            return _map(encoder_of(values))
        case {"type": "record", "fields": fields}:
            return _record({field["name"]: encoder_of(field["type"]) for field in fields})
        case ["null", {"type": "array"} as branch]:
            inner = encoder_of(branch)
            return lambda value: b"\x00" if value is None else b"\x02" + inner(value)
        case ["null", branch]:
            return _Optional(encoder_of(branch)).__getitem__
        case list():
            return _union(type_)
        case _:
            raise ValueError(f"no encoder for the Avro type {type_!r}")


def encode_text(text: str) -> bytes:
    """Encode a string: its length in bytes, then UTF-8."""
    data = text.encode()
    return varint(len(data)) + data


def encode_long(number: int) -> bytes:
    """Encode an int of 64 bits. Raises OverflowError for a larger one."""
    if not _LEAST <= number <= _MOST:
        raise OverflowError("a number does not fit in 64 bits")
    return varint(number)


def encode_moment(moment: datetime) -> bytes:
    """Encode an aware datetime as whole milliseconds since 1970."""
    since = moment - _EPOCH  # whole numbers all the way: a float would lose a millisecond now and then
    return varint(since.days * 86_400_000 + since.seconds * 1_000 + since.microseconds // 1_000)


class _Optional(dict[Any, bytes]):
    """A union of null and one simple type: value → bytes, for values met before."""

    def __init__(self, encode: Encoder) -> None:
        super().__init__({None: b"\x00"})
        self._encode = encode

    def __missing__(self, value: Any) -> bytes:
        data = b"\x02" + self._encode(value)
        if len(self) < REMEMBERED and len(data) <= _LONGEST:
            self[value] = data
        return data


_PYTHON: Mapping[str, tuple[type, ...]] = {
    "null": (type(None),),
    "boolean": (bool,),
    "double": (float, int),
    "string": (str,),
    "date": (date,),
    "timestamp-millis": (datetime,),
}


def _union(branches: list[Any]) -> Encoder:
    """Return the encoder of a union of simple types: the value's own Python type says which of them it is."""
    by_type: dict[type, tuple[bytes, Encoder]] = {}
    for index, branch in enumerate(branches):
        encode = encoder_of(branch) if branch != "null" else lambda _value: b""
        for kind in _PYTHON[branch if isinstance(branch, str) else branch["logicalType"]]:
            by_type[kind] = varint(index), encode

    def encode_one(value: Any) -> bytes:
        kind = type(value)
        found = by_type.get(kind)
        if found is None:  # a subclass, e.g. an enum's word
            found = by_type[next(base for base in kind.__mro__ if base in by_type)]
        return found[0] + found[1](value)

    return encode_one


def _array(encode: Encoder) -> Encoder:
    return lambda values: varint(len(values)) + b"".join([encode(value) for value in values]) + _END if values else _END


def _map(encode: Encoder) -> Encoder:
    names = _Names()
    texts = _NamedTexts(names, encode)

    def encode_map(values: Mapping[str, Any]) -> bytes:
        if not values:
            return _END
        parts = [varint(len(values))]
        for name, value in values.items():
            if type(value) is str or value is None:
                parts.append(texts[name, value])
            else:
                parts += (names[name], encode(value))
        parts.append(_END)
        return b"".join(parts)

    return encode_map


class _Names(dict[str, bytes]):
    """The bytes of names, which are few and always the same."""

    def __missing__(self, name: str) -> bytes:
        data = encode_text(name)
        if len(self) < REMEMBERED:
            self[name] = data
        return data


class _NamedTexts(dict[tuple[str, str | None], bytes]):
    """The bytes of a name and a text, for those met before. Other values are not remembered: 1, 1.0 and True are one key."""

    def __init__(self, names: _Names, encode: Encoder) -> None:
        super().__init__()
        self._names, self._encode = names, encode

    def __missing__(self, named: tuple[str, str | None]) -> bytes:
        data = self._names[named[0]] + self._encode(named[1])
        if len(self) < REMEMBERED and len(data) <= _LONGEST:
            self[named] = data
        return data


def _record(fields: Mapping[str, Encoder]) -> Encoder:
    return lambda value: b"".join([encode(value[name]) for name, encode in fields.items()])
