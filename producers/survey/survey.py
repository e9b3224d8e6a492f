"""Surveying extracts: what they hold and how good it is, in counts only. Nothing is written, and no value is kept.

The rows are read as a run reads them, entity by entity, so that what is counted is what a run would carry. Native ids and
addresses are held as hashes, those of one entity at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from events.vocabulary.custom_names import NONE_USED, CustomNames
from events.vocabulary.entities import Entity, pbn_id, record_id
from events.vocabulary.mapping import ColumnMapping
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from producers.binding.proposal import Proposal, propose
from producers.binding.sampled import BoundTable
from producers.changes.rows.candidates import Candidate
from producers.changes.rows.decided_identities import DecidedIdentities
from producers.changes.rows.plan_rows import PlanRows
from producers.changes.rows.reading import Reading
from producers.entities.carried import is_blank
from producers.entities.registry import SOURCES, carried_fields, read_entities
from producers.records.assembly import id_reader
from producers.sources.extract import Extract, FileIssue
from producers.state.fingerprints import Fingerprints

UNKNOWN_PATIENT = "unknown_patient"
"""The record's patient is in no table of these extracts."""
PATIENT_NOT_CARRIED = "patient_not_carried"
"""The record's patient is in a table, but is deleted in the PMS or cannot be read."""


@dataclass(kw_only=True)
class Survey:
    """Content of one extract. `records` counts different native ids, `fresh` those that can be written and that no extract
    before this one had; `repeated` are rows that say again what another said, `differing` rows that have the native id of
    another and say something else. `provider_refs` are what rows call their provider, to be looked up, not to be shown.
    """

    extract: Extract
    proposal: Proposal
    records: Counter[Entity] = field(default_factory=Counter)
    fresh: Counter[Entity] = field(default_factory=Counter)
    repeated: Counter[Entity] = field(default_factory=Counter)
    differing: Counter[Entity] = field(default_factory=Counter)
    issues: Counter[tuple[Entity, str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, Entity, str]] = field(default_factory=Counter)
    orphans: Counter[tuple[Entity, str]] = field(default_factory=Counter)
    blanks: Counter[tuple[Entity, str]] = field(default_factory=Counter)
    shared_addresses: int = 0
    sharing_patients: int = 0
    not_migrated: int = 0
    upload_bytes: int = 0
    providers: dict[str, Record] = field(default_factory=dict)
    provider_refs: Counter[str] = field(default_factory=Counter)
    file_issues: list[FileIssue] = field(default_factory=list)

    def tables(self, entity: Entity) -> list[BoundTable]:
        """Return the tables whose rows make records of an entity; for plans those of their lines, too."""
        specs = ((b, SOURCES.get(b.binding.kind)) for b in self.proposal.bound)
        return [b for b, spec in specs if spec is not None and spec.rows_of is entity]

    @property
    def objects(self) -> tuple[Entity, ...]:
        """Return the entities of the custom objects that its tables make."""
        kinds = (b.binding.kind.entity for b in self.proposal.bound)
        return tuple(dict.fromkeys(entity for entity in kinds if entity is not None and entity.object_name is not None))

    def columns(self, entity: Entity) -> dict[str, float]:
        """Return the columns that an entity's tables have a meaning for, each with the best confidence of its bindings."""
        found: dict[str, float] = {}
        for bound in self.tables(entity):
            for column in bound.binding.columns:
                if column.field is not None:
                    found[column.field] = max(found.get(column.field, 0.0), column.confidence)
        return found

    def customs(self, entity: Entity) -> list[str]:
        """Return the custom fields that an entity's tables fill, each once."""
        named = (c.custom for b in self.tables(entity) for c in b.binding.columns)
        return list(dict.fromkeys(name for name in named if name is not None))


def survey(
    extracts: Iterable[Extract],
    practice: Practice,
    entropy: Callable[[int], bytes],
    tick: Callable[[int], None] = lambda _rows: None,
    names: CustomNames = NONE_USED,
    known: ColumnMapping | None = None,
) -> list[Survey]:
    """Survey these extracts; a patient of any of them counts as known to all. `tick` hears of rows read. Raises OSError.

    Tables that the mapping `known` has are read by it: rows of a custom object that it turned on are records, too.
    """
    surveys = [Survey(extract=extract, proposal=propose(extract, practice, known, names)) for extract in extracts]
    surveyor = _Surveyor(practice=practice, fingerprints=Fingerprints(entropy(32)), tick=tick)
    objects = dict.fromkeys(entity for one in surveys for entity in one.objects)
    for entity in (*read_entities(), *objects):
        surveyor.entity(entity, surveys)
    for one in surveys:
        one.file_issues = [*one.extract.file_issues, *one.extract.documents.not_in_index(surveyor.mentioned(one))]
    return surveys


