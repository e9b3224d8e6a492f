"""Members who join after the migration: the links that stood empty, or at the fallback member, are filled by the next sync.

Which members a workspace had when its records were carried is a decision in the log. When a member is new, the records whose
provider they are go through the projector once more: compared three ways like all others, so that a person's edit stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from consumers.journal.newest import newest_events
from consumers.sync.projector import Projector
from consumers.sync.window import Window, Work
from consumers.twenty.members import Member
from events.change_events import record_of
from events.decisions import Decided, Decisions
from events.log.pages import Pages
from events.log.port import CHANGES, Log
from events.sealing.payloads import KeyDestroyed
from projections.registry import provider_field

_WINDOW = 10_000


def note_members(decisions: Decisions, workspace: str, members: Sequence[Member], run: str) -> None:
    """Record who is a member before the first record is carried; nothing where that was recorded before. Raises LogError."""
    if _seen(decisions, workspace) is None:
        _record(decisions, workspace, members, run)


def fill_links(projector: Projector, log: Log, decisions: Decisions, members: Sequence[Member], run: str) -> int:
    """Carry the records again whose provider has become a member since; gives their number. Raises TwentyError, LogError."""
    workspace = projector.view.workspace
    new = {m.id for m in members} - (_seen(decisions, workspace) or set())
    if not new:
        return 0
    work, count = _waiting(projector, log, new), 0
    while part := list(islice(work, _WINDOW)):
        projector.carry(Window(part, {}))
        count += len(part)
    _record(decisions, workspace, members, run)
    return count


def _waiting(projector: Projector, log: Log, new: Collection[str]) -> Iterator[Work]:
    """Yield the records, carried before, whose link now leads to one of the new members."""
    changes = Pages(log, CHANGES)
    for head, event in newest_events(log, projector.view):
        if provider_field(event.entity) is None or head.deleted or head.status or head.applied_revision < head.revision:
            continue
        try:
            provider = record_of(event, projector.keys).values.get("provider_ref")
        except KeyDestroyed:
            continue
        if projector.context.member(provider) in new:
            yield Work(head=head, event=event, household=changes.entry(head.partition, head.offset).key)


def _seen(decisions: Decisions, workspace: str) -> set[str] | None:
    found = None
    for decision in decisions.all(Decided.MEMBERS_SEEN):
        found = set(decision.body["members"]) if decision.workspace == workspace else found
    return found


def _record(decisions: Decisions, workspace: str, members: Sequence[Member], run: str) -> None:
    decisions.record(Decided.MEMBERS_SEEN, {"members": sorted(m.id for m in members)}, workspace=workspace, run=run)
