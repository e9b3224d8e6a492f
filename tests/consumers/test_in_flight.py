"""Several batches at once: parents still come before children, what is settled does not depend on who was faster, and a batch
that goes wrong harms none of the others.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from consumers.journal import sending
from consumers.twenty.transport.errors import OutcomeUnknown, Refusal, Refused, Unreachable
from events.log.port import CHANGES
from projections import project
from tests.consumers.workbench import Bench, appointment, claim, note, patient, patient_id

PEOPLE, VISITS = 90, 110


@pytest.fixture
def busy(new_bench: Callable[..., Bench]) -> Bench:
    """Take batches of ten, four in flight."""
    bench = new_bench(in_flight=4)
    bench.workspace.batch_size = 10
    return bench


def deliver(bench: Bench, *, poisoned: int | None = None) -> None:
    bench.deliver(
        *(patient(str(n), f"P{n}", "Vale\x00" if n == poisoned else "Vale", mail=f"p{n}@x.example") for n in range(PEOPLE)),
        *(appointment(str(n), of=str(n % PEOPLE)) for n in range(VISITS)),
        *(note(str(n), of=str(n)) for n in range(20)),
        *(claim(str(n), of=str(n)) for n in range(20)),
    )


def creates(bench: Bench, watch: Callable[[str, Sequence[Any]], None]) -> Callable[..., Any]:
    """Return the workspace's `create`, watched."""
    create = bench.workspace.create

    def watched(plural: str, bodies: Sequence[Any]) -> Any:
        watch(plural, bodies)
        return create(plural, bodies)

    return watched


def test_four_at_once_come_to_the_same_as_one_after_the_other(busy: Bench, bench: Bench) -> None:
    for one in (busy, bench):
        deliver(one)
        one.sync()
    assert busy.content() == bench.content()
    assert (busy.open_intents(), busy.lag(), busy.unannounced) == (set(), 0, [])
    assert set(busy.live_creates().values()) == {1}
    assert busy.rollback().kept == []
    assert sum(map(len, busy.content().values())) == 0


def test_as_many_requests_as_the_setting_says_are_under_way(busy: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    lock, under_way, most = threading.Lock(), 0, 0
    create = busy.workspace.create

    def slow(plural: str, bodies: Sequence[Any]) -> Any:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
        time.sleep(0.05)
        try:
            return create(plural, bodies)
        finally:
            with lock:
                under_way -= 1

    monkeypatch.setattr(busy.workspace, "create", slow)
    deliver(busy)
    busy.sync()
    assert most == 4


def test_no_child_leaves_before_the_last_of_its_parents_was_answered(busy: Bench) -> None:
    deliver(busy)
    busy.sync()
    answered = [step.split()[2] for step in busy.fate.steps if step.startswith("request create")]
    stages = [{"companies"}, {"people"}, {"tasks", "notes", "insuranceClaims"}, {"taskTargets", "noteTargets"}]
    order = [next(i for i, stage in enumerate(stages) if plural in stage) for plural in answered]
    assert order == sorted(order)


def test_the_log_does_not_depend_on_who_was_faster(new_bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    for delays in ((0.03, 0.0), (0.0, 0.03)):
        bench, numbers = new_bench(in_flight=4), iter(range(10_000))
        bench.workspace.batch_size = 10
        slow = creates(bench, lambda _p, _b, d=delays, n=numbers: time.sleep(d[next(n) % 2]))
        monkeypatch.setattr(bench.workspace, "create", slow)
        deliver(bench)
        bench.sync()
        written.append([(e.phase, e.object, e.twenty_id) for e in bench.compensations()])
    assert written[0] == written[1]


def test_one_refused_batch_costs_its_culprit_alone(busy: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(project, "valid", lambda projected, _context: projected)
    deliver(busy, poisoned=31)
    busy.sync()
    assert busy.twenty.count("people") == PEOPLE - 1
    assert busy.waiting()[patient_id("31")] == "value"
    assert set(busy.waiting().values()) == {"value", "missing-relation"}
    assert busy.open_intents() == set()


def test_one_answer_that_is_lost_is_read_back_while_the_others_go_on(busy: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "wait_exponential", lambda *_args, **_more: lambda _state: 0.0)
    create, lost, lock = busy.workspace.create, set[str](), threading.Lock()

    def lose_one(plural: str, bodies: Sequence[Any]) -> Any:
        images = create(plural, bodies)
        with lock:
            first = plural not in lost
            lost.add(plural)
        if first:
            raise OutcomeUnknown("the answer was lost")
        return images

    monkeypatch.setattr(busy.workspace, "create", lose_one)
    deliver(busy)
    assert busy.sync().dead_letters == 0
    assert set(busy.live_creates().values()) == {1}
    assert (busy.twenty.count("people"), busy.twenty.count("taskTargets")) == (PEOPLE, VISITS)


def test_when_twenty_goes_away_in_the_middle_the_next_run_settles_what_was_in_flight(
    busy: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = iter(range(10_000))

    def goes_away(plural: str, _bodies: Sequence[Any]) -> None:
        if plural == "people" and next(numbers) >= 4:
            raise Unreachable("nobody answers", retriable=False)

    busy.deliver()
    busy.sync()  # the company has a window of its own
    committed = busy.log.committed(busy.group, CHANGES)
    with monkeypatch.context() as patched:
        patched.setattr(busy.workspace, "create", creates(busy, goes_away))
        deliver(busy)
        with pytest.raises(Unreachable):
            busy.sync()
    there = busy.twenty.count("people")
    assert there in (40, 50, 60, 70)
    assert busy.log.committed(busy.group, CHANGES) == committed
    busy.sync()
    assert (busy.twenty.count("people"), busy.open_intents(), busy.lag()) == (PEOPLE, set(), 0)
    assert set(busy.live_creates().values()) == {1}


def test_a_server_that_takes_sixty_records_costs_a_few_refusals_and_no_record(
    busy: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    busy.workspace.batch_size = 200

    def at_most_sixty(_plural: str, bodies: Sequence[Any]) -> None:
        sizes.append(len(bodies))
        if len(bodies) > 60:
            raise Refused("too many", kind=Refusal.LIMIT, detail="Maximum number of records to upsert is 60.")

    monkeypatch.setattr(busy.workspace, "create", creates(busy, at_most_sixty))
    deliver(busy)
    assert busy.sync().dead_letters == 0
    assert busy.twenty.count("people") == PEOPLE
    assert sum(size > 60 for size in sizes) == 1
