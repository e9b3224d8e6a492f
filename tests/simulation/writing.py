"""Writes to Twenty: in which order they are made, what they do there, and what we know of it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.simulation.destination import OBJECTS, Key, is_blank
from tests.simulation.office import Source
from tests.simulation.ours import Book, Ours, Write
from tests.simulation.told import Event
from tests.simulation.twenty import Twenty

WRITTEN_IN = OBJECTS


@dataclass(frozen=True)
class Planned:
    """One write to be made: the fields sent, what they were before, and what we want and have been answered in all.

    A write that `releases` an address goes first. A `quiet` one sends nothing: we only know more than before.
    """

    action: str
    source: Source
    key: Key
    send: dict[str, Any]
    before: dict[str, Any]
    wanted: dict[str, Any]
    answer: dict[str, Any]
    releases: bool = False
    quiet: bool = False


def in_order(planned: Sequence[Planned]) -> list[Planned]:
    """Sort so that what is pointed at comes before what points at it, and goes after it."""
    quiet = [p for p in planned if p.quiet]
    loud = [p for p in planned if not p.quiet]
    rest = [p for p in loud if not p.releases]
    order = [*quiet, *(p for p in loud if p.releases)]
    for plural in WRITTEN_IN:
        for action in ("restore", "create", "update"):
            order += [p for p in rest if p.key[0] == plural and p.action == action]
    for plural in reversed(WRITTEN_IN):
        order += [p for p in rest if p.key[0] == plural and p.action == "delete"]
    return order


def write(p: Planned, twenty: Twenty) -> bool:
    """Make a write; gives whether Twenty takes it."""
    held = twenty.records.get(p.key)
    if p.action == "delete":
        assert held is not None
        twenty.soft_delete(p.key)
    elif p.action == "restore":
        assert held is not None
        twenty.restore(p.key)
    elif not twenty.fits(p.key, p.send):
        return False
    elif p.action == "create":
        assert held is None, "the engine creates what is there"
        twenty.create(p.key, p.send)
    else:
        assert held is not None
        held.fields.update(p.send)
        held.deleted = False  # an upsert brings a soft-deleted record back
    return True


def note(p: Planned, book: Book, run: int, cause: Event) -> None:
    """Remember a write that was made."""
    ours = book.setdefault(p.key, Ours(p.source, {}, {}))
    answer = {**p.answer, **p.send}
    ours.wanted, ours.answer, ours.alive = dict(p.wanted), answer, True
    if p.action in ("create", "delete", "restore"):
        ours.deleted, ours.merge_is_open = p.action == "delete", False
    if "emails" in answer:
        ours.address = answer["emails"][0] or None
    # a record that is made has every field that it is made with from this write, whatever was written before it was destroyed
    before = {n: None for n, v in p.send.items() if not is_blank(v)} if p.action == "create" else dict(p.before)
    ours.writes.append(Write(run, cause.run, cause.row.cells.get("patient"), p.action, before))
