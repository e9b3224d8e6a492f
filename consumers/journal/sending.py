"""The engine that sends: planned writes of a sync, of a rollback and of retries, each with its outcome.

Order: addresses are released. Records are destroyed; those of several objects share a request, so that no destroyed record of
one call may point at another one. Then, stage by stage (parents before children), records are restored, created and
updated. At last records are soft-deleted, children first. Creates and updates go in full batches, several at once; their
outcomes are gathered in the order of the batches. A refused batch is split until the culprit is alone: a refusal is the
outcome of the records that it concerns, never the end of the run. After a request without an answer Twenty is read back: what
is there was applied, what is not is sent again. Ids are ours, so that nothing is made twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import orjson
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from consumers.journal.batches import in_batches
from consumers.journal.planned import Outcome, Planned, refused_outcome
from consumers.journal.sameness import same
from consumers.journal.three_way import MANAGED, is_blank
from consumers.journal.uploads import Uploads, needs_upload
from consumers.state.fold import INTERRUPTED
from consumers.twenty.graphql import MOST_ROOTS, PAGE
from consumers.twenty.images import Image
from consumers.twenty.transport.errors import OutcomeUnknown, Refusal, Refused, Unauthorised
from consumers.twenty.transport.in_flight import in_order
from consumers.twenty.transport.isolation import isolate
from consumers.twenty.workspace import MOST_BYTES, Workspace
from events.compensations import Action, Phase
from events.crash_points import CrashPoint, ignore
from projections.destination import destination

POINTS: Final = {
    Action.CREATE: (CrashPoint.BEFORE_CREATE, CrashPoint.CREATED),
    Action.UPDATE: (CrashPoint.BEFORE_UPDATE, CrashPoint.UPDATED),
    Action.DELETE: (CrashPoint.BEFORE_DELETE, CrashPoint.DELETED),
    Action.RESTORE: (CrashPoint.BEFORE_RESTORE, CrashPoint.RESTORED),
    Action.DESTROY: (CrashPoint.BEFORE_DESTROY, CrashPoint.DESTROYED),
}
"""The crash points around a request of each kind."""

Wrote = Callable[[str, int], None]
"""Hears of each answered request: the object's plural, and the number of records that were answered for."""


def silently(_plural: str, _count: int) -> None:
    """Do nothing, for callers without a count of records."""


Ready = tuple[Planned, dict[str, Any]]
"""A planned write and the record of its request."""


