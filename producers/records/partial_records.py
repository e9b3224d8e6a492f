"""Records of extracts that lack columns, or repeat what earlier rows of the same extract said."""

from __future__ import annotations

from dataclasses import replace

from events.vocabulary.records import FIELDS, Record


def is_partial(record: Record, custom: frozenset[str]) -> bool:
    """Return whether a record lacks fields that it may have had before, `custom` ones among them. A primary e-mail is not read,
    but made of `emails`.
    """
    values, fields = record.values, FIELDS[record.entity]
    if len(values) < len(fields):
        missing = fields.keys() - values.keys()
        if not missing <= ({"primary_email"} if "emails" in values else set()):
            return True
    return not custom <= record.custom.keys()


def narrowed(record: Record, already: frozenset[str]) -> Record | None:
    """Return a record without the fields that earlier rows of the extract filled; None where nothing is left."""
    values = {name: value for name, value in record.values.items() if name not in already or name == "patient_id"}
    custom = {name: value for name, value in record.custom.items() if name not in already}
    if not custom and values.keys() <= {"patient_id"}:
        return None
    return replace(record, values=values, custom=custom)


def completed(record: Record, before: Record | None) -> Record:
    """Return a record with the values of the fields whose columns this extract lacks."""
    if before is None:
        return record
    return replace(record, values={**before.values, **record.values}, custom={**before.custom, **record.custom})
