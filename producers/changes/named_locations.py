"""The locations that rows name: each becomes a company, before the first record that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from events.vocabulary.practice import Practice
from events.vocabulary.record_locations import location_named, location_of
from events.vocabulary.records import Record
from producers.changes.rows.candidates import Candidate


@dataclass(frozen=True, kw_only=True)
class NamedLocations:
    """Words for locations, as rows write them first, by their keys. `declared` is the location of the delivery."""

    practice: Practice
    declared: str | None = None
    words: dict[str, str] = field(default_factory=dict)

    def see_patient(self, record: Record) -> None:
        """Take note of a patient's location."""
        key = location_of(record, self.practice)
        if key is not None and key not in self.words:
            self._keep(key, record.custom.get(self.practice.locations.field) or self.declared)

    def see_row(self, candidate: Candidate) -> None:
        """Take note of the location that a row of a custom object names."""
        word = candidate.record.values.get("practice_ref")
        key = location_named(word, self.practice) if isinstance(word, str) else None
        if key is not None and key not in self.words:
            self._keep(key, word)

    def _keep(self, key: str, word: object) -> None:
        self.words[key] = " ".join(word.split()) if isinstance(word, str) else key