class NotSent(Refused):
    """A write that never left, because an earlier one showed that the data model has changed. Nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Sends writes to one workspace.

    `uploads` sends the bytes of documents; a rollback uploads none. `wrote` hears of each answered request, `sleep` waits
    (seconds), `reached` is called at crash points. The workspace checks before each request that the writes are still ours to
    send.
    """

    workspace: Workspace
    uploads: Uploads | None = None
    wrote: Wrote = silently
    sleep: Callable[[float], None] = time.sleep
    reached: Callable[[CrashPoint], None] = ignore

    def perform(self, planned: Sequence[Planned]) -> list[Outcome]:
        """Send these writes; return an outcome for each, refused ones last. Raises TwentyError when Twenty cannot be reached:
        what was sent by then is settled at the next start.

        As many batches of one stage are in flight as the workspace allows. Once Twenty answers that a field or object does not
        exist, a sync sends no more: the rest comes back as not applied, and is projected again. A rollback goes on, as other
        records do without that field.
        """
        outcomes = [succeeded(p) for p in planned if p.quiet]
        loud = [p for p in planned if not p.quiet]
        broken = threading.Event()
        outcomes += self._batches([p for p in loud if p.releases], broken)
        rest = [p for p in loud if not p.releases]
        stages = _stages(rest)
        outcomes += self._destroyed([p for p in rest if p.action is Action.DESTROY])
        for stage in stages:
            mine = [p for p in rest if p.desired.object in stage]
            for plural in stage:
                outcomes += self._by_ids([p for p in mine if p.action is Action.RESTORE and p.desired.object == plural])
            for action in (Action.CREATE, Action.UPDATE):
                outcomes += self._batches([p for p in mine if p.action is action], broken)
        for plural in reversed([plural for stage in stages for plural in stage]):
            outcomes += self._by_ids([p for p in rest if p.action is Action.DELETE and p.desired.object == plural])
        return sorted(outcomes, key=lambda o: o.phase is Phase.REFUSED)

    def _destroyed(self, planned: Sequence[Planned]) -> list[Outcome]:
        """Destroy records, those of several objects together: what is then still there goes object by object."""
        by_object: dict[str, list[Planned]] = {}
        for p in planned:
            by_object.setdefault(p.desired.object, []).append(p)
        done: set[bytes] = set()
        for together in shared_destroys(by_object):
            wanted = {plural: [str(p.desired.id) for p in by_object[plural]] for plural in together}
            gone = self._patiently(partial(self._gone, wanted))
            done.update(p.intent_id for plural in together for p in by_object[plural] if str(p.desired.id) in gone[plural])
            for plural in together:
                self.wrote(plural, sum(p.intent_id in done for p in by_object[plural]))
        outcomes = [succeeded(p) for p in planned if p.intent_id in done]
        for writes in by_object.values():
            outcomes += self._by_ids([p for p in writes if p.intent_id not in done])
        return outcomes

    def _gone(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, set[str]]:
        """Destroy records of several objects in one request; return the ids of those that are gone, by object. None where
        Twenty refused one of the objects: it does not say which.
        """
        self.reached(CrashPoint.BEFORE_DESTROY)
        try:
            answered = self.workspace.destroy_several(wanted)
        except (Refused, Unauthorised):
            return {plural: set() for plural in wanted}
        self.reached(CrashPoint.DESTROYED)
        gone = {plural: set(ids) for plural, ids in answered.items()}
        doubtful = {plural: left for plural, ids in wanted.items() if (left := [one for one in ids if one not in gone[plural]])}
        images = self.workspace.read_several(doubtful, deleted=True, fields=dict.fromkeys(doubtful, ("id",)))
        for plural, ids in doubtful.items():
            gone[plural].update(one for one in ids if one not in images[plural])
        return gone

    def _by_ids(self, planned: Sequence[Planned]) -> list[Outcome]:
        """Destroy, soft-delete or restore records of one object: by ids, thousands a request; asking twice does no harm.

        Records that were neither answered nor are in the wanted state are refused: with Twenty's words, else as `not-found`.
        """
        if not planned:
            return []
        plural, action = planned[0].desired.object, planned[0].action
        request = {
            Action.DESTROY: self.workspace.destroy,
            Action.RESTORE: self.workspace.restore,
            Action.DELETE: self.workspace.soft_delete,
        }[action]
        before, after = POINTS[action]
        done: set[str] = set()

        def send(part: Sequence[Planned]) -> list[str]:
            self.reached(before)
            found = request(plural, [str(p.desired.id) for p in part])
            self.reached(after)
            done.update(found)
            return found

        refused = {p.intent_id: error for p, error in self._isolate(planned, send)}
        # refused ones too: an attempt without an answer may have done what a second one is refused for
        doubtful = [str(p.desired.id) for p in planned if str(p.desired.id) not in done or p.intent_id in refused]
        done |= self._in_state(plural, action, doubtful)
        self.wrote(plural, len(planned))
        return [succeeded(p) if str(p.desired.id) in done else _not_done(p, refused.get(p.intent_id)) for p in planned]

    def _in_state(self, plural: str, action: Action, ids: Sequence[str]) -> set[str]:
        """Return the ids of records that are in the wanted state: an attempt whose answer was lost succeeded."""
        if not ids:
            return set()
        images = self.workspace.read(plural, ids, deleted=True)
        if action is Action.DESTROY:
            return {identity for identity in ids if identity not in images}
        gone = action is Action.DELETE
        return {identity for identity, image in images.items() if bool(image.get("deletedAt")) is gone}

    def _batches(self, planned: Sequence[Planned], broken: threading.Event) -> list[Outcome]:
        """Send creates or updates, object by object in full batches, several of them at once."""
        outcomes: list[Outcome] = []
        jobs: list[Callable[[], list[Outcome]]] = []
        for plural in (plural for stage in _stages(planned) for plural in stage):
            mine = [p for p in planned if p.desired.object == plural]
            for batch in in_batches(mine, self.workspace.batch_size, MOST_BYTES, size_of):
                if self.uploads is not None and any(needs_upload(p) for p in batch):
                    outcomes += self._with_files(batch, self.uploads, broken)
                else:
                    jobs.append(partial(self._batch, [(p, _body(p)) for p in batch], broken))
        for found in in_order(jobs, self.workspace.in_flight):
            outcomes += found
            self.wrote(found[0].planned.desired.object, len(found))
        return outcomes

    def _with_files(self, batch: Sequence[Planned], uploads: Uploads, broken: threading.Event) -> list[Outcome]:
        """Send a batch of attachments: their bytes go first, several files at once."""
        ready: list[Ready] = []
        outcomes: list[Outcome] = []
        jobs = [partial(uploads.sent, p) for p in batch]
        for p, sent in zip(batch, in_order(jobs, self.workspace.in_flight), strict=True):
            if isinstance(sent, Outcome):
                outcomes.append(sent)
            else:
                ready.append((p, _body(p) | sent))
        outcomes += self._batch(ready, broken)
        self.wrote(batch[0].desired.object, len(outcomes))
        return outcomes

    def _batch(self, ready: Sequence[Ready], broken: threading.Event) -> list[Outcome]:
        """Send one batch, in parts where it is refused."""
        if not ready:
            return []
        plural, action = ready[0][0].desired.object, ready[0][0].action
        answered: dict[str, Image] = {}
        unanswered = False
        before, after = POINTS[action]

        def send(part: Sequence[Ready]) -> list[Image]:
            nonlocal unanswered
            if broken.is_set():
                raise NotSent(f"the write of {plural} was not sent: the data model changed meanwhile", kind=Refusal.SCHEMA)
            left = [item for item in part if item[1]["id"] not in answered]
            if left:
                self.reached(before)
                try:
                    images = self._request(plural, action, left)
                except Refused as error:
                    if error.kind in (Refusal.UNKNOWN_FIELD, Refusal.UNKNOWN_OBJECT) and not part[0][0].undoes:
                        broken.set()
                    raise
                except OutcomeUnknown:
                    unanswered = True
                    answered.update(self._landed(plural, left))
                    raise
                self.reached(after)
                answered.update({image["id"]: image for image in images})
            return [answered[body["id"]] for _, body in part if body["id"] in answered]

        refused: list[tuple[Ready, Refused]] = []
        # the server may have taught us since the batch was made how many records it takes
        for part in in_batches(ready, self.workspace.batch_size, MOST_BYTES, lambda item: size_of(item[0])):
            refused += self._isolate(part, send)
        # a refused record may have been written by an attempt whose answer was lost
        doubtful = [item for item, error in refused if unanswered or _is_duplicate_of_ours(item[0], error)]
        there = self._alive(self._landed(plural, doubtful), doubtful) if doubtful else {}
        answered.update(there)
        # made by a run that the log has lost: people may have filled other fields since
        earlier = frozenset() if unanswered else frozenset(there)
        outcomes = [
            _applied(p, answered[body["id"]], is_earlier=body["id"] in earlier) for p, body in ready if body["id"] in answered
        ]
        return outcomes + [_not_done(p, error) for (p, body), error in refused if body["id"] not in answered]

    def _request(self, plural: str, action: Action, part: Sequence[Ready]) -> list[Image]:
        """Create or update. An upsert would bring records in the trash back to life (cassette upsert-soft-deleted): those are
        updated one by one.
        """
        images = [self.workspace.update(plural, body["id"], p.send) for p, body in part if p.in_trash]
        bodies = [body for p, body in part if not p.in_trash]
        if bodies:
            images += (self.workspace.create if action is Action.CREATE else self.workspace.upsert)(plural, bodies)
        return images

    def _landed(self, plural: str, sent: Sequence[Ready]) -> dict[str, Image]:
        """Return the records of an unanswered request that Twenty holds as they were sent."""
        kinds = {name: field.type for name, field in self.workspace.metadata().object(plural).columns.items()}
        images = self.workspace.read(plural, [body["id"] for _, body in sent], deleted=True)
        return {
            identity: image for _, body in sent if (image := images.get(identity := body["id"])) and holds(image, body, kinds)
        }

    def _alive(self, images: Mapping[str, Image], sent: Sequence[Ready]) -> dict[str, Image]:
        """Return the images of records that are not in the trash, unless the write left them there."""
        in_trash = {body["id"] for p, body in sent if p.in_trash}
        return {i: image for i, image in images.items() if i in in_trash or not image.get("deletedAt")}

    def _isolate(self, items: Sequence[Any], send: Callable[[Sequence[Any]], Sequence[Any]]) -> list[tuple[Any, Refused]]:
        """Send items in ever smaller parts, each of them patiently: a part that was found refused is not searched again."""
        return isolate(items, lambda part: self._patiently(lambda: send(part)), self.workspace.parts_after)[1]

    def _patiently(self, action: Callable[[], Any]) -> Any:
        """Repeat an action after an unknown outcome, a few times, with growing pauses (seconds)."""
        attempts = Retrying(
            retry=retry_if_exception_type(OutcomeUnknown),
            stop=stop_after_attempt(6),
            wait=wait_exponential(0.1, max=10),
            sleep=self.sleep,
            reraise=True,
        )
        return attempts(action)


