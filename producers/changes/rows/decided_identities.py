"""Decisions about patients' ids under which two people stand: one person, a person with an id of their own, or left out.

A decision is about people, not about rows: each is named by a keyed hash of name and date of birth. It holds for their rows in
every later extract. A row about yet another person holds the id again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from events.decisions import Decided, Decisions
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.changes.rows.shared_ids import HOLD, KEEPS, SharedId
from producers.records.doubled_ids import person
from producers.state.fingerprints import Fingerprints

PERSON: Final = "identity_mark"
"""The key, in the detail of a row's dead letter, of the hash that names the person."""


class IdentityVerdict(StrEnum):
    """The ways to settle an id under which two people stand."""

    SAME = "same"
    """The rows are one person; one of them counts."""
    ANOTHER = "another"
    """The row is about another person, who gets an id of their own."""
    LEAVE_OUT = "leave-out"
    """The row is about another person, and is not carried."""


LastRecords = Callable[[Collection[bytes]], Mapping[bytes, Record]]
"""Gives what the log last said of records that live, by record id."""


@dataclass(slots=True, kw_only=True)
class _Settled:
    left_out: set[str] = field(default_factory=set)
    same: frozenset[str] = frozenset()
    counts: str = ""
    own: dict[str, int] = field(default_factory=dict)
    keeps: set[str] = field(default_factory=set)
    record_ids: dict[int, bytes] = field(default_factory=dict)
    rows: str = HOLD
    moves_to: int = KEEPS
    records: dict[bytes, int] = field(default_factory=dict)

    def take(self, body: Mapping[str, Any]) -> None:
        """Take a decision over; of each person the last one counts."""
        verdict, people = body["verdict"], frozenset(body["marks"])
        number = body.get("number", KEEPS)
        if "of_record" in body:
            self.records[bytes.fromhex(body["of_record"])] = number
            return
        self.left_out -= people
        self.same -= people
        self.own = {mark: own for mark, own in self.own.items() if mark not in people}
        self.keeps -= people
        if verdict == IdentityVerdict.SAME:
            self.same, self.counts = people, body["counts"]
            self.keeps |= people
        elif verdict == IdentityVerdict.ANOTHER:
            self.own |= dict.fromkeys(people, number)
            self.keeps |= set(body["keeps"]) - self.own.keys() - self.left_out
            self.record_ids[number] = bytes.fromhex(body["own"])
            if body["rows"] is not None:
                self.rows, self.moves_to = body["rows"], number
        else:
            self.left_out |= people

    def shared(self, record_id: bytes, last: LastRecords) -> SharedId | None:
        """Return the people under the id, where several stand under it; with what the log knows of them."""
        if not self.record_ids:
            return None
        ids = {KEEPS: record_id, **self.record_ids}
        known = last(list(ids.values()))
        return SharedId(
            own=self.own,
            keeps=frozenset(self.keeps),
            rows=self.rows,
            moves_to=self.moves_to,
            records=self.records,
            last={number: known[one] for number, one in ids.items() if one in known},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedIdentities:
    """The decisions of a practice, by the patient's record id. The people in them are named by their hashes. `shared` are the
    ids of which people have ids of their own.
    """

    fingerprints: Fingerprints
    by_record: Mapping[bytes, _Settled] = field(default_factory=dict)
    shared: Mapping[bytes, SharedId] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_record)

    def person(self, record: Record) -> str:
        """Return the hash that names the person whom a patient's record is about."""
        return self.fingerprints.combine(repr(person(record)).encode()).hex()

    def leaves_out(self, record_id: bytes, record: Record) -> bool:
        """Return whether a patient's row is left out by decision."""
        settled = self.by_record.get(record_id)
        return settled is not None and self.person(record) in settled.left_out

    def is_same(self, record_id: bytes, record: Record) -> bool:
        """Return whether a patient's row was decided to be about the person whom the log has under its id."""
        settled = self.by_record.get(record_id)
        return settled is not None and self.person(record) == settled.counts

    def counting(self, record_id: bytes, records: Sequence[Record]) -> int | None:
        """Return the number of the row that counts, of rows that were decided to be one person; else None."""
        settled = self.by_record.get(record_id)
        if settled is None:
            return None
        people = [self.person(record) for record in records]
        return people.index(settled.counts) if settled.counts in people and settled.same.issuperset(people) else None

    def numbers(self, record_id: bytes) -> Mapping[int, bytes]:
        """Return the record id of each person who got an id of their own, by number."""
        settled = self.by_record.get(record_id)
        return settled.record_ids if settled is not None else {}

    def number_of(self, record_id: bytes, mark: str) -> int | None:
        """Return the number of a person who has an id of their own."""
        settled = self.by_record.get(record_id)
        return settled.own.get(mark) if settled is not None else None

    def own_ids(self, record_ids: Collection[bytes]) -> Iterator[bytes]:
        """Yield the record ids of the other people under these ids."""
        for record_id in record_ids:
            yield from self.numbers(record_id).values()

    def digest(self, entity: Entity) -> bytes:
        """Return what decides whose the rows of an entity are; empty where nothing does."""
        if entity is Entity.PATIENT or not entity.of_patient or not self.shared:
            return b""
        said = [(i, one.rows, one.moves_to, sorted(one.records.items())) for i, one in sorted(self.shared.items())]
        return hashlib.sha256(repr(said).encode()).digest()


def decided_identities(decisions: Decisions, fingerprints: Fingerprints, last: LastRecords) -> DecidedIdentities:
    """Return the decisions in the log; of each person the last one counts. Raises CodecError, LogError."""
    found: dict[bytes, _Settled] = {}
    for decision in decisions.all(Decided.IDENTITY_DECIDED):
        found.setdefault(bytes.fromhex(decision.body["record"]), _Settled()).take(decision.body)
    shared = {i: one for i, settled in found.items() if (one := settled.shared(i, last)) is not None}
    return DecidedIdentities(fingerprints=fingerprints, by_record=found, shared=shared)


def decided_at(decisions: Decisions) -> dict[bytes, datetime]:
    """Return the time of each id's last decision, by the patient's record id. Raises CodecError, LogError."""
    return {bytes.fromhex(d.body["record"]): d.recorded_at for d in decisions.all(Decided.IDENTITY_DECIDED)}
