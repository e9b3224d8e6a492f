"""Corrections: the change events that lead from the records as they are to those that a practice would have.

A record that both have alike, read from the same row of an extract of the same time, needs none. A record that only the voided
delivery brought is deleted, as if it was never read: whatever extract has it later brings it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from events.change_events import ChangeEvent, Operation, read_change, record_of
from events.change_writer import ChangeWriter, encode_tombstone, parts_of, with_changed
from events.log.pages import Pages
from events.log.port import CHANGES, Entry
from events.sealing.keys import PRACTICE_SUBJECT, DataKey
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.changes.appending.step_writer import StepWriter
from producers.changes.produce import Producer
from producers.changes.rows.candidates import Candidate
from producers.state.confirmations import Confirmations, Confirmed, Place, Places
from producers.state.households import Households
from producers.state.last_events import LastEvent, last_events
from producers.state.state import Known
from producers.voiding.rereading import Without

NEVER = 0
"""The time (ms since 1970) of a deletion of what was never read: every extract is newer."""


class Correction(NamedTuple):
    """A record as it is and as it would be; None where there is none."""

    now: Known | None
    then: Known | None

    @property
    def is_silent(self) -> bool:
        """Return whether it changes no record that was carried: it stays deleted, or says the same of another row or time."""
        if self.now is None or self.then is None:
            return self.now is not None and bool(self.now.deleted)
        return self.now.deleted == self.then.deleted and self.now[3] == self.then[3] and self.now.content == self.then.content

    @property
    def operation(self) -> Operation:
        """Return the operation of the correction's change event."""
        if self.then is None or self.then.deleted:
            return Operation.DELETED
        return Operation.UPDATED if self.now is not None and not self.now.deleted else Operation.CREATED


def corrections(producer: Producer, without: Without) -> Iterator[list[Correction]]:
    """Yield what differs, in pages, in the order of the entities. The producer's state is caught up."""
    for entity in Entity:
        for page in producer.state.pages_of(entity):
            then = without.state.known([k.record_id for k in page])
            yield [c for k in page if _differs(c := Correction(k, then.get(k.record_id)))]
        for page in without.state.pages_of(entity):
            now = producer.state.known([k.record_id for k in page])
            yield [Correction(None, k) for k in page if k.record_id not in now and not k.deleted]


def _differs(c: Correction) -> bool:
    now, then = c
    assert now is not None
    if then is None:
        return not now.deleted or now.taken_at != NEVER
    if now.deleted or then.deleted:
        return bool(now.deleted) != bool(then.deleted) or now.taken_at != then.taken_at
    return now[3:6] != then[3:6] or (now.taken_at, now.recheck_at, now.flagged) != (
        then.taken_at,
        then.recheck_at,
        then.flagged,
    )


