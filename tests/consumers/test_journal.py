"""Entries of a run's writes: intents first and fenced, outcomes with the offsets, nothing about people who were forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from uuid import UUID

import pytest

from consumers.journal.journal import Journal
from consumers.journal.planned import Outcome, Planned, Subject
from consumers.state.fold import KEPT_EDIT
from consumers.state.view import View
from events.clock import World
from events.compensations import Action, Body, Cause, Phase, body_of, read_compensation
from events.dead_letters import Stage, detail_of, read_dead_letter
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, Commit, NewEntry, Position
from events.log.sqlite import SqliteLog
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore
from events.vocabulary.entities import Entity
from projections.desired import Desired
from tests.consumers.workbench import later

PATIENT = bytes([7]) * 16
SUBJECT = Subject(
    record_id=PATIENT,
    entity=Entity.PATIENT,
    patient_id=PATIENT,
    household=b"household",
    cause=Cause(topic=CHANGES, partition=0, offset=0, event_id=bytes(16), revision=1),
)
VALUES = {"jobTitle": "Baker"}
MINE, INPUT = Commit(group="group", topic=CHANGES, offsets={}), Commit(group="group", topic=CHANGES, offsets={0: 5})


class Heard(SqliteLog):
    """A log that keeps what each step appended and committed."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.steps: list[tuple[list[str], Sequence[Commit]]] = []

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        self.steps.append(([entry.topic for entry in entries], commits))
        return super().append(entries, commits)


class Desk:
    """A journal over a log, keys and a view of its own."""

    def __init__(self, folder: Path) -> None:
        world = World(now=map(later, count()).__next__)
        folder.mkdir()
        self.keys = KeyStore(f"sqlite:///{folder}/keys.db", bytes(32), world.entropy)
        self.keys.ensure([PATIENT, PRACTICE_SUBJECT])
        self.log, self.view = Heard(f"sqlite:///{folder}/log.db"), View(f"sqlite:///{folder}/state.db", "one")
        self.journal = Journal(
            *(self.log, self.keys, self.view, world),
            practice="fern",
            run="run",
            address_of=str.encode,
            still_ours=lambda: [MINE],
        )

    def bodies(self) -> list[Body]:
        """Return the bodies of all compensations."""
        return [body_of(read_compensation(e.value), self.keys) for e in self.log.read(COMPENSATIONS, 0, 0, 100)]

    def close(self) -> None:
        for one in (self.log, self.view, self.keys):
            one.close()


@pytest.fixture
def desk(new_folder: Callable[[], Path]) -> Iterator[Desk]:
    desk = Desk(new_folder())
    yield desk
    desk.close()


def planned(number: int = 1, **about: object) -> Planned:
    desired = Desired(object="people", id=UUID(int=number), pbn_id="fern:patient:1", values=VALUES)
    one = Planned(
        action=Action.UPDATE,
        desired=desired,
        subject=SUBJECT,
        intent_id=bytes([number]) * 16,
        send=VALUES,
        before={"jobTitle": "Cook"},
        values=VALUES,
        answer={"city": "Bend"},
    )
    return replace(one, **about)


def test_intents_are_refused_from_a_worker_that_was_replaced(desk: Desk) -> None:
    """The commit of nothing holds only while the worker owns its partitions: with it the log refuses the whole step."""
    desk.journal.intend([planned()])
    assert desk.log.steps == [([COMPENSATIONS], [MINE])]


def test_outcomes_without_offsets_are_refused_from_it_too(desk: Desk) -> None:
    desk.journal.intend([planned()])
    desk.journal.settle([Outcome(planned=planned(), phase=Phase.APPLIED)])
    assert desk.log.steps[1] == ([COMPENSATIONS], [MINE])


def test_outcomes_dead_letters_and_offsets_go_in_one_step(desk: Desk) -> None:
    desk.journal.intend([planned()])
    letter = desk.journal.letter(SUBJECT, Stage.WRITE, "refused", 1, {})
    outcome = Outcome(planned=planned(), phase=Phase.REFUSED, reason="refused")
    desk.journal.settle([outcome], kept=[(planned(2), ("city",))], commits=[INPUT], letters=[letter])
    assert desk.log.steps[1:] == [([COMPENSATIONS, COMPENSATIONS, DEAD_LETTERS], [INPUT])]
    kept, refused = (read_compensation(e.value) for e in desk.log.read(COMPENSATIONS, 0, 1, 10))
    assert (kept.reason, refused.reason) == (KEPT_EDIT, "refused")
    (said,) = (read_dead_letter(e.value) for e in desk.log.read(DEAD_LETTERS, 0, 0, 10))
    assert said.recorded_at > refused.recorded_at


def test_an_intent_says_what_is_sent_what_was_there_and_what_was_known(desk: Desk) -> None:
    desk.journal.intend([planned()])
    desk.journal.settle([Outcome(planned=planned(), phase=Phase.APPLIED, answer={"jobTitle": "Baker"})])
    intent, outcome = desk.bodies()
    assert (intent.written, intent.before, intent.values, intent.answer) == (
        ["jobTitle"],
        {"jobTitle": "Cook"},
        VALUES,
        {"city": "Bend"},
    )
    assert outcome.answer == {"city": "Bend", "jobTitle": "Baker"}


def test_nothing_is_said_of_a_person_who_was_forgotten(desk: Desk) -> None:
    """Their key is gone: under the practice's key, which stays, a value of theirs could be read for ever."""
    desk.journal.intend([planned()])
    desk.keys.forget(PATIENT)
    assert desk.journal.is_forgotten(SUBJECT)
    letter = desk.journal.letter(SUBJECT, Stage.WRITE, "refused", 1, {"detail": "Baker is no job"})
    desk.journal.intend([planned(2)])
    desk.journal.settle(
        [Outcome(planned=planned(), phase=Phase.APPLIED, answer=VALUES, detail="Baker")],
        kept=[(planned(3), ("jobTitle",))],
        letters=[letter],
    )
    entries = desk.log.read(COMPENSATIONS, 0, 1, 100)
    assert [body_of(read_compensation(e.value), desk.keys) for e in entries] == [Body(written=[])] * 3
    (entry,) = desk.log.read(DEAD_LETTERS, 0, 0, 10)
    assert detail_of(read_dead_letter(entry.value), desk.keys) == {}
