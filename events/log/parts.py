"""Large events in parts: an event longer than a part lies in the log as several entries of its topic and key.

An adapter splits what it appends and joins what it reads, so that code above the port meets no part. All parts of an event are
appended in one step. They keep their order; other writers' entries may lie between them. The event lies where its last part
lies: the offset behind it is the next one, as for any event. Each part is Avro in single-object encoding, under a schema of its
own, so that other readers of the log tell it from an event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Final

from events.codec.avro import HEADER, NotAnEvent, decode, encode, header, schema_of
from events.codec.schemas import all_schemas, latest
from events.log.port import READ_BYTES, Entry

PART: Final = 512 * 1024
"""Bytes of an event in one entry, at most: half of a Kafka broker's default limit (1,048,588 bytes)."""

Read = Callable[[int, int], list[Entry]]
"""From an offset and a limit to entries as they lie in one partition; fewer than `limit` at the end or beyond READ_BYTES."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPart:
    """One part; see the schema."""

    event: bytes
    number: int
    count: int
    data: bytes


def split(event: bytes) -> Sequence[bytes]:
    """Return the values of the entries that an event becomes: itself, or its parts."""
    if len(event) <= PART:
        return (event,)
    starts = range(0, len(event), PART)
    about = {"event": _digest(event), "count": len(starts)}
    return [
        _WRITTEN + encode(_PART, {**about, "number": number, "data": event[start : start + PART]})
        for number, start in enumerate(starts, 1)
    ]


def part_in(value: bytes) -> EventPart | None:
    """Return the part that an entry's value is; None where it is none. Raises NotAnEvent for one that was cut."""
    if value[:HEADER] not in _HEADERS:
        return None
    held: dict[str, Any] = decode(schema_of(value), value[HEADER:])
    return EventPart(event=held["event"], number=held["number"], count=held["count"], data=held["data"])


def read_whole(forwards: Read, backwards: Read, offset: int, limit: int) -> list[Entry]:
    """Return at most `limit` whole events that lie at `offset` or behind it, in order; fewer at the end or beyond
    READ_BYTES.
    """
    found: list[Entry] = []
    open_parts: dict[bytes, dict[int, bytes]] = {}
    size = missing = 0
    while len(found) < limit and not (found and size >= READ_BYTES):
        wanted = max(limit - len(found), missing)
        page = forwards(offset, wanted)
        if not page:
            break
        for entry in page:
            part = _part(entry)
            if part is None:
                found.append(entry)
            else:
                parts = open_parts.setdefault(part.event, {})
                parts[part.number], missing = part.data, part.count - part.number
                if not missing:
                    found.append(_joined(entry, part, open_parts.pop(part.event), backwards))
        offset, read = page[-1].offset + 1, _size(page)
        size += read
        if len(page) < wanted and read < READ_BYTES:
            break
    return found[:limit]


def read_whole_backwards(backwards: Read, offset: int, limit: int) -> list[Entry]:
    """Return at most `limit` whole events that lie below `offset`, newest first; fewer at the beginning or beyond
    READ_BYTES.
    """
    found: list[Entry] = []
    size = 0
    while len(found) < limit and not (found and size >= READ_BYTES):
        page = backwards(offset, limit - len(found))
        if not page:
            break
        for entry in page:
            part = _part(entry)
            if part is None:
                found.append(entry)
            elif part.number == part.count:
                found.append(_joined(entry, part, {part.number: part.data}, backwards))
        offset = page[-1].offset
        size += _size(page)
    return found


def _joined(last: Entry, part: EventPart, parts: dict[int, bytes], backwards: Read) -> Entry:
    """Return the event whose last part was read; the last part itself where others are missing, which then reads as no
    event.
    """
    offset = last.offset
    while len(parts) < part.count and 1 not in parts:
        page = backwards(offset, part.count)
        if not page:
            return last
        for entry in page:
            earlier = _part(entry)
            if earlier is not None and earlier.event == part.event:
                parts[earlier.number] = earlier.data
        offset = page[-1].offset
    event = b"".join(data for _, data in sorted(parts.items()))
    return last._replace(value=event) if _digest(event) == part.event else last


def _part(entry: Entry) -> EventPart | None:
    try:
        return part_in(entry.value)
    except NotAnEvent:
        return None  # opening the entry raises


def _size(page: Sequence[Entry]) -> int:
    return sum([len(entry.value) for entry in page])


def _digest(event: bytes) -> bytes:
    return blake2b(event, digest_size=16).digest()


_PART = latest("part")
_WRITTEN = header(_PART)
_HEADERS = frozenset(header(schema) for schema in all_schemas() if schema.name == _PART.name)
