"""Differences of the workspace between two positions, as the log has it: the net effect of the writes in between.

Writes that a rollback took back do not count. Edits by people in Twenty are not in the log, and do not show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from consumers.journal.batches import IN_MEMORY, in_batches
from consumers.journal.history import History
from consumers.rollback.chains import Chain, ChainLink, choose, read_chains
from consumers.rollback.scopes import Scope
from consumers.state.view import View
from events.compensations import Action, Body

_PART = 1_000
_ENDS = (Action.DELETE, Action.DESTROY)
_BEGINS = (Action.CREATE, Action.RESTORE)


class NetEffect(StrEnum):
    """The net effect on one record."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDifference:
    """One record that differs: its object (plural), pbnId (None for a link), id in Twenty, and the fields of an update."""

    object: str
    pbn_id: str | None
    twenty_id: str
    effect: NetEffect
    fields: tuple[str, ...] = ()


def differences_in(view: View, history: History, scope: Scope) -> Iterator[RecordDifference]:
    """Yield a difference for each record that the writes in scope changed, object by object. Raises LogError."""
    chosen = choose(view, scope)
    for plural in sorted(chosen):
        for part in in_batches(read_chains(view, scope, plural, chosen[plural]), _PART, IN_MEMORY, lambda chain: chain.size):
            history.hold([link.position for chain in part for link in chain.in_scope])
            for chain in part:
                found = net_effect(chain, lambda link: history.body_at(link.position))
                if found is not None:
                    yield found


def net_effect(chain: Chain, body_of: Callable[[ChainLink], Body]) -> RecordDifference | None:
    """Return the net effect of the writes of a chain that are in scope; None where they cancel out. Pure."""
    links = chain.in_scope
    was_there = links[-1].action not in _BEGINS
    is_there = next((link.action not in _ENDS for link in links if link.action is not Action.UPDATE), was_there)
    if not (was_there or is_there):
        return None
    effect, fields = NetEffect.CREATED, tuple[str, ...]()
    if was_there:
        effect = NetEffect.UPDATED if is_there else NetEffect.DELETED
    if effect is NetEffect.UPDATED:
        fields = _changed(list(map(body_of, links)))
        if not fields:
            return None  # deleted and restored, or every field has its value back
    return RecordDifference(
        object=chain.object,
        pbn_id=body_of(links[0]).pbn_id,
        twenty_id=str(UUID(bytes=chain.twenty_id)),
        effect=effect,
        fields=fields,
    )


def _changed(bodies: list[Body]) -> tuple[str, ...]:
    """Return the names of fields that ended with another value than they had. The newest body comes first."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for body in reversed(bodies):
        for name in body.written:
            before.setdefault(name, body.before.get(name))
            after[name] = body.values.get(name)
    return tuple(sorted(name for name in after if after[name] != before[name]))
