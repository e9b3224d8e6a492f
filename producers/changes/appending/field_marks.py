"""Marks of a record's fields in the state, so that the names of those that change are found without its last event.

Each field has a checksum of its Avro bytes. The checksums of one revision lie under a pad of their own, made with the patient's
data key: without that key they say nothing, not even which records share a value; when the patient is forgotten they are lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from struct import Struct
from zlib import crc32

from events.codec.schemas import latest
from events.sealing.keys import DataKey
from events.vocabulary.entities import Entity
from events.vocabulary.records import FIELDS

_PAD = 64
_BEGIN = 4
_PURPOSE = b"cutover fields"


def field_marks(entity: Entity, parts: Sequence[bytes], key: DataKey, record_id: bytes, revision: int) -> bytes:
    """Return the marks of a record's fields, given with its `change_writer.parts_of`, in this revision."""
    mark, checksums, _ = _form(entity)
    return mark + _padded(checksums.pack(*map(crc32, parts[1:-2])), key, record_id, revision)


def differing_fields(
    entity: Entity, parts: Sequence[bytes], before: bytes, key: DataKey, record_id: bytes, revision: int
) -> list[str] | None:
    """Return the names of the fields that a record, given with its `parts_of`, has otherwise than in an earlier revision.

    None where the marks of that revision do not tell: a custom field differs, other columns were known, or nothing differs.
    """
    mark, checksums, names = _form(entity)
    if not before.startswith(mark) or len(before) != _BEGIN + checksums.size:
        return None
    *earlier, custom, unknown = checksums.unpack(_padded(before[_BEGIN:], key, record_id, revision))
    if custom != crc32(parts[-4]) or unknown != crc32(parts[-3]):
        return None
    return [name for name, part, then in zip(names, parts[1:], earlier, strict=False) if crc32(part) != then] or None


@cache
def _form(entity: Entity) -> tuple[bytes, Struct, tuple[str, ...]]:
    """Return how the marks of an entity begin, their checksums, and the names of its fields."""
    names = tuple(FIELDS[entity])
    return latest(entity.schema).fingerprint[:_BEGIN], Struct(f"<{len(names) + 2}I"), names


def _padded(checksums: bytes, key: DataKey, record_id: bytes, revision: int) -> bytes:
    """Return checksums with their pad put over them, or taken away."""
    size, about = len(checksums), record_id + revision.to_bytes(8, "big")
    pad = blake2b(about, digest_size=min(_PAD, size), key=key.material, person=_PURPOSE).digest()
    for at in range(_PAD, size, _PAD):
        salt = at.to_bytes(2, "big")
        pad += blake2b(about, digest_size=min(_PAD, size - at), key=key.material, salt=salt, person=_PURPOSE).digest()
    return (int.from_bytes(checksums, "big") ^ int.from_bytes(pad, "big")).to_bytes(size, "big")
