"""The projector: change events in, Twenty writes out, each with its compensation.

One round of the loop, in numbered steps (the same numbers stand in the code):

 1. Read a window of events; open and project them. Words without an option get one; records without their patient wait.
 2. Settle who may claim which e-mail address; compare three ways with what Twenty holds; plan the writes.
 3. Append the intents, durably.
 4. Write, parents before children.
 5. In one atomic step append outcomes and dead letters and commit the input offsets. Fold them into the view.

Intents that a killed run left open are settled before the first round, by reading Twenty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field, replace
from uuid import UUID

from consumers.journal.addresses import primary_of
from consumers.journal.journal import Journal, Letter
from consumers.journal.planned import Conflict, ConflictNote, Outcome, Planned
from consumers.journal.sending import Sender
from consumers.state.conflicts import SETTLED
from consumers.state.fold import ADDRESS_TAKEN, INTERRUPTED, MISSING_PARENT, UNKNOWN_PATIENT, release_waiting
from consumers.state.partition_ownership import Owner
from consumers.state.view import View
from consumers.sync.conflicts.decided_conflicts import DecidedConflicts
from consumers.sync.email_claims import EmailClaims
from consumers.sync.pairing import Strangers
from consumers.sync.planning.planner import Planner
from consumers.sync.planning.window_plan import WindowPlan, Wish
from consumers.sync.second_tries import SecondTries
from consumers.sync.window import Window, Work
from events.change_events import record_of
from events.compensations import Action, Phase
from events.crash_points import CrashPoint
from events.dead_letters import Stage
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.desired import Context, LostValue, MissingWord, Projected
from projections.destination import destination
from projections.options import option_key
from projections.project import MISSING_OBJECT, project
from projections.valid import MISSING_FIELD, UNKNOWN_OPTION


@dataclass(kw_only=True)
class SyncTally:
    """Tally of a run: counts of writes by action (and unchanged), the conflicts it met, how many dead letters it made, and
    values that the workspace would not have taken: (object, field, reason) → how many.
    """

    writes: Counter[str] = field(default_factory=Counter)
    conflicts: list[Conflict] = field(default_factory=list)
    dead_letters: int = 0
    lost: Counter[tuple[str, str, str]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Result of one window, as a Tally counts it, with its dead letters."""

    writes: Counter[str]
    conflicts: Sequence[Conflict]
    letters: Sequence[Letter]
    lost: Counter[tuple[str, str, str]]


