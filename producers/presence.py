"""Which known records an extract still holds, and what may be inferred from those it does not.

A deletion is inferred only from an extract declared full, and only while the share that disappeared stays under the limit
(field map, settled cases: counted over the live records of that entity). A row that is there but unreadable is not absent.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from events.entities import Entity
from producers.state import Known, ProducerState

_NAMED = 1
_MOST_TABLES = 63


class Presence:
    """The records of one entity that this extract was seen to hold: for each slot of the state, in which tables, as bits.

    What a table says of a record once, a later row of the same extract does not overrule: otherwise two rows that contradict
    each other would change the record to and fro in every run. A later table may say what the earlier ones do not speak of.
    """

    def __init__(self, state: ProducerState, entity: Entity, live: Sequence[int]) -> None:
        """`live` are the slots of the entity's records that are not deleted."""
        self._state, self._entity, self._live = state, entity, live
        self._seen = array("Q", bytes(8 * (state.last_slot() + 1)))
        self._before = len(self._seen)
        self._fields: list[frozenset[str]] = []
        self._bit = _NAMED
        self.unchanged = 0

    def begin_table(self, fields: frozenset[str]) -> None:
        """The rows to come are of a table that fills these fields. What the one before made is in the state by now."""
        self._seen.extend(array("Q", [self._bit]) * (self._state.last_slot() + 1 - len(self._seen)))
        self._fields.append(fields)
        self._bit = 1 << min(len(self._fields), _MOST_TABLES)

    def see_unchanged(self, slot: int) -> None:
        """A row was met as it was; the same row twice counts once."""
        if not self._seen[slot]:
            self.unchanged += 1
        self._seen[slot] |= self._bit

    def see(self, known: Known) -> frozenset[str]:
        """A record was met; gives the fields that earlier rows of this extract filled."""
        if known.slot >= len(self._seen):
            return self._fields[-1]  # made by the present table
        tables = self._seen[known.slot]
        self._seen[known.slot] = tables | self._bit
        if tables <= _NAMED:
            return frozenset()
        return frozenset().union(*(fields for number, fields in enumerate(self._fields, 1) if tables >> number & 1))

    def see_ids(self, record_ids: Iterable[bytes]) -> None:
        """Records that unreadable rows name."""
        self.see_known(self._state.known(list(record_ids)).values())

    def see_known(self, known: Iterable[Known]) -> None:
        """Records of which rows were met that say nothing that counts."""
        for one in known:
            if one.slot < self._before:
                self._seen[one.slot] |= _NAMED

    def absent(self, taken_at: int, is_older: Callable[[Entity, Known], bool], came: Callable[[Known], bool]) -> Absent:
        """The live records that were not met, and how many there were. An extract taken (ms since 1970) before a record was
        last read (`is_older`) says nothing about it.

        What this very extract brought was not there before it, also when it is read a second time: `came` says whether a
        record's last event made it.
        """
        seen = self._seen
        unseen = self._state.at_slots([slot for slot in self._live if not seen[slot]])
        unseen = [known for known in unseen if not is_older(self._entity, known)]
        if not unseen:
            return Absent([], len(self._live))
        read = self._state.live_as_of(self._entity, taken_at)
        # what it makes or brings back while it is read was not among the living before
        lived = {known.slot for known in read}.intersection(self._live)
        brought = [known for known in read if known.slot in lived and came(known)]
        return Absent(unseen, len(self._live) - len(brought))

    def places(self) -> frozenset[tuple[int, int]]:
        """The last events of the records that were met and were known before, as (partition, offset)."""
        seen, before = self._seen, self._before
        places = self._state.places(self._entity)
        return frozenset((partition, offset) for slot, partition, offset in places if slot < before and seen[slot])


@dataclass(frozen=True, slots=True)
class Absent:
    """What an extract no longer holds, out of `live` records known before."""

    records: list[Known]
    live: int

    def is_over(self, limit: float) -> bool:
        """Whether more disappeared than may be believed without a confirmation. `limit` is a share, e.g. 0.05."""
        return len(self.records) > limit * self.live
