"""Producing: an extract in, change events out.

The order of the entities is that of their dependence: the practice, its providers, patients, then what hangs on patients.
Patients are read twice: first for their addresses, so that it is known whose a shared one is before any event is appended.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from events.change_events import Operation, read_change
from events.change_writer import ChangeWriter
from events.clock import World
from events.entities import Entity
from events.keys import KeyStore
from events.log import CHANGES, Log
from events.mapping import Mapping, TableKind
from events.pages import Pages
from events.practice import Practice
from events.records import Record
from producers.assembly import fields_of
from producers.catch_up import catch_up
from producers.changes import Candidate, Changes
from producers.contacts import Address, Contacts, Ownership
from producers.extract import Extract, FileIssue
from producers.fingerprints import Fingerprints
from producers.matching import BoundTable, Finding
from producers.presence import Presence
from producers.proposal import bind_for_run
from producers.reading import Reading
from producers.refusals import Refusals
from producers.state import Known, ProducerState

ORDER = (
    Entity.PROVIDER,
    Entity.PATIENT,
    Entity.TREATMENT_PLAN,
    Entity.APPOINTMENT,
    Entity.CLAIM,
    Entity.BILLING,
    Entity.NOTE,
    Entity.COMMUNICATION,
    Entity.DOCUMENT,
)

DELETION_LIMIT = 0.05


@dataclass(frozen=True, slots=True)
class Withheld:
    """Deletions that were not believed: more of an entity disappeared than the limit allows."""

    entity: Entity
    absent: int
    live: int


@dataclass
class Produced:
    """What an extract came to. `changes` counts created, updated, deleted, unchanged, withheld (and stale, forgotten)."""

    changes: Counter[str] = field(default_factory=Counter)
    withheld: list[Withheld] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    mapping: Mapping | None = None
    dead_letters: int = 0
    refused: int = 0
    tables: list[tuple[str, str, int]] = field(default_factory=list)
    file_issues: list[FileIssue] = field(default_factory=list)


@dataclass
class Producer:
    """Appends the change events of extracts of one practice."""

    log: Log
    keys: KeyStore
    state: ProducerState
    practice: Practice
    world: World
    deletion_limit: float = DELETION_LIMIT
    tick: Callable[[int], None] = lambda _rows: None

    def __post_init__(self) -> None:
        self.fingerprints = Fingerprints(self.keys.derive("fingerprints"))
        self._events = Pages(self.log, CHANGES)
        self.contacts = Contacts(self.state, self.keys, self.fingerprints, self.practice, self.world.entropy)

    def catch_up(self) -> None:
        """Bring the state up to the log. Raises LogError, CodecError."""
        catch_up(self.log, self.state, self.keys, self.contacts)

    def produce(
        self,
        extract: Extract,
        mapping: Mapping,
        run: str,
        *,
        confirm_deletions: bool = False,
        only_patients: Callable[[str], bool] | None = None,
    ) -> Produced:
        """Append what differs from what is known. `only_patients` (by native id) takes a sample: nothing is inferred as
        deleted. Raises CannotBind before the first append; LogError; CodecError.
        """
        with _seldom_collecting():
            return self._produce(extract, mapping, run, confirm=confirm_deletions, only=only_patients)

    def _produce(
        self, extract: Extract, mapping: Mapping, run: str, *, confirm: bool, only: Callable[[str], bool] | None
    ) -> Produced:
        self.catch_up()
        bound = bind_for_run(extract, mapping, self.practice)
        result = Produced(mapping=bound.mapping, findings=list(bound.findings))
        changes = self._changes(extract, bound.mapping, run)
        reading = Reading(extract, self.practice, bound.mapping, self.fingerprints, changes.record_id, tick=self.tick)
        changes.offer(Candidate(Record(Entity.PRACTICE, self.practice.id, {"name": self.practice.name}), b""))
        changes.flush()
        for entity in ORDER:
            tables = [b for b in bound.tables if _entity(b) is entity]
            if tables:
                self._entity(entity, tables, reading, changes, result, confirm=confirm, only=only)
        result.changes.update(changes.counts)
        refusals = Refusals(self.log, self.keys, self.state, self.world, self.practice.id, run, extract.id)
        if only is None:
            result.dead_letters = refusals.record(reading.refused)
        result.refused = len(reading.refused)
        result.file_issues = [*extract.file_issues, *extract.documents.not_in_index(reading.documents)]
        return result

    def _changes(self, extract: Extract, mapping: Mapping, run: str) -> Changes:
        names = {entity: frozenset(mapping.custom_of(entity)) for entity in Entity}
        return Changes(
            log=self.log,
            keys=self.keys,
            state=self.state,
            fingerprints=self.fingerprints,
            contacts=self.contacts,
            practice=self.practice,
            writer=ChangeWriter(
                practice=self.practice.id,
                run=run,
                extract=extract.id,
                taken_at=extract.taken_at,
                recorded_at=self.world.now(),
                entropy=self.world.entropy,
            ),
            extract=extract.id,
            taken_at=extract.taken_at,
            reached=self.world.reached,
            custom_names=lambda entity: names[entity],
        )

    def _entity(
        self,
        entity: Entity,
        tables: Sequence[BoundTable],
        reading: Reading,
        changes: Changes,
        result: Produced,
        *,
        confirm: bool,
        only: Callable[[str], bool] | None,
    ) -> None:
        live, settled = self.state.live(entity, reading.taken_at)
        if entity is Entity.DOCUMENT:
            settled = {}  # an index row may stay the same while the file it names changes: documents are always looked at
        presence = Presence(self.state, entity, live)
        absent: list[Known] | None = None
        if entity is Entity.PATIENT:
            surveyed = Presence(self.state, entity, live)
            changed = self._survey(tables, settled, reading, changes, surveyed)
            absent = self._absent(entity, surveyed, reading, result, confirm=confirm, infer=only is None)
            ownership = self.contacts.settle(changed, {k.record_id for k in absent})
            # first of all, while the rows that make it move still count as changed: a killed run works it out again
            if only is None:
                self._move_ownership(ownership, changes)
            changes.finish = lambda record_id, record: self._owned(record_id, record, ownership)
        changes.said = presence.see
        for part in [tables] if entity is Entity.TREATMENT_PLAN else [[table] for table in tables]:
            offered = 0
            presence.begin_table(frozenset().union(*(fields_of(bound.binding) for bound in part)))
            for candidate in self._candidates(entity, part, settled, reading, presence):
                if only is None or _belongs(candidate.record, only):
                    changes.offer(candidate)
                    offered += 1
            changes.flush()
            result.tables += [(b.table.file, b.binding.kind.value, offered) for b in part]
        changes.finish = None
        if absent is None:
            absent = self._absent(entity, presence, reading, result, confirm=confirm, infer=only is None)
        changes.delete(absent)
        result.changes["unchanged"] += presence.unchanged

    def _candidates(
        self, entity: Entity, tables: Sequence[BoundTable], settled: dict[bytes, int], reading: Reading, presence: Presence
    ) -> Iterator[Candidate]:
        if entity is Entity.TREATMENT_PLAN:
            return reading.plans(tables, settled, presence)
        return reading.rows(entity, tables, settled, presence)

    def _survey(
        self, tables: Sequence[BoundTable], settled: dict[bytes, int], reading: Reading, changes: Changes, presence: Presence
    ) -> dict[bytes, Address]:
        """Pass one over the patients: the addresses of those whose rows changed."""
        changed: dict[bytes, Address] = {}
        quiet = replace(reading, refused=[], named=reading.named, tick=lambda _rows: None)
        ids = []
        for candidate in quiet.rows(Entity.PATIENT, tables, settled, presence):
            record_id = changes.record_id(Entity.PATIENT, candidate.record.native_id)
            ids.append(record_id)
            if "emails" in candidate.record.values:
                changed.setdefault(record_id, self.contacts.of_record(candidate.record))
        presence.see_ids(ids)
        return changed

    def _owned(self, record_id: bytes, record: Record, ownership: Ownership) -> Record:
        emails = record.values.get("emails")
        if not isinstance(emails, list):
            return record
        held = record.values.get("primary_email")
        primary = ownership.primary(
            record_id, [str(e) for e in emails], held if isinstance(held, str) else None, self.contacts.address
        )
        return replace(record, values={**record.values, "primary_email": primary})

    def _move_ownership(self, ownership: Ownership, changes: Changes) -> None:
        moved = self.state.known(sorted(ownership.moved)).values()
        changes.change_ownership(moved, lambda record_id, record: self._owned(record_id, record, ownership))

    def _absent(
        self, entity: Entity, presence: Presence, reading: Reading, result: Produced, *, confirm: bool, infer: bool
    ) -> list[Known]:
        """The records to delete; none for partial extracts and samples, none over the limit without a confirmation."""
        if reading.extract.scope != "full" or not infer:
            return []
        presence.see_ids(reading.record_id(entity, native) for native in reading.named.get(entity, ()))
        absent = presence.absent(reading.taken_at, self._came)
        if absent.is_over(self.deletion_limit) and not confirm:
            result.withheld.append(Withheld(entity, len(absent.records), absent.live))
            result.changes["withheld"] += len(absent.records)
            return []
        return absent.records

    def _came(self, known: Known) -> bool:
        """Whether a record's last event made it, or brought it back."""
        entry = self._events.entry(known.partition, known.offset)
        return read_change(entry.value).operation is Operation.CREATED


def _entity(bound: BoundTable) -> Entity | None:
    return Entity.TREATMENT_PLAN if bound.binding.kind is TableKind.TREATMENT_LINE else bound.binding.kind.entity


def _belongs(record: Record, only: Callable[[str], bool]) -> bool:
    if record.entity is Entity.PROVIDER:
        return True
    native = record.native_id if record.entity is Entity.PATIENT else record.values.get("patient_id")
    return isinstance(native, str) and only(native)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Rows hold no cycles, and a step of them is alive until it is appended: at its usual pace the garbage collector would walk
    them, and all that a run remembers, again and again for nothing (a quarter of the time).
    """
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