@dataclass(kw_only=True)
class Projector:
    """Carries windows of events into one workspace. `owner` says what is ours to carry. `refresh_context` builds the context
    anew (new providers, new options); `add_options` makes options for words that have none and says whether any were made; with
    `refuse_new_words` records with such words are dead letters instead.
    """

    view: View
    keys: KeyStore
    journal: Journal
    planner: Planner
    sender: Sender
    strangers: Strangers
    group: str
    owner: Owner
    context: Context
    refresh_context: Callable[[], Context]
    add_options: Callable[[Sequence[MissingWord]], bool]
    claims: EmailClaims
    decided: DecidedConflicts
    refuse_new_words: bool = False
    planned: Callable[[Sequence[Work], int], None] = lambda _work, _writes: None
    """Hears of a window's events, and of the number of its writes, before they are sent."""
    tally: SyncTally = field(default_factory=SyncTally)
    _second_tries: SecondTries = field(default_factory=SecondTries)
    _previewed: set[tuple[str, UUID]] = field(default_factory=set)
    """Parents that `preview` would have written; the view knows all others that are in Twenty."""

    def carry(self, window: Window) -> Account:
        """Carry one window through steps 1 to 5. Raises TwentyError, LogError; what was intended by then is settled or open."""
        self.journal.reached(CrashPoint.WINDOW_READ)
        lost = self.tally.lost.copy()
        # 1. open and project
        if any(w.head.entity is Entity.PROVIDER for w in window.work):
            self.context = self.refresh_context()
        projected = self._project(window.work)
        if self._adopt(projected):
            self.context = self.refresh_context()
            projected = self._project(window.work)
        letters: list[Letter] = []
        projected = self._without_new_words(projected, letters)
        wishes = self._present_parents(projected, letters)
        # 2. settle addresses, compare, plan
        claimed = self.claims.settle(wishes)
        letters += [self.journal.letter(who, Stage.PROJECT, ADDRESS_TAKEN, 1, {}, key) for who, key in claimed.waiting]
        plan = self.planner.plan(claimed.wishes, self.strangers.adopted, claimed.let_go)
        plan.writes = [
            replace(p, releases=True) if p.desired.id in claimed.early and p.action is Action.UPDATE else p for p in plan.writes
        ]
        self.planned(window.work, len(plan.writes))
        # 3. intents, durably
        self.journal.intend(plan.writes)
        # 4. write
        outcomes = self._second_tries.of(self.sender.perform(plan.writes))
        # 5. outcomes and offsets in one step
        letters += self._letters_of(outcomes)
        commits = [self.owner.commit(self.group, window.commit)] if window.commit else []
        notes = _carried_out(plan, outcomes)
        self.journal.settle(outcomes, kept=_only_kept(plan), notes=notes, commits=commits, letters=letters)
        self._finish(window, letters, outcomes)
        self.journal.reached(CrashPoint.WINDOW_CARRIED)
        writes = self._count(plan, outcomes, letters)
        if self._second_tries.take_model_changed():
            self.planner.workspace.metadata(refresh=True)
            self.context = self.refresh_context()
        return Account(writes=writes, conflicts=plan.conflicts, letters=letters, lost=self.tally.lost - lost)

    def preview(self, window: Window) -> WindowPlan:
        """Return what `carry` would write. Nothing is written, to Twenty or to the log. Raises TwentyError."""
        if any(w.head.entity is Entity.PROVIDER for w in window.work):
            self.context = self.refresh_context()
        projected = [(w, self._projected(w, r) if r else None) for w, r in self._open(window.work)]
        wishes = self._present_parents(projected, [])
        claimed = self.claims.settle(wishes)
        plan = self.planner.plan(claimed.wishes, self.strangers.adopted, claimed.let_go)
        coming = ((p.desired.object, p.desired.id) for p in (*plan.writes, *(p for p, _ in plan.kept)) if not p.desired.deleted)
        self._previewed |= {(name, identity) for name, identity in coming if name in destination().parents}
        return plan

    def _open(self, work: Sequence[Work]) -> list[tuple[Work, Record | None]]:
        """Return the records, unsealed; None for those of people who were forgotten."""
        records: list[tuple[Work, Record | None]] = []
        for w in work:
            try:
                records.append((w, record_of(w.event, self.keys)))
            except KeyDestroyed:
                records.append((w, None))
        return records

    def _projected(self, work: Work, record: Record) -> Projected:
        return project(work.event.operation, record, self.context, taken_at=work.event.taken_at)

    def _project(self, work: Sequence[Work]) -> list[tuple[Work, Projected | None]]:
        projected = [(w, r, self._projected(w, r) if r else None) for w, r in self._open(work)]
        away = self.planner.resolutions.away
        missing = {m for _, _, p in projected if p for m in p.missing_words}
        missing = {m for m in missing if (m.object, m.field, option_key(m.word)) not in away}
        if (
            missing
            and not self.refuse_new_words
            and self.add_options(sorted(missing, key=lambda m: (m.object, m.field, m.word)))
        ):
            self.context = self.refresh_context()
            projected = [(w, r, self._projected(w, r) if r and p and p.missing_words else p) for w, r, p in projected]
        return [(w, p) for w, _, p in projected]

    def _without_new_words(
        self, projected: Sequence[tuple[Work, Projected | None]], letters: list[Letter]
    ) -> list[tuple[Work, Projected | None]]:
        """Return the records to write. Where the operator wants no new options, records with a word that has none are dead
        letters.
        """
        out = []
        given_up, away = self.planner.resolutions.given_up, self.planner.resolutions.away
        for w, p in projected:
            if p is not None and p.missing_words and self.refuse_new_words:
                fields = sorted({f"{m.object}.{m.field}" for m in p.missing_words})
                detail = {"fields": fields}
                letters.append(self.journal.letter(w.subject, Stage.PROJECT, UNKNOWN_OPTION, w.head.attempts + 1, detail))
            else:
                out.append((w, p))
                self.tally.lost.update(
                    (x.object, x.field, x.reason) for x in (p.lost if p else ()) if not _is_given_up(x, given_up)
                )
                self.tally.lost.update(
                    (m.object, m.field, UNKNOWN_OPTION)
                    for m in (p.missing_words if p else ())
                    if (part := (m.object, m.field, option_key(m.word))) in away and part not in given_up
                )
        return out

    def _present_parents(self, projected: Sequence[tuple[Work, Projected | None]], letters: list[Letter]) -> list[Wish]:
        """Return the wishes whose parents are in Twenty or come in this window; the others wait, with a dead letter."""
        coming = {(d.object, d.id) for _, p in projected if p for d in p.records if not d.deleted}
        needed = {n for _, p in projected if p for d in p.records for n in d.all_needed if n not in coming}
        written = self.view.written([(name, identity.bytes) for name, identity in needed])
        there = {(name, UUID(bytes=identity)) for (name, identity), x in written.items() if x.alive} | coming | self._previewed
        wishes: list[Wish] = []
        for w, p in projected:
            if p is None or not p.records:
                continue
            subject = w.subject
            unmet = next((n for d in p.records for n in d.all_needed if n not in there), None)
            missing = all(d.needs is None and d.object != "companies" and not d.deleted for d in p.records)
            if unmet is None and not missing:
                wishes += [Wish(d, subject) for d in p.records]
            else:
                waits_for = unmet[1].bytes if unmet else None
                waits_for = w.head.patient_id if unmet and unmet[0] == "people" else waits_for
                reason = UNKNOWN_PATIENT if unmet is None or unmet[0] == "people" else MISSING_PARENT
                letters.append(self.journal.letter(subject, Stage.PROJECT, reason, w.head.attempts + 1, {}, waits_for))
        return wishes

    def look_again(self) -> None:
        """Release records that wait for an e-mail address that its holder in Twenty no longer has. Raises TwentyError."""
        self.claims.look_again()

    def take_up(self) -> None:
        """Make records pending again whose conflicts were decided since they were met. Raises LogError, OwnershipLost."""
        if self.decided.take_up():
            self.context = self.refresh_context()

    def _adopt(self, projected: Sequence[tuple[Work, Projected | None]]) -> bool:
        """Look for people who were here before us, by the addresses that our new people want, and for records that refused
        ours as duplicates; True when some were paired.
        """
        refused = [d for _, p in projected if p for d in p.records if self._second_tries.take_duplicate(d)]
        found = self.strangers.look_up(refused) if refused else False
        people = {d.id: d for _, p in projected if p for d in p.records if d.object == "people"}
        self.strangers.recall([i for i in self.context.pairings.values() if i in people])
        held = self.claims.holders(people)
        written = self.view.written([("people", i.bytes) for i in people])
        here = frozenset(UUID(bytes=identity) for (_, identity), x in written.items() if x.alive)
        return self.strangers.meet({d.id: d for d in people.values() if primary_of(d) not in held}, here) or found

    def _letters_of(self, outcomes: Sequence[Outcome]) -> list[Letter]:
        """Return one dead letter a record: what is refused after its first refusal (the link of a note) follows from that."""
        out = []
        heads = self.view.heads([o.planned.subject.record_id for o in outcomes if o.phase is Phase.REFUSED])
        lettered: set[bytes] = set()
        for o in outcomes:
            subject = o.planned.subject
            if o.phase is Phase.REFUSED and o.reason != INTERRUPTED and subject.record_id not in lettered:
                lettered.add(subject.record_id)
                attempt = heads[subject.record_id].attempts + 1 if subject.record_id in heads else 1
                detail = {"object": o.planned.desired.object, "detail": o.detail}
                out.append(self.journal.letter(subject, Stage.WRITE, o.reason or "refused", attempt, detail))
        return out

    def _finish(self, window: Window, letters: Sequence[Letter], outcomes: Sequence[Outcome]) -> None:
        """Return what needed no write is carried too; what waited for something that came goes on."""
        lettered = {x.letter.record_id for x in letters}
        lettered |= {o.planned.subject.record_id for o in outcomes if o.reason == INTERRUPTED}
        heads = self.view.heads([w.head.record_id for w in window.work])
        self.view.save(
            heads=[
                replace(h, applied_revision=h.revision)
                for h in heads.values()
                if h.record_id not in lettered and h.status == "" and h.applied_revision < h.revision
            ]
        )
        release_waiting(self.view)
        self.strangers.settled()
        self.claims.release()

    def _count(self, plan: WindowPlan, outcomes: Sequence[Outcome], letters: Sequence[Letter]) -> Counter[str]:
        applied = [o.planned for o in outcomes if o.phase is Phase.APPLIED]
        writes = Counter("unchanged" if p.quiet else p.action.value.lower() for p in applied)
        writes["unchanged"] += plan.counts["unchanged"]
        self.tally.writes.update(writes)
        self.tally.conflicts += plan.conflicts
        self.tally.dead_letters += len(letters)
        return writes


def _is_given_up(lost: LostValue, away: Set[tuple[str, str, str]]) -> bool:
    """Tell whether a value was lost with a field that a person lets stay away."""
    return lost.reason in (MISSING_FIELD, MISSING_OBJECT) and (lost.object, lost.field, "") in away


def _carried_out(plan: WindowPlan, outcomes: Sequence[Outcome]) -> list[ConflictNote]:
    """Return the notes of a window: a conflict is not over while Twenty refuses what settles it."""
    refused = {(o.planned.desired.object, o.planned.desired.id) for o in outcomes if o.phase is Phase.REFUSED}
    return [n for n in plan.book.notes if n.reason != SETTLED or (n.desired.object, n.desired.id) not in refused]


def _only_kept(plan: WindowPlan) -> list[tuple[Planned, Sequence[str]]]:
    """Return the records of which nothing is written because people changed them, with the fields."""
    written = {p.subject.record_id for p in plan.writes}
    return [(p, fields) for p, fields in plan.kept if p.subject.record_id not in written]
