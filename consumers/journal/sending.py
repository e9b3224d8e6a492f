"""Sending to Twenty, for sync, rollback and retries alike: repeated after an unknown outcome, in parts after a refusal.

A refusal is the outcome of the records that it concerns, never the end of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from consumers.journal.planned import Outcome, Planned
from consumers.journal.sameness import same
from consumers.twenty.transport.errors import OutcomeUnknown, Refused
from consumers.twenty.transport.isolation import isolate
from consumers.twenty.workspace import Workspace
from events.compensations import Action, Phase
from events.crash_points import CrashPoint, ignore

POINTS = {
    Action.CREATE: (CrashPoint.BEFORE_CREATE, CrashPoint.CREATED),
    Action.UPDATE: (CrashPoint.BEFORE_UPDATE, CrashPoint.UPDATED),
    Action.DELETE: (CrashPoint.BEFORE_DELETE, CrashPoint.DELETED),
    Action.RESTORE: (CrashPoint.BEFORE_RESTORE, CrashPoint.RESTORED),
    Action.DESTROY: (CrashPoint.BEFORE_DESTROY, CrashPoint.DESTROYED),
}
"""The crash points around a request of each kind."""


def send_by_ids(
    workspace: Workspace,
    planned: Sequence[Planned],
    *,
    sleep: Callable[[float], None],
    reached: Callable[[CrashPoint], None] = ignore,
) -> dict[bytes, Outcome]:
    """Destroy, soft-delete or restore records of one object: by ids, thousands a request; asking twice does no harm.

    All of `planned` have one action. Returns the outcomes of those that did not succeed, by intent id: refused with Twenty's
    words, or `not-found` where the record is neither among the answered ids nor in the wanted state. Raises TwentyError.
    """
    plural, action = planned[0].desired.object, planned[0].action
    request = {
        Action.DESTROY: workspace.destroy,
        Action.RESTORE: workspace.restore,
        Action.DELETE: workspace.soft_delete,
    }[action]
    before, after = POINTS[action]
    done: set[str] = set()

    def send(part: Sequence[Planned]) -> list[str]:
        reached(before)
        found = request(plural, [str(p.desired.id) for p in part])
        reached(after)
        done.update(found)
        return found

    refused = {p.intent_id: error for p, error in patiently(lambda: isolate(planned, send, workspace.parts_after)[1], sleep)}
    left = [p for p in planned if str(p.desired.id) not in done and p.intent_id not in refused]
    in_state = _in_state(workspace, plural, action, [str(p.desired.id) for p in left])
    outcomes = {
        p.intent_id: Outcome(planned=p, phase=Phase.REFUSED, reason="not-found")
        for p in left
        if str(p.desired.id) not in in_state
    }
    for p in planned:
        if (error := refused.get(p.intent_id)) is not None:
            outcomes[p.intent_id] = refused_outcome(p, error)
    return outcomes


def refused_outcome(p: Planned, error: Refused) -> Outcome:
    """Return the outcome of a write that Twenty refused: its reason code, and Twenty's words."""
    return Outcome(planned=p, phase=Phase.REFUSED, reason=error.kind.value, detail=error.detail)


def _in_state(workspace: Workspace, plural: str, action: Action, ids: Sequence[str]) -> set[str]:
    """Return the ids of records that are in the wanted state: an attempt whose answer was lost succeeded."""
    if not ids:
        return set()
    images = workspace.read(plural, ids, deleted=True)
    if action is Action.DESTROY:
        return {identity for identity in ids if identity not in images}
    gone = action is Action.DELETE
    return {identity for identity, image in images.items() if bool(image.get("deletedAt")) is gone}


def holds(image: Mapping[str, Any], body: Mapping[str, Any], kinds: Mapping[str, str]) -> bool:
    """Tell whether an image says what a request asked for (files apart: an upload is never repeated within a request)."""
    return all(
        same(kinds.get(name, "TEXT"), value, image.get(name)) or kinds.get(name) == "FILES"
        for name, value in body.items()
        if name != "id"
    )


def size_of(p: Planned) -> int:
    """Return the bytes of what a write sends, in its request."""
    return len(orjson.dumps(p.send))


def patiently(action: Callable[[], Any], sleep: Callable[[float], None]) -> Any:
    """Repeat an action after an unknown outcome, a few times, with growing pauses (seconds)."""
    attempts = Retrying(
        retry=retry_if_exception_type(OutcomeUnknown),
        stop=stop_after_attempt(6),
        wait=wait_exponential(0.1, max=10),
        sleep=sleep,
        reraise=True,
    )
    return attempts(action)
