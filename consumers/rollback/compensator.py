"""The compensator: a rollback applies the inverses of the compensations in scope, newest first.

Children go before parents, so that only what people have built on is left pointing at a parent; links go after the tasks and
notes they belong to. Each part is intended, written and settled like any other write: killed anywhere, a rollback goes on
where it was. What a person changed since is kept and listed, unless it is forced.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from uuid import UUID

from consumers.journal.batches import IN_MEMORY, in_batches
from consumers.journal.history import History
from consumers.journal.journal import Journal
from consumers.journal.planned import Outcome, Planned, Subject
from consumers.journal.restored import marked
from consumers.journal.sending import patiently, refused_outcome, send_by_ids, size_of
from consumers.journal.three_way import LastWrite
from consumers.rollback.built_on import built_on
from consumers.rollback.chains import NOTHING, Chain, Chosen, Link, choose, read_chains
from consumers.rollback.rich_texts import FORMATTING_LOST, blocknote_alone, is_changed, markdown_alone
from consumers.rollback.scopes import Everything, Scope
from consumers.rollback.undoing import Undo, net_undo, undo_forgotten, values_after
from consumers.state.view import View, Written
from consumers.twenty.images import Image
from consumers.twenty.transport.errors import Refusal, Refused
from consumers.twenty.transport.isolation import isolate
from consumers.twenty.workspace import MOST_BYTES, Workspace
from events.change_events import read_change
from events.compensations import Action, Body, Cause, Phase
from events.crash_points import CrashPoint, ignore
from events.database import in_parts
from events.log.pages import Pages
from events.log.port import CHANGES, Log
from projections.desired import Desired

PART = 5_000
"""Records a part, at most: one request reads their images, one destroys them."""

ORDER = (
    *("tasks", "notes", "treatmentPlans", "billingRecords", "insuranceClaims", "attachments"),
    *("taskTargets", "noteTargets", "people", "companies"),
)
"""Links after the tasks and notes they belong to: a kept one keeps its link, and thereby its person."""

OWNERS = {"taskTargets": (("tasks", "taskId"),), "noteTargets": (("notes", "noteId"),)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A record, or fields of it, that a rollback left as they are."""

    object: str
    pbn_id: str | None
    fields: tuple[str, ...]
    reason: str


@dataclass
class Undone:
    """What a rollback did (or, dry, would do)."""

    undone: int = 0
    kept: list[Kept] = field(default_factory=list)


