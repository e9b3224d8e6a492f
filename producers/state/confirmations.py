"""Confirmations by an extract, beyond its change events: the records that it held just as they were known.

A record that a newer extract met unchanged is as new as that extract, although no event says so. An older extract that is
delivered late must not change it, and must not bring back what a newer, whole one did not hold. Each extract's
confirmed records lie in the log, with the decision that it was read, and are looked up only when an extract arrives late.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events.decisions import Decided, Decisions
from events.vocabulary.entities import Entity
from producers.state.state import Known, millis
from producers.state.voided import readings_that_count, voided_extracts

Place = tuple[int, int]
"""A partition and an offset of `changes`: the event that a record was last written with."""
_CHUNK = 4_096


class Places:
    """A set of places, a byte each: an extract may confirm millions."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self._chunks: dict[Place, bytearray] = {}
        for partition, offset in places:
            about = (partition, offset // _CHUNK)
            chunk = self._chunks.get(about)
            if chunk is None:
                chunk = self._chunks[about] = bytearray(_CHUNK)
            chunk[offset % _CHUNK] = 1

    def __contains__(self, place: Place) -> bool:
        chunk = self._chunks.get((place[0], place[1] // _CHUNK))
        return chunk is not None and chunk[place[1] % _CHUNK] == 1

    def __iter__(self) -> Iterator[Place]:
        for partition, first, marks in self.stretches():
            yield from ((partition, first + number) for number, mark in enumerate(marks) if mark)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Places) and self._chunks == other._chunks

    __hash__ = None  # type: ignore[assignment]

    def stretches(self) -> Iterator[tuple[int, int, bytes]]:
        """Yield for each partition the first offset and a byte, 1 or 0, for each one up to the last."""
        for partition in sorted({partition for partition, _ in self._chunks}):
            numbers = [number for one, number in self._chunks if one == partition]
            first, marks = min(numbers), bytearray()
            for number in range(first, max(numbers) + 1):
                marks += self._chunks.get((partition, number)) or bytes(_CHUNK)
            start = marks.index(1)
            yield partition, first * _CHUNK + start, bytes(marks[start : marks.rindex(1) + 1])


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Confirmation of one entity by one extract. `until`: it held every record that lives (what it lacked was deleted), as
    far as the log went by then (next offsets by partition). Else `as_known` are the last events of the records that it
    held.
    """

    until: Mapping[int, int] | None = None
    as_known: Places = field(default_factory=Places)

    def covers(self, known: Known) -> bool:
        """Return whether the extract has spoken of this record."""
        if self.until is not None:
            return known.offset < self.until.get(known.partition, 0)
        return (known.partition, known.offset) in self.as_known


def to_json(confirmed: Mapping[Entity, Confirmed]) -> dict[str, Any]:
    """Return confirmations as they stand in the decision that the extract was read. Places are one byte for each offset of
    a stretch, compressed.
    """
    return {
        entity.value: {"until": {str(p): o for p, o in c.until.items()}}
        if c.until is not None
        else {"as_known": _stretches(c.as_known)}
        for entity, c in confirmed.items()
    }


def from_json(body: Mapping[str, Any]) -> dict[Entity, Confirmed]:
    """Return what `to_json` wrote."""
    found = {}
    for entity, said in body.items():
        if "until" in said:
            found[Entity(entity)] = Confirmed({int(p): o for p, o in said["until"].items()})
        else:
            found[Entity(entity)] = Confirmed(as_known=Places(_places(said["as_known"])))
    return found


def _stretches(places: Places) -> dict[str, list[Any]]:
    return {str(p): [first, base64.b64encode(zlib.compress(marks)).decode()] for p, first, marks in places.stretches()}


def _places(stretches: Mapping[str, list[Any]]) -> Iterable[Place]:
    for partition, (first, marks) in stretches.items():
        for number, mark in enumerate(zlib.decompress(base64.b64decode(marks))):
            if mark:
                yield int(partition), first + number


@dataclass(frozen=True, slots=True)
class Newer:
    """Readings of one entity by newer extracts than the one at hand."""

    readings: tuple[Confirmed, ...] = ()

    @property
    def holds_all(self) -> bool:
        """Return whether one of them held every record that lived by then: one that it lacked is gone."""
        return any(c.until is not None for c in self.readings)

    def has_spoken_of(self, known: Known | None) -> bool:
        """Return whether one of them knew better about this record (None: one that was never read)."""
        return self.holds_all if known is None else any(c.covers(known) for c in self.readings)


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings by newer extracts, by entity; of most extracts none, for they arrive in order."""

    by_entity: Mapping[Entity, Newer] = field(default_factory=dict)

    def of(self, entity: Entity) -> Newer | None:
        """Return what was said of an entity; None when nothing was."""
        return self.by_entity.get(entity)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmations:
    """Confirmations by one extract (its id), taken at this moment, by entity."""

    extract: str
    taken_at: datetime
    by_entity: Mapping[Entity, Confirmed]

    def to_json(self) -> dict[str, Any]:
        """Return them as they stand in the decision that an extract's voiding is finished."""
        return {"extract": self.extract, "taken_at": self.taken_at.isoformat(), "confirmed": to_json(self.by_entity)}


def newer_than(taken_at: datetime, decisions: Decisions) -> Readings:
    """Return what the extracts taken after this moment have confirmed. Raises CodecError, LogError."""
    found: dict[Entity, tuple[Confirmed, ...]] = {}
    voided = voided_extracts(decisions)
    finished = decisions.all(Decided.EXTRACT_VOID_FINISHED)
    again = (said for d in finished for said in d.body["confirmed"] if said["extract"] not in voided)
    for said in (*(d.body for d in readings_that_count(decisions)), *again):
        if millis(datetime.fromisoformat(said["taken_at"])) <= millis(taken_at):
            continue
        for entity, confirmed in from_json(said.get("confirmed", {})).items():
            found[entity] = (*found.get(entity, ()), confirmed)
    return Readings({entity: Newer(readings) for entity, readings in found.items()})
