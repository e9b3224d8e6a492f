"""From typed records to change events: compare with what is known, append what differs, remember it.

Records are compared and sealed in small pieces, while they are warm in the processor's cache, and appended in large steps: each
step is durable before it is folded into the state. Killed in between, the state catches up from the log, and nothing is
appended twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from events.change_events import LARGEST_EVENT, Operation
from events.change_writer import ChangeWriter, encode_tombstone, parts_of, with_changed
from events.crash_points import CrashPoint
from events.log.port import Log
from events.sealing.keys import PRACTICE_SUBJECT, DataKey, KeyStore
from events.vocabulary.entities import Entity, record_ids
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record, has_money
from events.vocabulary.specs import Lazily
from producers.changes.appending.contacts import Contacts
from producers.changes.appending.email_ownership import EmailOwnership
from producers.changes.appending.field_marks import differing_fields
from producers.changes.appending.rechecks import time_of_recheck
from producers.changes.appending.step_writer import StepWriter
from producers.changes.books import FORGOTTEN, OLDER, UNCHANGED, Events, Term
from producers.changes.rows.candidates import Candidate
from producers.records.doubled_ids import contradicts, differ, is_by_patient
from producers.records.partial_records import completed, is_partial, narrowed
from producers.state.confirmations import Readings
from producers.state.fingerprints import Fingerprints
from producers.state.households import Households
from producers.state.last_events import LastEvent, last_events
from producers.state.refusals import RefusedRow
from producers.state.row_settings import mark_of_currency, mark_of_locations
from producers.state.state import Known, ProducerState, millis

PIECE = 1_000
"""Records compared at once."""
PIECE_CHARACTERS = 4 * 1024 * 1024
"""Characters in texts after which a piece is compared: it is in memory several times over."""
_REMEMBERED = 50_000
_BEGINNING = 3
_CREATED, _UPDATED, _DELETED = Operation.CREATED, Operation.UPDATED, Operation.DELETED
_PATIENT = Entity.PATIENT

Finish = Callable[[bytes, Record], Record]
"""Completes a record with what no row says, e.g. whose an address is; given the record's id."""


class _Change(NamedTuple):
    """A change of a known record, to be written when its last event was read; `parts` lack the names of what changed."""

    operation: Operation
    slot: int
    record_id: bytes
    patient_id: bytes | None
    revision: int
    key: DataKey
    candidate: Candidate
    record: Record
    parts: list[bytes]
    content: bytes
    marks: bytes | None


