"""Differences between a record's fields and those of an earlier event, found in the bytes of both.

Avro writes the same value as the same bytes, and no value's bytes begin with another's: fields are compared where they stand,
and only those that differ are looked into. Reading the earlier record first would cost five times as much (`bench_producing`).
"""

from __future__ import annotations

from collections.abc import Sequence

from events.codec.declared import FIELDS
from events.codec.schemas import Schema, latest
from events.codec.skipping import Skip, read_number, skipper_of
from events.vocabulary.entities import Entity
from events.vocabulary.specs import Compiled


class _Fields:
    """The fields of one entity's payloads, as its latest schema has them."""

    def __init__(self, schema: Schema, names: Sequence[str]) -> None:
        types = {field["name"]: field["type"] for field in schema.source["fields"]}
        self.native_id = skipper_of(types["native_id"])
        self.names, self.skips = names, [skipper_of(types[name]) for name in names]
        self.custom = skipper_of(types["custom"])
        self.custom_value = skipper_of(types["custom"]["values"])

    def changed(self, parts: Sequence[bytes], before: bytes) -> list[str] | None:
        at = self.native_id(before, 0)
        found = []
        for name, skip, part in zip(self.names, self.skips, parts[1:], strict=False):
            if before.startswith(part, at):
                at += len(part)
            else:
                found.append(name)
                at = skip(before, at)
        custom, unknown = parts[len(self.names) + 1 : len(self.names) + 3]
        if before.startswith(custom, at):
            at += len(custom)
        else:
            earlier = _by_name(before, at, self.custom_value)
            found += [name for name, value in _by_name(custom, 0, self.custom_value).items() if earlier.get(name) != value]
            at = self.custom(before, at)
        return found if before.startswith(unknown, at) else None


def changed_fields(entity: Entity, parts: Sequence[bytes], before: bytes) -> list[str] | None:
    """Return the names of the values and custom fields that a payload (`change_writer.parts_of`) has otherwise than an
    earlier one of the same schema. None where other columns were known then: bytes do not tell a blank from what was never
    seen.
    """
    return _FIELDS[entity].changed(parts, before)


def _by_name(data: bytes, at: int, skip: Skip) -> dict[str, bytes]:
    """Return the values of a map at this place, each as its bytes. Only maps of one block, as we write them."""
    count, at = read_number(data, at)
    found = {}
    for _ in range(count):
        length, start = read_number(data, at)
        begins = start + length
        at = skip(data, begins)
        found[data[start:begins].decode()] = data[begins:at]
    return found


_FIELDS: Compiled[Entity, _Fields] = Compiled(lambda entity: _Fields(latest(entity.schema), tuple(FIELDS[entity])))
