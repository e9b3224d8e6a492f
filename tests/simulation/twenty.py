"""The model's Twenty: its records, and what becomes of the others when one goes or comes back.

It knows nothing of us, only what the cassettes show: unique e-mails, links that go with their task or note, what becomes of
records that point at one that is destroyed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tests.simulation.destination import LINK_COLUMNS, LINKS, Key

_PARENTS = {
    "targetPersonId": "people",
    "patientId": "people",
    "companyId": "companies",
    "taskId": "tasks",
    "noteId": "notes",
}


@dataclass
class Held:
    """A record in Twenty."""

    fields: dict[str, Any]
    deleted: bool = False


class Twenty:
    """All records, the soft-deleted ones among them."""

    def __init__(self) -> None:
        self.records: dict[Key, Held] = {}

    def holder(self, mail: str) -> Key | None:
        """Return the person who holds an address, soft-deleted or not."""
        return next((k for k, h in self.records.items() if k[0] == "people" and h.fields["emails"][0] == mail), None)

    def is_taken(self, key: Key, fields: Mapping[str, Any]) -> bool:
        """Return whether somebody else holds the address that is among these fields."""
        mail = fields.get("emails", ("",))[0]
        return bool(mail) and self.holder(mail) not in (None, key)

    def fits(self, key: Key, fields: Mapping[str, Any]) -> bool:
        """Return whether a record may have these fields: nobody else holds its address, and what it points at is there."""
        return not self.is_taken(key, fields) and not self.lacking(fields)

    def lacking(self, fields: Mapping[str, Any]) -> set[Key]:
        """Return the records that these fields point at, and that are not there."""
        return {(_PARENTS[n], v) for n, v in fields.items() if n in _PARENTS and v} - self.records.keys()

    def built_on(self, key: Key, going: Collection[Key]) -> bool:
        """Return whether something that stays points at a record."""
        return any(
            other not in going and not held.deleted and any(v == key[1] and n.endswith("Id") for n, v in held.fields.items())
            for other, held in self.records.items()
        )

    def create(self, key: Key, fields: Mapping[str, Any]) -> None:
        """Make a record."""
        self.records[key] = Held(dict(fields))

    def update(self, key: Key, fields: Mapping[str, Any]) -> None:
        """Change some fields."""
        self.records[key].fields.update(fields)

    def soft_delete(self, key: Key) -> None:
        """Put a record into the bin, and its links with it."""
        self._put(key, deleted=True)

    def restore(self, key: Key) -> None:
        """Take a record out of the bin, and its links with it."""
        self._put(key, deleted=False)

    def _put(self, key: Key, *, deleted: bool) -> None:
        self.records[key].deleted = deleted
        if key[0] in LINKS:
            plural, column = LINKS[key[0]]
            for other, held in self.records.items():
                if other[0] == plural and held.fields.get(column) == key[1]:
                    held.deleted = deleted

    def destroy(self, key: Key) -> None:
        """Remove a record for good: links to it go too, other records point at nothing."""
        self.records.pop(key, None)
        for other, held in list(self.records.items()):
            for name in [n for n, v in held.fields.items() if v == key[1] and n.endswith("Id") and n != "pbnId"]:
                if other[0] in LINK_COLUMNS:
                    self.records.pop(other, None)
                else:
                    held.fields[name] = None
