"""Ids that several people share by decision: the person of a patient's row, and the owner of the rows that name the id.

One person keeps the id; each other one has an id of their own, the shared one with a number: `1042~2`. A row is about the
person whose name and date of birth were decided upon, else about the only one whose last known name or date of birth it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from events.vocabulary.entities import Entity
from events.vocabulary.kinds import DATE, DATE_TIME
from events.vocabulary.records import FIELDS, Record
from producers.records.doubled_ids import is_by_patient, person

KEEPS: Final = 1
"""The number of the person who keeps the id."""
HOLD: Final = "hold"
"""The choice for the rows of other tables that name the id: new ones wait, until each is decided."""
STAY: Final = "stay"
"""The choice: they belong to the person who keeps the id."""
MOVE: Final = "move"
"""The choice: they belong to the person with the new id."""


def own_id(native_id: str, number: int) -> str:
    """Return the id of the person with this number under a shared id."""
    return native_id if number == KEEPS else f"{native_id}~{number}"


def is_choice(text: str) -> bool:
    """Return whether a text is a choice for the rows that name a shared id: a word, or the day from which they move."""
    if text in (HOLD, STAY, MOVE):
        return True
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedId:
    """The people under one id: `own` has the number of each person with an id of their own, by the hash of the person; `keeps`
    has the hashes of who keeps it. `last` is what the log knows of each, by number. `rows` is the choice for rows that name
    the id, `moves_to` the number of the person that they may move to; `records` were decided one by one, by record id.
    """

    own: Mapping[str, int]
    keeps: frozenset[str]
    rows: str = HOLD
    moves_to: int = KEEPS
    records: Mapping[bytes, int] = field(default_factory=dict)
    last: Mapping[int, Record] = field(default_factory=dict)

    def number(self, mark: str, record: Record) -> int | None:
        """Return the number of the person whom a patient's row is about; None where that cannot be told."""
        if mark in self.own:
            return self.own[mark]
        if mark in self.keeps:
            return KEEPS
        alike = {number: _likeness(record, before) for number, before in self.last.items()}
        most = max(alike.values(), default=0)
        found = [number for number, likeness in alike.items() if likeness == most]
        return found[0] if most and len(found) == 1 else None

    def owner(self, record_id: bytes, record: Record, zone: ZoneInfo) -> int | None:
        """Return the number of the person to whom a record belongs that names the id; None where it waits."""
        if record_id in self.records:
            return self.records[record_id]
        if self.rows in (STAY, MOVE):
            return self.moves_to if self.rows == MOVE else KEEPS
        day = None if self.rows == HOLD else _day(record, zone)
        if day is None:
            return None
        return self.moves_to if day >= date.fromisoformat(self.rows) else KEEPS


def under(record: Record, number: int) -> Record:
    """Return a record that names a shared id, or has it, under the id of the person with this number."""
    if number == KEEPS:
        return record
    if record.entity is Entity.PATIENT:
        values, own = dict(record.values), own_id(record.native_id, number)
        if values.get("guarantor_id") == record.native_id:
            values["guarantor_id"] = own
        return replace(record, native_id=own, values=values)
    own = own_id(str(record.values["patient_id"]), number)
    native = own if is_by_patient(record) else record.native_id
    return replace(record, native_id=native, values={**record.values, "patient_id": own})


def _likeness(record: Record, before: Record) -> int:
    """Return how many of name and date of birth a record has in common with a known one; 0 where both contradict it."""
    pairs = zip(person(record), person(before), strict=True)
    return sum(here is not None and here == there for here, there in pairs)


def _day(record: Record, zone: ZoneInfo) -> date | None:
    """Return the first date that a record has, in the order of its schema; None where it has none."""
    for name, kind in FIELDS[record.entity].items():
        value = record.values.get(name)
        if kind is DATE_TIME and isinstance(value, datetime):
            return value.astimezone(zone).date()
        if kind is DATE and isinstance(value, date):
            return value
    return None
