"""From a window's desired records to planned writes: what Twenty lacks, what differs, what a person changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from consumers.journal.actors import last_actor
from consumers.journal.addresses import freed, letting_go
from consumers.journal.automations import Automated, none_automated, overwritten
from consumers.journal.history import History
from consumers.journal.planned import Conflict, Planned, Subject
from consumers.journal.three_way import CREATED_AT, Difference, LastWrite, Policy, Take, compare, is_blank
from consumers.state.conflicts import DELETED, DESTROYED, EDITED, MERGED, WHOLE_RECORD
from consumers.state.view import View
from consumers.state.view_rows import Written
from consumers.sync.conflicts.conflict_book import NO_VALUES, ConflictBook, Sides
from consumers.sync.conflicts.merges import Merge, Merges, goes_with_person, lost_people
from consumers.sync.conflicts.resolutions import Renewals, Resolutions, is_renewed, without_lost
from consumers.sync.conflicts.worked_on import NO_WORK, PeoplesWork, WorkedOn, work_on_link
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace
from events.compensations import Action
from projections.desired import Desired
from projections.destination import destination
from projections.values import date_time

_ALWAYS_READ = frozenset({"id", "deletedAt", "createdBy", "updatedAt", "updatedBy", "emails"})
"""Columns that the comparison asks for beside those of the wanted and the last written values."""

NO_SIDES = Sides()
Idle = tuple[str, UUID]
"""A record in Twenty, by object and id, of which nothing new is wanted."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A desired record and the PbN record it comes from."""

    desired: Desired
    subject: Subject


