"""Deletions inferred from what an extract no longer holds, and those withheld because that may be a fault of the extract."""

from __future__ import annotations

from dataclasses import dataclass

from events.change_events import Operation, read_change
from events.log.pages import Pages
from events.log.port import CHANGES, Log
from events.sealing.keys import KeyStore
from events.vocabulary.entities import Entity, pbn_id
from events.vocabulary.locations import location_key
from events.vocabulary.record_locations import location_of
from producers.binding.located import MISSING_LOCATION
from producers.changes.appending.changes import Changes
from producers.changes.produced import DeletionDoubt, Produced, Withheld
from producers.changes.rows.reading import Reading
from producers.sources.tables.table import TRUNCATED_ROW
from producers.state.last_events import last_events
from producers.state.presence import Absent, Presence
from producers.state.state import Known, millis

DELETION_LIMIT = 0.05
"""The share of an entity's live records that may disappear without a confirmation."""
_AT_ONCE = 1_000
LISTED = 1_000
"""Withheld deletions that are named one by one; of more, the first."""


@dataclass(kw_only=True)
class Deletions:
    """The records of one entity that an extract no longer holds."""

    log: Log
    keys: KeyStore
    entity: Entity
    reading: Reading
    changes: Changes
    limit: float

    def __post_init__(self) -> None:
        self._events = Pages(self.log, CHANGES)

    def inferred(self, presence: Presence, result: Produced, *, confirm: bool) -> list[Known]:
        """Return the records to delete; none for a partial extract, none in doubt without a confirmation."""
        reading, entity = self.reading, self.entity
        if reading.extract.scope != "full" or entity in reading.incomplete:
            return []
        presence.see_ids(reading.named_ids(entity))
        absent = presence.absent(millis(reading.taken_at), self.changes.is_older, self._came)
        if reading.extract.location is not None:
            absent = self._at(reading.extract.location, absent)
        doubt = self._doubt(absent)
        if doubt is None or confirm:
            return absent.records
        said = [event.read() for event in last_events(self.log, self.keys, absent.records[:LISTED]).values()]
        names = tuple(pbn_id(reading.practice.id, entity, record.native_id) for record in said if record is not None)
        result.withheld.append(Withheld(entity=entity, absent=len(absent.records), live=absent.live, why=doubt, records=names))
        result.changes["withheld"] += len(absent.records)
        return []

    def _at(self, location: str, absent: Absent) -> Absent:
        """Return the absent records of one location: its delivery says nothing about the others."""
        key = location_key(location, self.reading.practice.id)
        found: list[Known] = []
        for start in range(0, len(absent.records), _AT_ONCE):
            page = absent.records[start : start + _AT_ONCE]
            last = last_events(self.log, self.keys, page)
            said = [(known, last[known.record_id].read()) for known in page]
            found += [
                known for known, record in said if record is not None and location_of(record, self.reading.practice) == key
            ]
        return Absent(found, absent.live - (len(absent.records) - len(found)))

    def _doubt(self, absent: Absent) -> DeletionDoubt | None:
        reading, entity = self.reading, self.entity
        if not absent.records:
            return None
        if absent.is_over(self.limit):
            return DeletionDoubt.OVER_LIMIT
        if reading.extract.has_changed():
            return DeletionDoubt.CHANGED_WHILE_READ  # a part of it was still being copied
        if any(issue.holds_rows for issue in reading.extract.file_issues):
            return DeletionDoubt.UNREADABLE_FILE  # its rows are unknown
        if any(row.entity is entity and row.reason == TRUNCATED_ROW for row in reading.refused):
            return DeletionDoubt.TRUNCATED_FILE  # rows at its end are missing
        if any(row.entity is entity and row.reason == MISSING_LOCATION for row in reading.refused):
            return DeletionDoubt.UNPLACED_ROWS  # they may be about any record of that id
        return None

    def _came(self, known: Known) -> bool:
        """Return whether a record's last event made it, or brought it back."""
        entry = self._events.entry(known.partition, known.offset)
        return read_change(entry.value).operation is Operation.CREATED
