"""Renumbered ids: PbN gave a record another native id, and an alias file says so. The old and the new id are one record.

    entity,old,new
    patient,1042,20077

AliasError   the file cannot be used; its message says which line, and never an id

Ids form groups: chains (1 became 2, 2 became 3), and records that PbN has merged (1 and 2 both became 3). The id that a
group's record keeps is the oldest one that was ever read, so that a record keeps its record id whenever its alias is
written down; rows that name another id of the group are read as if they named that one.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from events.errors import CutoverError
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record, Value
from producers.values.ids import clean_id

HEADER = ["entity", "old", "new"]
_REFERENCES = {"patient_id": Entity.PATIENT, "guarantor_id": Entity.PATIENT, "provider_ref": Entity.PROVIDER}


class AliasError(CutoverError):
    """An alias file that cannot be used. Its message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """Content of an alias file: for each entity the groups of ids that are one record, the oldest id first."""

    groups: Mapping[Entity, Sequence[tuple[str, ...]]] = field(default_factory=dict)

    def settle(self, known: Callable[[Entity, str], bool]) -> Renumbered:
        """Return which id each group's record keeps: the oldest that is `known`, else the oldest."""
        kept: dict[Entity, dict[str, str]] = {}
        for entity, groups in self.groups.items():
            for group in groups:
                keeps = next((native for native in group if known(entity, native)), group[0])
                kept.setdefault(entity, {}).update({native: keeps for native in group if native != keeps})
        return Renumbered(kept)

    def of(self, entity: Entity, native_id: str) -> tuple[str, ...]:
        """Return all ids of a record, the oldest first."""
        return next((group for group in self.groups.get(entity, ()) if native_id in group), (native_id,))


@dataclass(frozen=True, slots=True)
class Renumbered:
    """The id that a record keeps, by entity and the id that a row names; ids that were not renumbered are not in it."""

    kept: Mapping[Entity, Mapping[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.kept)

    def id(self, entity: Entity, native_id: str) -> str:
        """Return the id that the record keeps."""
        return self.kept.get(entity, {}).get(native_id, native_id)

    def others(self, entity: Entity, native_id: str) -> list[str]:
        """Return the other ids of the record that keeps this one."""
        return [other for other, keeps in self.kept.get(entity, {}).items() if keeps == native_id]

    def record(self, record: Record) -> Record:
        """Return a record as it was read, under the ids that it and those it names keep."""
        entity, native, values = record.entity, record.native_id, record.values
        changed: dict[str, Value] = {}
        for name, whose in _REFERENCES.items():
            value = values.get(name)
            if isinstance(value, str) and self.id(whose, value) != value:
                changed[name] = self.id(whose, value)
        keeps = self.id(entity, native)
        if entity is Entity.BILLING and keeps == native == values.get("patient_id"):
            keeps = self.id(Entity.PATIENT, native)  # a balance without an id of its own has its patient's
        if keeps == native and not changed:
            return record
        return replace(record, native_id=keeps, values={**values, **changed})

    def digest(self, entity: Entity) -> bytes:
        """Return what decides how the ids of an entity's rows are read; empty when nothing does."""
        concerned = {entity, Entity.PROVIDER} | ({Entity.PATIENT} if entity.of_patient else set())
        said = [(e.value, *pair) for e in sorted(concerned) for pair in sorted(self.kept.get(e, {}).items())]
        return hashlib.sha256(repr(said).encode()).digest() if said else b""


def read_aliases(path: Path) -> Aliases:
    """Return the aliases in a CSV file with the columns `entity`, `old` and `new`. Raises AliasError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, strict=True))
    except OSError as error:
        raise AliasError(f"{path}: cannot be read ({error.strerror}); put the file there, or remove the setting") from None
    except (UnicodeDecodeError, csv.Error):
        raise AliasError(f"{path}: is no CSV file in UTF-8; save it as one") from None
    if not rows or [cell.strip().lower() for cell in rows[0]] != HEADER:
        raise AliasError(f"{path}: line 1: must be the header entity,old,new")
    pairs: dict[Entity, dict[str, tuple[str, int]]] = {}
    for number, row in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in row):
            entity, old, new = _pair(row, f"{path}: line {number}")
            before = pairs.setdefault(entity, {}).setdefault(old, (new, number))
            if before[0] != new:
                raise AliasError(f"{path}: line {number}: the old id has another new one in line {before[1]}; keep one of them")
    return Aliases({entity: _groups(named, path) for entity, named in pairs.items()})


def _pair(row: Sequence[str], where: str) -> tuple[Entity, str, str]:
    if len(row) != len(HEADER):
        raise AliasError(f"{where}: must have three cells: entity,old,new")
    word = row[0].strip().lower()
    entities = sorted(entity for entity in Entity if entity is not Entity.PRACTICE)
    if word not in entities:
        raise AliasError(f"{where}: the first cell must be one of {', '.join(entities)}")
    (old, lost), (new, also_lost) = clean_id(row[1]), clean_id(row[2])
    if not old or not new or lost or also_lost:
        raise AliasError(f"{where}: both ids must be there, as PbN writes them (as text, not rounded by a spreadsheet program)")
    if old == new:
        raise AliasError(f"{where}: the old and the new id are the same; remove the line")
    return Entity(word), old, new


def _groups(named: Mapping[str, tuple[str, int]], path: Path) -> list[tuple[str, ...]]:
    """Return the groups of one entity (old id → new id and line), each the oldest first: an id stands behind those that
    became it.
    """
    olds: dict[str, list[str]] = {}
    for old, (new, line) in named.items():
        olds.setdefault(new, []).append(old)
        seen = {old}
        while new in named:
            if new in seen:
                raise AliasError(f"{path}: line {line}: the ids go in a circle; remove the line that is wrong")
            seen.add(new)
            new = named[new][0]
    newest = [new for new in olds if new not in named]
    return [tuple(_oldest_first(new, olds)) for new in newest]


def _oldest_first(newest: str, olds: Mapping[str, Sequence[str]]) -> Iterable[str]:
    found, todo = [], [newest]
    while todo:
        native = todo.pop()
        found.append(native)
        todo += olds.get(native, ())
    return reversed(found)
