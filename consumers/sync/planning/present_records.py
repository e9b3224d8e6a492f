"""Records that Twenty has: compared three ways, and their differences written, yielded or held as conflicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from consumers.journal.addresses import freed, letting_go
from consumers.journal.three_way import LastWrite, Policy, Take, compare, edited
from consumers.state.conflicts import EDITED
from consumers.sync.conflicts.conflict_book import Sides
from consumers.sync.planning.lost_records import LostRecords
from consumers.sync.planning.window_plan import WindowPlan, Wish
from consumers.twenty.images import Image
from consumers.twenty.workspace import Workspace
from events.compensations import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentRecords:
    """Plans the writes to records of which Twenty has an image."""

    workspace: Workspace
    policy: Policy
    lost: LostRecords
    _kinds: dict[str, dict[str, str]] = field(default_factory=dict)

    def forget_model(self) -> None:
        """Read the types of columns anew: they are the same while one window is planned."""
        self._kinds.clear()

    def compare(self, plan: WindowPlan, wish: Wish, last: LastWrite, image: Image, let_go: frozenset[UUID]) -> None:
        """Plan a record that is wanted: out of the trash, its address given up where it is in `let_go`, its differences.

        Raises TwentyError, LogError.
        """
        if image.get("deletedAt"):
            plan.move(Action.RESTORE, wish, last)
        if wish.desired.id in let_go and "emails" not in edited(last, image):  # what people put there stays, as a conflict
            plan.writes.append(letting_go(wish.desired, wish.subject, plan.book.new_id(), last, image))
            emails = freed(last.answer.get("emails") or {})
            image = {**image, "emails": emails}
            last = LastWrite(last.values, {**last.answer, "emails": emails})
        self._difference(plan, wish, last, image)

    def adopt(self, plan: WindowPlan, wish: Wish, image: Image) -> None:
        """Adopt a record that was in Twenty before us: brought back where it is soft-deleted; what people wrote there stays.

        Raises TwentyError, LogError.
        """
        if wish.desired.deleted:
            plan.leave()
            return
        if image.get("deletedAt"):
            plan.move(Action.RESTORE, wish, LastWrite({}, {}))
        self._difference(plan, wish, None, image)

    def _difference(self, plan: WindowPlan, wish: Wish, last: LastWrite | None, image: Image) -> None:
        kinds = self._kinds_of(wish.desired.object)
        wanted = wish.desired.values
        if last is not None:
            last = self.lost.without_emptied(last, image)
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
            plan.conflict(wish, difference.conflicts, EDITED, image, kept=kept, sides=sides)
        plan.book.over(wish.desired, wish.subject, still=set(difference.conflicts) - set(difference.overwritten))
        moved = last is None or dict(last.values) != dict(difference.values)
        if difference.write or (moved and (difference.yielded or not difference.conflicts)):
            plan.update(wish, difference)
        elif difference.conflicts:
            plan.keep(wish, difference.conflicts)
        else:
            plan.leave()

    def _kinds_of(self, plural: str) -> dict[str, str]:
        """Return the Twenty types of an object's columns."""
        if plural not in self._kinds:
            columns = self.workspace.metadata().object(plural).columns
            self._kinds[plural] = {name: f.type for name, f in columns.items()}
        return self._kinds[plural]
