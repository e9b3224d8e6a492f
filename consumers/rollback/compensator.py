"""The compensator: a rollback applies the inverses of the compensations in scope, newest first.

Children go before parents, so that only what people have built on is left pointing at a parent; links go after the tasks and
notes they belong to. Each part is intended, written and settled like any other write: killed anywhere, a rollback goes on
where it was. Changes of people since are kept and listed, unless the rollback is forced.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from uuid import UUID

from consumers.journal.addresses import letting_go
from consumers.journal.automations import automated
from consumers.journal.batches import IN_MEMORY, in_batches
from consumers.journal.history import History
from consumers.journal.journal import Journal
from consumers.journal.planned import Outcome, Planned
from consumers.journal.sending import Sender, succeeded
from consumers.rollback.chains import NOTHING, Chain, Chosen, choose, read_chains
from consumers.rollback.inverses import Inverses, RecordInverse
from consumers.rollback.looks import HeldRecords, id_of, look_at
from consumers.rollback.requests_ahead import PART, requests_for
from consumers.rollback.rich_texts import FORMATTING_LOST, blocknote_alone, is_changed, markdown_alone
from consumers.rollback.scopes import Everything, Scope
from consumers.rollback.tiers import is_of_links, tiers_of
from consumers.rollback.undoing import Undo
from consumers.state.conflicts import EDITED
from consumers.state.view import View
from consumers.state.view_rows import Written
from consumers.twenty.images import Image
from consumers.twenty.transport.errors import Refusal
from consumers.twenty.workspace import Workspace
from events.compensations import Action, Phase
from events.database import in_parts
from events.log.port import Log
from projections.destination import destination


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """A record, or fields of it, that a rollback left as they are."""

    object: str
    pbn_id: str | None
    fields: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AutomatedRecord:
    """A record on which Twenty's workflows or applications wrote these fields; a rollback takes it back all the same."""

    object: str
    pbn_id: str | None
    fields: tuple[str, ...]


@dataclass(kw_only=True)
class Undone:
    """Result of a rollback, or of its dry run."""

    undone: int = 0
    by_object: Counter[str] = field(default_factory=Counter)
    kept: list[KeptRecord] = field(default_factory=list)
    automated: list[AutomatedRecord] = field(default_factory=list)
    """Records with the fields that automations of Twenty wrote: those do not keep a record."""
    writes_ahead: int = 0
    """Requests that a dry run found for writes which it did not send. Its reads are those of the rollback itself."""
    destroyed: Counter[str] = field(default_factory=Counter)
    """Records by object that are destroyed, or were gone before."""
    changed: int = 0
    """Writes that changed a record, brought it back or put it into the trash: each leaves a timeline row."""


