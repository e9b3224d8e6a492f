"""Records offered to be compared: all of a table, or those of a sample's patients."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.changes.appending.changes import Changes
from producers.changes.books import NOT_IN_SAMPLE, Term
from producers.changes.rows.candidates import Candidate
from producers.changes.rows.renumbering import Renumbered


def offer(candidates: Iterable[Candidate], changes: Changes, only: Callable[[str], bool] | None) -> int:
    """Offer the records of a table, or those of a sample's patients among them; return the number offered. Raises LogError."""
    offered = 0
    for candidate in candidates:
        if only is None or _belongs(candidate.record, only):
            changes.offer(candidate)
            offered += 1
        else:
            candidate.settle(Term.LEFT_OUT, NOT_IN_SAMPLE)
    changes.flush()
    return offered


def _belongs(record: Record, only: Callable[[str], bool]) -> bool:
    if record.entity is Entity.PROVIDER or (record.entity.object_name and not record.values.get("patient_id")):
        return True  # they are the practice's, not a patient's
    native = record.native_id if record.entity is Entity.PATIENT else record.values.get("patient_id")
    return isinstance(native, str) and only(native)


def under_any_id(only: Callable[[str], bool], renumbered: Renumbered) -> Callable[[str], bool]:
    """Return a filter that accepts patients by each id that rows name."""
    return lambda native: only(native) or any(map(only, renumbered.others(Entity.PATIENT, native)))