@dataclass(kw_only=True)
class WindowPlan:
    """The writes and other results of a window.

    `kept` are records of which nothing is written because a person's changes stay. `book` has the notes that open and close
    conflicts.
    """

    book: ConflictBook
    writes: list[Planned] = field(default_factory=list)
    kept: list[tuple[Planned, tuple[str, ...]]] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    renewals: Renewals = field(default_factory=dict)
    healed: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Plans writes to one workspace. With `check_all`, records are compared with Twenty even where nothing new is wanted
    (a replay); records that Twenty lost are then made again. `resolutions` are the sides that people took in conflicts.
    `automated` tells fields that Twenty's automations wrote: there PbN's values are written again.
    """

    workspace: Workspace
    view: View
    history: History
    policy: Policy
    resolutions: Resolutions
    worked_on: WorkedOn
    merges: Merges
    new_id: Callable[[], bytes]
    check_all: bool = False
    automated: Automated = none_automated
    _made_again: set[str] = field(default_factory=set)
    _kinds: dict[str, dict[str, str]] = field(default_factory=dict)
    _merged: dict[UUID, Merge] = field(default_factory=dict)

    def plan(self, wishes: Sequence[Wish], adopted: Mapping[UUID, Image], let_go: frozenset[UUID] = frozenset()) -> WindowPlan:
        """Return the plan for these wishes. `adopted` are images of people who were in Twenty before us, `let_go` people
        who must give up their address first. Reads the present images it needs in one request. Raises TwentyError.
        """
        plan = WindowPlan(book=ConflictBook(resolutions=self.resolutions, new_id=self.new_id))
        self._kinds.clear()
        written = self._written(wishes)
        deleted = {i for i, x in written.items() if x.alive and x.deleted}
        live = (w for w in wishes if not w.desired.deleted)
        revived = {w.subject.record_id for w in live if (w.desired.object, w.desired.id.bytes) in deleted}
        stale = self._stale_links(wishes, revived)
        wishes = [*wishes, *stale]
        written |= self._written(stale)
        self.history.hold(at for x in written.values() for at in (x.intent, x.outcome))  # a delta's lie all over the log
        plan.renewals = self.resolutions.renewals
        plan.book.open({w.subject.record_id for w in wishes})
        plan.book.over_but_for([(w.desired, w.subject) for w in wishes])
        doubtful: list[tuple[Wish, Written, LastWrite]] = []
        quiet: list[tuple[Wish, Written]] = []
        for wish in wishes:
            desired = wish.desired
            before = written.get((desired.object, desired.id.bytes))
            if desired.id in adopted and (before is None or not before.alive):
                self._adopt(plan, wish, adopted[desired.id])
            elif before is None or not before.alive:
                plan.book.over(wish.desired, wish.subject)
                if desired.deleted:
                    plan.counts["unchanged"] += 1
                else:
                    plan.writes.append(self._create(wish))
            elif desired.deleted and before.deleted and wish.subject.record_id not in revived:
                plan.counts["unchanged"] += 1
            else:
                last = self.history.last_write(before)
                if desired.deleted or before.deleted or self.check_all or _differs(desired, last):
                    doubtful.append((wish, before, last))
                else:
                    quiet.append((wish, before))
        links = destination().links  # a new link needs its task or note: people may have removed it
        relinked = {p.subject.record_id for p in plan.writes if p.desired.object in links}
        doubtful += [(w, x, self.history.last_write(x)) for w, x in quiet if w.subject.record_id in relinked]
        quiet = [(w, x) for w, x in quiet if w.subject.record_id not in relinked]
        of_merged = {w.subject.record_id for w, _ in quiet if self.merges.is_looked_at_again(w.subject)}
        doubtful += [(w, x, self.history.last_write(x)) for w, x in quiet if w.subject.record_id in of_merged]
        quiet = [(w, x) for w, x in quiet if w.subject.record_id not in of_merged]
        idle = {(w.desired.object, w.desired.id) for w, _ in quiet if _is_looked_at_again(plan, w)}
        doubtful += [(w, x, self.history.last_write(x)) for w, x in quiet if (w.desired.object, w.desired.id) in idle]
        quiet = [(w, x) for w, x in quiet if (w.desired.object, w.desired.id) not in idle]
        again = self._compare_with_twenty(plan, doubtful, let_go, idle)
        lost = [w for w, _ in quiet if w.desired.object in links and w.subject.record_id in again]
        plan.writes += [self._create(w) for w in lost]
        plan.counts["unchanged"] += len(quiet) - len(lost)
        return plan

    def _adopt(self, plan: WindowPlan, wish: Wish, image: Image) -> None:
        """Adopt a record that was in Twenty before us: brought back where it is soft-deleted; what people said there stays."""
        if wish.desired.deleted:
            plan.counts["unchanged"] += 1
            return
        if image.get("deletedAt"):
            plan.writes.append(self._as_it_was(Action.RESTORE, wish, LastWrite({}, {})))
        self._difference(plan, wish, None, image)

    def _written(self, wishes: Sequence[Wish]) -> dict[tuple[str, bytes], Written]:
        return self.view.written([(w.desired.object, w.desired.id.bytes) for w in wishes])

    def _stale_links(self, wishes: Sequence[Wish], revived: Set[bytes]) -> list[Wish]:
        """Return links that a record no longer wants (it moved to another patient): soft-deleted. Those of `revived`
        records come back with their task or note, and go once more.
        """
        subjects = {w.subject.record_id: w.subject for w in wishes}
        wanted = {(w.desired.object, w.desired.id.bytes) for w in wishes}
        deleted = {w.subject.record_id for w in wishes if w.desired.deleted}
        stale = [
            x
            for x in self.view.links_for(list(subjects))
            if (not x.deleted or x.record_id in revived)
            and (x.object, x.twenty_id) not in wanted
            and x.record_id not in deleted
        ]
        return [
            Wish(
                Desired(object=x.object, id=UUID(bytes=x.twenty_id), pbn_id=None, values={}, deleted=True),
                subjects[x.record_id],
            )
            for x in stale
        ]

    def _create(self, wish: Wish) -> Planned:
        values = wish.desired.values
        if wish.desired.created_at is not None:
            values = {**values, CREATED_AT: date_time(wish.desired.created_at)}
        send = {name: value for name, value in values.items() if not is_blank(value)}
        return Planned(
            action=Action.CREATE, desired=wish.desired, subject=wish.subject, intent_id=self.new_id(), send=send, values=values
        )

    def _compare_with_twenty(
        self, plan: WindowPlan, doubtful: Sequence[tuple[Wish, Written, LastWrite]], let_go: frozenset[UUID], idle: Set[Idle]
    ) -> set[bytes]:
        """Compare with Twenty; return the PbN records whose task or note is made again: its links went with it. `idle` are
        records of which nothing new is wanted: that people removed them is no conflict.
        """
        again: set[bytes] = set()
        removed: set[bytes] = set()
        revived: set[bytes] = set()
        if not doubtful:
            return again
        ids: dict[str, list[str]] = {}
        fields: dict[str, set[str]] = {}
        links, order = destination().links, destination().write_order
        leaving = {w.desired.object for w, _, _ in doubtful if w.desired.deleted} - set(links)
        for wish, _, last in doubtful:
            plural = wish.desired.object
            ids.setdefault(plural, []).append(str(wish.desired.id))
            if plural not in leaving:  # people's own values may be in any field
                fields.setdefault(plural, set(_ALWAYS_READ)).update(wish.desired.values, last.values)
        images = self.workspace.read_several(ids, deleted=True, fields=fields)
        ours = ((w.desired.object, str(w.desired.id), last) for w, _, last in doubtful)
        plan.healed = overwritten(self.automated, ours, images)
        work = self.worked_on.among(
            {
                (w.desired.object, str(w.desired.id)): images[w.desired.object].get(str(w.desired.id))
                for w, _, _ in doubtful
                if w.desired.deleted and w.desired.object in leaving
            }
        )
        self._merged.clear()
        self._merged.update(self.merges.among(lost_people(doubtful, images.get("people", {}))))
        staying: dict[bytes, bool] = {}
        for wish, before, last in sorted(doubtful, key=lambda one: order.index(one[0].desired.object)):
            image = images[wish.desired.object].get(str(wish.desired.id))
            record, link = wish.subject.record_id, wish.desired.object in links
            anew = (link and record in again) or self.history.went_with_object(before)
            if link and image is not None and record in revived and (wish.desired.deleted or not before.deleted):
                image = {**image, "deletedAt": None}  # restored with its task or note
            if link and record in removed:
                plan.counts["unchanged"] += 1
            elif (wish.desired.object, wish.desired.id) in idle and self._stays_removed(plan, wish, before, image, again=anew):
                if wish.desired.id not in self._merged:
                    plan.book.over(wish.desired, wish.subject)
                plan.counts["unchanged"] += 1
            elif image is None:
                (again if self._lost(plan, wish, again=anew) else removed).add(record)
            elif wish.desired.deleted and link and record in staying:  # it stays, or goes, with its task or note
                self._delete(plan, wish, last, image, NO_WORK, stays=staying[record])
            elif wish.desired.deleted:
                on_it = work_on_link(last, image) if link else work.get((wish.desired.object, str(wish.desired.id)), NO_WORK)
                stays = self._delete(plan, wish, last, image, on_it)
                staying |= {} if link else {record: stays}
            elif image.get("deletedAt") and not before.deleted and plan.book.taken(wish.desired, DELETED) is not Take.OURS:
                removed.add(record)
                if plan.book.taken(wish.desired, DELETED) is Take.THEIRS:
                    plan.book.over(wish.desired, wish.subject)
                else:
                    self._conflict(
                        plan, wish, (), DELETED, image, kept=True, sides=Sides(theirs={"deletedAt": image["deletedAt"]})
                    )
                    plan.book.over(wish.desired, wish.subject, still=(WHOLE_RECORD,))
                self._keep(plan, wish, ("deletedAt",))
            else:
                if image.get("deletedAt"):
                    revived.add(record)
                self._present(plan, wish, last, image, let_go)
        plan.writes = [p for p in plan.writes if p.desired.object not in links or p.subject.record_id not in removed]
        return again

    def _stays_removed(self, plan: WindowPlan, wish: Wish, before: Written, image: Image | None, *, again: bool) -> bool:
        """Return whether people removed a record from Twenty, and no decision brings it back."""
        if wish.desired.id in self._merged:
            return plan.book.taken(wish.desired, MERGED) is None
        if image is None:
            taken = plan.book.taken(wish.desired, DESTROYED) or self.policy is Policy.SOURCE_WINS
            return not (again or taken)
        return bool(image.get("deletedAt")) and not before.deleted and plan.book.taken(wish.desired, DELETED) is None

    def _present(self, plan: WindowPlan, wish: Wish, last: LastWrite, image: Image, let_go: frozenset[UUID]) -> None:
        if image.get("deletedAt"):
            plan.writes.append(self._as_it_was(Action.RESTORE, wish, last))
        if wish.desired.id in let_go:
            plan.writes.append(letting_go(wish.desired, wish.subject, self.new_id(), last, image))
            emails = freed(last.answer.get("emails") or {})
            image = {**image, "emails": emails}
            last = LastWrite(last.values, {**last.answer, "emails": emails})
        self._difference(plan, wish, last, image)

    def _difference(self, plan: WindowPlan, wish: Wish, last: LastWrite | None, image: Image) -> None:
        kinds = self._kinds_of(wish.desired.object)
        if last is not None and self._made_again:
            # Twenty empties what points at a record that is destroyed: nobody's edit
            again = {n for n, v in last.values.items() if isinstance(v, str) and v in self._made_again and image.get(n) is None}
            last = LastWrite({n: v for n, v in last.values.items() if n not in again}, last.answer)
        wanted = wish.desired.values
        if last is not None:
            last = without_lost(last, wish.subject, image, plan.renewals.get(wish.desired.object, {}))
        takes = plan.book.takes(wish.desired, image)
        if last is not None and (healed := plan.healed.get((wish.desired.object, str(wish.desired.id)))):
            last = LastWrite({n: v for n, v in last.values.items() if n not in healed}, last.answer)
            takes = {**takes, **dict.fromkeys(healed, Take.OURS)}
        difference = compare(wanted, last, image, kinds, self.policy, takes)
        if difference.conflicts:
            kept = self.policy is not Policy.SOURCE_WINS
            sides = Sides(
                ours={name: wanted[name] for name in difference.conflicts},
                theirs={name: image.get(name) for name in difference.conflicts},
                before={name: last.answer.get(name) for name in difference.conflicts} if last else {},
            )
            self._conflict(plan, wish, difference.conflicts, EDITED, image, kept=kept, sides=sides)
        plan.book.over(wish.desired, wish.subject, still=set(difference.conflicts) - set(difference.overwritten))
        moved = last is None or dict(last.values) != dict(difference.values)
        if difference.write or (moved and (difference.yielded or not difference.conflicts)):
            plan.writes.append(self._update(wish, difference, last))
        elif difference.conflicts:
            self._keep(plan, wish, difference.conflicts)
        else:
            plan.counts["unchanged"] += 1

    def _kinds_of(self, plural: str) -> dict[str, str]:
        """Return the Twenty types of an object's columns, the same while one window is planned."""
        if plural not in self._kinds:
            columns = self.workspace.metadata().object(plural).columns
            self._kinds[plural] = {name: f.type for name, f in columns.items()}
        return self._kinds[plural]

    def _update(self, wish: Wish, difference: Difference, last: LastWrite | None) -> Planned:
        return Planned(
            action=Action.UPDATE,
            desired=wish.desired,
            subject=wish.subject,
            intent_id=self.new_id(),
            send=difference.write,
            before=difference.before,
            values=difference.values,
            answer=difference.answer,
            quiet=not difference.write,
        )

    def _delete(
        self, plan: WindowPlan, wish: Wish, last: LastWrite, image: Image, work: PeoplesWork, *, stays: bool = False
    ) -> bool:
        """Plan the deletion of a record that left PbN; return whether it stays because people worked on it."""
        theirs, is_worked_on = work.theirs, bool(work.fields)
        take = plan.book.taken(wish.desired, work.reason, theirs)
        if image.get("deletedAt") or stays:
            plan.book.over(wish.desired, wish.subject)
            plan.counts["unchanged"] += 1
            return stays
        if is_worked_on and (take is Take.THEIRS or plan.book.stays(wish.desired, wish.subject)):
            plan.book.over(wish.desired, wish.subject)
            self._keep(plan, wish, work.fields)
            return True
        if is_worked_on and take is not Take.OURS and self.policy is not Policy.SOURCE_WINS:
            sides = Sides(theirs=theirs, before=work.before)
            self._conflict(plan, wish, work.fields, work.reason, image, kept=True, sides=sides)
            plan.book.over(wish.desired, wish.subject, still=(WHOLE_RECORD,))
            self._keep(plan, wish, work.fields)
            return True
        if is_worked_on and take is None:
            self._conflict(plan, wish, work.fields, work.reason, image, kept=False)
        plan.book.over(wish.desired, wish.subject)
        plan.writes.append(self._as_it_was(Action.DELETE, wish, last, {"deletedAt": None}))
        return False

    def _as_it_was(self, action: Action, wish: Wish, last: LastWrite, before: Mapping[str, Any] = NO_VALUES) -> Planned:
        """Return a write that changes no field."""
        return Planned(
            action=action,
            desired=wish.desired,
            subject=wish.subject,
            intent_id=self.new_id(),
            before=before,
            values=last.values,
            answer=last.answer,
        )

    def _lost(self, plan: WindowPlan, wish: Wish, *, again: bool) -> bool:
        """Return whether what Twenty lost is made again."""
        if wish.desired.id in self._merged and not wish.desired.deleted:
            return self._lost_by_merge(plan, wish, self._merged[wish.desired.id])
        if goes_with_person(wish.desired) and not wish.desired.deleted:
            if self.merges.took_along(wish.desired, wish.subject, self._merged, self._made_again):
                self._conflict(plan, wish, (), MERGED, {}, kept=True)
                plan.book.over(wish.desired, wish.subject, still=(WHOLE_RECORD,))
                self._keep(plan, wish, ("id",))
                return False
            again = again or self.merges.is_looked_at_again(wish.subject) or plan.book.is_about(wish.desired, MERGED)
        take = plan.book.taken(wish.desired, DESTROYED)
        if wish.desired.deleted:
            plan.book.over(wish.desired, wish.subject)
            plan.counts["unchanged"] += 1
        elif again or self.check_all or self.policy is Policy.SOURCE_WINS or take is Take.OURS:
            plan.book.over(wish.desired, wish.subject)
            plan.writes.append(self._create(wish))
            self._made_again.add(str(wish.desired.id))
            return True
        elif take is Take.THEIRS:
            plan.book.over(wish.desired, wish.subject)
            self._keep(plan, wish, ("id",))
        else:
            self._conflict(plan, wish, (), DESTROYED, {}, kept=True)
            plan.book.over(wish.desired, wish.subject, still=(WHOLE_RECORD,))
            self._keep(plan, wish, ("id",))
        return False

    def _lost_by_merge(self, plan: WindowPlan, wish: Wish, merge: Merge) -> bool:
        """Return whether a person that people merged into another one is made again: only where a person decided that."""
        take = plan.book.taken(wish.desired, MERGED)
        if take is Take.OURS:
            plan.book.over(wish.desired, wish.subject)
            plan.writes.append(self._create(wish))
            self._made_again.add(str(wish.desired.id))
            del self._merged[wish.desired.id]
            return True
        if take is not Take.THEIRS and not self.merges.is_known(wish.subject):
            theirs = merge.theirs
            self._conflict(plan, wish, tuple(theirs), MERGED, {}, kept=True, sides=Sides(theirs=theirs))
            plan.book.over(wish.desired, wish.subject, still=(WHOLE_RECORD,))
        else:
            plan.book.over(wish.desired, wish.subject)
        self._keep(plan, wish, ("id",))
        return False

    def _keep(self, plan: WindowPlan, wish: Wish, fields: tuple[str, ...]) -> None:
        plan.kept.append(
            (
                Planned(action=Action.UPDATE, desired=wish.desired, subject=wish.subject, intent_id=self.new_id(), quiet=True),
                fields,
            )
        )

    def _conflict(
        self,
        plan: WindowPlan,
        wish: Wish,
        fields: tuple[str, ...],
        reason: str,
        image: Mapping[str, Any],
        *,
        kept: bool,
        sides: Sides = NO_SIDES,
    ) -> None:
        """Count a conflict, and note one that is `kept`."""
        desired, by = wish.desired, last_actor(image)
        if kept:
            plan.book.met(desired, wish.subject, fields, reason, sides, by)
        plan.conflicts.append(
            Conflict(
                object=desired.object,
                pbn_id=desired.pbn_id,
                twenty_id=str(desired.id),
                fields=fields,
                reason=reason,
                kept=kept,
                changed_by=by,
            )
        )


def _is_looked_at_again(plan: WindowPlan, wish: Wish) -> bool:
    """Tell whether a record of which nothing new is wanted has an open conflict, or gets values back."""
    renewed = plan.renewals.get(wish.desired.object, {}).values()
    return plan.book.is_open(wish.desired) or any(is_renewed(wish.subject, at) for at in renewed)


def _differs(desired: Desired, last: LastWrite) -> bool:
    return any(name not in last.values or last.values[name] != value for name, value in desired.values.items())
