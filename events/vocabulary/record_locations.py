"""The location of a record, as its id or its custom field tells it."""

from __future__ import annotations

from events.vocabulary.locations import location_key, split_location
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record


def location_of(record: Record, practice: Practice) -> str | None:
    """Return the key of a patient's location; None where the practice has one location alone, or the record tells none."""
    if practice.locations.ids == "location":
        return split_location(record.native_id)[0]
    word = record.custom.get(practice.locations.field) if practice.locations.field else None
    return location_key(word, practice.id) if isinstance(word, str) else None