def shared_destroys(by_object: Mapping[str, Sequence[Planned]]) -> list[list[str]]:
    """Return the objects whose destroys share a request, request by request; one object alone, or more records than a page,
    share none.
    """
    names = sorted(plural for plural, writes in by_object.items() if len(writes) <= PAGE)
    shared = [names[start : start + MOST_ROOTS] for start in range(0, len(names), MOST_ROOTS)]
    return [together for together in shared if len(together) > 1]


def succeeded(p: Planned, answer: Mapping[str, Any] | None = None) -> Outcome:
    """Return the outcome of a write that Twenty holds."""
    return Outcome(planned=p, phase=p.phase_when_done, answer=answer or {})


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


def _stages(planned: Sequence[Planned]) -> tuple[tuple[str, ...], ...]:
    """Return the objects in the order of writing; objects that are not written any more come last."""
    stages, known = destination().write_stages, set(destination().write_order)
    others = {p.desired.object for p in planned} - known
    return (*stages, tuple(sorted(others))) if others else stages


def _applied(p: Planned, image: Mapping[str, Any], *, is_earlier: bool) -> Outcome:
    # of an update only what was sent counts: a field that a person changed keeps its old answer, and is met as such again
    names = p.send if p.action is Action.UPDATE else p.values
    answer = {name: image[name] for name in names if name in image}
    if p.action is Action.CREATE and not is_earlier:  # a value that the workspace fills in by itself is no edit
        answer = {**{n: v for n, v in image.items() if n not in MANAGED and not is_blank(v)}, **answer}
    return succeeded(p, answer)


def _not_done(p: Planned, error: Refused | None) -> Outcome:
    if error is None:
        return Outcome(planned=p, phase=Phase.REFUSED, reason="not-found")
    if isinstance(error, NotSent):
        return Outcome(planned=p, phase=Phase.REFUSED, reason=INTERRUPTED)
    return refused_outcome(p, error)


def _is_duplicate_of_ours(p: Planned, error: Refused) -> bool:
    return p.action is Action.CREATE and error.kind is Refusal.DUPLICATE


def _body(p: Planned) -> dict[str, Any]:
    return {"id": str(p.desired.id), **p.send}
