"""Net effect on one record of taking back a chain of writes. Pure.

The oldest write in scope decides: a record that it made goes; a field gets the value it had before; a record that it deleted
comes back. A field that a later write, out of scope, has written again stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consumers.journal.people_work import values_of_people
from consumers.journal.restored import marked
from consumers.journal.three_way import LastWrite, edited
from consumers.rollback.chains import NOTHING, Chain, ChainLink
from consumers.state.conflicts import DESTROYED
from events.compensations import Action, Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """The net effect: what to do, the fields to give back, the intents that are taken back, fields that stay and why."""

    action: Action | None
    restore: Mapping[str, Any] = field(default_factory=dict)
    undoes: tuple[bytes, ...] = ()
    kept: tuple[str, ...] = ()
    reason: str | None = None


def net_undo(
    chain: Chain,
    body_of: Callable[[ChainLink], Body],
    last: LastWrite,
    image: Mapping[str, Any] | None,
    *,
    force: bool,
    buried: bool,
) -> Undo:
    """Return the undo of a chain against the record's present image (None: not in Twenty any more).

    `buried` says that we left it soft-deleted, as far as we know. A rollback that was killed half-way may have brought it back
    already: only a restoration that is recorded lets us know of it.
    """
    if image is None:
        return _gone(chain)
    if chain.destroys:
        return _destroy(chain, last, image, force=force, buried=buried)
    return _give_back(chain, body_of, last, image, force=force, buried=buried)


def kept_for(chain: Chain, image: Mapping[str, Any], kept: tuple[str, ...], reason: str, *, buried: bool) -> Undo:
    """Return the undo of a record that stays because people worked on it: out of the trash again where we put it there."""
    last = next((link for link in chain.links if link.action is not Action.UPDATE), None)
    if last is not None and last.in_scope and last.action is Action.DELETE and (buried or image.get("deletedAt")):
        return Undo(action=Action.RESTORE, undoes=(last.intent_id,), kept=kept, reason=reason)
    return Undo(action=None, kept=kept, reason=reason)


def _gone(chain: Chain) -> Undo:
    """Return the undo of a record that Twenty no longer has: people destroyed it, or emptied the trash. Nothing can be given
    back to a record that was there before the writes in scope.
    """
    reason = None if chain.destroys else DESTROYED
    return Undo(action=None, undoes=tuple(link.intent_id for link in chain.links), reason=reason)


def _destroy(chain: Chain, last: LastWrite, image: Mapping[str, Any], *, force: bool, buried: bool) -> Undo:
    theirs = values_of_people(last, image)
    if theirs and not force:
        return kept_for(chain, image, theirs, "edited_in_twenty", buried=buried)
    return Undo(action=Action.DESTROY, undoes=tuple(link.intent_id for link in chain.links))


def undo_forgotten(chain: Chain, image: Mapping[str, Any] | None, settled_at: datetime, *, buried: bool) -> Undo:
    """Return the undo of a record of a person who was forgotten: nothing is known of its values. A record that Cutover
    made goes unless people changed it after its last write was settled; earlier values are lost, so that updates stay.
    `buried` as for `net_undo`.
    """
    if image is None:
        return _gone(chain)
    if chain.destroys:
        by_a_person = (image.get("updatedBy") or {}).get("workspaceMemberId")
        if by_a_person or datetime.fromisoformat(image["updatedAt"]) > settled_at:
            return kept_for(chain, image, (), "edited_in_twenty", buried=buried)
        return Undo(action=Action.DESTROY, undoes=tuple(link.intent_id for link in chain.links))
    if any(link.action is Action.UPDATE for link in chain.in_scope):
        return kept_for(chain, image, (), "kept", buried=buried)
    return _give_back(chain, lambda _link: Body(), LastWrite({}, {}), image, force=False, buried=buried)


def _give_back(
    chain: Chain, body_of: Callable[[ChainLink], Body], last: LastWrite, image: Mapping[str, Any], *, force: bool, buried: bool
) -> Undo:
    written_later: set[str] = set()
    before: dict[str, Any] = {}
    alive_before: bool | None = None
    buried_later = False
    for link in chain.links:  # newest first, so that the oldest in scope has the last word
        body = body_of(link)
        if not link.in_scope:
            written_later.update(name for name in body.written if name not in before)
            buried_later = buried_later or (alive_before is None and link.action is Action.DELETE)
            continue
        # a field that a person deleted has nothing to be given back
        before.update({name: value for name, value in body.before.items() if name in body.written and name in image})
        if link.action in (Action.DELETE, Action.RESTORE):
            alive_before = link.action is Action.DELETE
    changed = set(edited(last, image))
    # a field that holds its earlier value is not kept: a rollback that was killed, or refused, gave that value back
    kept = [name for name in before if name in changed and image.get(name) != before[name] and not force]
    later = [name for name in before if name in written_later]
    stays = {*kept, *later}
    restore = {n: value for n, value in before.items() if n not in stays and (n in changed or image.get(n) != value)}
    # a write of which something stays is not taken back yet: a later rollback, or a forced one, finds it again
    undoes = tuple(link.intent_id for link in chain.in_scope if stays.isdisjoint(body_of(link).written))
    if restore and not undoes:
        undoes = (NOTHING,)
    action: Action | None = Action.UPDATE if restore else None
    if alive_before is True and (buried or image.get("deletedAt")) and not buried_later:
        action = Action.RESTORE
    elif alive_before is False and not image.get("deletedAt"):
        action = Action.DELETE
    reason = "edited_in_twenty" if kept else "written_again_by_a_later_run" if later else None
    return Undo(action=action, restore=restore, undoes=undoes, kept=(*kept, *later), reason=reason)


def values_after(last: LastWrite, undo: Undo) -> dict[str, Any]:
    """Return what the next comparison must take as the record's wanted values after this undo."""
    return {**last.values, **marked(undo.restore)}
