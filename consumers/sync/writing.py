"""Sending planned writes to Twenty: parents before children, full batches, and every outcome known before it is counted.

Order: addresses are released, soft-deleted records restored, then stage by stage what is created and updated, and at last
what is deleted, children first. Within a stage several batches are in flight; their outcomes are gathered in the order of the
batches. A refused batch is split until the culprit is alone. After a write without an answer Twenty is read back: what is
there was applied, what is not is sent again; ids are ours, so that nothing is ever made twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from consumers.journal.batches import in_batches
from consumers.journal.planned import Outcome, Planned
from consumers.journal.sending import POINTS, holds, patiently, refused_outcome, send_by_ids, size_of
from consumers.journal.three_way import MANAGED, is_blank
from consumers.state.fold import INTERRUPTED
from consumers.twenty.images import Image
from consumers.twenty.transport.errors import OutcomeUnknown, Refusal, Refused, ServerFault
from consumers.twenty.transport.in_flight import in_order
from consumers.twenty.transport.isolation import isolate
from consumers.twenty.workspace import MOST_BYTES, Workspace
from events.compensations import Action, Phase
from events.crash_points import CrashPoint, ignore
from events.errors import CutoverError
from projections.desired import Upload
from projections.destination import WRITE_ORDER, WRITE_STAGES

Item = TypeVar("Item")
Ready = tuple[Planned, dict[str, Any]]
"""A planned write and the record of its request."""
Request = Callable[[str, Sequence[Mapping[str, Any]]], list[Image]]
"""`Workspace.create` or `Workspace.upsert`."""


class MissingFile(CutoverError):
    """The bytes of a document are not where the extract had them. Nothing was written; bring the file back and retry."""


class FileTooLarge(CutoverError):
    """A document is larger than the workspace takes. Nothing was written; raise the limit there and here, and retry."""


class NotSent(Refused):
    """A write that never left, because an earlier one showed that the data model has changed. Nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes to one workspace. `file_bytes` finds a document's bytes (raises MissingFile; called one at a time, from whichever
    thread sends), `wrote` hears how many records were settled, `sleep` waits (seconds), `reached` hears of crash points. Files
    larger than `largest_file` (bytes, 0: no limit) are not sent. Whether we may still write is asked by the workspace, before
    each request.
    """

    workspace: Workspace
    file_bytes: Callable[[Planned, Upload], bytes]
    wrote: Callable[[int], None] = lambda _count: None
    sleep: Callable[[float], None] = time.sleep
    reached: Callable[[CrashPoint], None] = ignore
    largest_file: int = 0
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def perform(self, planned: Sequence[Planned]) -> list[Outcome]:
        """Send these writes; gives one outcome each, those that were refused last. Raises TwentyError when Twenty cannot be
        reached: what was sent by then is settled at the next start.

        Batches of one stage (see WRITE_STAGES) are in flight together, as many as the workspace allows. Once Twenty says that
        a field or object is not there, no more is sent to it: those writes come back as not applied.
        """
        outcomes = [Outcome(planned=p, phase=Phase.APPLIED) for p in planned if p.quiet]
        loud = [p for p in planned if not p.quiet]
        broken = threading.Event()
        outcomes += self._batches([p for p in loud if p.releases], self.workspace.upsert, broken)
        rest = [p for p in loud if not p.releases]
        for stage in WRITE_STAGES:
            mine = [p for p in rest if p.desired.object in stage]
            for plural in stage:
                restoring = [p for p in mine if p.desired.object == plural and p.action is Action.RESTORE]
                outcomes += self._by_ids(restoring)
            outcomes += self._batches([p for p in mine if p.action is Action.CREATE], self.workspace.create, broken)
            outcomes += self._batches([p for p in mine if p.action is Action.UPDATE], self.workspace.upsert, broken)
        for plural in reversed(WRITE_ORDER):
            deleting = [p for p in rest if p.desired.object == plural and p.action is Action.DELETE]
            outcomes += self._by_ids(deleting)
        return sorted(outcomes, key=lambda o: o.phase is Phase.REFUSED)

    def _batches(self, planned: Sequence[Planned], request: Request, broken: threading.Event) -> list[Outcome]:
        """Send creates or updates, object by object in full batches, several of them at once."""
        outcomes: list[Outcome] = []
        jobs: list[Callable[[], list[Outcome]]] = []
        for plural in WRITE_ORDER:
            mine = [p for p in planned if p.desired.object == plural]
            for batch in in_batches(mine, self.workspace.batch_size, MOST_BYTES, size_of):
                if any(_uploads(p) for p in batch):
                    outcomes += self._with_files(batch, request, broken)
                else:
                    jobs.append(partial(self._batch, [(p, _body(p)) for p in batch], request, broken))
        for found in in_order(jobs, self.workspace.in_flight):
            outcomes += found
            self.wrote(len(found))
        return outcomes

    def _with_files(self, batch: Sequence[Planned], request: Request, broken: threading.Event) -> list[Outcome]:
        """A batch of attachments: their bytes go first, several files at once."""
        ready: list[Ready] = []
        outcomes: list[Outcome] = []
        jobs = [partial(self._uploaded, p) for p in batch]
        for p, sent in zip(batch, in_order(jobs, self.workspace.in_flight), strict=True):
            if isinstance(sent, Outcome):
                outcomes.append(sent)
            else:
                ready.append((p, _body(p) | sent))
        outcomes += self._batch(ready, request, broken)
        self.wrote(len(outcomes))
        return outcomes

    def _uploaded(self, p: Planned) -> dict[str, Any] | Outcome:
        """What the record says of its file once the bytes are there; a refusal where they cannot be."""
        upload = p.desired.upload
        if upload is None or not _uploads(p):
            return {}
        try:
            return {"file": [self._upload(p, upload)]}
        except MissingFile:
            return Outcome(planned=p, phase=Phase.REFUSED, reason="missing_file")
        except FileTooLarge as error:
            return Outcome(planned=p, phase=Phase.REFUSED, reason="file_too_large", detail=str(error))
        except Refused as error:
            return refused_outcome(p, error)
        except ServerFault as error:
            # tried again and again by now: one file that Twenty fails over must not keep all others back
            return Outcome(planned=p, phase=Phase.REFUSED, reason="upload_failed", detail=error.detail)

    def _upload(self, p: Planned, upload: Upload) -> dict[str, str]:
        with self._one_at_a_time:
            data = self.file_bytes(p, upload)
            if 0 < self.largest_file < len(data):
                raise FileTooLarge(f"the file has {len(data)} bytes, at most {self.largest_file} are sent")
        # Twenty takes no name without an extension (cassette files); the label keeps the original one
        return {"fileId": self.workspace.upload(upload.name, data), "label": upload.name}

    def _batch(self, ready: Sequence[Ready], request: Request, broken: threading.Event) -> list[Outcome]:
        """Send one batch, in parts where it is refused."""
        if not ready:
            return []
        plural = ready[0][0].desired.object
        answered: dict[str, Image] = {}

        before, after = POINTS[ready[0][0].action]

        def send(part: Sequence[Ready]) -> list[Image]:
            if broken.is_set():
                raise NotSent(f"the write of {plural} was not sent: the data model changed meanwhile", kind=Refusal.SCHEMA)
            self.reached(before)
            try:
                images = request(plural, [body for _, body in part])
            except Refused as error:
                if error.kind in (Refusal.UNKNOWN_FIELD, Refusal.UNKNOWN_OBJECT):
                    broken.set()
                raise
            self.reached(after)
            answered.update({image["id"]: image for image in images})
            return images

        def all_sent() -> list[tuple[Ready, Refused]]:
            left = [item for item in ready if item[1]["id"] not in answered]
            refused: list[tuple[Ready, Refused]] = []
            try:
                # the server may have taught us since the batch was made how many records it takes
                for part in in_batches(left, self.workspace.batch_size, MOST_BYTES, lambda item: size_of(item[0])):
                    refused += isolate(part, send, self.workspace.parts_after)[1]
            except OutcomeUnknown:
                answered.update(self._landed(plural, left))
                raise
            return refused

        refused: list[tuple[Ready, Refused]] = patiently(all_sent, self.sleep)
        outcomes = [self._applied(p, answered[body["id"]]) for p, body in ready if body["id"] in answered]
        return outcomes + [self._after_refusal(p, body, error) for (p, body), error in refused]

    def _landed(self, plural: str, sent: Sequence[tuple[Planned, dict[str, Any]]]) -> dict[str, Image]:
        """Those of an unanswered request that Twenty holds as they were sent."""
        kinds = {name: field.type for name, field in self.workspace.metadata().object(plural).columns.items()}
        images = self.workspace.read(plural, [body["id"] for _, body in sent], deleted=True)
        return {
            identity: image for _, body in sent if (image := images.get(identity := body["id"])) and holds(image, body, kinds)
        }

    def _applied(self, p: Planned, image: Mapping[str, Any]) -> Outcome:
        # of an update only what was sent counts: a field that a person changed keeps its old answer, and is met as such again
        names = p.send if p.action is Action.UPDATE else p.values
        answer = {name: image[name] for name in names if name in image}
        if p.action is Action.CREATE:  # what the workspace fills in by itself is nobody's work
            answer = {**{n: v for n, v in image.items() if n not in MANAGED and not is_blank(v)}, **answer}
        return Outcome(planned=p, phase=Phase.APPLIED, answer=answer)

    def _after_refusal(self, p: Planned, body: dict[str, Any], error: Refused) -> Outcome:
        """A create refused as a duplicate may be our own record, written by an attempt whose answer was lost."""
        if isinstance(error, NotSent):
            return Outcome(planned=p, phase=Phase.REFUSED, reason=INTERRUPTED)
        if p.action is Action.CREATE and error.kind is Refusal.DUPLICATE:
            image = self._landed(p.desired.object, [(p, body)]).get(str(p.desired.id))
            if image is not None and not image.get("deletedAt"):
                return self._applied(p, image)
        return refused_outcome(p, error)

    def _by_ids(self, planned: Sequence[Planned]) -> list[Outcome]:
        """Soft-delete or restore records, thousands a request."""
        if not planned:
            return []
        refused = send_by_ids(self.workspace, planned, sleep=self.sleep, reached=self.reached)
        self.wrote(len(planned))
        return [refused.get(p.intent_id) or Outcome(planned=p, phase=Phase.APPLIED) for p in planned]


def _body(p: Planned) -> dict[str, Any]:
    return {"id": str(p.desired.id), **p.send}


def _uploads(p: Planned) -> bool:
    return p.desired.upload is not None and "file" in p.send
