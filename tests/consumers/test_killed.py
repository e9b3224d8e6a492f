"""Killed after any durable step (an append, a fold, a request that changed something) and started again: the same content,
nothing twice, every write with its compensation.

After an append the state is behind the log; after a fold it is deleted altogether; after a request it is as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from events.vocabulary.entities import Entity
from tests.consumers.workbench import Bench, Host, appointment, claim, document, id_of, killed_after, note, patient

Sweep = Callable[[Bench, Callable[[Bench], object], Callable[[Bench, str], None]], None]


@pytest.fixture
def sweep(host: Host, new_folder: Callable[[], Path]) -> Sweep:
    """Do some work in a copy of a prepared bench, killed after each of its steps; then do it again in a new process."""

    def swept(prepared: Bench, work: Callable[[Bench], object], check: Callable[[Bench, str], None]) -> None:
        for step in count():
            bench = prepared.copied(host, new_folder())
            with killed_after(bench, step):
                work(bench)
            steps = bench.fate.steps
            again = bench.reopened(forget_state=len(steps) > step and steps[step].startswith("fold"))
            work(again)
            check(again, f"killed after step {step}: {steps[step:]}")
            again.close()
            if len(steps) <= step:
                return

    return swept


def first_day(bench: Bench) -> int:
    return bench.deliver(
        patient("1", "Ada", "Quist", mail="a@x.example", phones=["+15415550101"]),
        patient("2", "Bo", "Vale", mail="b@x.example"),
        appointment("7", of="1"),
        note("20", of="1"),
        claim("40", of="2"),
    )


def second_day(bench: Bench) -> int:
    """Return a day of an address swap, a move, a deletion, a change, somebody new, somebody whose patient is unknown."""
    return bench.deliver(
        patient("1", mail="b@x.example", phones=[]),
        patient("2", "Bodo", mail="a@x.example"),
        patient("3", "Cleo", "Marsh"),
        appointment("7", of="2"),
        appointment("9", of="unknown"),
        gone=[claim("40", of="2")],
    )


def third_day(bench: Bench) -> int:
    """Return a third day: deleted records come back, changed; the patient who was waited for, with the appointment."""
    return bench.deliver(
        claim("40", of="2", carrier="Granite"),
        appointment("7", of="1"),
        patient("unknown", "Dov", "Vale"),
        appointment("9", of="unknown", type="Root canal"),
    )


def as_if_nothing_had_happened(calm: Bench, position: int, before: Any) -> Callable[[Bench, str], None]:
    """Assert that everything is as after an undisturbed sync, and can be taken back to how it was before."""
    content, creates, waiting = calm.content(), calm.live_creates(), calm.waiting()
    empty: Any = {plural: {} for plural in content}
    turn = count()

    def check(again: Bench, where: str) -> None:
        assert again.content() == content, where
        assert again.live_creates() == creates, where
        assert again.open_intents() == set(), where
        assert again.unannounced == [], where
        assert again.waiting() == waiting, where
        assert again.lag() == 0, where
        assert again.rollback_to(position).kept == [], where
        assert again.content() == before, where
        if next(turn) % 4 == 0:
            assert again.rollback().kept == [], where
            assert again.content() == empty, where

    return check


DAYS: list[Any] = [first_day, second_day, third_day]


@pytest.mark.parametrize("day", [0, 1, 2])
def test_a_sync(new_bench: Callable[..., Bench], sweep: Sweep, host: Host, new_folder: Callable[[], Path], day: int) -> None:
    prepared = new_bench()
    for earlier in DAYS[:day]:
        earlier(prepared)
        prepared.sync()
    before, position = prepared.content(), DAYS[day](prepared)
    calm = prepared.copied(host, new_folder())
    calm.sync()
    sweep(prepared, lambda b: b.sync(), as_if_nothing_had_happened(calm, position, before))
    calm.close()


def test_an_adoption(new_bench: Callable[..., Bench], sweep: Sweep) -> None:
    """From then on the person's and the patient's values are ours: they change when PbN changes them."""
    prepared = new_bench()
    known = prepared.add("people", name={"firstName": "Ada", "lastName": "Quist"}, emails={"primaryEmail": "a@x.example"})
    prepared.deliver(patient("1", "Ada", "Quist", mail="a@x.example", phones=["+15415550101"]))

    def check(again: Bench, where: str) -> None:
        again.deliver(patient("1", "Adele", "Vale", mail="adele@x.example"))
        assert again.sync().conflicts == [], where
        image = again.read("people", known)
        assert image["name"] == {"firstName": "Adele", "lastName": "Vale"}, where
        assert image["emails"]["primaryEmail"] == "adele@x.example", where

    sweep(prepared, lambda b: b.sync(), check)


def test_a_rollback(new_bench: Callable[..., Bench], sweep: Sweep) -> None:
    prepared = new_bench()
    first_day(prepared)
    prepared.sync()
    before, position = prepared.content(), second_day(prepared)
    prepared.sync()
    after = prepared.content()
    turn = count()

    def work(bench: Bench) -> None:
        assert bench.rollback_to(position).kept == []

    def check(again: Bench, where: str) -> None:
        assert again.content() == before, where
        assert again.open_intents() == set(), where
        if next(turn) % 3 == 0:
            again.sync()
            assert again.content() == after, where

    sweep(prepared, work, check)


def came_back_changed(bench: Bench) -> int:
    """Return a chain whose rollback gives a field back, and deletes it again."""
    bench.deliver(gone=[claim("40", of="2")])
    bench.sync()
    position = bench.deliver(claim("40", of="2", carrier="Granite"))
    bench.sync()
    return position


def changed_and_went(bench: Bench) -> int:
    """Return a chain whose rollback restores it, and gives a field back."""
    position = bench.deliver(claim("40", of="2", carrier="Granite"))
    bench.sync()
    bench.deliver(gone=[claim("40", of="2")])
    bench.sync()
    return position


@pytest.mark.parametrize("happened", [came_back_changed, changed_and_went])
def test_a_rollback_in_two_requests(
    new_bench: Callable[..., Bench], sweep: Sweep, host: Host, new_folder: Callable[[], Path], happened: Callable[[Bench], int]
) -> None:
    """The first one alone takes nothing back: killed between the two, the next rollback goes on with the second."""
    prepared = new_bench()
    prepared.deliver(patient("2", "Bo", "Vale"), claim("40", of="2"))
    prepared.sync()
    position = happened(prepared)
    calm = prepared.copied(host, new_folder())
    calm.rollback_to(position)
    before = calm.content()
    calm.sync()
    after = calm.content()
    calm.close()

    def work(bench: Bench) -> None:
        assert bench.rollback_to(position).kept == []

    def check(again: Bench, where: str) -> None:
        assert again.content() == before, where
        again.sync()
        assert again.content() == after, where

    assert before != after
    sweep(prepared, work, check)


@pytest.mark.parametrize("before", [came_back_changed, changed_and_went])
def test_the_next_value_of_pbn_is_no_conflict_after_a_rollback_that_was_killed(
    new_bench: Callable[..., Bench], host: Host, new_folder: Callable[[], Path], before: Callable[[Bench], int]
) -> None:
    """A rollback in two requests: killed between them, Twenty holds a value that no sync sent."""
    prepared = new_bench()
    prepared.deliver(patient("2", "Bo", "Vale"), claim("40", of="2"))
    prepared.sync()
    position = before(prepared)
    identity = id_of(Entity.CLAIM, "40")
    for step in count():
        bench = prepared.copied(host, new_folder())
        with killed_after(bench, step):
            bench.rollback_to(position)
        steps = bench.fate.steps
        again = bench.reopened(forget_state=len(steps) > step and steps[step].startswith("fold"))
        again.deliver(claim("40", of="2", carrier="Basalt"))
        where = f"killed after step {step}: {steps[step:]}"
        assert again.sync().conflicts == [], where
        image = again.read("insuranceClaims", identity)
        assert (image["carrier"], bool(image["deletedAt"])) == ("Basalt", False), where
        assert again.open_intents() == set(), where
        assert again.rollback_to(position).kept == [], where
        assert again.sync().conflicts == [], where
        assert again.read("insuranceClaims", identity)["carrier"] == "Basalt", where
        again.close()
        if len(steps) <= step:
            return


def test_uploads(new_bench: Callable[..., Bench], sweep: Sweep) -> None:
    """A new document, and one of which the file alone is another one: each has its own bytes, whatever was uploaded before."""
    prepared = new_bench()
    prepared.deliver(patient("3", "Cleo", "Vale"), document("50", of="3"))
    prepared.sync()
    old = prepared.read("attachments", id_of(Entity.DOCUMENT, "50"))["file"]
    prepared.files |= {"later.png": b"\x89PNG and more", "another.png": b"\x89PNG, another"}
    prepared.deliver(
        document("50", of="3", path="later.png", sha256="cd" * 32),
        document("51", of="3", path="another.png", file_name="another.png", sha256="ef" * 32),
    )

    def check(again: Bench, where: str) -> None:
        files = {number: again.read("attachments", id_of(Entity.DOCUMENT, number))["file"] for number in ("50", "51")}
        assert files["50"] != old, where
        assert [[part["label"] for part in file] for file in files.values()] == [["xray.png"], ["another.png"]], where
        assert (again.open_intents(), again.waiting(), again.lag()) == (set(), {}, 0), where

    sweep(prepared, lambda b: b.sync(), check)
