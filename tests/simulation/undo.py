"""Net effect of taking back writes to one record, less what people or later runs changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.destination import same
from tests.simulation.office import Source
from tests.simulation.ours import Ours, Write, edited
from tests.simulation.people_work import values_of_people
from tests.simulation.twenty import Held

Scope = Callable[[Source, Write], bool]
"""Which writes are taken back."""


@dataclass(frozen=True)
class Undo:
    """Undo of a record: the action, the fields given back, the writes that are undone; `reason` is why something is kept."""

    action: str | None
    restore: dict[str, Any] = field(default_factory=dict)
    undone: list[Write] = field(default_factory=list)
    reason: str | None = None


def kept_undo(ours: Ours, held: Held, scope: Scope, reason: str) -> Undo:
    """Keep a record that people worked on; take it out of the bin where a write in scope put it there."""
    last = [w for w in ours.writes if w.action != "update"][-1]
    if last.action == "delete" and scope(ours.source, last) and (ours.deleted or held.deleted):
        return Undo("restore", undone=[last], reason=reason)
    return Undo(None, reason=reason)


def undo_of(ours: Ours, held: Held | None, scope: Scope, possible: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Undo:
    """Return the net effect, taken back, of one record's writes in scope. `possible` are the values that Twenty takes now."""
    scoped = [w for w in ours.writes if scope(ours.source, w)]
    if held is None:
        was_there = not any(w.action == "create" for w in scoped)
        return Undo("gone", undone=list(ours.writes), reason="destroyed_in_twenty" if was_there else None)
    theirs = edited(ours, held)
    if any(w.action == "create" for w in scoped):
        if values_of_people(ours, held):
            return kept_undo(ours, held, scope, "edited_in_twenty")
        return Undo("destroy", undone=list(ours.writes))
    later: set[str] = set()
    before: dict[str, Any] = {}
    was_alive: bool | None = None
    buried_later = False
    for w in reversed(ours.writes):
        if not scope(ours.source, w):
            later.update(n for n in w.before if n not in before)
            buried_later = buried_later or (was_alive is None and w.action == "delete")
            continue
        before.update(possible(w.before))
        if w.action in ("delete", "restore"):
            was_alive = w.action == "delete"
    there = {n for n, v in before.items() if same(held.fields.get(n), v)}
    kept = {n for n in before if n in theirs and n not in there}
    overwritten = {n for n in before if n in later}
    stays = kept | overwritten
    restore = {n: v for n, v in before.items() if n not in stays and (n in theirs or n not in there)}
    undone = [w for w in scoped if stays.isdisjoint(w.before)]
    action = "update" if restore else None
    if was_alive is True and held.deleted and not buried_later:
        action = "restore"
    elif was_alive is False and not held.deleted:
        action = "delete"
    reason = "edited_in_twenty" if kept else "written_again_by_a_later_run" if overwritten else None
    return Undo(action, restore, undone, reason)
