"""Where a record of PbN is in Twenty, and what it should be there.

It is under the id that follows from its own; a patient who was in Twenty before us is the person they are paired with.
"""

from __future__ import annotations

from tests.simulation.destination import Ids, Key, Wanted, hanging, person
from tests.simulation.office import PRACTICE, Source
from tests.simulation.ours import Book, is_alive
from tests.simulation.told import Event
from tests.simulation.twenty import Twenty


class Places:
    """The ids, and who is paired with whom."""

    def __init__(self, ids: Ids) -> None:
        self.ids = ids
        self.paired: dict[Source, Key] = {}

    def person(self, native: str) -> Key:
        """Return a patient's place."""
        return self.paired.get(("patient", native)) or self.ids.record("patient", native)

    def pair(self, source: Source, told: Event, twenty: Twenty, book: Book) -> None:
        """Pair our patient with a person who was in Twenty before us, with the same address and the same name."""
        if source[0] != "patient" or told.deleted or not told.primary:
            return
        key, holder = self.person(source[1]), twenty.holder(told.primary)
        if holder is None or holder == key or holder in book or is_alive(book, key):
            return
        held, cells = twenty.records[holder], told.row.cells
        same = " ".join(held.fields["name"]).casefold() == f"{cells['first']} {cells['last']}".casefold()
        if same and not held.deleted and not held.fields["pbnId"]:
            self.paired[source] = holder

    def wanted(self, source: Source, told: Event) -> list[Wanted]:
        """Return what Twenty should hold for a record."""
        kind, native = source
        if kind == "practice":
            fields = {"pbnId": f"{PRACTICE}:practice:{PRACTICE}", "name": told.row.cells["name"]}
            return [Wanted(self.ids.company, fields)]
        key = self.person(native) if kind == "patient" else self.ids.record(kind, native)
        if told.deleted:
            return [Wanted(key, {}, deleted=True)]
        if kind == "patient":
            return [person(told.row, self.ids, key, told.primary)]
        return hanging(told.row, self.ids, self.person(told.row.cells["patient"]))
