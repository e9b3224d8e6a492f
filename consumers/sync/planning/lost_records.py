"""Records that Twenty lost: made again, or left away because people removed them or merged their person into another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from consumers.journal.merges import Merge, Merges, goes_with_person, lost_people
from consumers.journal.three_way import LastWrite, Policy, Take
from consumers.state.conflicts import DELETED, DESTROYED, MERGED
from consumers.sync.conflicts.conflict_book import Sides
from consumers.sync.planning.window_plan import StandingRecord, WindowPlan, Wish
from consumers.twenty.images import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class LostRecords:
    """Decides about records that are gone from Twenty. With `check_all` each is made again, as with PbN winning conflicts."""

    policy: Policy
    merges: Merges
    check_all: bool = False
    _made_again: set[str] = field(default_factory=set)
    _merged: dict[UUID, Merge] = field(default_factory=dict)

    def look(self, compared: Sequence[StandingRecord], people: Mapping[str, Image]) -> None:
        """Find the merges among people who are not among these images. Raises TwentyError, LogError."""
        self._merged.clear()
        self._merged.update(self.merges.among(lost_people(compared, people)))

    def is_merged(self, wish: Wish) -> bool:
        """Tell whether people merged a person into another one, and no decision brings the person back."""
        return wish.desired.id in self._merged

    def stays_removed(self, plan: WindowPlan, one: StandingRecord, image: Image | None, *, again: bool) -> bool:
        """Tell whether people removed a record of which nothing new is wanted, and no decision brings it back."""
        desired = one.wish.desired
        if self.is_merged(one.wish):
            return plan.book.taken(desired, MERGED) is None
        if image is None:
            taken = plan.book.taken(desired, DESTROYED) or self.policy is Policy.SOURCE_WINS
            return not (again or taken)
        return bool(image.get("deletedAt")) and not one.before.deleted and plan.book.taken(desired, DELETED) is None

    def make_again(self, plan: WindowPlan, wish: Wish, *, again: bool) -> bool:
        """Plan a record that is gone; return whether it is made again. `again`: it went with its object, or its owner."""
        if wish.desired.deleted:
            plan.settle(wish)
            plan.leave()
            return False
        if self.is_merged(wish):
            return self._merged_away(plan, wish, self._merged[wish.desired.id])
        if goes_with_person(wish.desired):
            if self.merges.took_along(wish.desired, wish.subject, self._merged, self._made_again):
                plan.hold(wish, MERGED, fields=("id",))
                return False
            again = again or self.merges.is_looked_at_again(wish.subject) or plan.book.is_about(wish.desired, MERGED)
        take = plan.book.taken(wish.desired, DESTROYED)
        if again or self.check_all or self.policy is Policy.SOURCE_WINS or take is Take.OURS:
            self._make(plan, wish)
            return True
        if take is Take.THEIRS:
            plan.settle(wish)
            plan.keep(wish, ("id",))
        else:
            plan.hold(wish, DESTROYED, fields=("id",))
        return False

    def without_emptied(self, last: LastWrite, image: Image) -> LastWrite:
        """Return our last write without links to records made again: Twenty emptied them, which is no person's edit."""
        if not self._made_again:
            return last
        emptied = {n for n, v in last.values.items() if isinstance(v, str) and v in self._made_again and image.get(n) is None}
        return LastWrite({n: v for n, v in last.values.items() if n not in emptied}, last.answer)

    def _make(self, plan: WindowPlan, wish: Wish) -> None:
        plan.settle(wish)
        plan.create(wish)
        self._made_again.add(str(wish.desired.id))

    def _merged_away(self, plan: WindowPlan, wish: Wish, merge: Merge) -> bool:
        """Return whether a person that people merged into another one is made again: only where a person decided that."""
        take = plan.book.taken(wish.desired, MERGED)
        if take is Take.OURS:
            self._make(plan, wish)
            del self._merged[wish.desired.id]
            return True
        if take is not Take.THEIRS and not self.merges.is_known(wish.subject):
            theirs = merge.theirs
            plan.hold(wish, MERGED, fields=("id",), of_conflict=tuple(theirs), sides=Sides(theirs=theirs))
        else:
            plan.settle(wish)
            plan.keep(wish, ("id",))
        return False
