"""Sealing changes into a step, and appending it: each step is durable before it is folded into the state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from events.change_events import Operation, event_id
from events.change_writer import ChangeWriter
from events.crash_points import CrashPoint
from events.log.port import CHANGES, Log, NewEntry
from events.sealing.keys import DataKey
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.changes.appending.contacts import Contacts
from producers.changes.appending.field_marks import field_marks
from producers.changes.appending.rechecks import time_of_recheck
from producers.changes.books import Events, Term
from producers.changes.rows.candidates import Candidate
from producers.state.households import Households
from producers.state.identities import IDENTITY_HELD, WAITS_FOR
from producers.state.refusals import RefusedRow
from producers.state.state import ProducerState, StateRow, millis, moment
from producers.state.step import Step

TOO_LARGE = "too_large"
"""The reason of a row whose change event would be larger than `[log] largest_event`."""
_COUNTED = {operation: operation.value.lower() for operation in Operation}
_DELETED, _PATIENT = Operation.DELETED, Entity.PATIENT


class StepWriter:
    """Takes changes into the open `step`. `refused` collects the rows whose change event would be larger than `largest` bytes,
    `counts` and `events` tell what was appended. Rows of the patients in `held` are refused, too; `waiting` counts them by the
    id that they name.
    """

    def __init__(
        self,
        *,
        log: Log,
        state: ProducerState,
        contacts: Contacts,
        households: Households,
        writer: ChangeWriter,
        taken_at: datetime,
        reached: Callable[[CrashPoint], None],
        largest: int,
    ) -> None:
        self._log, self._state, self._contacts, self._households = log, state, contacts, households
        self._writer, self._taken_at = writer, millis(taken_at)
        self._writers = {self._taken_at: writer}
        self._reached, self._largest = reached, largest
        self.step = Step()
        self.counts: Counter[str] = Counter()
        self.events = Events()
        self.refused: list[RefusedRow] = []
        self.held: frozenset[bytes] = frozenset()
        self.waiting: Counter[str] = Counter()

    def write(
        self,
        operation: Operation,
        slot: int,
        record_id: bytes,
        patient_id: bytes | None,
        revision: int,
        key: DataKey,
        candidate: Candidate,
        record: Record,
        payload: bytes,
        content: bytes,
        household: bytes,
        parts: Sequence[bytes] | None,
    ) -> None:
        """Seal a change into the step. `slot` is where the state has the record, or 0; `household` the key that the record's
        events have always had; `parts` are those of a record that lives.

        A row whose event is too large is refused, and the record stays as it was. Events that follow from
        carried rows are never refused.
        """
        fingerprint, file, row, read_at = candidate.fingerprint, candidate.file, candidate.row, candidate.read_at
        entity = record.entity
        if row and patient_id in self.held and entity is not _PATIENT:
            self.wait(candidate, record, record_id, patient_id)
            return
        taken_at = self._taken_at if read_at is None else read_at
        flagged, due = bool(record.issues), time_of_recheck(record)
        writer = self._writer if read_at is None else self._writer_at(read_at)
        value = writer.write(
            event_id=event_id(record_id, revision),
            record_id=record_id,
            patient_id=patient_id,
            operation=operation,
            entity=entity,
            revision=revision,
            part=file,
            row=row,
            fingerprint=fingerprint,
            content=content,
            recheck_at=due,
            flagged=flagged,
            payload=payload,
            key=key,
        )
        if row and len(value) > self._largest:
            self._refuse(candidate, record, record_id, TOO_LARGE)
            return
        counted = _COUNTED[operation]
        candidate.settle(Term.CARRIED, counted)
        if candidate.page is None:
            self.events.followed += 1
        step, deleted = self.step, operation is _DELETED
        step.size += len(value)
        step.entries.append(NewEntry(CHANGES, household, value))
        recheck_at = None if due is None else millis(due)
        # marks say, besides, that the events have the key of the patient's household: a record may have had another patient
        fields = None
        if parts is not None and household == self._households.of(patient_id):
            fields = field_marks(entity, parts, key, record_id, revision)
        about = (slot, record_id, entity.value, patient_id, fingerprint, content, revision)
        step.made.append((*about, int(deleted), taken_at, recheck_at, int(flagged), fields))
        if entity is _PATIENT:
            step.contacts[record_id] = [] if deleted else self._contacts.rows(record)
        step.counts[counted] += 1

    def wait(self, candidate: Candidate, record: Record, record_id: bytes, patient_id: bytes | None) -> None:
        """Refuse a row that names a patient's id under which two people stand."""
        self.waiting[str(record.values.get("patient_id"))] += 1
        self._refuse(candidate, record, record_id, IDENTITY_HELD, {WAITS_FOR: (patient_id or b"").hex()})

    def _refuse(
        self, candidate: Candidate, record: Record, record_id: bytes, reason: str, detail: Mapping[str, str] | None = None
    ) -> None:
        self.refused.append(
            RefusedRow(
                fingerprint=candidate.fingerprint,
                entity=record.entity,
                reason=reason,
                file=candidate.file,
                row=candidate.row,
                cells=(record.native_id,),
                record_id=record_id,
                detail=detail or {},
            )
        )
        candidate.settle(Term.HELD, reason)

    def _writer_at(self, taken_at: int) -> ChangeWriter:
        found = self._writers.get(taken_at)
        if found is None:
            found = self._writers[taken_at] = self._writer.taken(moment(taken_at))
        return found

    def append(self) -> None:
        """Append the step, durably; then fold it. Raises LogError; then nothing of the step was appended."""
        step, self.step = self.step, Step()
        if step.entries:
            self._reached(CrashPoint.BEFORE_CHANGES)
        positions = self._log.append(step.entries) if step.entries else []
        self.events.appended += len(positions)
        if step.entries:
            self._reached(CrashPoint.CHANGES_APPENDED)
        made: list[StateRow] = [(*about[:-1], *place, about[-1]) for about, place in zip(step.made, positions, strict=True)]
        self._state.save(
            records=made + step.refreshed,
            households=step.households,
            contacts=step.contacts,
            sightings=step.sightings,
            progress={(CHANGES, partition): offset + 1 for partition, offset in positions},
        )
        self._households.saved()
        if step.entries:
            self._reached(CrashPoint.CHANGES_FOLDED)
        self.counts.update(step.counts)
