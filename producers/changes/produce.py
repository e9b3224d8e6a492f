"""Producing: an extract in, change events out.

The order of the entities is that of their dependence: the practice, its providers, patients, then what hangs on patients.
Patients are read twice: first for their addresses, so that it is known whose a shared one is before any event is appended.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from events.change_events import LARGEST_EVENT
from events.change_writer import ChangeWriter
from events.clock import World
from events.crash_points import CrashPoint
from events.decisions import Decided, Decisions
from events.log.pages import Pages
from events.log.port import CHANGES, Log
from events.sealing.keys import KeyStore
from events.vocabulary.custom_names import NONE_USED, CustomNames
from events.vocabulary.entities import Entity, pbn_id, record_id
from events.vocabulary.mapping import ColumnMapping, TableKind, mapping_body
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from events.vocabulary.specs import Lazily
from producers.binding.links import DAMAGED_IDS, PADDED_IDS
from producers.binding.proposal import bind_for_run
from producers.binding.sampled import BoundTable
from producers.changes.appending.changes import Changes
from producers.changes.appending.contacts import Contacts
from producers.changes.books import count_tables_without_records, findings_of, hold_tables
from producers.changes.catch_up import catch_up
from producers.changes.clearing import clear_fields, cleared_columns
from producers.changes.deletions import DELETION_LIMIT, Deletions
from producers.changes.doubled_rows import DoubledRows
from producers.changes.held_rows import colliding_ids, require_known_links, waiting_rows
from producers.changes.merging import Double, Merging, doubles
from producers.changes.named_locations import NamedLocations
from producers.changes.offering import offer, under_any_id
from producers.changes.orphans import Orphans
from producers.changes.patient_survey import PatientSurvey
from producers.changes.produced import Produced, ReadAgain
from producers.changes.rows.candidates import Candidate
from producers.changes.rows.decided_identities import decided_at, decided_identities
from producers.changes.rows.differing_rows import DifferingRows
from producers.changes.rows.plan_rows import PlanRows
from producers.changes.rows.reading import Reading
from producers.changes.rows.renumbering import Aliases, Renumbered
from producers.changes.rows.settled import Met, Settled
from producers.changes.turned_off import turned_off
from producers.changes.unreadable_columns import note_unreadable
from producers.entities.registry import SOURCES, read_entities
from producers.records.assembly import fields_of
from producers.sources.extract import CHANGED_WHILE_READ, Extract, FileIssue
from producers.state.confirmations import Confirmed, Readings, newer_than
from producers.state.fingerprints import CLEANER, Fingerprints, mapping_digest
from producers.state.identities import hold
from producers.state.last_events import last_events
from producers.state.presence import Presence
from producers.state.refusals import Refusals
from producers.state.row_settings import MAPPING, changed_settings, named_together, row_settings
from producers.state.state import Known, ProducerState
from producers.state.voided import voided_extracts


@dataclass(kw_only=True)
class Producer:
    """Appends the change events of extracts of one practice, each of at most `largest_event` bytes."""

    log: Log
    keys: KeyStore
    state: ProducerState
    practice: Practice
    world: World
    decisions: Decisions
    deletion_limit: float = DELETION_LIMIT
    tick: Callable[[int], None] = lambda _rows: None
    aliases: Aliases = field(default_factory=Aliases)
    largest_event: int = LARGEST_EVENT
    names: CustomNames = NONE_USED

    def __post_init__(self) -> None:
        self._settings = row_settings(self.practice, CLEANER)
        self.fingerprints = Fingerprints(self.keys.derive("fingerprints"), self._settings)
        self.contacts = Contacts(self.state, self.keys, self.fingerprints, self.practice, self.world.entropy)

    def catch_up(self) -> None:
        """Bring the state up to the log. Raises LogError, CodecError."""
        catch_up(self.log, self.state, self.keys, self.contacts, voided_extracts(self.decisions))
        self.state.release_decided(decided_at(self.decisions))

    def renumbered(self) -> Renumbered:
        """Return which id each record with several keeps. The state must be caught up."""
        ids = {(e, i): self._record_id(e, i) for e, groups in self.aliases.groups.items() for group in groups for i in group}
        known = self.state.known(list(ids.values()))
        return self.aliases.settle(lambda entity, native: ids[entity, native] in known)

    def doubles(self) -> list[Double]:
        """Return the living records that were carried under an id that they do not keep, before an alias said so."""
        self.catch_up()
        return doubles(self.state, self.renumbered(), self._record_id)

    def unite(self, found: Sequence[Double], run: str) -> Counter[str]:
        """Make the doubles one with the records that stay, all but for their deletion, which comes with the next extract's
        changes. Gives counts as `Produced.changes`. Raises LogError, CodecError.
        """
        changes = self._changes_of_no_extract(run)
        self._merging(self.renumbered()).unite(found, changes)
        return changes.counts

    def clear(self, fields: Mapping[Entity, Set[str]], run: str) -> Counter[str]:
        """Blank these fields of all living records. Gives counts as `Produced.changes`. Raises LogError, CodecError."""
        self.catch_up()
        return clear_fields(self._changes_of_no_extract(run), self.state, fields)

    def _changes_of_no_extract(self, run: str) -> Changes:
        return self._changes(self.world.now(), "", ColumnMapping(practice=self.practice.id), run, Readings())

    def last_records(self, record_ids: Collection[bytes]) -> dict[bytes, Record]:
        """Return what the log last said of those of these records that live. Raises LogError, CodecError."""
        living = [known for known in self.state.known(list(record_ids)).values() if not known.deleted]
        last = last_events(self.log, self.keys, living).items()
        return {record_id: record for record_id, event in last if (record := event.read()) is not None}

    def _merging(self, renumbered: Renumbered) -> Merging:
        return Merging(log=self.log, keys=self.keys, state=self.state, contacts=self.contacts, renumbered=renumbered)

    def _record_id(self, entity: Entity, native_id: str) -> bytes:
        return record_id(self.practice.namespace, pbn_id(self.practice.id, entity, native_id))

    def produce(
        self,
        extract: Extract,
        mapping: ColumnMapping,
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
        self, extract: Extract, mapping: ColumnMapping, run: str, *, confirm: bool, only: Callable[[str], bool] | None
    ) -> Produced:
        self.catch_up()
        bound = bind_for_run(extract, mapping, self.practice, self.names)
        require_known_links(bound.held, lambda natives: self.state.known([self._record_id(Entity.PATIENT, i) for i in natives]))
        self._extend(mapping, bound.mapping, run)
        result = Produced(extract=extract.id, mapping=bound.mapping, findings=list(bound.findings))
        under = {
            entity: {**self._settings, MAPPING: mapping_digest(bound.mapping, kinds)}
            for entity, kinds in _kinds_read(bound.tables).items()
        }
        changed = changed_settings(self.decisions, under)
        result.read_under = {entity.value: dict(settings) for entity, settings in under.items()}
        newer = newer_than(extract.taken_at, self.decisions)
        changes = self._changes(extract.taken_at, extract.id, bound.mapping, run, newer, changed)
        renumbered = self.renumbered()
        found = doubles(self.state, renumbered, self._record_id)
        if found:
            self._merging(renumbered).unite(found, changes)  # what is left of it, where a run before this one did not
            changes.delete([double.gone for double in found])
        if only is not None:
            only = under_any_id(only, renumbered)
        reading = Reading(
            extract=extract,
            practice=self.practice,
            mapping=bound.mapping,
            fingerprints=self.fingerprints,
            record_id=changes.record_id,
            renumbered=renumbered,
            tick=self.tick,
            books=result.books,
            identities=decided_identities(self.decisions, self.fingerprints, self.last_records),
            incomplete=frozenset(entity for b in bound.held if (entity := _entity(b)) is not None),
        )
        changes.offer(
            Candidate(Record(entity=Entity.PRACTICE, native_id=self.practice.id, values={"name": self.practice.name}), b"")
        )
        changes.flush()
        changes.hold(self.state.held_identities())
        changes.waits = reading.waits if reading.identities.shared else None
        for entity in (*read_entities(), *_of_objects(bound.tables)):
            tables = [b for b in bound.tables if _entity(b) is entity]
            if tables:
                self._entity(entity, tables, reading, changes, result, confirm=confirm, only=only)
        hold_tables(bound.held, result.books, PADDED_IDS)
        count_tables_without_records([b for b in bound.tables if _entity(b) is None], result.books)
        if changes.read_again:
            again = ReadAgain(
                settings=named_together(changed.values()), records=changes.read_again, changed=changes.read_otherwise
            )
            result.read_again = again
        result.books.events = changes.events
        waiting = waiting_rows(self.practice.id, changes.waiting)
        stayed = turned_off(bound.tables, bound.mapping, self.state.counts())
        result.findings += [*reading.findings, *waiting, *stayed, *findings_of(result.books)]
        for table in bound.tables:
            result.findings += note_unreadable(table, reading)
        result.changes.update(changes.counts)
        refusals = Refusals(
            log=self.log,
            keys=self.keys,
            state=self.state,
            world=self.world,
            practice=self.practice.id,
            run=run,
            extract=extract.id,
        )
        refused = sorted([*reading.refused, *changes.refused], key=lambda r: (r.file, r.row))
        if only is None:
            result.dead_letters = refusals.record(refused)
            if not any(f.code == DAMAGED_IDS for f in bound.findings):  # that finding tells why links lead nowhere
                left_out = {*reading.skipped, *reading.named_ids(Entity.PATIENT)}
                orphans = Orphans(extract=extract, tables=bound.tables, left_out=left_out)
                result.findings += orphans.findings(self.state, Pages(self.log, CHANGES), refused)
        result.refused = len(refused)
        result.file_issues = [*extract.file_issues, *extract.documents.not_in_index(reading.documents)]
        if extract.has_changed():
            result.file_issues.append(FileIssue(file=extract.source.name, reason=CHANGED_WHILE_READ))
        return result

    def _extend(self, approved: ColumnMapping, extended: ColumnMapping, run: str) -> None:
        """Record the mapping that an extract's new columns extend, before the first event that holds a value of theirs.

        A worker that reads such an event finds the extension in the log, whenever it looks.
        """
        if extended.version != approved.version:
            self.world.reached(CrashPoint.BEFORE_MAPPING_EXTENDED)
            # as the producer: one that was replaced would put its extension over that of its successor
            self.log.append([self.decisions.entry(Decided.MAPPING_EXTENDED, mapping_body(extended), run=run)])
            self.world.reached(CrashPoint.MAPPING_EXTENDED)

    def _changes(
        self,
        taken_at: datetime,
        extract: str,
        mapping: ColumnMapping,
        run: str,
        newer: Readings,
        read_again: Collection[Entity] = (),
    ) -> Changes:
        blank = cleared_columns(self.decisions)  # they stay blank in records that are read again before the blank is carried
        names = Lazily[Entity, frozenset[str]](
            lambda entity: frozenset(mapping.custom_of(entity)) | {name for of, name in blank if of is entity}
        )
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
                extract=extract,
                taken_at=taken_at,
                recorded_at=self.world.now(),
                entropy=self.world.entropy,
            ),
            extract=extract,
            taken_at=taken_at,
            reached=self.world.reached,
            custom_names=names.__getitem__,
            newer=newer,
            read_again=read_again,
            largest=self.largest_event,
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
        presence = Presence(self.state, entity)
        met = Met(Settled(self.state, entity, reading.taken_at), presence)
        deletions = Deletions(
            log=self.log, keys=self.keys, entity=entity, reading=reading, changes=changes, limit=self.deletion_limit
        )
        absent: list[Known] | None = None
        if entity is Entity.TREATMENT_PLAN:
            self._plans(tables, met, reading, changes, result, only)
        else:
            rows = DifferingRows(reading, entity, tables, met)
            survey = self._survey(presence, changes, reading) if entity is Entity.PATIENT else None
            named = NamedLocations(practice=self.practice, declared=reading.extract.location)
            rows.look(survey.see if survey is not None else named.see_row if entity.object_name is not None else None)
            self._append_locations(named.words, changes)
            doubled = DoubledRows(rows=rows, reading=reading, state=self.state, presence=presence, survey=survey)
            doubled.settle()
            if survey is not None:
                survey.finish()
                self._append_locations(survey.locations.words, changes)
                absent = deletions.inferred(presence, result, confirm=confirm) if only is None else []
                ownership = self.contacts.settle(survey.changed, {k.record_id for k in absent})
                # first of all, while the rows that make it move still count as changed: a killed run works it out again
                if only is None:
                    changes.change_ownership(ownership)
                changes.finish = ownership.completed
            changes.said = presence.see
            for number, bound in enumerate(tables):
                presence.begin_table(fields_of(bound.binding))
                offered = offer(doubled.others(number), changes, only)
                result.tables.append((bound.table.file, bound.binding.kind.value, offered))
            changes.said = None
            offer(doubled.together(changes.doubted), changes, only)
            if survey is not None:
                result.findings += colliding_ids(self.practice.id, doubled.at_several_locations)
                held = {**reading.unclear, **doubled.held}
                found = {changes.record_id(entity, native): reason for native, reason in held.items()}
                full = reading.extract.scope == "full" and reading.extract.location is None
                if only is None:
                    hold(self.state, found, presence, partial(changes.is_older, entity), full=full, now=self.world.now)
                changes.hold({*self.state.held_identities(), *found})
        changes.finish = changes.said = None
        if absent is None:
            absent = deletions.inferred(presence, result, confirm=confirm) if only is None else []
        changes.delete(absent)
        result.changes["unchanged"] += presence.unchanged
        if only is None:
            whole = reading.extract.scope == "full" and entity not in reading.incomplete and reading.extract.location is None
            held_all = whole and all(w.entity is not entity for w in result.withheld)
            ends = self.log.ends(CHANGES)
            result.confirmed[entity] = Confirmed(ends) if held_all else Confirmed(as_known=presence.places())

    def _append_locations(self, words: Mapping[str, str], changes: Changes) -> None:
        """Append the locations that the log does not know yet, before records that belong to them."""
        if not words:
            return
        ids = {self._record_id(Entity.PRACTICE, key): key for key in words}
        known = self.state.known(list(ids))
        for identity, key in ids.items():
            if identity not in known:
                changes.offer(Candidate(Record(entity=Entity.PRACTICE, native_id=key, values={"name": words[key]}), b""))
        changes.flush()

    def _plans(
        self,
        tables: Sequence[BoundTable],
        met: Met,
        reading: Reading,
        changes: Changes,
        result: Produced,
        only: Callable[[str], bool] | None,
    ) -> None:
        """Carry plans, which are made of rows of all their tables."""
        changes.said = met.presence.see
        met.presence.begin_table(frozenset().union(*(fields_of(bound.binding) for bound in tables)))
        offered = offer(PlanRows(reading=reading).plans(tables, met), changes, only)
        result.tables += [(b.table.file, b.binding.kind.value, offered) for b in tables]

    def _survey(self, presence: Presence, changes: Changes, reading: Reading) -> PatientSurvey:
        return PatientSurvey(
            log=self.log,
            keys=self.keys,
            state=self.state,
            contacts=self.contacts,
            changes=changes,
            presence=presence,
            identities=reading.identities,
            practice=self.practice,
            locations=NamedLocations(practice=self.practice, declared=reading.extract.location),
        )


def _entity(bound: BoundTable) -> Entity | None:
    spec = SOURCES.get(bound.binding.kind)
    return spec.rows_of if spec is not None else None


def _of_objects(tables: Iterable[BoundTable]) -> list[Entity]:
    """Return the entities of the custom objects that tables make, in the order of the tables."""
    entities = dict.fromkeys(entity for bound in tables if (entity := _entity(bound)) is not None)
    return [entity for entity in entities if entity.object_name is not None]


def _kinds_read(tables: Iterable[BoundTable]) -> dict[Entity, set[TableKind]]:
    """Return the kinds of all tables that an entity's records are made of, for the entities that an extract holds."""
    return {
        entity: {spec.kind for spec in SOURCES if spec.rows_of is entity} or {TableKind(entity)}
        for entity in map(_entity, tables)
        if entity is not None
    }


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Let the garbage collector run seldom. Rows hold no cycles, and a step of them is alive until it is appended: at its
    usual pace the garbage collector would walk them, and all that a run remembers, again and again for nothing (a quarter
    of the time).
    """
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