@dataclass(kw_only=True)
class _Surveyor:
    practice: Practice
    fingerprints: Fingerprints
    tick: Callable[[int], None]
    known: set[int] = field(default_factory=set)
    carried: set[int] = field(default_factory=set)
    _mentioned: dict[str, set[str]] = field(default_factory=dict)

    def entity(self, entity: Entity, surveys: Sequence[Survey]) -> None:
        """Read the rows of one entity in all extracts."""
        ever: set[int] = set()
        for one in surveys:
            tables = one.tables(entity)
            if entity is Entity.PATIENT:
                self.known |= _patient_ids(tables)
            if tables:
                self._read(entity, one, tables, ever)
        if entity is Entity.PATIENT:
            self.carried = ever

    def mentioned(self, one: Survey) -> set[str]:
        """Return the documents that an extract's indexes mention."""
        return self._mentioned.get(one.extract.id, set())

    def _read(self, entity: Entity, one: Survey, tables: list[BoundTable], ever: set[int]) -> None:
        reading = Reading(
            extract=one.extract,
            practice=self.practice,
            mapping=one.proposal.mapping,
            fingerprints=self.fingerprints,
            identities=DecidedIdentities(fingerprints=self.fingerprints),
            record_id=self._record_id,
            tick=self.tick,
        )
        seen: dict[int, int] = {}
        addresses = _Addresses()
        customs = one.customs(entity)
        for candidate in _candidates(reading, entity, tables):
            record = candidate.record
            key, content = hash(record.native_id), _content(record)
            if key in seen:
                (one.repeated if seen[key] == content else one.differing)[entity] += 1
                if seen[key] == content:
                    continue
            one.issues.update((entity, issue.field, issue.reason) for issue in record.issues)
            if key in seen:
                continue
            seen[key] = content
            self._count(one, record, customs)
            orphan = self._orphan(record)
            if orphan:
                one.orphans[entity, orphan] += 1
            elif key not in ever:
                one.fresh[entity] += 1
                size = record.values.get("size")
                one.upload_bytes += size if isinstance(size, int) else 0
            ever.add(key)
            addresses.see(key, record)
        one.shared_addresses += len(addresses.shared)
        one.sharing_patients += len(addresses.sharing)
        one.not_migrated += len(reading.skipped)
        self._mentioned.setdefault(one.extract.id, set()).update(reading.documents)
        names = {bytes.fromhex(digest): name for name, digest in one.extract.sha256.items()}
        one.refused.update((names[row.file], row.entity or entity, row.reason) for row in reading.refused)

    def _count(self, one: Survey, record: Record, customs: Sequence[str]) -> None:
        entity = record.entity
        one.records[entity] += 1
        for name, carried in carried_fields(entity).items():
            if carried.blank_in(record):
                one.blanks[entity, name] += 1
        for name in customs:
            if is_blank(record.custom.get(name)):
                one.blanks[entity, name] += 1
        if entity is Entity.PROVIDER:
            one.providers[record.native_id] = record
        reference = record.values.get("provider_ref")
        if isinstance(reference, str) and reference:
            one.provider_refs[reference] += 1

    def _orphan(self, record: Record) -> str | None:
        if not record.entity.of_patient or record.entity is Entity.PATIENT:
            return None
        if record.entity.object_name is not None and not record.values.get("patient_id"):
            return None
        patient = hash(record.values.get("patient_id"))
        if patient in self.carried:
            return None
        return PATIENT_NOT_CARRIED if patient in self.known else UNKNOWN_PATIENT

    def _record_id(self, entity: Entity, native_id: str) -> bytes:
        return record_id(self.practice.namespace, pbn_id(self.practice.id, entity, native_id))


def _candidates(reading: Reading, entity: Entity, tables: list[BoundTable]) -> Iterator[Candidate]:
    return PlanRows(reading=reading).plans(tables) if entity is Entity.TREATMENT_PLAN else reading.rows(entity, tables)


def _patient_ids(tables: Iterable[BoundTable]) -> set[int]:
    """Return the ids in patient tables, also of rows that are not carried."""
    found: set[int] = set()
    for bound in tables:
        identify = id_reader(bound.binding)
        found.update(hash(native) for _, cells in bound.table.rows() if (native := identify(cells)[0]))
    return found


def _content(record: Record) -> int:
    return hash(repr((sorted(record.values.items()), sorted(record.custom.items()))))


class _Addresses:
    """E-mail addresses that several patients of one extract have."""

    def __init__(self) -> None:
        self._first: dict[int, int] = {}
        self.shared: set[int] = set()
        self.sharing: set[int] = set()

    def see(self, patient: int, record: Record) -> None:
        """Take note of a patient's addresses."""
        emails = record.values.get("emails")
        for email in emails if isinstance(emails, list) and record.entity is Entity.PATIENT else ():
            first = self._first.setdefault(hash(str(email)), patient)
            if first != patient:
                self.shared.add(hash(str(email)))
                self.sharing |= {first, patient}
