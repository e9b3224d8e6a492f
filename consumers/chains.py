"""What a rollback has before it: for each record, our applied writes that nothing has undone yet, newest first.

Made by reading the compensations backwards: settling events come before the intents they settle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from consumers.view import View
from events.change_events import read_change
from events.compensations import Action, Cause, Compensation, Phase, read_compensation
from events.entities import Entity
from events.log import CHANGES, COMPENSATIONS, Log, read_all, read_all_backwards

NOTHING = bytes(16)
"""Stands in `undoes` of a write that belongs to a rollback but takes nothing back by itself (an address let go)."""


@dataclass(frozen=True, slots=True)
class Link:
    """One applied write: its intent, what it did, in which run, why, where the intent lies, and how many bytes it has."""

    intent_id: bytes
    action: Action
    run: str
    cause: Cause
    position: tuple[int, int]
    in_scope: bool
    size: int


@dataclass
class Chain:
    """The applied writes of one record of Twenty, newest first."""

    object: str
    twenty_id: bytes
    record_id: bytes
    links: list[Link] = field(default_factory=list)

    @property
    def in_scope(self) -> list[Link]:
        """Those to take back, newest first."""
        return [link for link in self.links if link.in_scope]

    @property
    def size(self) -> int:
        """The bytes of its largest intent: about what its values take."""
        return max(link.size for link in self.links)

    @property
    def destroys(self) -> bool:
        """Whether taking back means that the record goes: its creation is among them."""
        return any(link.action is Action.CREATE for link in self.in_scope)


def read_chains(log: Log, workspace: str, scope: Callable[[Compensation], bool]) -> list[Chain]:
    """The chains that hold something in scope. Reads the compensations of the workspace from the end to the beginning."""
    applied: set[bytes] = set()
    undone: set[bytes] = set()
    chains: dict[tuple[str, bytes], Chain] = {}
    for event, position, size in _backwards(log, workspace):
        if event.phase is Phase.UNDONE:
            undone.update(event.undoes)
        elif event.phase is Phase.APPLIED:
            applied.add(event.intent_id)
        elif event.phase is Phase.INTENDED and not event.undoes:
            if event.intent_id in applied and event.intent_id not in undone:
                key = (event.object, event.twenty_id)
                chain = chains.setdefault(key, Chain(event.object, event.twenty_id, event.record_id))
                chain.links.append(Link(event.intent_id, event.action, event.run, event.cause, position, scope(event), size))
            applied.discard(event.intent_id)
            undone.discard(event.intent_id)
    return [chain for chain in chains.values() if chain.in_scope]


def written_since(log: Log, view: View, target: Mapping[int, int]) -> Callable[[Compensation], bool]:
    """Return the scope of a rollback to a position: `target` has the offset of the first change event in scope by partition.

    In scope are the writes of the events from there on, and everything that hangs on a patient who came with these events: such
    a record may have an earlier event, which waited for the patient. Raises LogError.
    """
    events = (read_change(entry.value) for entry in read_all(log, CHANGES, target))
    came = {event.record_id for event in events if event.entity is Entity.PATIENT and event.revision == 1}
    waited = {head.record_id for head in view.all_heads(live=False) if head.patient_id in came}
    return lambda event: event.cause.offset >= target.get(event.cause.partition, 0) or event.record_id in waited


def _backwards(log: Log, workspace: str) -> Iterable[tuple[Compensation, tuple[int, int], int]]:
    for entry in read_all_backwards(log, COMPENSATIONS):
        event = read_compensation(entry.value)
        if event.workspace == workspace:
            yield event, (entry.partition, entry.offset), len(entry.value)
