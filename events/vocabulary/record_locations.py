"""The location of a record, as its id or its custom field tells it."""

from __future__ import annotations

from events.vocabulary.locations import location_key, split_location
from events.vocabulary.mapping import word_key
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record


def location_of(record: Record, practice: Practice) -> str | None:
    """Return the key of a record's location; None where the practice has one location alone, or the record tells none."""
    if practice.locations.ids == "location":
        return split_location(record.native_id)[0]
    named = record.values.get("practice_ref")
    if practice.locations and isinstance(named, str):
        return location_named(named, practice)
    word = record.custom.get(practice.locations.field) if practice.locations.field else None
    return location_key(word, practice.id) if isinstance(word, str) else None


def location_named(word: str, practice: Practice) -> str | None:
    """Return the key of the location that a row of a custom object names; None where that is the practice itself, and where
    the practice has one location alone.
    """
    if not practice.locations or word_key(word) in (word_key(practice.name), word_key(practice.id)):
        return None
    return location_key(word, practice.id)
