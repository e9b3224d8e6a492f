"""Happenings of a worker, for its operator: counts, codes, positions and ids, never a value of a record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that an operator may want to know. A subclass is named after what happened; its fields say the rest."""


@dataclass(frozen=True, slots=True)
class JoinedGroup(Happening):
    """A worker takes part in the workspace's consumer group."""

    group: str


@dataclass(frozen=True, slots=True)
class LeftGroup(Happening):
    """A worker gave up its place in the group."""

    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionsTaken(Happening):
    """The partitions of a worker have changed, and the intents that its former owners left open are settled."""

    before: Sequence[int]
    now: Sequence[int]
    settled_intents: int


@dataclass(frozen=True, slots=True)
class WindowGivenUp(Happening):
    """Another worker owns the partitions of a window; that one settles its writes."""

    partitions: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCarried(Happening):
    """One window of events is in Twenty. `writes` are counts by kind, `lag` the events that are left in these partitions."""

    run: str
    partitions: Sequence[int]
    events: int
    writes: Mapping[str, int]
    conflicts: int
    dead_letters: int
    requests: int
    seconds: float
    lag: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLettersMade(Happening):
    """Records of one entity were kept back for one reason. `positions` are those of the first change events, a few of them."""

    run: str
    reason: str
    stage: str
    entity: str
    count: int
    positions: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictsMet(Happening):
    """People have changed records of one object in Twenty that PbN has changed too."""

    run: str
    object: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ValuesLeftOut(Happening):
    """Twenty would not take these values of one object's records, which were carried without them."""

    run: str
    object: str
    reason: str
    count: int


Tell = Callable[[Happening], None]


def silent(_happening: Happening) -> None:
    """Discard the happening."""
