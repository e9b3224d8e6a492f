"""Writing change events fast: the envelope's and the payload's Avro bytes are put together from parts that repeat.

A million rows make a million events that differ in a few fields. The bytes are exactly those that fastavro writes for the
same envelope and the same record (tests compare them); only the order of work differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache

from events.change_events import Operation
from events.codec.avro import header, varint
from events.codec.declared import FIELDS
from events.codec.encoders import encode_moment, encode_text, encoder_of
from events.codec.schemas import Schema, latest
from events.sealing.keys import DataKey
from events.sealing.payloads import seal_after
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from events.vocabulary.specs import Compiled, Lazily

_CHANGE = latest("change-event")
_TOMBSTONE = latest("tombstone")
_NONE = b"\x00"
_DELETED = Operation.DELETED
_HASH = 16
_HASH_LENGTH = varint(_HASH)


class _RecordEncoder:
    """Encodes the records of one entity. The names of their values come from its schema's fields."""

    def __init__(self, schema: Schema, names: Sequence[str]) -> None:
        types = {field["name"]: field["type"] for field in schema.source["fields"]}
        assert list(types) == ["native_id", *names, "custom", "unknown", "changed", "issues"], schema.name
        self._values = [(name, encoder_of(types[name])) for name in names]
        self._custom, self._names = encoder_of(types["custom"]), encoder_of(types["changed"])
        self._issues = encoder_of(types["issues"])
        self._changed = lru_cache(1_000)(self._names)  # most records change in the same few fields

    def parts(self, record: Record, changed: Sequence[str]) -> list[bytes]:
        value = record.values.get
        parts = [encode_text(record.native_id)]
        parts += [encode(value(name)) for name, encode in self._values]
        parts.append(self._custom(record.custom))
        if len(record.values) < len(self._values):
            parts.append(self._names([name for name, _ in self._values if name not in record.values]))
        else:
            parts.append(_NONE)
        parts.append(self.names(changed))
        parts.append(self._issues_of(record))
        return parts

    def names(self, changed: Sequence[str]) -> bytes:
        return self._changed(tuple(changed)) if changed else _NONE

    def _issues_of(self, record: Record) -> bytes:
        return self._issues([{"field": i.field, "reason": i.reason} for i in record.issues]) if record.issues else _NONE


_RECORDS: Compiled[Entity, _RecordEncoder] = Compiled(lambda e: _RecordEncoder(latest(e.schema), tuple(FIELDS[e])))


def parts_of(record: Record, changed: Sequence[str] = ()) -> list[bytes]:
    """Return the Avro bytes of each field of a record's payload: its native id, its values, then `custom`, `unknown`,
    `changed` and `issues`.
    """
    return _RECORDS[record.entity].parts(record, changed)


def with_changed(entity: Entity, parts: Sequence[bytes], changed: Sequence[str]) -> bytes:
    """Return the payload made of `parts_of(record)` with the names of what changed put in, without encoding the record
    again.
    """
    return b"".join((*parts[:-2], _RECORDS[entity].names(changed), parts[-1]))


def encode_tombstone(native_id: str) -> bytes:
    """Return the bare Avro bytes of a deletion's payload."""
    return encode_text(native_id)


class ChangeWriter:
    """Writes the change events of one run and one extract."""

    def __init__(
        self,
        *,
        practice: str,
        run: str,
        extract: str,
        taken_at: datetime,
        recorded_at: datetime,
        entropy: Callable[[int], bytes],
    ) -> None:
        """Take the fields that are the same in every event of the run."""
        about = encode_text(practice) + encode_text(run) + encode_text(extract)
        shared = about + encode_moment(taken_at) + encode_moment(recorded_at)
        self._run: dict[str, str] = {"practice": practice, "run": run, "extract": extract}
        self._recorded_at = recorded_at
        self._entropy = entropy
        self._header = header(_CHANGE)
        operations = list(Operation)

        def begun(key: tuple[Entity, Operation]) -> tuple[bytes, bytes]:
            entity, operation = key
            schema = _TOMBSTONE if operation is _DELETED else latest(entity.schema)
            return varint(operations.index(operation)) + encode_text(entity.value), shared + schema.fingerprint

        self._about = Lazily(begun)

    def taken(self, taken_at: datetime) -> ChangeWriter:
        """Return a writer for records of this run that were read at another time."""
        return ChangeWriter(**self._run, taken_at=taken_at, recorded_at=self._recorded_at, entropy=self._entropy)

    def write(
        self,
        *,
        event_id: bytes,
        record_id: bytes,
        patient_id: bytes | None,
        operation: Operation,
        entity: Entity,
        revision: int,
        part: bytes,
        row: int,
        fingerprint: bytes,
        content: bytes,
        recheck_at: datetime | None,
        flagged: bool,
        payload: bytes,
        key: DataKey,
    ) -> bytes:
        """Return the framed, sealed bytes of one change event; ids are 16 bytes, `part` 32, `payload` the record's Avro
        bytes.
        """
        head, tail = self._about[entity, operation]
        associated = b"".join(
            (
                self._header,
                event_id,
                record_id,
                b"\x00" if patient_id is None else b"\x02" + patient_id,
                head,
                varint(revision),
                part,
                varint(row),
                _HASH_LENGTH if len(fingerprint) == _HASH else varint(len(fingerprint)),
                fingerprint,
                _HASH_LENGTH if len(content) == _HASH else varint(len(content)),
                content,
                b"\x00" if recheck_at is None else b"\x02" + encode_moment(recheck_at),
                b"\x01" if flagged else b"\x00",
                tail,
                key.id,
            )
        )
        return seal_after(associated, payload, key, self._entropy)
