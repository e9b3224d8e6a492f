"""Sending planned writes to Twenty: parents before children, full batches, and every outcome known before it is counted.

Order: addresses are released, soft-deleted records restored, then object by object what is created and updated, and at last
what is deleted, children first. A refused batch is split until the culprit is alone. After a write without an answer Twenty
is read back: what is there was applied, what is not is sent again; ids are ours, so that nothing is ever made twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from consumers.planned import Outcome, Planned
from consumers.sameness import same
from consumers.three_way import is_blank
from consumers.twenty.errors import OutcomeUnknown, Refusal, Refused
from consumers.twenty.images import Image
from consumers.twenty.isolation import isolate
from consumers.twenty.workspace import Workspace
from consumers.undoing import MANAGED
from events.compensations import Action, Phase
from events.crash_points import CrashPoint, ignore
from projections.desired import Upload
from projections.destination import WRITE_ORDER

Item = TypeVar("Item")


POINTS = {
    Action.CREATE: (CrashPoint.BEFORE_CREATE, CrashPoint.CREATED),
    Action.UPDATE: (CrashPoint.BEFORE_UPDATE, CrashPoint.UPDATED),
    Action.DELETE: (CrashPoint.BEFORE_DELETE, CrashPoint.DELETED),
    Action.RESTORE: (CrashPoint.BEFORE_RESTORE, CrashPoint.RESTORED),
    Action.DESTROY: (CrashPoint.BEFORE_DESTROY, CrashPoint.DESTROYED),
}
"""The crash points around a request of each kind."""


class MissingFile(Exception):
    """The bytes of a document are not where the extract had them. Nothing was written; bring the file back and retry."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes to one workspace. `file_bytes` finds a document's bytes (raises MissingFile), `before_request` is asked before
    each request whether we may still write, `wrote` hears how many records were settled, `sleep` waits (seconds),
    `reached` hears of crash points.
    """

    workspace: Workspace
    file_bytes: Callable[[Planned, Upload], bytes]
    before_request: Callable[[], None] = lambda: None
    wrote: Callable[[int], None] = lambda _count: None
    sleep: Callable[[float], None] = time.sleep
    reached: Callable[[CrashPoint], None] = ignore

    def perform(self, planned: Sequence[Planned]) -> list[Outcome]:
        """Send these writes; gives one outcome each. Raises TwentyError when Twenty cannot be reached: what was sent by then is
        settled at the next start.
        """
        outcomes = [Outcome(p, Phase.APPLIED) for p in planned if p.quiet]
        loud = [p for p in planned if not p.quiet]
        outcomes += self._updates([p for p in loud if p.releases])
        rest = [p for p in loud if not p.releases]
        for plural in WRITE_ORDER:
            mine = [p for p in rest if p.desired.object == plural]
            outcomes += self._by_ids([p for p in mine if p.action is Action.RESTORE], self.workspace.restore)
            outcomes += self._creates([p for p in mine if p.action is Action.CREATE])
            outcomes += self._updates([p for p in mine if p.action is Action.UPDATE])
        for plural in reversed(WRITE_ORDER):
            mine = [p for p in rest if p.desired.object == plural and p.action is Action.DELETE]
            outcomes += self._by_ids(mine, self.workspace.soft_delete)
        return outcomes

    def _creates(self, planned: Sequence[Planned]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for batch in _batches(planned, self.workspace.batch_size):
            ready = [(p, body) for p in batch if (body := self._body(p, outcomes)) is not None]
            outcomes += self._send(ready, self._create)
        return outcomes

    def _updates(self, planned: Sequence[Planned]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for plural in WRITE_ORDER:
            mine = [p for p in planned if p.desired.object == plural]
            for batch in _batches(mine, self.workspace.batch_size):
                ready = [(p, body) for p in batch if (body := self._body(p, outcomes)) is not None]
                outcomes += self._send(ready, self._update)
        return outcomes

    def _body(self, p: Planned, outcomes: list[Outcome]) -> dict[str, Any] | None:
        """The request's record, its file uploaded; None (and a refusal) where the bytes are not to be had."""
        body = {"id": str(p.desired.id), **p.send}
        if p.desired.upload is not None and "file" in body:
            try:
                body["file"] = [self._upload(p, p.desired.upload)]
            except MissingFile:
                outcomes.append(Outcome(p, Phase.REFUSED, reason="missing_file"))
                return None
            except Refused as error:
                outcomes.append(Outcome(p, Phase.REFUSED, reason=error.kind.value, detail=error.detail))
                return None
        return body

    def _upload(self, p: Planned, upload: Upload) -> dict[str, str]:
        data = self.file_bytes(p, upload)
        # Twenty takes no name without an extension (cassette files)
        name = upload.name if "." in upload.name.strip(".") else f"{upload.name}.bin"
        self.before_request()
        return {"fileId": self.workspace.upload(name, data), "label": upload.name}

    def _send(
        self,
        ready: Sequence[tuple[Planned, dict[str, Any]]],
        request: Callable[[str, Sequence[dict[str, Any]]], Sequence[Image]],
    ) -> list[Outcome]:
        if not ready:
            return []
        plural = ready[0][0].desired.object
        answered: dict[str, Image] = {}

        before, after = POINTS[ready[0][0].action]

        def send(part: Sequence[tuple[Planned, dict[str, Any]]]) -> list[Image]:
            self.before_request()
            self.reached(before)
            images = list(request(plural, [body for _, body in part]))
            self.reached(after)
            answered.update({image["id"]: image for image in images})
            return images

        def all_sent() -> list[tuple[tuple[Planned, dict[str, Any]], Refused]]:
            left = [item for item in ready if item[1]["id"] not in answered]
            try:
                return isolate(left, send)[1]
            except OutcomeUnknown:
                answered.update(self._landed(plural, left))
                raise

        refused: list[tuple[tuple[Planned, dict[str, Any]], Refused]] = patiently(all_sent, self.sleep)
        outcomes = [self._applied(p, answered[body["id"]]) for p, body in ready if body["id"] in answered]
        outcomes += [self._after_refusal(p, error) for (p, _), error in refused]
        self.wrote(len(outcomes))
        return outcomes

    def _landed(self, plural: str, sent: Sequence[tuple[Planned, dict[str, Any]]]) -> dict[str, Image]:
        """Those of an unanswered request that Twenty holds as they were sent."""
        kinds = {name: field.type for name, field in self.workspace.metadata().object(plural).columns.items()}
        images = self.workspace.read(plural, [body["id"] for _, body in sent], deleted=True)
        return {
            identity: image for _, body in sent if (image := images.get(identity := body["id"])) and holds(image, body, kinds)
        }

    def _create(self, plural: str, bodies: Sequence[dict[str, Any]]) -> Sequence[Image]:
        return self.workspace.create(plural, bodies)

    def _update(self, plural: str, bodies: Sequence[dict[str, Any]]) -> Sequence[Image]:
        return self.workspace.upsert(plural, bodies)

    def _applied(self, p: Planned, image: Mapping[str, Any]) -> Outcome:
        # of an update only what was sent counts: a field that a person changed keeps its old answer, and is met as such again
        names = p.send if p.action is Action.UPDATE else p.values
        answer = {name: image[name] for name in names if name in image}
        if p.action is Action.CREATE:  # what the workspace fills in by itself is nobody's work
            answer = {**{n: v for n, v in image.items() if n not in MANAGED and not is_blank(v)}, **answer}
        return Outcome(p, Phase.APPLIED, answer=answer)

    def _after_refusal(self, p: Planned, error: Refused) -> Outcome:
        """A create refused as a duplicate may be our own record, written by an attempt whose answer was lost."""
        if p.action is Action.CREATE and error.kind is Refusal.DUPLICATE:
            image = self.workspace.read(p.desired.object, [str(p.desired.id)], deleted=True).get(str(p.desired.id))
            if image is not None and image.get("pbnId", p.desired.pbn_id) == p.desired.pbn_id and not image.get("deletedAt"):
                return self._applied(p, image)
        return Outcome(p, Phase.REFUSED, reason=error.kind.value, detail=error.detail)

    def _by_ids(self, planned: Sequence[Planned], request: Callable[[str, Sequence[str]], list[str]]) -> list[Outcome]:
        """Soft-deletes and restores: by ids, thousands a request; asking twice does no harm."""
        if not planned:
            return []
        plural = planned[0].desired.object
        self.before_request()
        before, after = POINTS[planned[0].action]
        ids = [str(p.desired.id) for p in planned]
        self.reached(before)
        found = set(patiently(lambda: request(plural, ids), self.sleep))
        self.reached(after)
        found |= self._in_state(planned, [i for i in ids if i not in found])
        self.wrote(len(planned))
        return [
            Outcome(p, Phase.APPLIED) if str(p.desired.id) in found else Outcome(p, Phase.REFUSED, reason="not-found")
            for p in planned
        ]

    def _in_state(self, planned: Sequence[Planned], ids: Sequence[str]) -> set[str]:
        """Those of the records not found that are as they should be: an attempt whose answer was lost did them."""
        if not ids:
            return set()
        images = self.workspace.read(planned[0].desired.object, ids, deleted=True)
        gone = planned[0].action is Action.DELETE
        return {identity for identity, image in images.items() if bool(image.get("deletedAt")) is gone}


def holds(image: Mapping[str, Any], body: Mapping[str, Any], kinds: Mapping[str, str]) -> bool:
    """Whether an image says what a request asked for (files apart: an upload is never repeated within a request)."""
    return all(
        same(kinds.get(name, "TEXT"), value, image.get(name)) or kinds.get(name) == "FILES"
        for name, value in body.items()
        if name != "id"
    )


def _batches(items: Sequence[Item], size: int) -> Iterable[Sequence[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def patiently(action: Callable[[], Any], sleep: Callable[[float], None]) -> Any:
    """Again after an unknown outcome, a few times, with growing pauses (seconds)."""
    attempts = Retrying(
        retry=retry_if_exception_type(OutcomeUnknown),
        stop=stop_after_attempt(6),
        wait=wait_exponential(0.1, max=10),
        sleep=sleep,
        reraise=True,
    )
    return attempts(action)
