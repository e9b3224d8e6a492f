"""Records that were carried under two ids before an alias said that they are one.

`unite` gives the record that stays what the other one said, if that was read later, moves what hangs on the other, and takes
its e-mail addresses from it. That is a run of its own, so that no record waits for an address: the other one is deleted by
the next run. It does nothing a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from events.log.port import Log
from events.sealing.keys import KeyStore
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.changes.appending.changes import Changes
from producers.changes.appending.contacts import Contacts
from producers.changes.rows.candidates import Candidate
from producers.changes.rows.renumbering import Renumbered
from producers.state.last_events import last_events
from producers.state.state import Known, ProducerState


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """A living record for which another one stands: what is known of it, the other's id, and what is known of that (None where
    it was never read: a balance that has no id of its own has its patient's).
    """

    gone: Known
    stays_id: bytes
    stays: Known | None

    @property
    def is_newer(self) -> bool:
        """Return whether the one that goes was read later than the one that stays was read alive."""
        return self.stays is None or self.stays.deleted or self.gone.taken_at > self.stays.taken_at

    @property
    def read_at(self) -> int:
        """Return the time at which the newer of the two was read."""
        return self.gone.taken_at if self.stays is None else max(self.gone.taken_at, self.stays.taken_at)


def doubles(state: ProducerState, renumbered: Renumbered, record_id: Callable[[Entity, str], bytes]) -> list[Double]:
    """Return the living records under ids that they do not keep."""
    pairs = {
        record_id(entity, other): record_id(entity, keeps)
        for entity, kept in renumbered.kept.items()
        for other, keeps in kept.items()
    }
    balances = {
        record_id(Entity.BILLING, other): (record_id(Entity.BILLING, keeps), record_id(Entity.PATIENT, other))
        for other, keeps in renumbered.kept.get(Entity.PATIENT, {}).items()
    }
    known = state.known([*pairs, *pairs.values(), *balances, *(keeps for keeps, _ in balances.values())])
    live = {record: one for record, one in known.items() if not one.deleted}
    found = [
        Double(gone=live[other], stays_id=keeps, stays=known.get(keeps)) for other, keeps in pairs.items() if other in live
    ]
    found += [
        Double(gone=live[other], stays_id=keeps, stays=known.get(keeps))
        for other, (keeps, patient) in balances.items()
        if other in live and live[other].patient_id == patient and other not in pairs
    ]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """Unites doubles."""

    log: Log
    keys: KeyStore
    state: ProducerState
    contacts: Contacts
    renumbered: Renumbered

    def unite(self, found: Sequence[Double], changes: Changes) -> None:
        """Carry everything but the deletion of the doubles. Raises LogError, CodecError."""
        for entity in dict.fromkeys(double.gone.entity for double in found):
            mine = [double for double in found if double.gone.entity is entity]
            said = self._said(mine)
            if entity is Entity.PATIENT:
                self._unite_patients(mine, said, changes)
            else:
                self._offer(mine, said, changes)
            changes.flush()
        going = {double.gone.record_id for double in found}
        hanging = self.state.of_patients([d.gone.record_id for d in found if d.gone.entity is Entity.PATIENT])
        for entity in sorted({known.entity for known in hanging}):
            moving = [known for known in hanging if known.entity is entity and known.record_id not in going]
            changes.rewrite(entity, moving, lambda _id, record: self.renumbered.record(record))

    def _said(self, mine: Sequence[Double]) -> dict[bytes, Record]:
        """Return what each record that stays says from now on, by its id. Forgotten people are left out."""
        known = [one for double in mine for one in (double.gone, double.stays) if one is not None]
        last = last_events(self.log, self.keys, known)
        said: dict[bytes, Record] = {}
        for double in sorted(mine, key=lambda double: double.gone.taken_at):
            other, own = last[double.gone.record_id].read(), said.get(double.stays_id)
            if other is not None and double.is_newer:
                own = self.renumbered.record(other)
            elif own is None and double.stays is not None:
                own = last[double.stays_id].read()
            if own is not None:
                said[double.stays_id] = own
        return said

    def _offer(self, mine: Sequence[Double], said: Mapping[bytes, Record], changes: Changes) -> None:
        for double in mine:
            record = said.get(double.stays_id)
            if record is not None:
                changes.offer(Candidate(record, b"", read_at=double.read_at))

    def _unite_patients(self, mine: Sequence[Double], said: Mapping[bytes, Record], changes: Changes) -> None:
        gone = {double.gone.record_id for double in mine}
        ownership = self.contacts.settle({i: self.contacts.of_record(record) for i, record in said.items()}, gone)
        changes.finish = ownership.completed
        self._offer(mine, said, changes)
        changes.flush()
        changes.finish = None
        changes.rewrite(Entity.PATIENT, [double.gone for double in mine], lambda _id, record: _without_addresses(record))
        changes.change_ownership(ownership, but=gone)


def _without_addresses(record: Record) -> Record:
    return replace(record, values={**record.values, "emails": [], "primary_email": None})
