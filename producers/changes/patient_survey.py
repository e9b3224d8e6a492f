"""Survey of patients before the first of their events is appended: whose addresses change, and who became another.

An id that the log has for one person and a row has for another is held: neither the row nor its addresses count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from events.change_writer import parts_of
from events.log.port import Log
from events.sealing.keys import KeyStore
from events.vocabulary.entities import Entity
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from producers.changes.appending.changes import Changes
from producers.changes.appending.contacts import Address, Contacts
from producers.changes.appending.field_marks import differing_fields
from producers.changes.named_locations import NamedLocations
from producers.changes.rows.candidates import Candidate
from producers.changes.rows.decided_identities import DecidedIdentities
from producers.records.doubled_ids import contradicts, is_other_person
from producers.state.last_events import last_events
from producers.state.presence import Presence
from producers.state.state import Known, ProducerState

_AT_ONCE = 1_000
_NAME = frozenset({"first_name", "last_name"})


@dataclass(kw_only=True)
class PatientSurvey:
    """Sees the record of every differing row. Call `finish` behind the last one.

    `changed` are the addresses of those whose rows changed, by record id; `others` the native ids of rows about another person
    than the log knows; `locations` are those that rows name.
    """

    log: Log
    keys: KeyStore
    state: ProducerState
    contacts: Contacts
    changes: Changes
    presence: Presence
    identities: DecidedIdentities
    practice: Practice
    locations: NamedLocations
    changed: dict[bytes, Address] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    _waiting: list[tuple[bytes, Record]] = field(default_factory=list)

    def see(self, candidate: Candidate) -> None:
        """Take note of a patient's row."""
        record = candidate.record
        if self.practice.locations:
            self.locations.see_patient(record)
        self._waiting.append((self.changes.record_id(Entity.PATIENT, record.native_id), record))
        if len(self._waiting) >= _AT_ONCE:
            self.finish()

    def finish(self) -> None:
        """Compare the rows seen so far with what is known."""
        waiting, self._waiting = self._waiting, []
        known = self.state.known(list(dict.fromkeys(record_id for record_id, _ in waiting)))
        self.presence.see_known(known.values())
        current = [(i, record) for i, record in waiting if not self.changes.is_older(Entity.PATIENT, known.get(i))]
        alive = [(known[i], record) for i, record in current if i in known and not known[i].deleted]
        asked = [(k, record) for k, record in alive if self._may_be_another(record, k)]
        last = last_events(self.log, self.keys, dict.fromkeys(k for k, _ in asked))
        for k, record in asked:
            before = last[k.record_id].read()
            if before is None or self.identities.is_same(k.record_id, record):
                continue
            if is_other_person(record, before):
                self.others.add(record.native_id)
        for record_id, record in current:
            if "emails" in record.values and record.native_id not in self.others:
                self.changed.setdefault(record_id, self.contacts.of_record(record))

    def forget(self, native_ids: Iterable[str]) -> None:
        """Leave out what was seen of patients of whom several rows say different things."""
        for native in native_ids:
            self.changed.pop(self.changes.record_id(Entity.PATIENT, native), None)
            self.others.discard(native)

    def doubted(self, records: Sequence[Record]) -> list[str]:
        """Return the native ids of those of these records of which another row was met that is as it was, and says
        something else.
        """
        ids = {self.changes.record_id(Entity.PATIENT, record.native_id): record for record in records}
        beside = [k for k in self.state.known(list(ids)).values() if self.presence.has_seen(k) and not k.deleted]
        current = [k for k in beside if not self.changes.is_older(Entity.PATIENT, k)]
        last = last_events(self.log, self.keys, current)
        return [
            ids[k.record_id].native_id
            for k in current
            if contradicts(ids[k.record_id], last[k.record_id].read(), self.presence.filled(k))
        ]

    def _may_be_another(self, record: Record, known: Known) -> bool:
        """Return whether the last event must be asked; the marks of a record's fields tell of most that it need not."""
        key = self.keys.of(known.patient_id) if known.patient_id is not None else None
        if known.fields is None or key is None:
            return True
        parts = parts_of(replace(record, values={**record.values, "primary_email": None}))
        names = differing_fields(Entity.PATIENT, parts, known.fields, key, known.record_id, known.revision)
        return names is None or ("birth_date" in names and bool(_NAME & set(names)))
