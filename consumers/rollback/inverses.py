"""Inverses: for each record that a rollback takes back, the writes that do so, as they are intended and sent.

Most records need one write. A record that came back changed gets its fields back and is then deleted again; a record that was
changed and deleted is restored and then gets its fields back. Those are two requests, so they are two intents: the second is
intended when the first is settled. The first takes nothing back by itself. Killed between the two, a rollback leaves a record
whose values the log has recorded, and whose change event is pending.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from consumers.journal.history import History
from consumers.journal.journal import Journal
from consumers.journal.planned import Outcome, Planned, Subject
from consumers.journal.three_way import LastWrite
from consumers.rollback.chains import NOTHING, Chain, ChainLink
from consumers.rollback.undoing import Undo, kept_for, net_undo, undo_forgotten, values_after
from consumers.state.view_rows import Written
from consumers.twenty.images import Image
from consumers.twenty.metadata import FieldMetadata
from consumers.twenty.workspace import Workspace
from events.change_events import read_change
from events.compensations import Action, Body, Cause
from events.log.pages import Pages
from events.log.port import CHANGES, Log
from projections.desired import Desired


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordInverse:
    """The inverse of one record's writes: its undo and the planned writes. The second one follows the outcome of the first."""

    chain: Chain
    undo: Undo
    last: LastWrite
    image: Image | None
    steps: Sequence[Planned]

    def next_step(self, outcome: Outcome) -> list[Planned]:
        """Return the write that follows the first one: it starts from what Twenty answered."""
        return [replace(p, answer={**p.answer, **outcome.answer}) for p in self.steps[1:]]


@dataclass(kw_only=True)
class Inverses:
    """Works out inverses from the log: what was written last, what it was before, and what Twenty holds now."""

    log: Log
    history: History
    journal: Journal
    new_id: Callable[[], bytes]
    workspace: Workspace
    force: bool = False

    @cached_property
    def _changes(self) -> Pages:
        return Pages(self.log, CHANGES)

    def hold(self, chains: Sequence[Chain], written: Iterable[Written]) -> None:
        """Read in the order of the log what is about to be looked up: these records lie there in another order."""
        links = [link for c in chains for link in (c.links[:1] if c.destroys else c.links)]
        last = [position for w in written for position in (w.intent, w.outcome)]
        self.history.hold([*last, *(link.position for link in links)])
        self._changes.hold([c.links[0].cause for c in chains])

    def of(
        self,
        chain: Chain,
        before: Written,
        image: Image | None,
        built_on: tuple[str, ...] = (),
        automated: frozenset[str] = frozenset(),
    ) -> RecordInverse:
        """Return the inverse of a chain. `before` is the record as the view knows it, `image` as Twenty holds it now.

        `built_on` are objects of which people's records point at it: then it is not destroyed. `automated` are fields that an
        automation of Twenty wrote last: they count as unchanged.
        """
        last, subject = self.history.last_write(before), self._subject(chain)
        if automated and image is not None:
            last = LastWrite(last.values, {**last.answer, **{name: image.get(name) for name in automated}})
        undo = self._undo(chain, before, last, image, subject)
        if undo.action is Action.DESTROY and built_on and image is not None:
            undo = kept_for(chain, image, built_on, "built_on_in_twenty", buried=before.deleted)
        steps = _steps(self._planned(chain, undo, last, image, subject), undo, last, self.new_id)
        return RecordInverse(chain=chain, undo=undo, last=last, image=image, steps=steps)

    def pbn_id(self, chain: Chain) -> str | None:
        """Return the pbnId that the newest write of a chain names."""
        return self._body(chain.links[0]).pbn_id

    def _undo(self, chain: Chain, before: Written, last: LastWrite, image: Image | None, subject: Subject) -> Undo:
        if self.journal.is_forgotten(subject) and not self.force:
            settled_at = self.history.event_at(before.outcome).recorded_at
            return undo_forgotten(chain, image, settled_at, buried=before.deleted)

        def body_of(link: ChainLink) -> Body:
            body = self._body(link)
            return replace(body, before=self._takes(chain.object, body.before)) if link.in_scope and body.before else body

        return net_undo(chain, body_of, last, image, force=self.force, buried=before.deleted)

    def _takes(self, plural: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return values as Twenty takes them now: blank where a person deleted the option that a SELECT held. Twenty refuses
        the whole record for it (cassette values-select).
        """
        columns = self.workspace.metadata().object(plural).columns
        return {
            name: None if (field := columns.get(name)) is not None and _lacks_option(field, value) else value
            for name, value in values.items()
        }

    def _body(self, link: ChainLink) -> Body:
        return self.history.body_at(link.position)

    def _subject(self, chain: Chain) -> Subject:
        partition, offset = chain.links[0].cause
        entry = self._changes.entry(partition, offset)
        change = read_change(entry.value)
        cause = Cause(topic=CHANGES, partition=partition, offset=offset, event_id=change.event_id, revision=change.revision)
        return Subject(
            record_id=chain.record_id, entity=change.entity, patient_id=change.patient_id, household=entry.key, cause=cause
        )

    def _planned(self, chain: Chain, undo: Undo, last: LastWrite, image: Image | None, subject: Subject) -> Planned:
        desired = Desired(object=chain.object, id=UUID(bytes=chain.twenty_id), pbn_id=self.pbn_id(chain), values={})
        before = {name: (image or {}).get(name) for name in undo.restore}
        if undo.action is Action.DESTROY:
            before = {name: value for name, value in (image or {}).items() if name in last.values}
        return Planned(
            action=undo.action or (Action.DESTROY if image is None else Action.UPDATE),
            desired=desired,
            subject=subject,
            intent_id=self.new_id(),
            send=undo.restore,
            before=before,
            values=values_after(last, undo),
            answer=last.answer,
            quiet=undo.action is None,
            in_trash=undo.action is Action.UPDATE and _in_trash(image),
            undoes=undo.undoes,
        )


def _lacks_option(field: FieldMetadata, value: Any) -> bool:
    return field.type == "SELECT" and isinstance(value, str) and value not in {option.value for option in field.options}


def _steps(p: Planned, undo: Undo, last: LastWrite, new_id: Callable[[], bytes]) -> tuple[Planned, ...]:
    if not undo.restore or p.action not in (Action.DELETE, Action.RESTORE):
        return (p,)
    fields = replace(p, action=Action.UPDATE)
    life = replace(p, intent_id=new_id(), send={}, before={})
    if p.action is Action.DELETE:
        return replace(fields, undoes=(NOTHING,)), life
    return replace(life, values=last.values, undoes=(NOTHING,)), fields


def _in_trash(image: Mapping[str, object] | None) -> bool:
    return bool(image and image.get("deletedAt"))
