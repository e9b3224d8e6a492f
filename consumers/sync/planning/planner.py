"""From a window's desired records to planned writes: what Twenty lacks, what differs, what a person changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

from consumers.journal.automations import Automated, none_automated, overwritten
from consumers.journal.history import History
from consumers.journal.three_way import LastWrite, Policy, Take
from consumers.state.conflicts import DELETED
from consumers.state.view import View
from consumers.state.view_rows import Written
from consumers.sync.conflicts.conflict_book import ConflictBook, Sides
from consumers.sync.conflicts.resolutions import Resolutions, is_renewed
from consumers.sync.conflicts.worked_on import NO_WORK, WorkedOn, work_on_link
from consumers.sync.planning.leaving import delete
from consumers.sync.planning.lost_records import LostRecords
from consumers.sync.planning.present_records import PresentRecords
from consumers.sync.planning.window_plan import StandingRecord, WindowPlan, Wish
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace
from projections.desired import Desired
from projections.destination import destination

_ALWAYS_READ = frozenset({"id", "deletedAt", "createdBy", "updatedAt", "updatedBy", "emails"})
"""Columns that the comparison asks for beside those of the wanted and the last written values."""


class _Look(Enum):
    """The ways to look at a record that stands in Twenty."""

    NEW = auto()
    """Another state is wanted than the one written last, or may be missing."""
    IDLE = auto()
    """Nothing new is wanted, but a conflict is open or values are to come back: that people removed it is no conflict."""
    NONE = auto()
    """Nothing new is wanted: it is not asked for."""


@dataclass(kw_only=True)
class _Fates:
    """PbN records whose task or note was made again, removed by people, taken out of the trash, or stays (or goes) although it
    left PbN: their links follow it.
    """

    again: set[bytes] = field(default_factory=set)
    removed: set[bytes] = field(default_factory=set)
    revived: set[bytes] = field(default_factory=set)
    staying: dict[bytes, bool] = field(default_factory=dict)


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
    lost: LostRecords
    present: PresentRecords
    new_id: Callable[[], bytes]
    check_all: bool = False
    automated: Automated = none_automated

    def plan(self, wishes: Sequence[Wish], adopted: Mapping[UUID, Image], let_go: frozenset[UUID] = frozenset()) -> WindowPlan:
        """Return the plan for these wishes. `adopted` are images of people who were in Twenty before us, `let_go` people
        who must give up their address first. Reads the present images it needs in one request. Raises TwentyError.
        """
        plan = WindowPlan(book=ConflictBook(resolutions=self.resolutions, new_id=self.new_id))
        self.present.forget_model()
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
        standing: list[StandingRecord] = []
        for wish in wishes:
            desired = wish.desired
            before = written.get((desired.object, desired.id.bytes))
            if desired.id in adopted and (before is None or not before.alive):
                self.present.adopt(plan, wish, adopted[desired.id])
            elif before is None or not before.alive:
                plan.settle(wish)
                if desired.deleted:
                    plan.leave()
                else:
                    plan.create(wish)
            elif desired.deleted and before.deleted and wish.subject.record_id not in revived:
                plan.leave()
            else:
                standing.append(StandingRecord(wish, before, self.history.last_write(before)))
        links = destination().links
        linked_anew = {p.subject.record_id for p in plan.writes if p.desired.object in links}
        looked_at: dict[_Look, list[StandingRecord]] = {look: [] for look in _Look}
        for one in standing:
            looked_at[self._look(plan, one, linked_anew)].append(one)
        again = self._compare_with_twenty(plan, looked_at[_Look.NEW], looked_at[_Look.IDLE], let_go)
        for wish, _, _ in looked_at[_Look.NONE]:
            if wish.desired.object in links and wish.subject.record_id in again:
                plan.create(wish)
            else:
                plan.leave()
        return plan

    def _look(self, plan: WindowPlan, one: StandingRecord, linked_anew: Set[bytes]) -> _Look:
        """Return the way to look at a record that stands. `linked_anew` are PbN records with a new link, which needs its task
        or note: people may have removed that.
        """
        wish, before, last = one
        if (
            wish.desired.deleted
            or before.deleted
            or self.check_all
            or _differs(wish.desired, last)
            or wish.subject.record_id in linked_anew
            or self.lost.merges.is_looked_at_again(wish.subject)
        ):
            return _Look.NEW
        return _Look.IDLE if _is_open_or_renewed(plan, wish) else _Look.NONE

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

    def _compare_with_twenty(
        self, plan: WindowPlan, new: Sequence[StandingRecord], idle: Sequence[StandingRecord], let_go: frozenset[UUID]
    ) -> set[bytes]:
        """Compare with Twenty; return the PbN records whose task or note is made again: its links went with it."""
        compared, fates = [*new, *idle], _Fates()
        if not compared:
            return fates.again
        links, order = destination().links, destination().write_order
        leaving = {one.wish.desired.object for one in compared if one.wish.desired.deleted} - set(links)
        images = self._images(compared, leaving)
        plan.healed = overwritten(self.automated, ((*one.name, one.last) for one in compared), images)
        left = [one.name for one in compared if one.wish.desired.deleted and one.wish.desired.object in leaving]
        work = self.worked_on.among({(plural, identity): images[plural].get(identity) for plural, identity in left})
        self.lost.look(compared, images.get("people", {}))
        are_idle = {one.name for one in idle}
        for one in sorted(compared, key=lambda one: order.index(one.wish.desired.object)):
            wish, before, last = one
            image = images[wish.desired.object].get(one.name[1])
            record, is_link = wish.subject.record_id, wish.desired.object in links
            again = (is_link and record in fates.again) or self.history.went_with_object(before)
            if is_link and image is not None and record in fates.revived and (wish.desired.deleted or not before.deleted):
                image = {**image, "deletedAt": None}  # restored with its task or note
            if is_link and record in fates.removed:
                plan.leave()
            elif one.name in are_idle and self.lost.stays_removed(plan, one, image, again=again):
                if not self.lost.is_merged(wish):
                    plan.settle(wish)
                plan.leave()
            elif image is None:
                made = self.lost.make_again(plan, wish, again=again)
                (fates.again if made else fates.removed).add(record)
            elif wish.desired.deleted and not is_link:
                on_it = work.get(one.name, NO_WORK)
                fates.staying[record] = delete(plan, self.policy, wish, last, image, on_it)
            elif wish.desired.deleted:
                self._unlink(plan, one, image, fates)
            elif image.get("deletedAt") and not before.deleted and plan.book.taken(wish.desired, DELETED) is not Take.OURS:
                fates.removed.add(record)
                self._leave_in_trash(plan, wish, image)
            else:
                if image.get("deletedAt"):
                    fates.revived.add(record)
                self.present.compare(plan, wish, last, image, let_go)
        plan.writes = [p for p in plan.writes if p.desired.object not in links or p.subject.record_id not in fates.removed]
        return fates.again

    def _images(self, compared: Sequence[StandingRecord], leaving: Set[str]) -> Mapping[str, Mapping[str, Image]]:
        """Return what Twenty has of these records; of the objects in `leaving` every field, for people may have filled any."""
        ids: dict[str, list[str]] = {}
        fields: dict[str, set[str]] = {}
        for one in compared:
            plural, identity = one.name
            ids.setdefault(plural, []).append(identity)
            if plural not in leaving:
                fields.setdefault(plural, set(_ALWAYS_READ)).update(one.wish.desired.values, one.last.values)
        return self.workspace.read_several(ids, deleted=True, fields=fields)

    def _unlink(self, plan: WindowPlan, one: StandingRecord, image: Image, fates: _Fates) -> None:
        """Plan the deletion of a link, which stays or goes with its task or note where that left PbN too."""
        stays = fates.staying.get(one.wish.subject.record_id)
        if stays:
            plan.settle(one.wish)
            plan.leave()
        else:
            work = work_on_link(one.last, image) if stays is None else NO_WORK
            delete(plan, self.policy, one.wish, one.last, image, work)

    def _leave_in_trash(self, plan: WindowPlan, wish: Wish, image: Image) -> None:
        """Keep a record in the trash, where people put it."""
        if plan.book.taken(wish.desired, DELETED) is Take.THEIRS:
            plan.settle(wish)
            plan.keep(wish, ("deletedAt",))
        else:
            sides = Sides(theirs={"deletedAt": image["deletedAt"]})
            plan.hold(wish, DELETED, fields=("deletedAt",), image=image, sides=sides)


def _is_open_or_renewed(plan: WindowPlan, wish: Wish) -> bool:
    """Tell whether a record has an open conflict, or gets values back."""
    renewed = plan.renewals.get(wish.desired.object, {}).values()
    return plan.book.is_open(wish.desired) or any(is_renewed(wish.subject, at) for at in renewed)


def _differs(desired: Desired, last: LastWrite) -> bool:
    return any(name not in last.values or last.values[name] != value for name, value in desired.values.items())
