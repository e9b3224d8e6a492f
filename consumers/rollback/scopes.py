"""Scopes of a rollback: which applied writes are taken back. Each finds its writes by an index of the view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any, Protocol

from consumers.state.applied import Write, names_of, writes_where
from consumers.state.short_ids import among, short
from consumers.state.view import View
from events.change_events import read_change
from events.database import bulk_read, in_parts, placeholders
from events.log.pages import Pages
from events.log.port import CHANGES, Log, read_all

BEFORE = "(+w.cause_partition = ? AND +w.cause_offset < ?)"
_SAME_RECORD = f"{short('{0}.record_id')} = {short('{1}.record_id')} AND {{0}}.record_id = {{1}}.record_id"
WAITED = (
    "SELECT p.record_id, p.revision, h.record_id "  # noqa: S608 - constants
    "FROM consumer_heads p CROSS JOIN consumer_heads h CROSS JOIN consumer_applied w "
    "WHERE p.workspace = ? AND p.entity = 'patient' AND p.partition = ? AND p.\"offset\" >= ? "
    f"AND NOT EXISTS (SELECT 1 FROM consumer_applied w WHERE {_SAME_RECORD.format('w', 'p')} AND ({{before}})) "
    f"AND h.workspace = p.workspace AND {short('h.patient_id')} = {short('p.record_id')} AND h.patient_id = p.record_id "
    f"AND {_SAME_RECORD.format('w', 'h')} AND ({{before}})"
)
"""SQLite takes the tables of a cross join in this order, and no index for a column with a plus: the writes before a position
are many, those of a record are few."""


class Scope(Protocol):
    """The applied writes that a rollback takes back. Together the SQL conditions of `conditions` find all of them."""

    def holds(self, write: Write) -> bool:
        """Return whether this write is taken back."""

    def conditions(self, numbers: Mapping[str, int]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Yield conditions with their values; `numbers` are those of the workspace's objects and runs."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every write."""

    def holds(self, write: Write) -> bool:
        return True

    def conditions(self, numbers: Mapping[str, int]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        yield "1 = 1", ()


@dataclass(frozen=True, slots=True)
class OfRun:
    """The writes of one run."""

    run: str

    def holds(self, write: Write) -> bool:
        return write.run == self.run

    def conditions(self, numbers: Mapping[str, int]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        if self.run in numbers:
            yield "run = ?", (numbers[self.run],)


@dataclass(frozen=True, slots=True)
class OfRecords:
    """The writes of some records."""

    records: Set[bytes]

    def holds(self, write: Write) -> bool:
        return write.record_id in self.records

    def conditions(self, numbers: Mapping[str, int]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        for part in in_parts(sorted(self.records)):
            yield among("record_id", part)


@dataclass(frozen=True, slots=True)
class Since:
    """The writes of the change events from a position on, and of the records that waited for a patient of these events.

    `target` is the offset of the first event in scope, for every partition of the log.
    """

    target: Mapping[int, int]
    waited: Set[bytes] = frozenset()

    def holds(self, write: Write) -> bool:
        partition, offset = write.cause
        return offset >= self.target[partition] or write.record_id in self.waited

    def conditions(self, numbers: Mapping[str, int]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        ranges = ["(cause_partition = ? AND cause_offset >= ?)"] * len(self.target)
        yield " OR ".join(ranges), tuple(value for place in sorted(self.target.items()) for value in place)
        yield from OfRecords(self.waited).conditions(numbers)


def since(log: Log, view: View, target: Mapping[int, int]) -> Since:
    """Return the scope of a rollback to a position: `target` has the offset of the first change event in scope by partition.

    In scope are the writes of the events from there on, and those of the records that waited for a patient who came with these
    events: an earlier event names that patient. A record that was there with another patient before is none of them. Raises
    LogError.
    """
    whole = {partition: target.get(partition, 0) for partition in log.partitions(CHANGES)}
    waiting: dict[bytes, set[bytes]] = {}
    unsure: set[bytes] = set()
    for patient, revision, record in _waited(view, whole):
        waiting.setdefault(patient, set()).add(record)
        if revision > 1:
            unsure.add(patient)
    if unsure:
        events = (read_change(entry.value) for entry in read_all(log, CHANGES, whole))
        came = {event.record_id for event in events if event.revision == 1 and event.record_id in unsure}
        waiting = {patient: records for patient, records in waiting.items() if patient in came or patient not in unsure}
    patient_of = {record: patient for patient, records in waiting.items() for record in records}
    return Since(whole, frozenset(patient_of.keys() - _of_another_patient(log, view, whole, patient_of)))


def _of_another_patient(log: Log, view: View, target: Mapping[int, int], patient_of: Mapping[bytes, bytes]) -> set[bytes]:
    """Return those of these records that a write before the target made for an event of another patient than is given."""
    with view.reading() as connection:
        names = names_of(connection, view.workspace)
        found = (writes_where(connection, names, *condition) for condition in OfRecords(patient_of.keys()).conditions({}))
        writes = [(w.record_id, w.cause) for some in found for w in some if w.cause[1] < target[w.cause[0]]]
    changes = Pages(log, CHANGES)
    changes.hold(cause for _, cause in writes)
    return {record for record, cause in writes if read_change(changes.entry(*cause).value).patient_id != patient_of[record]}


def _waited(view: View, target: Mapping[int, int]) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield (patient, revision, record) for each record that was written for an event before the target, and that hangs on a
    patient who has events since, but no write before. Such a patient with a revision of 1 came since.
    """
    before = " OR ".join([BEFORE] * len(target))
    places = tuple(value for place in target.items() for value in place)
    query = WAITED.format(before=before)
    with view.reading() as connection:
        for place in target.items():
            yield from bulk_read(connection, query, (view.workspace, *place, *places, *places))


@dataclass(frozen=True, slots=True)
class Between:
    """The writes of the change events from one position to before another; both have an offset for every partition."""

    first: Mapping[int, int]
    last: Mapping[int, int]

    def holds(self, write: Write) -> bool:
        partition, offset = write.cause
        return self.first[partition] <= offset < self.last[partition]

    def conditions(self, numbers: Mapping[str, int]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        ranges = ["(cause_partition = ? AND cause_offset >= ? AND cause_offset < ?)"] * len(self.first)
        values = tuple(v for p, first in sorted(self.first.items()) for v in (p, first, self.last[p]))
        yield " OR ".join(ranges), values


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """The writes of another scope that some objects, by plural name, and some runs have; None: all of them."""

    scope: Scope
    objects: Set[str] | None = None
    runs: Set[str] | None = None

    def holds(self, write: Write) -> bool:
        is_of_objects = self.objects is None or write.object in self.objects
        return is_of_objects and (self.runs is None or write.run in self.runs) and self.scope.holds(write)

    def conditions(self, numbers: Mapping[str, int]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        further: list[str] = []
        more: list[int] = []
        for column, names in (("kind", self.objects), ("run", self.runs)):
            if names is not None:
                known = sorted(numbers[name] for name in names if name in numbers)
                if not known:
                    return
                further.append(f"{column} IN ({placeholders(known)})")
                more += known
        for condition, values in self.scope.conditions(numbers):
            yield " AND ".join([f"({condition})", *further]), (*values, *more)
