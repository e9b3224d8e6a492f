"""Where a column goes in Twenty, in words: the object's label and the field's."""

from __future__ import annotations

from events.vocabulary.mapping import ColumnBinding, TableKind
from producers.binding.meeting import entity_of
from producers.entities.registry import SOURCES, carried_fields
from projections.registry import DESTINATIONS


def goes_to(kind: TableKind, column: ColumnBinding) -> str | None:
    """Return the object and the field that a column's values land in; None for a column that is left out.

    A column that is only used on the way, such as a link or an id, goes to the object alone.
    """
    entity = entity_of(kind)
    if (column.field is None and column.custom is None) or entity is None:
        return None
    spec = DESTINATIONS.get(entity)
    if spec is None or spec.object is None:
        return None
    label = spec.object.label
    if column.custom is not None:
        return f"{label}.{column.custom}"
    carrying = SOURCES[kind].carried or carried_fields(entity)
    names = [name for name, one in carrying.items() if one.has_column((column.field or "",))]
    return f"{label}.{names[0]}" if names else label
