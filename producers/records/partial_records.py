"""Records of extracts that lack columns, or repeat what earlier rows of the same extract said."""

from __future__ import annotations

from dataclasses import replace

from events.vocabulary.records import FIELDS, Record
from producers.values.partly_read import PartlyRead


def is_partial(record: Record, custom: frozenset[str]) -> bool:
    """Return whether a record lacks fields that it may have had before, `custom` ones among them. A primary e-mail is not read,
    but made of `emails`.
    """
    values, fields = record.values, FIELDS[record.entity]
    if record.issues and is_partly_read(record):
        return True
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


def is_partly_read(record: Record) -> bool:
    """Return whether a list of the record, of telephone numbers or e-mail addresses, lacks some that could not be read."""
    return any(isinstance(value, PartlyRead) for value in record.values.values())


def completed(record: Record, before: Record | None) -> Record:
    """Return a record with the values of the fields whose columns this extract lacks, and those that it could not read of a
    list.
    """
    if before is None:
        return record
    values = {**before.values, **record.values}
    for name, value in record.values.items() if record.issues else ():
        known = before.values.get(name)
        if isinstance(value, PartlyRead) and isinstance(known, list):
            values[name] = value.completed(str(one) for one in known)
    return replace(record, values=values, custom={**before.custom, **record.custom})