@dataclass(kw_only=True)
class Compensator:
    """Takes back what the log wrote to one workspace."""

    log: Log
    view: View
    history: History
    workspace: Workspace
    sender: Sender
    journal: Journal
    new_id: Callable[[], bytes]
    force: bool = False
    dry_run: bool = False
    progress: Callable[[int], None] = lambda _done: None
    result: Undone = field(default_factory=Undone)
    _scope: Scope = field(default_factory=Everything)
    _chosen: Mapping[str, Chosen] = field(default_factory=dict)
    _withheld: set[tuple[str, str]] = field(default_factory=set)
    _ahead: HeldRecords | None = None

    def __post_init__(self) -> None:
        self._inverses = Inverses(
            log=self.log,
            history=self.history,
            journal=self.journal,
            new_id=self.new_id,
            workspace=self.workspace,
            force=self.force,
        )

    def roll_back(self, scope: Scope) -> Undone:
        """Take back every write in scope. Open intents must be settled before. Raises TwentyError, LogError."""
        self._scope, self._chosen = scope, choose(self.view, scope)
        tiers = tiers_of(self._chosen.keys())
        self._ahead = self._look_ahead(tiers)
        for tier in tiers:
            # what goes first frees the addresses that others get back
            for part in self._parts(tier):
                ahead = None if is_of_links(tier) else self._ahead
                self._part(part, ahead or self._look(part))
        return self.result

    def _parts(self, plurals: Sequence[str]) -> Iterator[list[Chain]]:
        """Yield the chains of these objects, part by part."""
        chains = (c for plural in plurals for c in read_chains(self.view, self._scope, plural, self._chosen[plural]))
        return in_batches(chains, PART, IN_MEMORY, lambda chain: chain.size)

    def _look_ahead(self, tiers: Sequence[tuple[str, ...]]) -> HeldRecords | None:
        """Look at all records but links at once, where they are no more than a part; None where they are more."""
        plurals = [plural for tier in tiers if not is_of_links(tier) for plural in tier]
        if sum(len(self._chosen[plural]) for plural in plurals) > PART:
            return None
        parts = list(islice(self._parts(plurals), 2))
        return self._look(parts[0]) if len(parts) == 1 else None

    def _look(self, chains: Sequence[Chain]) -> HeldRecords:
        return look_at(self.workspace, chains, for_pointers=not self.force)

    def _part(self, chains: Sequence[Chain], look: HeldRecords) -> None:
        written = self.view.written([(c.object, c.twenty_id) for c in chains])
        self._inverses.hold(chains, written.values())
        todo: list[RecordInverse] = []
        for chain, inverse in zip(chains, self._inverses_of(chains, written, look), strict=True):
            image, undo = look.image(chain), inverse.undo
            before = written[chain.object, chain.twenty_id]
            if undo.action is Action.DESTROY and image is not None and self._is_of_a_kept(chain.object, image, before):
                self._withhold(chain)
                continue
            if undo.reason:
                self._keep(chain, undo)
            if undo.undoes:
                todo.append(inverse)
        if any(inverse.undo.action not in (None, Action.DESTROY) for inverse in todo):
            self._ahead = None  # records that came back, went to the trash or got a field back point elsewhere now
        self._carry_out(todo, [id_of(c) for c in chains if c.object == "people"])
        self.result.undone += len(todo)
        self.result.by_object.update(inverse.chain.object for inverse in todo)
        self.progress(len(chains))

    def _inverses_of(
        self, chains: Sequence[Chain], written: Mapping[tuple[str, bytes], Written], look: HeldRecords
    ) -> list[RecordInverse]:
        """Return the inverse of each chain. Fields that automations of Twenty wrote do not keep a record, and are noted."""

        def inverse_of(chain: Chain, automated_fields: frozenset[str] = frozenset()) -> RecordInverse:
            before, on_it = written[chain.object, chain.twenty_id], look.built_on(chain, self._goes)
            return self._inverses.of(chain, before, look.image(chain), on_it, automated=automated_fields)

        inverses = [inverse_of(chain) for chain in chains]
        edited: dict[str, dict[str, tuple[str, ...]]] = {}
        for chain, inverse in zip(chains, inverses, strict=True):
            if inverse.undo.reason == EDITED:
                edited.setdefault(chain.object, {})[id_of(chain)] = inverse.undo.kept
        by_automations = {
            (plural, identity): fields
            for plural, of_people in edited.items()
            for identity, fields in automated(self.workspace, plural, of_people, look.images[plural]).items()
        }
        for place, chain in enumerate(chains):
            fields = by_automations.get((chain.object, id_of(chain)))
            if fields is not None:
                inverses[place] = inverse_of(chain, fields)
                pbn_id = self._inverses.pbn_id(chain)
                self.result.automated.append(AutomatedRecord(object=chain.object, pbn_id=pbn_id, fields=tuple(sorted(fields))))
        return inverses

    def _goes(self, plural: str, identity: str) -> bool:
        """Return whether this rollback destroys that record too: it then holds back no other record."""
        chosen = self._chosen.get(plural)
        return chosen is not None and (plural, identity) not in self._withheld and chosen.destroys(UUID(identity).bytes)

    def _is_of_a_kept(self, plural: str, image: Image, before: Written) -> bool:
        """Return whether this is the link of a task or note that stays: it stays with it, and so does its person.

        One that we deleted by itself, as the record moved to another person, is none: it would stay in the trash.
        """
        owners = destination().owners.get(plural, ())
        return not before.deleted and any((owner, image.get(column)) in self._withheld for owner, column in owners)

    def _withhold(self, chain: Chain) -> None:
        if chain.destroys:
            self._withheld.add((chain.object, id_of(chain)))

    def _keep(self, chain: Chain, undo: Undo) -> None:
        self._withhold(chain)
        self.result.kept.append(
            KeptRecord(
                object=chain.object,
                pbn_id=self._inverses.pbn_id(chain),
                fields=undo.kept,
                reason=undo.reason or "kept",
            )
        )

    def _goes_with_owner(self, plural: str, image: Image | None) -> bool:
        """Return whether Twenty destroys this link together with its task or note, which go first."""
        owners = destination().owners.get(plural, ())
        return image is not None and any(image.get(column) and self._goes(owner, image[column]) for owner, column in owners)

    def _carry_out(self, todo: Sequence[RecordInverse], people: Sequence[str]) -> None:
        """Write what takes these records back; `people` are the ids of this part's people."""
        if self.dry_run:
            todo = [inverse for inverse in todo if not self._goes_with_owner(inverse.chain.object, inverse.image)]
        if people:
            self._let_addresses_go([inverse for inverse in todo if inverse.chain.object == "people"], people)
        outcomes = self._done([inverse.steps[0] for inverse in todo])
        came_of = {o.planned.intent_id: o for o in outcomes}
        first = [(inverse, came_of[inverse.steps[0].intent_id]) for inverse in todo if len(inverse.steps) > 1]
        # fields given back alone do not take a write back: nothing follows a refusal
        outcomes += self._done([p for i, o in first if o.phase is not Phase.REFUSED for p in i.next_step(o)])
        for outcome in outcomes:
            if outcome.phase is Phase.REFUSED:
                p = outcome.planned
                plural = p.desired.object
                self.result.undone -= 1
                self.result.by_object[plural] -= 1
                if p.action is Action.DESTROY:  # its links, and what it points at, stay with it
                    self._withheld.add((plural, str(p.desired.id)))
                self.result.kept.append(
                    KeptRecord(object=plural, pbn_id=p.desired.pbn_id, fields=tuple(p.send), reason=outcome.reason or "refused")
                )

    def _done(self, planned: Sequence[Planned]) -> list[Outcome]:
        """Intend these writes, send them, and settle them; return what came of each. A dry run counts their requests alone."""
        self.result.destroyed.update(p.desired.object for p in planned if p.action is Action.DESTROY)
        self.result.changed += sum(not p.quiet and p.action is not Action.DESTROY for p in planned)
        if self.dry_run:
            self.result.writes_ahead += requests_for(planned, self.workspace.batch_size)
            return list(map(succeeded, planned))
        self.journal.intend(planned)
        outcomes = [self._in_one_form(o) if _is_too_large(o) else o for o in self.sender.perform(planned)]
        self.journal.settle(outcomes)
        return outcomes

    def _in_one_form(self, refused: Outcome) -> Outcome:
        """Send rich texts, which are too large in both of their forms, in the form that Twenty makes the other one from.

        It is BlockNote where people wrote the text and Markdown where we did. Texts of which one form differs in the end are
        listed.
        """
        p, best = refused.planned, refused
        lost: tuple[str, ...] = ()
        for alone in (blocknote_alone, markdown_alone):
            (outcome,) = self.sender.perform([replace(p, send=alone(p.send))])
            if outcome.phase is not Phase.REFUSED:
                best = outcome
                lost = tuple(name for name in p.send if is_changed(p.send[name], outcome.answer.get(name)))
                if not lost:
                    break
            elif best.phase is Phase.REFUSED:
                best = outcome
        if lost:
            self.result.kept.append(
                KeptRecord(object=p.desired.object, pbn_id=p.desired.pbn_id, fields=lost, reason=FORMATTING_LOST)
            )
        return replace(best, planned=p)

    def _let_addresses_go(self, todo: Sequence[RecordInverse], ids: Sequence[str]) -> None:
        """Release addresses first that other people of this rollback hold, and that people of this part get back. `ids`:
        this part's.
        """
        wanted = {mail for i in todo if (mail := (i.undo.restore.get("emails") or {}).get("primaryEmail"))}
        if not wanted:
            return
        holders = []
        for inverse in [*todo, *self._holders_of_later_parts(wanted, ids)]:
            image = inverse.image or {}
            if inverse.undo.restore.get("emails") and (image.get("emails") or {}).get("primaryEmail") in wanted:
                p = inverse.steps[0]
                lets_go = letting_go(p.desired, p.subject, self.new_id(), inverse.last, image)
                holders.append(replace(lets_go, undoes=(NOTHING,), in_trash=bool(image.get("deletedAt"))))
        if holders:
            self._done(holders)

    def _holders_of_later_parts(self, wanted: Collection[str], here: Sequence[str]) -> list[RecordInverse]:
        """Return the people of later parts who hold these addresses, with what will be undone of them."""
        found: list[Image] = []
        for mails in in_parts(sorted(wanted)):
            condition = {"emails": {"primaryEmail": {"in": mails}}}
            found += self.workspace.find("people", condition, fields=("id",), deleted=True)
        changes = self._chosen["people"].changes
        last_here = max((i for i in map(_bytes, here) if changes(i)), default=b"")
        ids = [i for i in sorted(_bytes(one["id"]) for one in found) if i > last_here and changes(i)]
        if not ids:
            return []
        images = self.workspace.read("people", [str(UUID(bytes=i)) for i in ids], deleted=True)
        written = self.view.written([("people", i) for i in ids])
        chains = list(read_chains(self.view, self._scope, "people", Chosen(changed=bytearray(b"".join(ids)))))
        self._inverses.hold(chains, written.values())  # this part has looked up everything by now
        return [self._inverses.of(c, written["people", c.twenty_id], images.get(str(UUID(bytes=c.twenty_id)))) for c in chains]


def _is_too_large(outcome: Outcome) -> bool:
    send = outcome.planned.send
    return outcome.reason == Refusal.TOO_LARGE.value and markdown_alone(send) != send


def _bytes(identity: str) -> bytes:
    return UUID(identity).bytes
