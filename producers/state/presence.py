"""Presence of known records in an extract, and what may be inferred from those it no longer holds.

A deletion is inferred only from an extract declared full, and only while the share that disappeared stays under the limit
(field map, settled cases: counted over the live records of that entity). A row that is there but unreadable is not absent.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from events.vocabulary.entities import Entity
from producers.state.confirmations import Places
from producers.state.state import Known, ProducerState

_NAMED = 1
_WAS_DELETED = 128
_IN_A_BYTE = 6
_MOST_TABLES = 62


class MetRows(NamedTuple):
    """Rows that say what is known: the `first` of their record in this extract, those that a table holds `again`, and those
    that say of a record what another table said (`joined`).
    """

    first: int
    again: int
    joined: int


class Presence:
    """The records of one entity that this extract was seen to hold: for each slot of the state, in which tables, as bits.

    A later row of the same extract does not overrule an earlier word on a record: otherwise two rows that contradict
    each other would change the record to and fro in every run. A later table may say what the earlier ones do not speak of.
    """

    def __init__(self, state: ProducerState, entity: Entity) -> None:
        self._state, self._entity = state, entity
        self._live = state.live_count(entity)
        self._seen: bytearray | array[int] = bytearray(state.last_slot() + 1)
        self._before = len(self._seen)
        self._fields: list[frozenset[str]] = []
        self._table, self._bit = 0, _NAMED
        self._lived = 0
        self.unchanged = 0

    def begin_table(self, fields: frozenset[str]) -> None:
        """Begin a table whose rows fill these fields. Records of the table before are in the state by now."""
        made = self._state.last_slot() + 1 - len(self._seen)
        self._seen.extend(array(_typecode(self._seen), [self._bit]) * made)
        if fields not in self._fields:
            self._fields.append(fields)
            if len(self._fields) > _IN_A_BYTE and isinstance(self._seen, bytearray):
                self._seen = array("Q", list(self._seen))
        self._table = self._fields.index(fields)
        self._bit = _bit_of(self._table)

    def see_unchanged(self, slot: int) -> MetRows:
        """Note a row that was met as it was; the same row twice counts once."""
        return self.see_run((slot,))

    def see_run(self, slots: Sequence[int]) -> MetRows:
        """Take note of rows that were met as they were; gives how many of them were the first of their record."""
        seen, bit, first, again = self._seen, self._bit, 0, 0
        for slot in slots:
            before = seen[slot]
            if not before:
                first += 1
            elif before & bit:
                again += 1
            seen[slot] = before | bit
        self.unchanged += first
        self._lived += first
        return MetRows(first, again, len(slots) - first - again)

    def see(self, known: Known) -> frozenset[str]:
        """Note a record that was met; return the fields that earlier rows of this extract filled."""
        if known.slot >= len(self._seen):
            return self._fields[self._table]  # made by the present table
        tables = self._seen[known.slot]
        if not tables and known.slot < self._before and not known.deleted:
            self._lived += 1
        self._seen[known.slot] = tables | self._bit | (_WAS_DELETED if known.deleted else 0)
        if not tables & ~(_NAMED | _WAS_DELETED):
            return frozenset()
        return self._filled(tables)

    def has_seen(self, known: Known) -> bool:
        """Return whether a row of a record was met that says what counts, in any table."""
        return known.slot < self._before and bool(self._seen[known.slot] & ~(_NAMED | _WAS_DELETED))

    def has_been_read(self, known: Known) -> bool:
        """Return whether a row of a record was met that says what counts, or made it."""
        return known.slot >= self._before or self.has_seen(known)

    def filled(self, known: Known) -> frozenset[str]:
        """Return the fields that the rows met of a record fill."""
        return self._filled(self._seen[known.slot])

    def _filled(self, tables: int) -> frozenset[str]:
        return frozenset().union(*(fields for number, fields in enumerate(self._fields) if tables & _bit_of(number)))

    def see_ids(self, record_ids: Iterable[bytes]) -> None:
        """Note records that unreadable rows name."""
        self.see_known(self._state.known(list(record_ids)).values())

    def see_known(self, known: Iterable[Known]) -> None:
        """Note records of which rows were met that say nothing that counts."""
        for one in known:
            if one.slot < self._before:
                if not self._seen[one.slot] and not one.deleted:
                    self._lived += 1
                self._seen[one.slot] |= _NAMED

    def absent(self, taken_at: int, is_older: Callable[[Entity, Known], bool], came: Callable[[Known], bool]) -> Absent:
        """Return the live records that were not met, and how many there were. An extract taken (ms since 1970) before a
        record was last read (`is_older`) says nothing about it.

        Records that this very extract brought were not there before it, also when it is read a second time: `came` says
        whether a record's last event made it.
        """
        seen = self._seen
        if self._lived == self._live:
            return Absent([], self._live)  # without a look at each of them
        slots = [slot for slot in self._state.live_slots(self._entity, self._before - 1) if not seen[slot]]
        unseen = [known for known in self._state.at_slots(slots) if not is_older(self._entity, known)]
        if not unseen:
            return Absent([], self._live)
        # what it makes or brings back while it is read was not among the living before
        read = self._state.live_as_of(self._entity, taken_at)
        lived = (known for known in read if known.slot < self._before and not seen[known.slot] & _WAS_DELETED)
        return Absent(unseen, self._live - sum(1 for known in lived if came(known)))

    def places(self) -> Places:
        """Return the last events of the records that were met and were known before."""
        seen, before = self._seen, self._before
        places = self._state.places(self._entity)
        return Places((partition, offset) for slot, partition, offset in places if slot < before and seen[slot])


@dataclass(frozen=True, slots=True)
class Absent:
    """Records that an extract no longer holds, out of `live` records known before."""

    records: list[Known]
    live: int

    def is_over(self, limit: float) -> bool:
        """Return whether more disappeared than may be believed without a confirmation. `limit` is a share, e.g. 0.05."""
        return len(self.records) > limit * self.live


def _bit_of(table: int) -> int:
    """Return the bit of a table's number among those that fill other fields. The highest bit of a byte is taken."""
    return 2 << table if table < _IN_A_BYTE else 4 << min(table, _MOST_TABLES - 1)


def _typecode(seen: bytearray | array[int]) -> str:
    return "B" if isinstance(seen, bytearray) else seen.typecode