@dataclass(kw_only=True)
class Corrector:
    """Appends corrections as events of one run."""

    producer: Producer
    without: Without
    run: str
    counts: dict[Entity, Counter[str]] = field(default_factory=dict)
    _writers: dict[str, StepWriter] = field(default_factory=dict)

    def correct(self) -> None:
        """Append what differs, page by page; each page is durable before it is folded into the state. Raises LogError."""
        for page in corrections(self.producer, self.without):
            self._append(page)

    def _append(self, page: Sequence[Correction]) -> None:
        p = self.producer
        last = last_events(p.log, p.keys, [c.now for c in page if c.now is not None])
        pages = Pages(self.without.log, CHANGES)
        pages.hold([(c.then.partition, c.then.offset) for c in page if c.then is not None])
        for c in page:
            entry = pages.entry(c.then.partition, c.then.offset) if c.then is not None else None
            self._write(c, entry, last.get(c.now.record_id) if c.now is not None else None)
        for writer in self._writers.values():
            writer.append()

    def _write(self, c: Correction, entry: Entry | None, last: LastEvent | None) -> None:
        about = c.then or c.now
        assert about is not None
        key = self.producer.keys.of(about.patient_id or PRACTICE_SUBJECT)
        event = read_change(entry.value) if entry is not None else None
        record = self._record(event, last)
        if record is None or key is None:
            return  # the patient was forgotten
        revision = c.now.revision + 1 if c.now is not None else 1
        household = last.household if last is not None else entry.key if entry is not None else b""
        if c.operation is Operation.UPDATED and last is not None:
            record = _without_voided_fields(record, last.read())
        writer = self._writer(event.source.extract if event is not None else "")
        writer.step.households += [(about.patient_id, household)] if about.patient_id is not None else []
        self.counts.setdefault(about.entity, Counter())[c.operation.value.lower()] += 1
        place = (c.operation, c.now.slot if c.now else 0, about.record_id, about.patient_id, revision, key)
        self._seal(writer, c, place, record, event, last, household)

    def _record(self, event: ChangeEvent | None, last: LastEvent | None) -> Record | None:
        try:
            return record_of(event, self.producer.keys) if event is not None else last.read() if last is not None else None
        except KeyDestroyed:
            return None

    def _seal(
        self,
        writer: StepWriter,
        c: Correction,
        place: tuple[Operation, int, bytes, bytes | None, int, DataKey],
        record: Record,
        event: ChangeEvent | None,
        last: LastEvent | None,
        household: bytes,
    ) -> None:
        if c.operation is Operation.DELETED:
            nothing = Record(entity=record.entity, native_id=record.native_id, values={})
            candidate = Candidate(nothing, b"", read_at=c.then.taken_at if c.then is not None else NEVER)
            writer.write(*place, candidate, nothing, encode_tombstone(record.native_id), b"", household, None)
            return
        assert event is not None
        assert c.then is not None
        parts = parts_of(record)
        changed = last.changed(record, parts) if c.operation is Operation.UPDATED and last is not None else ()
        payload = with_changed(record.entity, parts, changed)
        candidate = Candidate(record, c.then.fingerprint, event.source.part, event.source.row, read_at=c.then.taken_at)
        writer.write(*place, candidate, record, payload, c.then.content, household, None)

    def _writer(self, extract: str) -> StepWriter:
        """Return the writer of the corrections that an extract says."""
        if extract not in self._writers:
            p = self.producer
            now = p.world.now()
            self._writers[extract] = StepWriter(
                log=p.log,
                state=p.state,
                contacts=p.contacts,
                households=Households(p.state, p.fingerprints),
                writer=ChangeWriter(
                    practice=p.practice.id,
                    run=self.run,
                    extract=extract,
                    taken_at=now,
                    recorded_at=now,
                    entropy=p.world.entropy,
                ),
                taken_at=now,
                reached=p.world.reached,
                largest=p.largest_event,
            )
        return self._writers[extract]


def _without_voided_fields(record: Record, now: Record | None) -> Record:
    """Return a record with a blank in each field that it has a value of now, and would not have at all: only the voided
    delivery had such a column. A field that is merely absent would stay in the destination as it is.
    """
    if now is None:
        return record
    values = {name: None for name, value in now.values.items() if value is not None and name not in record.values}
    custom = {name: None for name, value in now.custom.items() if value is not None and name not in record.custom}
    return replace(record, values={**record.values, **values}, custom={**record.custom, **custom})


def confirmations_now(producer: Producer, without: Without) -> list[Confirmations]:
    """Return what each extract that was read again confirms of the records where their events lie now."""
    found: list[Confirmations] = []
    for one in without.confirmed:
        by_entity = {entity: Places(_places(producer, without, entity, said)) for entity, said in one.by_entity.items()}
        found.append(
            Confirmations(
                extract=one.extract, taken_at=one.taken_at, by_entity={e: Confirmed(as_known=p) for e, p in by_entity.items()}
            )
        )
    return found


def _places(producer: Producer, without: Without, entity: Entity, said: Confirmed) -> Iterator[Place]:
    for page in without.state.pages_of(entity):
        covered = [k.record_id for k in page if said.covers(k)]
        yield from ((k.partition, k.offset) for k in producer.state.known(covered).values())
