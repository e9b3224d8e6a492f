"""However the number of requests under way changes, whatever answers are lost: writes of one record follow each other, parents
come before children, and the outcomes are those of one request after the other, in the same order.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from consumers.journal.planned import Outcome, Planned, Subject
from consumers.journal.sending import Sender
from consumers.twenty.transport.errors import OutcomeUnknown, Refused
from consumers.twenty.transport.in_flight_limit import InFlightLimit
from consumers.twenty.transport.isolation import halves
from consumers.twenty.workspace import Workspace
from events.compensations import Action
from projections.desired import Desired
from projections.destination import destination

STAGE = {plural: number for number, stage in enumerate(destination().write_stages) for plural in stage}
PLURALS = ("companies", "people", "tasks", "notes", "taskTargets", "noteTargets")
STEPS = ("release", Action.RESTORE, Action.CREATE, Action.UPDATE, Action.DELETE)


class Restless(InFlightLimit):
    """A limit whose number is another one at every look."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(16)
        self._numbers = itertools.cycle(numbers)

    @property
    def now(self) -> int:
        return next(self._numbers)


@dataclass
class Written:
    """One record's part of a request: when it began and ended, in steps of a common count."""

    plural: str
    identity: str
    step: object
    began: int
    ended: int


@dataclass
class Server:
    """Takes writes as a workspace does, each request as long as `delays` says (milliseconds); `lost` names the requests whose
    answers are lost, and whether they were carried out.
    """

    in_flight: InFlightLimit
    delays: Sequence[int]
    lost: Mapping[int, bool]
    batch_size: int = 1
    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    written: list[Written] = field(default_factory=list)
    under_way: int = 0
    most: int = 0
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _count: Iterator[int] = field(default_factory=itertools.count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def _request(self, plural: str, ids: Sequence[str], step: object) -> Iterator[bool]:
        """Give whether it is carried out; raises OutcomeUnknown in the end where its answer is lost."""
        with self._lock:
            number, began = next(self._numbers), next(self._count)
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        time.sleep(self.delays[number % len(self.delays)] / 1000)
        with self._lock:
            yield self.lost.get(number, True)
            ended = next(self._count)
            self.written += [Written(plural, i, step, began, ended) for i in ids]
            self.under_way -= 1
        if number in self.lost:
            raise OutcomeUnknown("the answer was lost")

    def _write(self, plural: str, bodies: Sequence[Mapping[str, Any]], step: object) -> list[dict[str, Any]]:
        with self._request(plural, [body["id"] for body in bodies], step) as is_carried_out:
            if is_carried_out:
                for body in bodies:
                    self.images.setdefault(body["id"], {}).update(body)
        return [dict(self.images[body["id"]]) for body in bodies]

    def create(self, plural: str, bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return self._write(plural, bodies, Action.CREATE)

    def upsert(self, plural: str, bodies: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return self._write(plural, bodies, "release" if "released" in bodies[0] else Action.UPDATE)

    def _put(self, plural: str, ids: Sequence[str], step: Action) -> list[str]:
        with self._request(plural, ids, step) as is_carried_out:
            if is_carried_out:
                for identity in ids:
                    self.images.setdefault(identity, {"id": identity})["deletedAt"] = step is Action.DELETE
        return list(ids)

    def restore(self, plural: str, ids: Sequence[str]) -> list[str]:
        return self._put(plural, ids, Action.RESTORE)

    def soft_delete(self, plural: str, ids: Sequence[str]) -> list[str]:
        return self._put(plural, ids, Action.DELETE)

    def destroy(self, plural: str, ids: Sequence[str]) -> list[str]:
        raise AssertionError(f"a sync destroys nothing: {plural}, {ids}")

    def read(self, _plural: str, ids: Sequence[str], *, deleted: bool) -> dict[str, dict[str, Any]]:
        assert deleted
        with self._lock:
            return {i: dict(self.images[i]) for i in ids if i in self.images}

    def parts_after(self, error: Refused, count: int) -> int:
        return halves(error, count)

    def metadata(self) -> Any:
        return SimpleNamespace(object=lambda _plural: SimpleNamespace(columns={}))


def perform(server: Server, planned: Sequence[Planned]) -> list[Outcome]:
    return Sender(workspace=cast(Workspace, server), sleep=lambda _seconds: None).perform(planned)


def plan(record: int, plural: str, step: object, number: int) -> Planned:
    """Return a write; `number` makes its values its own."""
    action = step if isinstance(step, Action) else Action.UPDATE
    send: dict[str, Any] = {} if action in (Action.DELETE, Action.RESTORE) else {"name": f"value {number}"}
    if step == "release":
        send["released"] = "yes"
    desired = Desired(object=plural, id=UUID(int=1 + record), pbn_id=None, values=send)
    return Planned(
        action=action,
        desired=desired,
        subject=cast(Subject, None),
        intent_id=bytes([number % 256]),
        send=send,
        values=send,
        releases=step == "release",
    )


@st.composite
def plans(draw: Callable[..., Any]) -> list[Planned]:
    """Draw the plan of a window: every record has some of the steps that a record can have, in the plan in any order."""
    wanted: list[tuple[int, str, object]] = []
    for record in range(draw(st.integers(1, 24))):
        plural = PLURALS[record % len(PLURALS)]
        steps = draw(st.sets(st.sampled_from(STEPS), min_size=1, max_size=3))
        wanted += [(record, plural, step) for step in steps]
    return [plan(*one, number) for number, one in enumerate(draw(st.permutations(wanted)))]


@given(
    planned=plans(),
    numbers=st.lists(st.integers(1, 16), min_size=1, max_size=12),
    delays=st.lists(st.integers(0, 2), min_size=1, max_size=8),
    lost=st.dictionaries(st.integers(0, 12), st.booleans(), max_size=4),
)
def test_order_holds_whatever_the_limit_does(
    planned: list[Planned], numbers: list[int], delays: list[int], lost: dict[int, bool]
) -> None:
    server = Server(Restless(numbers), delays, lost)
    outcomes = perform(server, planned)
    assert server.under_way == 0
    assert server.most <= max(numbers)

    for _, group in itertools.groupby(sorted(server.written, key=lambda w: (w.identity, w.began)), key=lambda w: w.identity):
        writes = list(group)
        assert all(before.ended < after.began for before, after in itertools.pairwise(writes)), "one overtook another"
        steps = [STEPS.index(cast(Any, write.step)) for write in writes]
        assert steps == sorted(steps)

    in_stages = [w for w in server.written if w.step not in ("release", Action.DELETE)]
    for child, parent in itertools.product(in_stages, in_stages):
        if STAGE[parent.plural] < STAGE[child.plural]:
            assert parent.ended < child.began, "a child left before its parent was answered"

    alone = Server(InFlightLimit(1), [0], {})
    assert outcomes == perform(alone, planned)
    assert server.images == alone.images
