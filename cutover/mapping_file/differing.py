"""Differences between two mappings, in words: what an approval changes."""

from __future__ import annotations

from dataclasses import dataclass

from cutover.mapping_file.meanings import Meaning
from events.vocabulary.mapping import ColumnBinding, ColumnMapping, TableKind
from producers.binding.sampled import Occurrence, occurrences


@dataclass(frozen=True, slots=True)
class MappingDifference:
    """A change in how tables of one kind are read."""

    kind: TableKind
    text: str


def differences(before: ColumnMapping | None, after: ColumnMapping) -> list[MappingDifference]:
    """Return what differs from the mapping in force, column by column; nothing where none is in force."""
    if before is None:
        return []
    had = _columns(before)
    found = []
    for (kind, occurrence), column in _columns(after).items():
        old = had.get((kind, occurrence))
        if old is None:
            found.append(MappingDifference(kind, f"{kind.value}: {column.header!r} is new: {_said(column)}"))
        elif _said(old) != _said(column):
            found.append(MappingDifference(kind, f"{kind.value}: {column.header!r}: {_said(old)} → {_said(column)}"))
    types = {(f.entity, f.name): f.type for f in before.custom_fields}
    for f in after.custom_fields:
        if types.get((f.entity, f.name), f.type) is not f.type:
            was = types[f.entity, f.name].value
            found.append(MappingDifference(TableKind(f.entity.value), f"{f.entity.value}: {f.name}: {was} → {f.type.value}"))
    return found


def _columns(mapping: ColumnMapping) -> dict[tuple[TableKind, Occurrence], ColumnBinding]:
    return {(t.kind, o): c for t in mapping.tables for o, c in zip(occurrences(t.headers), t.columns, strict=True)}


def _said(column: ColumnBinding) -> str:
    """Return the meaning and the rule of a column in words."""
    v = column.verdict
    if v is None:
        return str(Meaning.of(column))
    rules = [v.order, v.decimal and f"decimal {v.decimal}", v.unit and f"in {v.unit}"]
    rules += [f"{len(v.words)} codes settled" if v.words else "codes" if v.codes else None]
    said = ", ".join(rule for rule in rules if rule)
    return f"{Meaning.of(column)} ({said})" if said else str(Meaning.of(column))
