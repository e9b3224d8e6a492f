"""Records of custom objects that an operator has turned off again: they stay, and nothing of theirs changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping
from producers.binding.findings import Finding
from producers.binding.objects.proposing import object_of_table
from producers.binding.sampled import BoundTable

OBJECT_TURNED_OFF = "object_turned_off"


def turned_off(tables: Iterable[BoundTable], mapping: ColumnMapping, counts: Mapping[Entity, int]) -> list[Finding]:
    """Return a notice for each table whose object is turned off while records of it were carried; `counts` are the living."""
    found = []
    for bound in tables:
        made = object_of_table(mapping, bound.table.headers)
        if made is None or made.is_on or not counts.get(made.entity):
            continue
        text = (
            f"{bound.table.file}: the object {made.label_plural!r} is turned off: its rows are left out, and the "
            f"{counts[made.entity]:,} records that were synced before stay as they are"
        )
        found.append(Finding(code=OBJECT_TURNED_OFF, file=bound.table.file, column=None, text=text, notice=True))
    return found