@dataclass(kw_only=True)
class Compensator:
    """Takes back what the log wrote to one workspace."""

    log: Log
    view: View
    history: History
    workspace: Workspace
    journal: Journal
    new_id: Callable[[], bytes]
    force: bool = False
    dry_run: bool = False
    progress: Callable[[int], None] = lambda _done: None
    sleep: Callable[[float], None] = time.sleep
    reached: Callable[[CrashPoint], None] = ignore
    result: Undone = field(default_factory=Undone)
    _scope: Scope = field(default_factory=Everything)
    _chosen: Mapping[str, Chosen] = field(default_factory=dict)
    _withheld: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._changes = Pages(self.log, CHANGES)

    def roll_back(self, scope: Scope) -> Undone:
        """Take back every write in scope. Open intents must be settled before. Raises TwentyError, LogError."""
        self._scope, self._chosen = scope, choose(self.view, scope)
        for plural in (*ORDER, *sorted(self._chosen.keys() - set(ORDER))):
            if plural in self._chosen:
                # what goes first frees the addresses that others get back
                chains = read_chains(self.view, scope, plural, self._chosen[plural])
                for part in in_batches(chains, PART, IN_MEMORY, lambda chain: chain.size):
                    self._part(plural, part)
        return self.result

    def _part(self, plural: str, chains: Sequence[Chain]) -> None:
        ids = [str(UUID(bytes=c.twenty_id)) for c in chains]
        images = self.workspace.read(plural, ids, deleted=True)
        written = self.view.written([(plural, c.twenty_id) for c in chains])
        self._hold(chains, written.values())
        going = [i for i, c in zip(ids, chains, strict=True) if c.destroys]
        foreign = {} if self.force else built_on(self.workspace, plural, going, self._goes)
        todo: list[tuple[Chain, Undo, Planned]] = []
        for identity, chain in zip(ids, chains, strict=True):
            before, image, subject = written[plural, chain.twenty_id], images.get(identity), self._subject(chain)
            last = self.history.last_write(before)
            undo = self._undo(chain, before, last, image, subject)
            if undo.action is Action.DESTROY and identity in foreign:
                undo = Undo(action=None, kept=tuple(foreign[identity]), reason="built_on_in_twenty")
            if undo.action is Action.DESTROY and image is not None and self._is_of_a_kept(plural, image):
                self._withhold(chain)
                continue
            if undo.reason:
                self._keep(chain, undo)
            if undo.undoes:
                todo.append((chain, undo, self._planned(chain, undo, last, image, subject)))
        if not self.dry_run:
            self._carry_out(plural, todo, images)
        self.result.undone += len(todo)
        self.progress(len(chains))

    def _undo(self, chain: Chain, before: Written, last: LastWrite, image: Image | None, subject: Subject) -> Undo:
        if self.journal.is_forgotten(subject) and not self.force:
            settled_at = self.history.event_at(before.outcome).recorded_at
            return undo_forgotten(chain, image, settled_at, buried=before.deleted)
        return net_undo(chain, self._body, last, image, force=self.force, buried=before.deleted)

    def _hold(self, chains: Sequence[Chain], written: Iterable[Written]) -> None:
        """Read in the order of the log what the part is about to look up: its records lie there in another order."""
        links = [link for c in chains for link in (c.links[:1] if c.destroys else c.links)]
        last = [position for w in written for position in (w.intent, w.outcome)]
        self.history.hold([*last, *(link.position for link in links)])
        self._changes.hold([c.links[0].cause for c in chains])

    def _goes(self, plural: str, identity: str) -> bool:
        """Whether this rollback destroys that record too: then nobody has built on anything with it."""
        chosen = self._chosen.get(plural)
        return chosen is not None and (plural, identity) not in self._withheld and chosen.destroys(UUID(identity).bytes)

    def _is_of_a_kept(self, plural: str, image: Image) -> bool:
        """Whether this is the link of a task or note that stays: it stays with it, and so does its person."""
        return any((owner, image.get(column)) in self._withheld for owner, column in OWNERS.get(plural, ()))

    def _withhold(self, chain: Chain) -> None:
        if chain.destroys:
            self._withheld.add((chain.object, str(UUID(bytes=chain.twenty_id))))

    def _keep(self, chain: Chain, undo: Undo) -> None:
        self._withhold(chain)
        pbn = self._body(chain.links[0]).pbn_id
        self.result.kept.append(Kept(object=chain.object, pbn_id=pbn, fields=undo.kept, reason=undo.reason or "kept"))

    def _body(self, link: Link) -> Body:
        return self.history.body_at(link.position)

    def _subject(self, chain: Chain) -> Subject:
        newest = chain.links[0]
        entry = self._changes.entry(*newest.cause)
        change = read_change(entry.value)
        partition, offset = newest.cause
        cause = Cause(topic=CHANGES, partition=partition, offset=offset, event_id=change.event_id, revision=change.revision)
        return Subject(
            record_id=chain.record_id, entity=change.entity, patient_id=change.patient_id, household=entry.key, cause=cause
        )

    def _planned(self, chain: Chain, undo: Undo, last: LastWrite, image: Image | None, subject: Subject) -> Planned:
        desired = Desired(
            object=chain.object, id=UUID(bytes=chain.twenty_id), pbn_id=self._body(chain.links[0]).pbn_id, values={}
        )
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
        )

    def _carry_out(self, plural: str, todo: Sequence[tuple[Chain, Undo, Planned]], images: dict[str, Image]) -> None:
        if plural == "people":
            self._let_addresses_go([(undo, planned) for _, undo, planned in todo], images)
        undoes = {planned.intent_id: undo.undoes for _, undo, planned in todo}
        self.journal.intend([planned for _, _, planned in todo], undoes)
        outcomes = [Outcome(planned=p, phase=Phase.UNDONE, answer=p.answer) for _, _, p in todo if p.quiet]
        loud = [(undo, p) for _, undo, p in todo if not p.quiet]
        outcomes += self._by_ids(loud, Action.DESTROY)
        outcomes += self._by_ids(loud, Action.RESTORE)
        buried = {i for i, image in images.items() if image.get("deletedAt")}
        restoring = [p for undo, p in loud if undo.restore]
        outcomes += self._updates(plural, restoring, {o.planned.intent_id for o in outcomes}, buried)
        refused = _refused(outcomes)
        deleted = self._by_ids([(undo, p) for undo, p in loud if p.intent_id not in refused], Action.DELETE)
        refused = _refused(deleted)  # an intent has one outcome: fields given back alone do not take a write back
        outcomes = [o for o in outcomes if o.planned.intent_id not in refused] + deleted
        for outcome in outcomes:
            if outcome.phase is Phase.REFUSED:
                self.result.undone -= 1
                p = outcome.planned
                if p.action is Action.DESTROY:  # its links, and what it points at, stay with it
                    self._withheld.add((plural, str(p.desired.id)))
                self.result.kept.append(
                    Kept(object=plural, pbn_id=p.desired.pbn_id, fields=tuple(p.send), reason=outcome.reason or "refused")
                )
        self.journal.settle(outcomes, undoes=undoes)

    def _by_ids(self, loud: Sequence[tuple[Undo, Planned]], action: Action) -> list[Outcome]:
        mine = [(undo, p) for undo, p in loud if p.action is action]
        if not mine:
            return []
        refused = send_by_ids(self.workspace, [p for _, p in mine], sleep=self.sleep, reached=self.reached)
        # a record with fields to give back as well is settled when those are written
        done = [p for undo, p in mine if p.intent_id not in refused and (not undo.restore or action is Action.DESTROY)]
        return [*refused.values(), *(Outcome(planned=p, phase=Phase.UNDONE, answer=p.answer) for p in done)]

    def _updates(self, plural: str, planned: Sequence[Planned], skip: set[bytes], buried: set[str]) -> list[Outcome]:
        """Give fields back. `buried` are soft-deleted records: an upsert would bring them back to life (cassette
        upsert-soft-deleted), so that they are written one by one.
        """
        outcomes: list[Outcome] = []
        todo = [p for p in planned if p.intent_id not in skip]
        for batch in in_batches(todo, self.workspace.batch_size, MOST_BYTES, size_of):
            answered: dict[str, Image] = {}
            refused = self._send_updates(plural, batch, buried, answered)
            too_large = [p for p, e in refused if e.kind is Refusal.TOO_LARGE and markdown_alone(p.send) != p.send]
            refused = [(p, e) for p, e in refused if p not in too_large]
            for p in too_large:
                refused += self._send_one_form(p, buried, answered)
            for p in batch:
                image = answered.get(str(p.desired.id))
                if image is not None:
                    outcomes.append(
                        Outcome(planned=p, phase=Phase.UNDONE, answer={name: image[name] for name in p.send if name in image})
                    )
            outcomes += [refused_outcome(p, e) for p, e in refused]
        return outcomes

    def _send_one_form(self, p: Planned, buried: set[str], answered: dict[str, Image]) -> list[tuple[Planned, Refused]]:
        """Send rich texts, which are too large in both of their forms, in the form that Twenty makes the other one from.

        It is BlockNote where people wrote the text and Markdown where we did. Texts of which one form differs in the end are
        listed. As `_send_updates`.
        """
        plural, identity = p.desired.object, str(p.desired.id)
        lost: tuple[str, ...] = ()
        refused: list[tuple[Planned, Refused]] = []
        for alone in (blocknote_alone, markdown_alone):
            refused = self._send_updates(plural, [replace(p, send=alone(p.send))], buried, answered)
            image = answered.get(identity)
            if image is not None:
                lost = tuple(name for name in p.send if is_changed(p.send[name], image.get(name)))
                if not lost:
                    return []
        if lost:
            self.result.kept.append(Kept(object=plural, pbn_id=p.desired.pbn_id, fields=lost, reason=FORMATTING_LOST))
        return [] if identity in answered else refused

    def _send_updates(
        self, plural: str, batch: Sequence[Planned], buried: set[str], answered: dict[str, Image]
    ) -> list[tuple[Planned, Refused]]:
        """Send a batch, in parts where it is refused; puts the images into `answered`, and gives the refused ones."""

        def send(part: Sequence[Planned]) -> list[Image]:
            self.reached(CrashPoint.BEFORE_UPDATE)
            alone = [p for p in part if str(p.desired.id) in buried and p.action is Action.UPDATE]
            found = [self.workspace.update(plural, str(p.desired.id), p.send) for p in alone]
            bodies = [{"id": str(p.desired.id), **p.send} for p in part if p not in alone]
            found += self.workspace.upsert(plural, bodies)
            self.reached(CrashPoint.UPDATED)
            answered.update({image["id"]: image for image in found})
            return found

        refused: list[tuple[Planned, Refused]] = patiently(
            partial(isolate, batch, send, self.workspace.parts_after), self.sleep
        )[1]
        return refused

    def _let_addresses_go(self, todo: Sequence[tuple[Undo, Planned]], images: dict[str, Image]) -> None:
        """Where people get addresses back that others of this rollback still hold, those let go first."""
        wanted = {mail for undo, _ in todo if (mail := (undo.restore.get("emails") or {}).get("primaryEmail"))}
        if not wanted:
            return
        later, more = self._holders_of_later_parts(wanted, images)
        images = images | more
        holders = []
        for undo, p in [*todo, *later]:
            emails = (images.get(str(p.desired.id)) or {}).get("emails") or {}
            if undo.restore.get("emails") and emails.get("primaryEmail") in wanted:
                send = {"emails": {"primaryEmail": "", "additionalEmails": emails.get("additionalEmails") or []}}
                values = {**p.values, **marked(send)}
                lets_go = replace(p, action=Action.UPDATE, intent_id=self.new_id(), quiet=False)
                holders.append(replace(lets_go, send=send, before={"emails": emails}, values=values))
        if holders:
            undoes = {p.intent_id: (NOTHING,) for p in holders}
            self.journal.intend(holders, undoes)
            buried = {i for i, image in images.items() if image.get("deletedAt")}
            self.journal.settle(self._updates("people", holders, set(), buried), undoes=undoes)

    def _holders_of_later_parts(
        self, wanted: Collection[str], images: Mapping[str, Image]
    ) -> tuple[list[tuple[Undo, Planned]], dict[str, Image]]:
        """Return the people of later parts who hold these addresses: what will be undone of them, and their images."""
        found: list[Image] = []
        for mails in in_parts(sorted(wanted)):
            condition = {"emails": {"primaryEmail": {"in": mails}}}
            found += self.workspace.find("people", condition, fields=("id",), deleted=True)
        changes = self._chosen["people"].changes
        last_here = max((i for i in map(_bytes, images) if changes(i)), default=b"")
        ids = [i for i in sorted(_bytes(one["id"]) for one in found) if i > last_here and changes(i)]
        if not ids:
            return [], {}
        more = self.workspace.read("people", [str(UUID(bytes=i)) for i in ids], deleted=True)
        written = self.view.written([("people", i) for i in ids])
        chains = list(read_chains(self.view, self._scope, "people", Chosen(changed=bytearray(b"".join(ids)))))
        self._hold(chains, written.values())  # this part has looked up everything by now
        later = []
        for chain in chains:
            before, image = written["people", chain.twenty_id], more.get(str(UUID(bytes=chain.twenty_id)))
            last, subject = self.history.last_write(before), self._subject(chain)
            undo = self._undo(chain, before, last, image, subject)
            later.append((undo, self._planned(chain, undo, last, image, subject)))
        return later, more


def _refused(outcomes: Iterable[Outcome]) -> set[bytes]:
    return {o.planned.intent_id for o in outcomes if o.phase is Phase.REFUSED}


def _bytes(identity: str) -> bytes:
    return UUID(identity).bytes