class Changes:
    """Takes candidates, appends change events. Call `flush` at the end of each table.

    `finish` completes records before they are compared; `said` gives the fields that other rows of the extract filled; `waits`
    tells of records new under a patient's id whether people share the id, and nothing tells to whom the record belongs.
    `refused` collects the rows whose change event would be larger than `largest` bytes, `doubted` the rows that
    say something else of their record than another row of the extract.
    """

    def __init__(
        self,
        *,
        log: Log,
        keys: KeyStore,
        state: ProducerState,
        fingerprints: Fingerprints,
        contacts: Contacts,
        practice: Practice,
        writer: ChangeWriter,
        extract: str,
        taken_at: datetime,
        reached: Callable[[CrashPoint], None],
        custom_names: Callable[[Entity], frozenset[str]],
        newer: Readings | None = None,
        read_again: Collection[Entity] = (),
        largest: int = LARGEST_EVENT,
    ) -> None:
        """Take `custom_names`, which gives the custom fields that an entity's records have had so far; `newer` is what
        extracts taken after this one have said; settings changed for the rows of the entities `read_again`.
        """
        self._log, self._keys, self._state = log, keys, state
        self._fingerprints, self._newer = fingerprints, newer or Readings()
        self._extract, self._taken_at, self._under_other_settings = extract, millis(taken_at), frozenset(read_again)
        self._currency, self._locations = mark_of_currency(practice), mark_of_locations(practice)
        self._custom_names, self._reached = custom_names, reached
        self._ids = Lazily[Entity, Callable[[str], bytes]](partial(record_ids, practice.namespace, practice.id))
        self._households = Households(state, fingerprints)
        self._steps = StepWriter(
            log=log,
            state=state,
            contacts=contacts,
            households=self._households,
            writer=writer,
            taken_at=taken_at,
            reached=reached,
            largest=largest,
        )
        self._entity = Entity.PRACTICE
        self._piece: dict[bytes, Candidate] = {}
        self._piece_characters = 0
        self._met: dict[bytes, bytes] = {}
        self._beginnings: bytearray | None = None
        self._patients: dict[str, bytes] = {}
        self.finish: Finish | None = None
        self.doubted: list[Candidate] = []
        self.said: Callable[[Known], frozenset[str]] | None = None
        self.waits: Callable[[Record], bool] | None = None
        self.read_again = self.read_otherwise = 0
        """Known records read again under settings that changed, and those of them that say something else."""

    @property
    def counts(self) -> Counter[str]:
        """Return what was appended, and what was left as it was."""
        return self._steps.counts

    @property
    def events(self) -> Events:
        """Return the events that the log has taken."""
        return self._steps.events

    @property
    def refused(self) -> list[RefusedRow]:
        """Return the rows whose event would be too large."""
        return self._steps.refused

    @property
    def waiting(self) -> Counter[str]:
        """Return the number of rows that are held with the id of their patient, by that id."""
        return self._steps.waiting

    def hold(self, patients: Iterable[bytes]) -> None:
        """Refuse the rows that name these patients from now on, but for their own."""
        self._steps.held = frozenset(patients)

    def record_id(self, entity: Entity, native_id: str) -> bytes:
        """Return the 16-byte record id."""
        return self._ids[entity](native_id)

    def patient_id(self, native_id: str) -> bytes:
        """Return the record id of a patient; those met lately are remembered."""
        found = self._patients.get(native_id)
        if found is None:
            if len(self._patients) >= _REMEMBERED:
                self._patients.clear()
            found = self._patients[native_id] = self._ids[_PATIENT](native_id)
        return found

    def offer(self, candidate: Candidate) -> None:
        """Take a record; it is compared with its piece and appended with its step. A repeated row is passed over; one that says
        something else of its record is not taken, and is `doubted`.
        """
        record = candidate.record
        if record.entity is not self._entity:
            self.flush()
            self._entity = record.entity
            self._beginnings = None if self._state.has_any(record.entity) else bytearray(1 << 8 * _BEGINNING)
        record_id = self._ids[record.entity](record.native_id)
        met = self._met.get(record_id)
        if met is not None:
            here = self._piece.get(record_id)
            if met != candidate.fingerprint and (here is None or is_by_patient(record) or differ(record, here.record)):
                self.doubted.append(candidate)
            else:
                candidate.count_as_repeat_of(met)
            return
        self._met[record_id] = candidate.fingerprint
        self._piece[record_id] = candidate
        self._piece_characters += sum([len(value) for value in record.values.values() if type(value) is str])
        if len(self._piece) >= PIECE or self._piece_characters >= PIECE_CHARACTERS:
            self._take(self.finish)

    def flush(self) -> None:
        """Compare and append what was taken. Raises LogError; then nothing of the step was appended."""
        self._take(self.finish)
        self._append()

    def delete(self, gone: Sequence[Known]) -> None:
        """Append that these records are gone. Their native ids are read from the log."""
        for start in range(0, len(gone), PIECE):
            piece = gone[start : start + PIECE]
            last = last_events(self._log, self._keys, piece)
            for known in piece:
                before, key = last[known.record_id], self._keys.of(known.patient_id or PRACTICE_SUBJECT)
                record = before.read()
                if record is not None and key is not None:  # else the patient was forgotten
                    nothing = Candidate(Record(entity=known.entity, native_id=record.native_id, values={}), b"")
                    payload = encode_tombstone(record.native_id)
                    self._steps.write(
                        *(_DELETED, known.slot, known.record_id, known.patient_id, known.revision + 1, key),
                        *(nothing, nothing.record, payload, b"", before.household, None),
                    )
                    if self._steps.step.is_full:
                        self._append()
        self._append()

    def is_older(self, entity: Entity, known: Known | None) -> bool:
        """Return whether a newer extract has spoken of a record (None: one that was never read): what this one says comes
        too late.
        """
        newer = self._newer.of(entity)
        if known is not None and known.taken_at > self._taken_at:
            return True
        return newer is not None and newer.has_spoken_of(known)

    def change_ownership(self, ownership: EmailOwnership, *, but: Collection[bytes] = ()) -> None:
        """Append the primary e-mails that moved between patients whose rows did not change, `but` those of some."""
        moved = self._state.known(sorted(ownership.moved)).values()
        self.rewrite(_PATIENT, [known for known in moved if known.record_id not in but], ownership.completed)

    def rewrite(self, entity: Entity, known: Iterable[Known], change: Finish) -> None:
        """Append what changes in these living records of an entity although their rows did not. They stay as old as that."""
        self.flush()
        self._entity, self.said = entity, None
        living = {k.record_id: k for k in known if not k.deleted}
        for record_id, last in last_events(self._log, self._keys, living.values()).items():
            said = last.read()
            if said is not None:  # else they were forgotten
                record, before = change(record_id, said), living[record_id]
                if record != said:
                    self._piece[record_id] = Candidate(record, before.fingerprint, read_at=before.taken_at)
        self._take(None)
        self._append()

    def _take(self, finish: Finish | None) -> None:
        """Compare a piece with what is known, and write what differs into the step."""
        piece, self._piece, self._piece_characters = self._piece, {}, 0
        if not piece:
            return
        known = self._state.known(self._perhaps_known(piece))
        last: dict[bytes, LastEvent] = {}
        said: dict[bytes, frozenset[str]] = {}
        if self.said is not None:
            said = {record_id: fields for record_id, before in known.items() if (fields := self.said(before))}
            compared = [k for i in said if (k := known[i]).fingerprint != piece[i].fingerprint and not k.deleted]
            last = last_events(self._log, self._keys, [k for k in compared if not self.is_older(self._entity, k)])
            for record_id, already in said.items():
                record = piece[record_id].record
                rest = narrowed(record, already)
                if record_id in last and contradicts(record, last[record_id].read(), already):
                    self.doubted.append(piece.pop(record_id))
                elif rest is None:
                    piece.pop(record_id).count_as_repeat_of(known[record_id].fingerprint)
                else:
                    piece[record_id] = piece[record_id]._replace(record=rest)
        patients = self._patients_of(piece)
        self._reached(CrashPoint.BEFORE_KEYS)
        self._keys.ensure(dict.fromkeys(patient_id or PRACTICE_SUBJECT for patient_id in patients))
        self._reached(CrashPoint.KEYS_DURABLE)
        self._settle_households(piece, patients)
        custom = self._custom_names(self._entity)
        unread = [k for i, k in known.items() if i in piece and i not in last and not k.deleted]
        last |= last_events(self._log, self._keys, [k for k in unread if is_partial(piece[k.record_id].record, custom)])
        later = self._compare(piece, patients, known, last, finish)
        if self._entity in self._under_other_settings:
            self._count_read_again({i: c for i, c in piece.items() if i not in said}, known, later)
        told = {change.record_id: names for change in later if (names := _told_by_marks(change)) is not None}
        unread = [known[c.record_id] for c in later if c.record_id not in told and c.record_id not in last]
        last |= last_events(self._log, self._keys, unread)
        for change in later:
            record_id, parts = change.record_id, change.parts
            changed: Sequence[str] | None = told.get(record_id)
            household = self._households.of(change.patient_id)
            if changed is None:
                changed = last[record_id].changed(change.record, parts) if change.operation is _UPDATED else ()
                household = last[record_id].household
            payload = with_changed(change.record.entity, parts, changed)
            self._steps.write(*change[:8], payload, change.content, household, parts)
        for record_id, candidate in piece.items():
            if candidate.record.issues and candidate.page is not None:
                candidate.page.note(candidate.record.issues, candidate.row)
                self._steps.step.sightings.append((record_id, self._extract, candidate.file, candidate.row))
        if self._steps.step.is_full or len(self._met) >= _REMEMBERED:  # rows that are read each time may change nothing
            self._append()

    def _perhaps_known(self, piece: Iterable[bytes]) -> list[bytes]:
        """Return the ids to ask the state for. Of an entity without records before the run, only those that begin as
        another did.
        """
        met = self._beginnings
        if met is None:
            return list(piece)
        found = []
        for record_id in piece:
            beginning = int.from_bytes(record_id[:_BEGINNING], "big")
            if met[beginning]:
                found.append(record_id)
            met[beginning] = 1
        return found

    def _compare(
        self,
        piece: Mapping[bytes, Candidate],
        patients: Sequence[bytes | None],
        known: Mapping[bytes, Known],
        last: Mapping[bytes, LastEvent],
        finish: Finish | None,
    ) -> list[_Change]:
        """Write what is new, and give what differs from what is known. The row of others may have changed."""
        later: list[_Change] = []
        key_of, content_of, counts = self._keys.of, self._fingerprints.of_content, self._steps.step.counts
        newest, newer, currency = self._taken_at, self._newer.of(self._entity), self._currency
        of_object = self._entity.object_name is not None
        located = self._locations if self._entity is _PATIENT or of_object else b""
        waits = self.waits if self._entity.of_patient and self._entity is not _PATIENT else None
        for (record_id, candidate), patient_id in zip(piece.items(), patients, strict=True):
            key = key_of(patient_id or PRACTICE_SUBJECT)
            before = known.get(record_id)
            if key is None:
                counts["forgotten"] += 1
                candidate.settle(Term.LEFT_OUT, FORGOTTEN)
                continue
            is_older = before is not None and before.taken_at > newest  # as `is_older`, without a call for each record
            if (is_older or (newer is not None and newer.has_spoken_of(before))) and candidate.read_at is None:
                counts["stale"] += 1
                candidate.settle(Term.LEFT_OUT, OLDER)
                continue
            record = candidate.record
            if waits is not None and candidate.row and (before is None or before.patient_id != patient_id) and waits(record):
                self._steps.wait(candidate, record, record_id, patient_id)
                continue
            if record_id in last:
                record = completed(record, last[record_id].read())
            if finish is not None:
                record = finish(record_id, record)
            parts = parts_of(record)
            payload = b"".join(parts)
            place = b"" if of_object and "practice_ref" not in record.values else located
            content = content_of(payload + place + currency if currency and has_money(record) else payload + place)
            if before is None:
                household = self._households.of(patient_id)
                self._steps.write(
                    _CREATED, 0, record_id, patient_id, 1, key, candidate, record, payload, content, household, parts
                )
            elif before.deleted or before.content != content:
                operation = _CREATED if before.deleted else _UPDATED
                fields = before.fields if before.patient_id == patient_id else None
                about = (before.slot, record_id, patient_id, before.revision + 1, key)
                later.append(_Change(operation, *about, candidate, record, parts, content, fields))
            else:
                counts["unchanged"] += 1
                candidate.settle(Term.CARRIED, UNCHANGED)
                if candidate.row:  # read again, e.g. because its patient is not known yet: reports say where it stands now
                    self._steps.step.sightings.append((record_id, self._extract, candidate.file, candidate.row))
                if candidate.fingerprint and before.fingerprint != candidate.fingerprint:
                    due, flagged = time_of_recheck(record), bool(record.issues)
                    now = before._replace(
                        fingerprint=candidate.fingerprint, recheck_at=None if due is None else millis(due), flagged=flagged
                    )
                    self._steps.step.refreshed.append(now.row())
        return later

    def _count_read_again(
        self, piece: Mapping[bytes, Candidate], known: Mapping[bytes, Known], changes: Sequence[_Change]
    ) -> None:
        """Count the known records whose rows have another fingerprint, and those of them that change."""
        again = {
            record_id
            for record_id, candidate in piece.items()
            if (before := known.get(record_id)) is not None
            and not before.deleted
            and candidate.fingerprint not in (b"", before.fingerprint)
        }
        self.read_again += len(again)
        self.read_otherwise += sum(change.record_id in again for change in changes)

    def _append(self) -> None:
        self._met.clear()
        self._steps.append()

    def _patients_of(self, piece: Mapping[bytes, Candidate]) -> list[bytes | None]:
        """Return the patient that each record of a piece belongs to."""
        if self._entity is _PATIENT:
            return list(piece)
        if not self._entity.of_patient:
            return [None] * len(piece)
        remembered, found = self._patients.get, []
        for candidate in piece.values():
            native_id = candidate.record.values.get("patient_id")
            found.append(remembered(native_id) or self.patient_id(native_id) if isinstance(native_id, str) else None)
        return found

    def _settle_households(self, piece: Mapping[bytes, Candidate], patients: Sequence[bytes | None]) -> None:
        """Fix the household keys of patients named for the first time: the guarantor's, else one of their own."""
        heads = {patient: patient for patient in patients if patient is not None}
        if self._entity is _PATIENT:
            for patient, candidate in piece.items():
                guarantor = candidate.record.values.get("guarantor_id")
                if isinstance(guarantor, str) and guarantor:
                    heads[patient] = self.patient_id(guarantor)
        self._households.recall({*heads, *heads.values()})
        for patient, head in heads.items():
            if not self._households.is_settled(patient):
                self._steps.step.households += self._households.settle(patient, head)


def _told_by_marks(change: _Change) -> list[str] | None:
    """Return the fields that an update changes, where the state tells."""
    if change.operation is not _UPDATED or change.marks is None:
        return None
    entity, record_id = change.record.entity, change.record_id
    return differing_fields(entity, change.parts, change.marks, change.key, record_id, change.revision - 1)
