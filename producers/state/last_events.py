"""Reading back the events that records were last written with: what they said, and the key they lie under.

Records that were written together lie together: neighbours are read in one request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from events.change_events import record_from
from events.codec.avro import decode
from events.codec.differences import changed_fields
from events.codec.schemas import Schema, latest
from events.log.port import CHANGES, Log, LogDamaged, read_between
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore
from events.sealing.payloads import KeyDestroyed, open_payload, payload_under
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.state.state import Known

_APART = 16
_TOGETHER = 2_000


class LastEvent(NamedTuple):
    """The event a record was last written with. `payload` is None where its patient was forgotten."""

    household: bytes
    entity: Entity
    payload: tuple[Schema, bytes] | None

    def read(self) -> Record | None:
        """Decode what it said; a record without values for a deletion."""
        if self.payload is None:
            return None
        schema, data = self.payload
        payload = decode(schema, data)
        if schema.name == "tombstone":
            return Record(entity=self.entity, native_id=payload["native_id"], values={})
        return record_from(self.entity, payload)

    def changed(self, record: Record, parts: Sequence[bytes]) -> list[str]:
        """Return the fields of a record, given with its `parts_of`, that differ from it; all of them where it cannot be
        read.
        """
        if self.payload is not None and self.payload[0] is latest(self.entity.schema):
            names = changed_fields(self.entity, parts, self.payload[1])
            if names is not None:
                return names
        before = self.read()
        values, custom = (before.values, before.custom) if before is not None else ({}, {})
        names = [name for name in record.values if record.values[name] != values.get(name, ...)]
        return names + [name for name in record.custom if record.custom[name] != custom.get(name, ...)]


def last_events(log: Log, keys: KeyStore, known: Iterable[Known]) -> dict[bytes, LastEvent]:
    """Return the last event of each of these records, by record id. Raises LogError, CodecError."""
    wanted = {(k.partition, k.offset): k for k in known}
    found: dict[bytes, LastEvent] = {}
    for partition, first, last in _stretches(sorted(wanted)):
        for entry in read_between(log, CHANGES, partition, first, last + 1):
            one = wanted.get((partition, entry.offset))
            if one is not None:
                found[one.record_id] = LastEvent(entry.key, one.entity, _payload(entry.value, one, keys))
    if len(found) < len(wanted):
        raise LogDamaged(
            "the state names events that the log does not hold: it is of another log; delete the state, it is rebuilt"
        )
    return found


def _payload(data: bytes, known: Known, keys: KeyStore) -> tuple[Schema, bytes] | None:
    schema, key = latest(known.entity.schema), keys.of(known.patient_id or PRACTICE_SUBJECT)
    if key is not None and (payload := payload_under(data, schema, key)) is not None:
        return schema, payload
    try:
        return open_payload(data, keys)
    except KeyDestroyed:
        return None


def _stretches(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield sorted places as (partition, first offset, last offset) of stretches that are worth one request each."""
    start = 0
    for index, (partition, offset) in enumerate(places):
        following = places[index + 1] if index + 1 < len(places) else None
        first = places[start][1]
        if (
            following is None
            or following[0] != partition
            or following[1] - offset > _APART
            or following[1] - first >= _TOGETHER
        ):
            yield partition, first, offset
            start = index + 1
