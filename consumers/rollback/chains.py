"""Chains: for each record of Twenty that a rollback takes back, the applied writes not undone yet, newest first.

The ids of the records are found first and kept, 16 bytes a record. Their writes are read part by part.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from consumers.rollback.scopes import Scope
from consumers.state.applied import WRITES, Write, kinds_where, names_of, writes_where
from consumers.state.short_ids import among
from consumers.state.view import View
from events.compensations import Action
from events.database import in_parts
from events.log.port import COMPENSATIONS

NOTHING = bytes(16)
"""Stands in `undoes` of a write that belongs to a rollback but takes nothing back by itself (an address let go)."""

_ID = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainLink:
    """One applied write: its intent, what it did, the change event that caused it, where the intent lies, and its bytes."""

    intent_id: bytes
    action: Action
    cause: tuple[int, int]
    position: tuple[int, int]
    in_scope: bool
    size: int


@dataclass(kw_only=True)
class Chain:
    """The applied writes of one record of Twenty, newest first."""

    object: str
    twenty_id: bytes
    record_id: bytes
    links: list[ChainLink] = field(default_factory=list)

    @property
    def in_scope(self) -> list[ChainLink]:
        """Return the chains to take back, newest first."""
        return [link for link in self.links if link.in_scope]

    @property
    def size(self) -> int:
        """Return the bytes of its largest intent: about what its values take."""
        return max(link.size for link in self.links)

    @property
    def destroys(self) -> bool:
        """Return whether taking back means that the record goes: its creation is among them."""
        return any(link.action is Action.CREATE for link in self.in_scope)


@dataclass(slots=True)
class Chosen:
    """The records of one object that have a write in scope: their ids in Twenty, in order, one behind the other."""

    destroyed: bytearray = field(default_factory=bytearray)
    changed: bytearray = field(default_factory=bytearray)

    def add(self, twenty_id: bytes, *, destroys: bool) -> None:
        """Add the next record."""
        (self.destroyed if destroys else self.changed).extend(twenty_id)

    def destroys(self, twenty_id: bytes) -> bool:
        """Return whether this record is to be destroyed."""
        return _holds(self.destroyed, twenty_id)

    def changes(self, twenty_id: bytes) -> bool:
        """Return whether this record is to stay, and has something to be taken back."""
        return _holds(self.changed, twenty_id)

    def __len__(self) -> int:
        """Return the number of records."""
        return (len(self.destroyed) + len(self.changed)) // _ID

    def ids(self) -> Iterator[tuple[bytes, bool]]:
        """Yield each record, and whether it is to be destroyed."""
        for ids, destroys in ((self.destroyed, True), (self.changed, False)):
            for place in range(len(ids) // _ID):
                yield _at(ids, place), destroys

    def pages(self) -> Iterator[list[bytes]]:
        """Yield the ids a page at a time, those to be destroyed first."""
        for ids in (self.destroyed, self.changed):
            for places in in_parts(range(len(ids) // _ID)):
                yield [_at(ids, place) for place in places]


def _holds(ids: bytearray, twenty_id: bytes) -> bool:
    count = len(ids) // _ID
    place = bisect_left(range(count), twenty_id, key=partial(_at, ids))
    return place < count and _at(ids, place) == twenty_id


def _at(ids: bytearray, place: int) -> bytes:
    return bytes(ids[place * _ID : (place + 1) * _ID])


def choose(view: View, scope: Scope) -> dict[str, Chosen]:
    """Return the records with a write in scope, by object. The view must be caught up with the log."""
    folded, filled = view.progress(COMPENSATIONS), view.progress(WRITES)
    assert all(filled.get(p, 0) >= offset for p, offset in folded.items()), "writes are taken back after the view is caught up"
    chosen: dict[str, Chosen] = {}
    with view.reading() as connection:
        names = names_of(connection, view.workspace)
        conditions = list(scope.conditions({name: number for number, name in names.items()}))
        if len(conditions) == 1:
            found = kinds_where(connection, names, *conditions[0])
        else:
            found = _merged(kinds_where(connection, names, *condition) for condition in conditions)
        for name, twenty_id, first in found:
            chosen.setdefault(name, Chosen()).add(twenty_id, destroys=first is Action.CREATE)
    return chosen


def _merged(answers: Iterator[Iterator[tuple[str, bytes, Action]]]) -> Iterator[tuple[str, bytes, Action]]:
    """Yield each record of several answers once, in order."""
    found: dict[tuple[str, bytes], Action] = {}
    for answer in answers:
        for name, twenty_id, action in answer:
            if found.get((name, twenty_id)) is not Action.CREATE:
                found[name, twenty_id] = action
    for name, twenty_id in sorted(found):
        yield name, twenty_id, found[name, twenty_id]


def read_chains(view: View, scope: Scope, plural: str, chosen: Chosen) -> Iterator[Chain]:
    """Yield the chains of one object in the order in which they are taken back."""
    for ids in chosen.pages():
        chains: dict[bytes, Chain] = {}
        with view.reading() as connection:
            names = names_of(connection, view.workspace)
            kind = next(number for number, name in names.items() if name == plural)
            condition, values = among("twenty_id", ids)
            found = writes_where(connection, names, f"{condition} AND kind = ?", (*values, kind))
            for write in sorted(found, key=lambda w: (w.position[0], -w.position[1])):
                chain = chains.setdefault(
                    write.twenty_id, Chain(object=plural, twenty_id=write.twenty_id, record_id=write.record_id)
                )
                chain.links.append(_link(write, scope))
        yield from (chains[twenty_id] for twenty_id in ids)


def _link(write: Write, scope: Scope) -> ChainLink:
    return ChainLink(
        intent_id=write.intent_id,
        action=write.action,
        cause=write.cause,
        position=write.position,
        in_scope=scope.holds(write),
        size=write.size,
    )
