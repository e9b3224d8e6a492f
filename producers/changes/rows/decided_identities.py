"""Decisions about patients' ids under which two people stand: the rows are one person, or one of them is left out.

A decision is about people, not about rows: each is named by a keyed hash of name and date of birth. It holds for their rows in
every later extract. A row about yet another person holds the id again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from events.decisions import Decided, Decisions
from events.vocabulary.records import Record
from producers.records.doubled_ids import person
from producers.state.fingerprints import Fingerprints

PERSON: Final = "identity_mark"
"""The key, in the detail of a row's dead letter, of the hash that names the person."""


class IdentityVerdict(StrEnum):
    """The ways to settle an id under which two people stand."""

    SAME = "same"
    """The rows are one person; one of them counts."""
    LEAVE_OUT = "leave-out"
    """The row is about another person, and is not carried."""


@dataclass(slots=True, kw_only=True)
class _Settled:
    left_out: set[str] = field(default_factory=set)
    same: frozenset[str] = frozenset()
    counts: str = ""


@dataclass(frozen=True, slots=True)
class DecidedIdentities:
    """The decisions of a practice, by the patient's record id. The people in them are named by their hashes."""

    fingerprints: Fingerprints
    by_record: Mapping[bytes, _Settled] = field(default_factory=dict)

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


def decided_identities(decisions: Decisions, fingerprints: Fingerprints) -> DecidedIdentities:
    """Return the decisions in the log; of each person the last one counts. Raises CodecError, LogError."""
    found: dict[bytes, _Settled] = {}
    for decision in decisions.all(Decided.IDENTITY_DECIDED):
        settled = found.setdefault(bytes.fromhex(decision.body["record"]), _Settled())
        people = frozenset(decision.body["marks"])
        if decision.body["verdict"] == IdentityVerdict.SAME:
            settled.left_out -= people
            settled.same, settled.counts = people, decision.body["counts"]
        else:
            settled.left_out |= people
            settled.same -= people
    return DecidedIdentities(fingerprints, found)


def decided_at(decisions: Decisions) -> dict[bytes, datetime]:
    """Return the time of each id's last decision, by the patient's record id. Raises CodecError, LogError."""
    return {bytes.fromhex(d.body["record"]): d.recorded_at for d in decisions.all(Decided.IDENTITY_DECIDED)}
