"""Choosing the patients of a sample: few who together show everything that the deliveries hold, each with the reasons."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cutover.reports.sampling.features import Feature, Shows, features_of, select_fields
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from producers.binding.proposal import bind_for_run
from producers.binding.sampled import BoundTable
from producers.records.assembly import UnusableRow, compile_reader
from producers.sources.extract import Extract
from projections.custom_names import custom_names

LARGEST = 500
"""Records that a sample should not exceed much."""

_ENOUGH = LARGEST * 0.4
"""Records from which a sample that shows everything is not filled up."""

_SIZE = Feature(shows=Shows.SIZE)
_EXISTS = Feature(shows=Shows.OBJECT)


@dataclass(frozen=True, slots=True)
class ChosenPatient:
    """A patient of the sample by native id, and the features that no patient chosen before shows."""

    native_id: str
    reasons: tuple[Feature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The patients of a sample in the order of choosing, and the features that none of them shows."""

    patients: tuple[ChosenPatient, ...]
    uncovered: tuple[Feature, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundExtract:
    """An extract whose tables are bound to their meanings."""

    extract: Extract
    tables: Sequence[BoundTable]


def bound(extracts: Iterable[Extract], mapping: ColumnMapping, practice: Practice) -> list[BoundExtract]:
    """Bind the tables of each extract by the mapping in force. Raises CannotBind."""
    used = custom_names()
    return [BoundExtract(extract, bind_for_run(extract, mapping, practice, used).tables) for extract in extracts]


def choose(deliveries: Sequence[BoundExtract], mapping: ColumnMapping, practice: Practice, patients: int | None) -> Choice:
    """Choose patients who together show each object, field, option and kind of issue, and the hardest records.

    Without a number, as many as make 200 to 500 records.
    """
    seen = Seen()
    selects = select_fields(mapping)
    for delivery in deliveries:
        extract = delivery.extract
        if extract.scope == "full":
            seen.forget({b.binding.kind.entity for b in delivery.tables if b.binding.kind.entity is not None})
        counted: dict[str, int] = defaultdict(int)
        for record in records_of(delivery, mapping, practice):
            patient = patient_of(record)
            if patient is not None:
                counted[patient] += 1
                seen.meet(patient, record, features_of(record, selects))
        seen.count(counted)
    return cover(seen.features(), seen.records, patients)


def patient_of(record: Record) -> str | None:
    """Return the native id of a record's patient; None for a record without."""
    native = record.native_id if record.entity is Entity.PATIENT else record.values.get("patient_id")
    return native if isinstance(native, str) else None


def records_of(delivery: BoundExtract, mapping: ColumnMapping, practice: Practice) -> Iterator[Record]:
    """Yield the records of a delivery, but the providers: those are in every sample."""
    extract = delivery.extract
    for one in delivery.tables:
        if one.binding.kind.entity in (None, Entity.PROVIDER):
            continue
        read = compile_reader(one.binding, mapping, practice, extract.taken_at, extract.documents)
        for _, cells in one.table.rows(lambda _rejected: None):
            record = read(cells)
            if not isinstance(record, UnusableRow):
                yield record


@dataclass(kw_only=True)
class Seen:
    """The features of each patient, from all deliveries that were read."""

    records: dict[str, int] = field(default_factory=dict)
    _features: defaultdict[str, set[Feature]] = field(default_factory=lambda: defaultdict(set))
    _kept: dict[Feature, Feature] = field(default_factory=dict)
    _hardest: dict[Feature, tuple[int, str]] = field(default_factory=dict)
    _emails: dict[str, str] = field(default_factory=dict)
    _sharing: tuple[str, str] | None = None

    def forget(self, entities: set[Entity]) -> None:
        """Leave out what earlier deliveries said of these entities: a later one holds all of them."""
        names = {entity.value for entity in entities}
        for patient, features in self._features.items():
            self._features[patient] = {f for f in features if f.entity not in names}
        self._hardest = {f: found for f, found in self._hardest.items() if f.entity not in names}
        if Entity.PATIENT in entities:
            self._emails, self._sharing = {}, None

    def meet(self, patient: str, record: Record, features: Iterable[Feature]) -> None:
        """Take the features of one record of a patient."""
        mine = self._features[patient]
        for feature in features:
            mine.add(self._kept.setdefault(feature, feature))
        texts = sum(len(v) for v in (*record.values.values(), *record.custom.values()) if isinstance(v, str))
        for value, size in (("the most text", texts), ("the most issues", len(record.issues))):
            self._rank(Feature(shows=Shows.HARDEST, entity=record.entity.value, value=value), size, patient)
        email = record.values.get("primary_email") if record.entity is Entity.PATIENT else None
        if isinstance(email, str) and self._emails.setdefault(email, patient) != patient and self._sharing is None:
            self._sharing = (self._emails[email], patient)

    def count(self, records: Mapping[str, int]) -> None:
        """Take the number of records of each patient in one delivery."""
        for patient, number in records.items():
            self.records[patient] = max(number, self.records.get(patient, 0))
            self._rank(Feature(shows=Shows.HARDEST, value="the most records"), number, patient)

    def features(self) -> dict[str, set[Feature]]:
        """Return the features of each patient whose own record was read."""
        known = {patient: set(features) for patient, features in self._features.items() if _EXISTS in features}
        hardest = [(feature, patient) for feature, (_, patient) in self._hardest.items()]
        if self._sharing is not None:
            shared = ("has an e-mail address that another patient has too", "has the e-mail address of another patient")
            pairs = zip(shared, self._sharing, strict=True)
            hardest += [(Feature(shows=Shows.HARDEST, value=value), patient) for value, patient in pairs]
        for feature, patient in hardest:
            if patient in known:
                known[patient].add(feature)
        return known

    def _rank(self, feature: Feature, size: int, patient: str) -> None:
        if size > self._hardest.get(feature, (0, ""))[0]:
            self._hardest[feature] = (size, patient)


def _place(feature: Feature) -> tuple[int, str, str, str]:
    return feature.place


def cover(features: Mapping[str, set[Feature]], records: Mapping[str, int], patients: int | None) -> Choice:
    """Choose greedily: next the patient who shows most that is not shown yet; of two alike, the one with fewer records."""
    chosen: list[ChosenPatient] = []
    missing: set[Feature] = set().union(*features.values())
    left = dict(sorted(features.items()))
    random.Random(0).shuffle(order := list(left))  # noqa: S311 (a fair pick, not a secret)
    size = 0
    while left and (len(chosen) < patients if patients is not None else size < LARGEST):
        if missing:
            best = max(left, key=lambda p: (len(left[p] & missing), -records[p]))
        elif patients is None and size >= _ENOUGH:
            break
        else:
            best = next(p for p in order if p in left)
        new = left.pop(best) & missing
        chosen.append(ChosenPatient(best, tuple(sorted(new, key=_place)) or (_SIZE,)))
        missing -= new
        size += records[best]
    return Choice(patients=tuple(chosen), uncovered=tuple(sorted(missing, key=_place)))
