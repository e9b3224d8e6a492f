"""Unique indexes: which record holds which value. Soft-deleted records keep theirs (cassette ``duplicate-keys``)."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from rehearsal.model.model import Field
from rehearsal.values.composites import COMPOSITES

Row = dict[str, Any]


class UniqueIndex:
    """The values of one unique field, and the ids of the records that hold them.

    Empty texts and null do not clash. Of a composite field some parts count: of e-mails the primary one.
    """

    def __init__(self, field: Field) -> None:
        self.field = field
        self.column = field.column or field.name
        composite = COMPOSITES.get(field.type)
        self._parts = composite.unique if composite else ()
        self._holders: dict[Hashable, str] = {}

    def key(self, value: Any) -> Hashable | None:
        """Return what of a stored value must be unique; None where it holds nothing."""
        if not self._parts:
            if isinstance(value, dict | list):
                return repr(value) if value else None
            return None if value is None or value == "" else value
        if not isinstance(value, dict):
            return None
        parts = tuple(value.get(part) for part in self._parts)
        return parts if any(part not in (None, "") for part in parts) else None

    def holder(self, value: Any) -> str | None:
        """Return the id of the record that holds this stored value."""
        key = self.key(value)
        return None if key is None else self._holders.get(key)

    def claim(self, row: Row) -> str | None:
        """Let a record hold its value; gives the id of another record that holds it already, and then changes nothing."""
        key = self.key(row[self.column])
        if key is None:
            return None
        holder = self._holders.setdefault(key, row["id"])
        return None if holder == row["id"] else holder

    def release(self, row: Row) -> None:
        """Free a record's value."""
        key = self.key(row[self.column])
        if key is not None and self._holders.get(key) == row["id"]:
            del self._holders[key]

    def describe(self, value: Any) -> str:
        """Return the value as an upsert's refusal names it: ``emails (emails.primaryEmail: a@b.c)`` (cassette
        ``upsert-conflicts``).
        """
        name = self.field.name
        if not self._parts:
            return f"{name} ({name}: {value})"
        return f"{name} ({', '.join(f'{name}.{part}: {value.get(part)}' for part in self._parts)})"
