"""Verifying a log, and showing its events."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from consumers.journal.verify import Verification, show, verify
from events.change_events import Operation, event_id
from events.change_writer import ChangeWriter, encode_tombstone
from events.clock import World
from events.compensations import Action, Body, Cause, Compensation, Phase, write_compensation
from events.dead_letters import DeadLetter, Stage, write_dead_letter
from events.decisions import Decided, Decisions
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, DECISIONS, NewEntry
from events.log.sqlite import SqliteLog
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore
from events.vocabulary.entities import Entity
from events.vocabulary.records import FIELDS, Record
from tests.events.payloads import encode_record

ANN, BOB = bytes([1]) * 16, bytes([2]) * 16
RUN = "20261116T211000-abcdef"


@dataclass
class Book:
    """A log that a test writes event by event."""

    log: SqliteLog
    keys: KeyStore
    world: World

    def change(
        self,
        person: bytes,
        revision: int,
        operation: Operation = Operation.CREATED,
        *,
        run: str = RUN,
        identity: bytes | None = None,
        content: bytes = b"",
    ) -> bytes:
        """Return the bytes of a change event of a patient."""
        key = self.keys.of(person)
        assert key is not None
        now = self.world.now()
        writer = ChangeWriter(practice="elm", run=run, extract="x", taken_at=now, recorded_at=now, entropy=self.world.entropy)
        record = Record(
            entity=Entity.PATIENT,
            native_id="2001",
            values={**dict.fromkeys(FIELDS[Entity.PATIENT]), "emails": [], "phones": [], "first_name": "Ann"},
        )
        deleted = operation is Operation.DELETED
        return writer.write(
            event_id=identity or event_id(person, revision),
            record_id=person,
            patient_id=person,
            operation=operation,
            entity=Entity.PATIENT,
            revision=revision,
            part=bytes(32),
            row=7,
            fingerprint=b"",
            content=content,
            recheck_at=None,
            flagged=False,
            payload=encode_tombstone("2001") if deleted else encode_record(record),
            key=key,
        )

    def compensation(
        self, person: bytes, intent: int, phase: Phase, *, action: Action = Action.CREATE, revision: int = 1
    ) -> bytes:
        """Return the bytes of an intent (by its number), or of what settles it."""
        key = self.keys.of(person)
        assert key is not None
        intent_id = bytes([intent]) * 16
        event = Compensation(
            event_id=intent_id if phase is Phase.INTENDED else self.world.new_id(),
            intent_id=intent_id,
            phase=phase,
            action=action,
            workspace="w",
            run=RUN,
            object="people",
            twenty_id=person,
            record_id=person,
            cause=Cause(topic=CHANGES, partition=0, offset=0, event_id=event_id(person, revision), revision=revision),
            recorded_at=self.world.now(),
        )
        return write_compensation(event, Body(pbn_id="elm:patient:2001", values={"jobTitle": "Chef"}), key, self.world.entropy)

    def append(self, topic: str, *events: bytes) -> None:
        self.log.append([NewEntry(topic, b"household", data) for data in events])

    def ends(self, **body: object) -> None:
        """Record the end of the run."""
        world = self.world
        decisions = Decisions(self.log, self.keys, "elm", now=world.now, new_id=world.new_id, entropy=world.entropy)
        decisions.record(Decided.RUN_ENDED, {"kind": "sync", **body}, run=RUN)

    def verify(self) -> Verification:
        return verify(self.log, self.keys)

    def problems(self) -> list[tuple[str, int, str]]:
        return [(p.topic, p.offset, p.problem) for p in self.verify().problems]


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    world = World()
    made = Book(
        SqliteLog(f"sqlite:///{tmp_path}/log.db"), KeyStore(f"sqlite:///{tmp_path}/keys.db", bytes(32), world.entropy), world
    )
    yield made
    made.log.close()
    made.keys.close()


@pytest.fixture
def sound(book: Book) -> Book:
    """Return a log of one patient, carried once, by a run that ended."""
    book.append(CHANGES, book.change(ANN, 1))
    book.append(COMPENSATIONS, book.compensation(ANN, 1, Phase.INTENDED), book.compensation(ANN, 1, Phase.APPLIED))
    book.ends(changes={"created": 1, "updated": 0, "deleted": 0}, writes={"create": 1, "unchanged": 4})
    return book


def words(problems: Sequence[tuple[str, int, str]]) -> list[tuple[str, int]]:
    return [(topic, offset) for topic, offset, _ in problems]


def test_a_sound_log_is_whole(sound: Book) -> None:
    found = sound.verify()
    assert found.whole
    assert found.events == {CHANGES: 1, COMPENSATIONS: 2, DECISIONS: 1}
    assert (found.forgotten, found.open_intents, found.problem_count) == (0, 0, 0)


def test_an_empty_log_is_whole(book: Book) -> None:
    assert book.verify().whole


def test_a_changed_byte_is_found_where_it_lies(sound: Book) -> None:
    data = bytearray(sound.change(ANN, 2, Operation.UPDATED))
    data[-1] ^= 1
    sound.append(CHANGES, bytes(data))
    assert words(sound.problems()) == [(CHANGES, 1), (DECISIONS, 0)]


def test_bytes_that_are_no_event_are_found(sound: Book) -> None:
    sound.append(DEAD_LETTERS, b"not an event")
    assert words(sound.problems()) == [(DEAD_LETTERS, 0)]


def test_a_dead_letter_is_opened_too(sound: Book) -> None:
    key = sound.keys.of(PRACTICE_SUBJECT)
    assert key is not None
    letter = DeadLetter(
        event_id=bytes(16), stage=Stage.PRODUCE, reason="missing_id", practice="elm", run=RUN, recorded_at=sound.world.now()
    )
    data = write_dead_letter(letter, {"cells": []}, key, sound.world.entropy)
    sound.append(DEAD_LETTERS, data, data[:-1] + bytes([data[-1] ^ 1]))
    assert words(sound.problems()) == [(DEAD_LETTERS, 1)]


def test_a_gap_in_the_revisions_of_a_record_is_found(book: Book) -> None:
    book.append(CHANGES, book.change(ANN, 1), book.change(BOB, 1), book.change(ANN, 3, Operation.UPDATED))
    assert book.problems() == [(CHANGES, 2, "revision 3 of a record follows on 1")]


def test_a_record_begins_with_its_first_revision(book: Book) -> None:
    book.append(CHANGES, book.change(ANN, 2, Operation.UPDATED))
    assert words(book.problems()) == [(CHANGES, 0)]


def test_an_event_appended_twice_after_a_crash_counts_once(book: Book) -> None:
    event = book.change(ANN, 1)
    book.append(CHANGES, event, event)
    book.ends(changes={"created": 1})
    assert book.problems() == []


def test_two_producers_that_appended_at_once_are_one_problem_however_many_records_they_met(book: Book) -> None:
    """Nothing is lost of the log: it needs no backup, and the totals of both runs are right."""
    book.append(CHANGES, book.change(ANN, 1), book.change(ANN, 1, run="other"), book.change(BOB, 1, run="other"))
    book.append(CHANGES, book.change(BOB, 1), book.change(ANN, 2, Operation.UPDATED))
    book.append(CHANGES, book.change(ANN, 2, Operation.UPDATED, run="other", content=b"newer"))
    book.ends(changes={"created": 2, "updated": 1, "deleted": 0})
    found = book.verify()
    assert [(o.first, o.second, o.repeated, o.differing) for o in found.overlaps] == [
        (RUN, "other", 2, 1),
        ("other", RUN, 1, 0),
    ]
    assert found.problem_count == 1
    assert "in 1 of them the second run read other values, which Twenty does not hold" in found.problems[0].problem
    assert "Twenty holds them" in found.overlaps[1].said


def test_a_revision_appended_late_by_another_producer_is_noise(book: Book) -> None:
    book.append(CHANGES, book.change(ANN, 1), book.change(ANN, 2, Operation.UPDATED), book.change(ANN, 1, run="other"))
    assert [p for _, _, p in book.problems()] == [book.verify().overlaps[0].said]


def test_a_gap_beside_an_overlap_is_still_found(book: Book) -> None:
    book.append(CHANGES, book.change(ANN, 1), book.change(ANN, 1, run="other"), book.change(ANN, 3, Operation.UPDATED))
    assert (CHANGES, 2) in words(book.problems())


def test_an_id_that_is_not_the_records_own_is_found(book: Book) -> None:
    book.append(CHANGES, book.change(ANN, 1, identity=bytes(16)))
    assert words(book.problems()) == [(CHANGES, 0)]


def test_a_forgotten_person_is_counted_apart(sound: Book) -> None:
    sound.append(CHANGES, sound.change(BOB, 1, run="another"))
    sound.keys.forget(ANN)
    found = sound.verify()
    assert found.whole
    assert found.forgotten == 3


def test_a_lost_key_is_no_forgotten_person(sound: Book, tmp_path: Path) -> None:
    """An empty key store beside a full log: everybody would look forgotten."""
    sound.keys.close()
    sound.keys = KeyStore(f"sqlite:///{tmp_path}/other.db", bytes(32), sound.world.entropy)
    found = sound.verify()
    assert found.forgotten == 0
    assert found.problem_count == 4


def test_an_open_intent_is_found(sound: Book) -> None:
    sound.append(COMPENSATIONS, sound.compensation(ANN, 2, Phase.INTENDED, action=Action.UPDATE))
    found = sound.verify()
    assert found.open_intents == 1
    assert words(sound.problems()) == [(COMPENSATIONS, 2)]


@pytest.mark.parametrize("phase", [Phase.APPLIED, Phase.REFUSED, Phase.UNDONE])
def test_any_outcome_settles_an_intent(book: Book, phase: Phase) -> None:
    book.append(CHANGES, book.change(ANN, 1))
    book.append(COMPENSATIONS, book.compensation(ANN, 1, Phase.INTENDED), book.compensation(ANN, 1, phase))
    assert book.problems() == []


def test_several_equal_outcomes_count_once(sound: Book) -> None:
    sound.append(COMPENSATIONS, sound.compensation(ANN, 1, Phase.APPLIED), sound.compensation(ANN, 1, Phase.INTENDED))
    assert sound.problems() == []


def test_outcomes_that_contradict_each_other_are_found(sound: Book) -> None:
    sound.append(COMPENSATIONS, sound.compensation(ANN, 1, Phase.REFUSED))
    assert sound.problems() == [(COMPENSATIONS, 2, "an intent that was APPLIED is said to be REFUSED")]


def test_an_outcome_without_an_intent_is_found(sound: Book) -> None:
    sound.append(COMPENSATIONS, sound.compensation(ANN, 9, Phase.APPLIED))
    assert words(sound.problems()) == [(COMPENSATIONS, 2)]


def test_a_write_of_an_event_that_is_not_there_is_found(sound: Book) -> None:
    sound.append(COMPENSATIONS, sound.compensation(ANN, 1, Phase.APPLIED, revision=2))
    assert words(sound.problems()) == [(COMPENSATIONS, 2)]


@pytest.mark.parametrize(
    ("body", "problems"),
    [
        ({"changes": {"created": 1, "updated": 0}}, 0),
        ({"changes": {"created": 2}}, 1),
        ({"changes": {"created": 0}}, 1),
        ({"changes": {"unchanged": 70, "created": 1}}, 0),
        ({"writes": {"create": 0}}, 0),
        ({"writes": {"create": 2, "update": 1}}, 2),
        ({"writes": {"create": 2}, "dry_run": True}, 0),
        ({"undone": 3}, 0),
    ],
)
def test_what_a_run_recorded_must_lie_in_the_log(book: Book, body: dict[str, object], problems: int) -> None:
    book.append(CHANGES, book.change(ANN, 1), book.change(BOB, 1, run="another"))
    book.append(COMPENSATIONS, book.compensation(ANN, 1, Phase.INTENDED), book.compensation(ANN, 1, Phase.APPLIED))
    book.ends(**body)
    assert words(book.problems()) == [(DECISIONS, 0)] * problems


def test_more_problems_than_can_be_listed_are_counted(sound: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("consumers.journal.verify.LISTED", 1)
    sound.append(DEAD_LETTERS, b"one", b"two", b"three")
    found = sound.verify()
    assert (found.problem_count, len(found.problems)) == (3, 1)


def test_what_is_appended_meanwhile_is_left_for_the_next_time(sound: Book) -> None:
    class Growing:
        """A log to which a run appends a write while it is read."""

        def __init__(self, log: SqliteLog) -> None:
            self._log = log

        def __getattr__(self, name: str) -> object:
            return getattr(self._log, name)

        def read(self, topic: str, *about: int) -> object:
            if topic == CHANGES:
                sound.append(COMPENSATIONS, sound.compensation(ANN, 5, Phase.INTENDED, action=Action.UPDATE))
            return self._log.read(topic, *about)

    assert verify(Growing(sound.log), sound.keys).whole  # type: ignore[arg-type]


def test_an_event_is_shown_without_its_payload(sound: Book) -> None:
    (event,) = show(sound.log, sound.keys, CHANGES)
    assert event["record_id"] == str(UUID(bytes=ANN))
    assert (event["topic"], event["partition"], event["offset"], event["type"]) == (CHANGES, 0, 0, "change-event")
    assert (event["operation"], event["revision"], event["row"], event["run"]) == ("CREATED", 1, 7, RUN)
    assert event["file"] == "00" * 32
    assert "payload" not in event
    assert "Ann" not in json.dumps(event)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        (CHANGES, {"native_id": "2001", "first_name": "Ann", "birth_date": None}),
        (COMPENSATIONS, {"pbn_id": "elm:patient:2001", "values": {"jobTitle": "Chef"}}),
        (DECISIONS, {"kind": "sync"}),
    ],
)
def test_a_payload_is_opened_on_request(sound: Book, topic: str, payload: dict[str, object]) -> None:
    event = next(show(sound.log, sound.keys, topic, decrypt=True))
    assert payload.items() <= json.loads(json.dumps(event))["payload"].items()


def test_the_payload_of_a_forgotten_person_is_gone(sound: Book) -> None:
    sound.keys.forget(ANN)
    (event,) = show(sound.log, sound.keys, CHANGES, decrypt=True)
    assert event["payload"] is None


def test_an_unreadable_event_is_shown_as_such(sound: Book) -> None:
    sound.append(CHANGES, b"not an event")
    assert "not an event" in next(show(sound.log, sound.keys, CHANGES, start=1))["problem"]


def test_events_are_shown_from_an_offset(sound: Book) -> None:
    assert [event["phase"] for event in show(sound.log, sound.keys, COMPENSATIONS, start=1)] == ["APPLIED"]


def test_a_deletion_is_a_revision_like_any_other(book: Book) -> None:
    again = book.change(ANN, 3)
    book.append(CHANGES, book.change(ANN, 1), book.change(ANN, 2, Operation.DELETED), again)
    book.ends(changes={"created": 2, "updated": 0, "deleted": 1})
    assert book.problems() == []
