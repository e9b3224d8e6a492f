"""Skipping Avro values fast: where the next one begins, without making anything of the one before it.

Most of what is asked of an earlier event is which of its fields differ from the present ones. Bytes answer that: a skipper is
compiled from a schema's type once, and a value costs a look at its length.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

Skip = Callable[[bytes, int], int]
"""From framed bytes and the place where a value begins to the place behind it. Raises IndexError where the bytes end."""


def read_number(data: bytes, at: int) -> tuple[int, int]:
    """Read an int or long (zig-zag, variable length); return it and its end. Raises IndexError where the bytes end."""
    byte = data[at]
    at += 1
    number, shift = byte & 0x7F, 7
    while byte & 0x80:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
    return number >> 1 ^ -(number & 1), at


def skipper_of(type_: Any, named: dict[str, Any] | None = None) -> Skip:
    """Return the skipper of an Avro type, as a schema file writes it; `named` are the types that it may mention by their
    names.

    Raises ValueError for a type that no event has.
    """
    named = {} if named is None else named
    if isinstance(type_, dict) and "name" in type_:
        named[type_["name"]] = type_
    match type_:
        case "null":
            return lambda _data, at: at
        case "string" | "bytes":
            return _skip_text
        case "int" | "long" | {"type": "enum"} | {"type": "int" | "long"}:
            return _skip_number
        case "boolean":
            return _fixed(1)
        case "double":
            return _fixed(8)
        case {"type": "fixed", "size": size}:
            return _fixed(size)
        case {"type": "array", "items": items}:
            return _blocks(skipper_of(items, named))
        case {"type": "map", "values": values}:
            return _blocks(skip_all([_skip_text, skipper_of(values, named)]))
        case {"type": "record", "fields": fields}:
            return skip_all([skipper_of(field["type"], named) for field in fields])
        case ["null", branch]:
            return _optional(skipper_of(branch, named))
        case list():
            return _union([skipper_of(branch, named) for branch in type_])
        case str() if type_ in named:
            return skipper_of(named[type_], named)
        case _:
            raise ValueError(f"no skipper for the Avro type {type_!r}")


def skip_all(skips: Sequence[Skip]) -> Skip:
    """Return a skip over several values, one after the other."""
    skips = tuple(skips)

    def skip(data: bytes, at: int) -> int:
        for one in skips:
            at = one(data, at)
        return at

    return skip


def _skip_text(data: bytes, at: int) -> int:
    byte = data[at]
    if byte < 0x80:  # up to 63 bytes long, as nearly all are
        return at + 1 + (byte >> 1)
    length, at = read_number(data, at)
    return at + length


def _skip_number(data: bytes, at: int) -> int:
    while data[at] & 0x80:
        at += 1
    return at + 1


def _fixed(size: int) -> Skip:
    return lambda _data, at: at + size


def _optional(skip: Skip) -> Skip:
    return lambda data, at: skip(data, at + 1) if data[at] else at + 1


def _union(skips: Sequence[Skip]) -> Skip:
    def skip(data: bytes, at: int) -> int:
        branch, at = read_number(data, at)
        return skips[branch](data, at)

    return skip


def _blocks(skip: Skip) -> Skip:
    """Return a skip over the blocks of arrays and maps: each begins with its count; a negative one is followed by the
    block's size in bytes.
    """

    def skip_blocks(data: bytes, at: int) -> int:
        while True:
            count, at = read_number(data, at)
            if count == 0:
                return at
            if count < 0:
                size, at = read_number(data, at)
                at += size
            for _ in range(count):
                at = skip(data, at)

    return skip_blocks
