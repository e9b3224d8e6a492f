"""Answers that never come, half an answer, a server that is down: nothing is lost, nothing is made twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consumers.journal import sending
from consumers.twenty.transport.errors import OutcomeUnknown, TwentyError
from rehearsal.server.faults import Fault
from tests.consumers.workbench import Bench, appointment, claim, family, id_of, note, patient, patient_id, task_id

BROKEN = {
    "503": Fault(kind="503", rate=0.3),
    "reset": Fault(kind="reset", rate=0.3),
    "truncated": Fault(kind="truncated", rate=0.3),
    "rate-limit": Fault(kind="rate-limit", rate=0.3),
}
ALL = (
    Fault(kind="500", rate=0.08),
    Fault(kind="502", rate=0.08),
    Fault(kind="reset", rate=0.1),
    Fault(kind="truncated", rate=0.1),
    Fault(kind="rate-limit", rate=0.1),
)
SILENT = (Fault(kind="timeout-after", rate=0.12), Fault(kind="timeout-before", rate=0.06))


@pytest.fixture(autouse=True)
def _nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "wait_exponential", lambda *_args, **_more: lambda _state: 0.0)


def repeated(bench: Bench, command: Callable[[Bench], object]) -> Bench:
    """Repeat a command until it ends well: that is the resume. Gives the last process."""
    for _ in range(40):
        try:
            command(bench)
        except TwentyError:
            bench = bench.reopened()
        else:
            return bench
    raise AssertionError("it never ended well")


def come_through(calm: Bench, bench: Bench) -> None:
    people = [patient(str(n), f"P{n}", "Vale", mail=f"p{n}@x.example") for n in range(4, 12)]
    visits = [appointment(str(n), of=str(n % 11 + 1)) for n in range(100, 112)]
    for one in (calm, bench):
        one.deliver(*family(), *people, *visits, note("21", of="5"))
    calm.sync()
    bench = repeated(bench, lambda b: b.sync())
    assert bench.content() == calm.content()
    for one in (calm, bench):
        one.deliver(
            *(patient(str(n), f"Q{n}") for n in range(4, 8)),
            patient("8", mail="p9@x.example"),
            patient("9", mail="p8@x.example"),
            appointment("100", of="3"),
            gone=[appointment("101", of="1"), note("21", of="5"), patient("11")],
        )
    calm.sync()
    bench = repeated(bench, lambda b: b.sync())
    assert bench.content() == calm.content()
    assert bench.open_intents() == set()
    assert set(bench.live_creates().values()) == {1}
    assert (bench.waiting(), bench.lag()) == ({}, 0)
    bench = repeated(bench, lambda b: b.rollback())
    assert sum(map(len, bench.content().values())) == 0
    assert bench.unannounced == []
    bench.close()


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("seed", [1, 2])
def test_under_broken_answers(new_bench: Callable[..., Bench], kind: str, seed: int) -> None:
    come_through(new_bench(), new_bench(faults=(BROKEN[kind],), seed=seed))


@pytest.mark.parametrize("in_flight", [1, 4])
@pytest.mark.parametrize("seed", range(3))
def test_under_all_of_them(new_bench: Callable[..., Bench], seed: int, in_flight: int) -> None:
    come_through(new_bench(), new_bench(faults=ALL, seed=seed, in_flight=in_flight))


@pytest.mark.parametrize("seed", [1, 2])
def test_under_silence(new_bench: Callable[..., Bench], seed: int) -> None:
    come_through(new_bench(), new_bench(faults=SILENT, seed=seed, timeout=0.5))


def answers_lost(monkeypatch: pytest.MonkeyPatch, bench: Bench, name: str) -> None:
    """Lose the first answer to each such request, after it was carried out."""
    carry_out, lost = getattr(bench.workspace, name), set[str]()

    def request(*what: object) -> object:
        answer = carry_out(*what)
        if str(what[0]) not in lost:
            lost.add(str(what[0]))
            raise OutcomeUnknown("the answer was lost")
        return answer

    monkeypatch.setattr(bench.workspace, name, request)


def test_a_creation_whose_answer_was_lost_is_read_back_not_repeated(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    answers_lost(monkeypatch, bench, "create")
    bench.deliver(*family())
    tally = bench.sync()
    assert (tally.writes["create"], tally.dead_letters) == (13, 0)
    assert sum(step.startswith("request create") for step in bench.fate.steps) == 9


def test_an_update_whose_answer_was_lost_is_read_back_not_repeated(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.deliver(*family())
    bench.sync()
    answers_lost(monkeypatch, bench, "upsert")
    bench.deliver(patient("1", "Adele"), patient("3", "Clementine", birth_date=None))
    assert bench.sync().writes["update"] == 2
    assert sum(step.startswith("request update") for step in bench.fate.steps) == 1


def test_a_deletion_whose_answer_was_lost_is_a_deletion(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.deliver(*family())
    bench.sync()
    answers_lost(monkeypatch, bench, "soft_delete")
    bench.deliver(gone=[claim("40", of="3"), appointment("10", of="1")])
    tally = bench.sync()
    assert (tally.writes["delete"], bench.waiting()) == (2, {})
    assert bench.rollback().kept == []


def test_a_deletion_that_finds_nothing_any_more_is_looked_up(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty need not answer with what was soft-deleted before, by an attempt whose answer was lost."""
    bench.deliver(*family())
    bench.sync()
    delete = bench.workspace.soft_delete
    monkeypatch.setattr(bench.workspace, "soft_delete", lambda plural, ids: delete(plural, ids)[:0])
    bench.deliver(gone=[claim("40", of="3")])
    assert bench.sync().writes["delete"] == 1
    assert bench.waiting() == {}


def test_a_restoration_whose_answer_was_lost_is_a_restoration(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.deliver(*family())
    bench.sync()
    bench.deliver(gone=[appointment("10", of="1")])
    bench.sync()
    answers_lost(monkeypatch, bench, "restore")
    bench.deliver(appointment("10", of="1"))
    tally = bench.sync()
    assert (tally.writes["restore"], bench.waiting()) == (1, {})
    assert bench.has("tasks", task_id("10"))


def test_a_deletion_of_what_a_person_destroyed_meanwhile_is_not_counted(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.deliver(*family())
    bench.sync()
    identity = id_of(claim("40", of="3").entity, "40")
    delete = bench.workspace.soft_delete

    def too_late(plural: str, ids: list[str]) -> list[str]:
        bench.twenty.destroy("insuranceClaims", [identity])
        return delete(plural, ids)

    monkeypatch.setattr(bench.workspace, "soft_delete", too_late)
    bench.deliver(gone=[claim("40", of="3")])
    assert bench.sync().writes["delete"] == 0
    assert bench.waiting() == {identity: "not-found"}


def test_a_rollback_whose_answers_are_lost_goes_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.deliver(*family())
    bench.sync()
    before, position = (
        bench.content(),
        bench.deliver(patient("1", "Adele"), patient("4", "Dov", "Vale"), gone=[note("20", of="1")]),
    )
    bench.sync()
    for name in ("destroy", "destroy_several", "upsert", "restore"):
        answers_lost(monkeypatch, bench, name)
    assert bench.rollback_to(position).kept == []
    assert bench.content() == before
    assert not bench.has("people", patient_id("4"))
