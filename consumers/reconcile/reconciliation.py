"""Findings of a reconciliation as plain data: counts for each object, and the records behind them. Never a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from consumers.reconcile.doubt_groups import DoubtGroup

LISTED = 1_000
"""Records listed by name at most, of each kind and object; the counts go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """One record: its pbnId (None for a link), its id in Twenty, and the fields it is about.

    For a missing record `fields` is empty, or `deletedAt` where Twenty holds it soft-deleted.
    """

    pbn_id: str | None
    twenty_id: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Discrepancies:
    """Number of records of a kind, and the first `LISTED` of them."""

    count: int = 0
    listed: tuple[Discrepancy, ...] = ()


NONE = Discrepancies()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """A value that the workspace would have refused, so that the record was carried without it: the PbN record (16 bytes), the
    field in Twenty, a reason code.
    """

    record_id: bytes
    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectReconciliation:
    """One object of Twenty (`object` is its plural API name).

    `source`: records wanted. `twenty`: live records of ours. `missing`: wanted, and not live in Twenty. `extra`: live, and not
    wanted (any more). `different`: fields that do not say what is wanted. `edited`: the same, where a person changed the field
    since our last write; `automated`: where a workflow or an application of Twenty wrote it. `merged`: wanted records that
    people merged into others, as open conflicts tell; they are not among `missing`. `waiting`: records that are wanted only
    once their patient is known; they are not part of `source`. `population`: for each of our fields the share (0 to 1, four
    digits) of the wanted live records that have a value in Twenty, `source_population`: of the same records that are to have
    one.
    """

    object: str
    source: int
    twenty: int
    missing: Discrepancies = NONE
    extra: Discrepancies = NONE
    different: Discrepancies = NONE
    edited: Discrepancies = NONE
    automated: Discrepancies = NONE
    merged: Discrepancies = NONE
    waiting: Discrepancies = NONE
    population: Mapping[str, float] = field(default_factory=dict)
    source_population: Mapping[str, float] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Return whether Twenty holds exactly what PbN has; a person's edits and what waits do not count against it."""
        found = (self.missing, self.extra, self.different, self.automated, self.merged)
        return not any(one.count for one in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """One practice against one workspace. `behind`: change events that this workspace has yet to consume; what they say is not
    in the comparison. `forgotten`: records of people who were erased, which cannot be compared. `lost`: values left out.
    `doubts`: fields of live records in doubt as they stand in PbN, by cause.
    """

    practice: str
    workspace: str
    objects: tuple[ObjectReconciliation, ...]
    behind: int = 0
    forgotten: int = 0
    lost: tuple[Lost, ...] = ()
    doubts: tuple[DoubtGroup, ...] = ()

    @property
    def agrees(self) -> bool:
        """Return whether every object agrees and nothing is left to consume."""
        return not self.behind and all(one.agrees for one in self.objects)
