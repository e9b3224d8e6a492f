"""The chains of a rollback, read from the log alone: all compensations, from the end to the beginning."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from consumers.rollback.chains import Chain, ChainLink
from consumers.state.view import View
from events.change_events import read_change
from events.compensations import Compensation, Phase, read_compensation
from events.log.port import CHANGES, COMPENSATIONS, Log, read_all
from events.vocabulary.entities import Entity
from tests.events.backwards import read_all_backwards

Holds = Callable[[Compensation], bool]


def chains_from_log(log: Log, workspace: str, holds: Holds) -> dict[tuple[str, bytes], Chain]:
    """Return the chains that have a write in scope, by object and Twenty id."""
    applied: set[bytes] = set()
    undone: set[bytes] = set()
    links: dict[tuple[str, bytes, bytes], dict[bytes, ChainLink]] = {}
    for entry in read_all_backwards(log, COMPENSATIONS):
        event = read_compensation(entry.value)
        if event.workspace != workspace:
            continue
        if event.phase is Phase.UNDONE:
            undone.update(event.undoes)
        elif event.phase is Phase.APPLIED:
            applied.add(event.intent_id)
        elif event.phase is Phase.INTENDED and not event.undoes and event.intent_id in applied - undone:
            cause, position = (event.cause.partition, event.cause.offset), (entry.partition, entry.offset)
            link = ChainLink(
                intent_id=event.intent_id,
                action=event.action,
                cause=cause,
                position=position,
                in_scope=holds(event),
                size=len(entry.value),
            )
            # of an intent that lies there twice the first one counts
            links.setdefault((event.object, event.twenty_id, event.record_id), {})[event.intent_id] = link
    chains = {}
    for (plural, twenty_id, record_id), found in links.items():
        newest_first = sorted(found.values(), key=lambda link: (link.position[0], -link.position[1]))
        chains[plural, twenty_id] = Chain(object=plural, twenty_id=twenty_id, record_id=record_id, links=newest_first)
    return {key: chain for key, chain in chains.items() if chain.in_scope}


def since_from_log(log: Log, view: View, target: Mapping[int, int]) -> Holds:
    """Return the test for writes of change events from these offsets on, or of records whose patient came with these."""
    events = (read_change(entry.value) for entry in read_all(log, CHANGES, target))
    came = {event.record_id for event in events if event.entity is Entity.PATIENT and event.revision == 1}
    waited = {head.record_id for head in view.all_heads(live=False) if head.patient_id in came}
    return lambda event: event.cause.offset >= target.get(event.cause.partition, 0) or event.record_id in waited


def in_order(chains: Mapping[tuple[str, bytes], Chain], plural: str) -> list[Chain]:
    """Return the chains of an object in the order in which they are taken back."""
    return sorted((c for c in chains.values() if c.object == plural), key=lambda c: (not c.destroys, c.twenty_id))
