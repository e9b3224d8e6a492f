"""Reading back the events that records were last written with: what they said, and the key they lie under.

Records that were written together lie together: neighbours are read in one request.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from events.change_events import record_in
from events.keys import KeyStore
from events.log import CHANGES, Log, LogDamaged
from events.records import Record
from events.sealing import KeyDestroyed, open_envelope
from producers.state import Known

_APART = 16
_TOGETHER = 2_000


class LastEvent(NamedTuple):
    """The event a record was last written with. `record` is None where its patient was forgotten."""

    household: bytes
    record: Record | None


def last_events(log: Log, keys: KeyStore, known: Iterable[Known]) -> dict[bytes, LastEvent]:
    """The last event of each of these records, by record id. Raises LogError, CodecError."""
    wanted = {(k.partition, k.offset): k.record_id for k in known}
    found: dict[bytes, LastEvent] = {}
    for partition, first, last in _stretches(sorted(wanted)):
        for entry in log.read(CHANGES, partition, first, last - first + 1):
            record_id = wanted.get((partition, entry.offset))
            if record_id is not None:
                found[record_id] = LastEvent(entry.key, _record(entry.value, keys))
    if len(found) < len(wanted):
        raise LogDamaged(
            "the state names events that the log does not hold: it is of another log; delete the state, it is rebuilt"
        )
    return found


def _record(data: bytes, keys: KeyStore) -> Record | None:
    try:
        return record_in(open_envelope(data), keys)
    except KeyDestroyed:
        return None


def _stretches(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Sorted places as (partition, first offset, last offset) of stretches that are worth one request each."""
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
