"""Records that left PbN: into Twenty's trash, or kept there because people worked on them."""

from __future__ import annotations

from consumers.journal.three_way import LastWrite, Policy, Take
from consumers.sync.conflicts.conflict_book import Sides
from consumers.sync.conflicts.worked_on import PeoplesWork
from consumers.sync.planning.window_plan import WindowPlan, Wish
from consumers.twenty.images import Image
from events.compensations import Action


def delete(plan: WindowPlan, policy: Policy, wish: Wish, last: LastWrite, image: Image, work: PeoplesWork) -> bool:
    """Plan the deletion of a record that left PbN; return whether it stays because people worked on it. Raises LogError."""
    if image.get("deletedAt"):
        plan.settle(wish)
        plan.leave()
        return False
    is_worked_on = bool(work.fields)
    take = plan.book.taken(wish.desired, work.reason, work.theirs)
    if is_worked_on and (take is Take.THEIRS or plan.book.stays(wish.desired, wish.subject)):
        plan.settle(wish)
        plan.keep(wish, work.fields)
        return True
    if is_worked_on and take is not Take.OURS and policy is not Policy.SOURCE_WINS:
        sides = Sides(theirs=work.theirs, before=work.before)
        plan.hold(wish, work.reason, fields=work.fields, of_conflict=work.fields, image=image, sides=sides)
        return True
    if is_worked_on and take is None:
        plan.conflict(wish, work.fields, work.reason, image, kept=False)
    plan.settle(wish)
    plan.move(Action.DELETE, wish, last, {"deletedAt": None})
    return False
