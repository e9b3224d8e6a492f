"""The view made of events, however often they are met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from consumers.rollback.chains import choose, read_chains
from consumers.rollback.scopes import Everything
from consumers.state.fold import (
    ADDRESS_TAKEN,
    KEPT_EDIT,
    MISSING_PARENT,
    UNKNOWN_PATIENT,
    Folded,
    fold_changes,
    fold_compensations,
    fold_letters,
    release_waiting,
)
from consumers.state.view import View
from consumers.state.view_rows import DEAD, WAITING, Head, Written
from events.change_events import ChangeEvent, Operation, Origin
from events.compensations import Action, Body, Cause, Compensation, Phase
from events.dead_letters import DeadLetter, Stage
from events.vocabulary.entities import Entity
from tests.consumers.workbench import Bench, patient

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
RECORD, PATIENT, OTHER = bytes([1]) * 16, bytes([2]) * 16, bytes([3]) * 16
CAUSE = Cause(topic="changes", partition=0, offset=5, event_id=bytes(16), revision=2)
MILLIS = int(NOW.timestamp() * 1000)


@pytest.fixture
def view(new_folder: Callable[[], Path]) -> Iterator[View]:
    view = View(f"sqlite:///{new_folder()}/state.db", "one")
    yield view
    view.close()


def head(**about: object) -> Head:
    return replace(
        Head(record_id=RECORD, entity=Entity.NOTE, patient_id=PATIENT, partition=0, offset=5, revision=2, deleted=False),
        **about,
    )


def change(revision: int, operation: Operation = Operation.UPDATED) -> ChangeEvent:
    return ChangeEvent(
        event_id=bytes([revision]) * 16,
        operation=operation,
        practice="fern",
        entity=Entity.NOTE,
        record_id=RECORD,
        patient_id=PATIENT,
        revision=revision,
        run="run",
        source=Origin(extract="x", part=bytes(32), row=1),
        taken_at=NOW,
        recorded_at=NOW,
        fingerprint=b"",
        content=b"",
        recheck_at=None,
        flagged=False,
    )


def compensation(
    intent: int, phase: Phase, action: Action = Action.UPDATE, *, revision: int = 2, record: bytes = RECORD, **about: object
) -> Compensation:
    event_id = bytes([intent]) * 16 if phase is Phase.INTENDED else bytes([intent + 100]) * 16
    one = Compensation(
        event_id=event_id,
        intent_id=bytes([intent]) * 16,
        phase=phase,
        action=action,
        workspace="one",
        run="run",
        object="notes",
        twenty_id=record,
        record_id=record,
        cause=CAUSE,
        recorded_at=NOW,
        undoes=(),
        reason=None,
    )
    return replace(one, cause=replace(CAUSE, revision=revision), **about)


def fold(view: View, *events: Compensation, offset: int = 10, body: Body | None = None) -> None:
    folded = [Folded(event, body, 0, offset + number, 100) for number, event in enumerate(events)]
    fold_compensations(view, folded, {("compensations", 0): offset + len(folded)}, str.encode)


def letter(reason: str, *, revision_at: int = 5, at: datetime = NOW) -> DeadLetter:
    return DeadLetter(
        event_id=bytes(16),
        stage=Stage.WRITE,
        reason=reason,
        practice="fern",
        run="run",
        recorded_at=at,
        entity=Entity.NOTE,
        record_id=RECORD,
        workspace="one",
        origin=("changes", 0, revision_at),
    )


def the_head(view: View) -> Head:
    return view.heads([RECORD])[RECORD]


# Change events


def test_a_revision_met_twice_does_not_free_what_is_kept_back(view: View) -> None:
    kept = head(status=DEAD, reason="refused", attempts=3, applied_revision=1)
    view.save(heads=[kept])
    assert fold_changes(view, [(change(2), 0, 9)], {}) == [kept]
    assert the_head(view) == kept


def test_an_older_revision_never_comes_over_a_newer_one(view: View) -> None:
    fold_changes(view, [(change(3), 0, 7), (change(2), 0, 8)], {})
    assert (the_head(view).revision, the_head(view).offset) == (3, 7)
    fold_changes(view, [(change(1), 0, 9)], {})
    assert (the_head(view).revision, the_head(view).offset) == (3, 7)


def test_a_new_revision_frees_what_is_kept_back_and_keeps_what_was_applied(view: View) -> None:
    view.save(heads=[head(status=DEAD, reason="refused", attempts=3, applied_revision=1)])
    fold_changes(view, [(change(3, Operation.DELETED), 0, 9)], {("changes", 0): 10})
    assert the_head(view) == head(offset=9, revision=3, deleted=True, applied_revision=1)
    assert view.progress("changes") == {0: 10}


# Compensations


def test_an_outcome_met_twice_counts_once(view: View) -> None:
    view.save(heads=[head()])
    intent, applied = compensation(1, Phase.INTENDED), compensation(1, Phase.APPLIED)
    fold(view, intent, applied)
    assert (the_head(view).applied_revision, view.open_intents()) == (2, [])
    view.save(heads=[head(applied_revision=0)])
    fold(view, replace(applied, event_id=bytes([150]) * 16), offset=20)
    assert the_head(view).applied_revision == 0
    assert view.written([("notes", RECORD)])["notes", RECORD].outcome == (0, 11)


def test_an_intent_met_twice_is_open_where_it_was_met_first(view: View) -> None:
    view.save(heads=[head()])
    fold(view, compensation(1, Phase.INTENDED), compensation(1, Phase.INTENDED))
    assert view.open_intents() == [(bytes([1]) * 16, 0, 10)]


def test_an_intent_of_an_earlier_page_is_settled_by_a_later_one(view: View) -> None:
    view.save(heads=[head()])
    fold(view, compensation(1, Phase.INTENDED, Action.CREATE))
    fold(view, compensation(1, Phase.APPLIED, Action.CREATE), offset=20)
    held = view.written([("notes", RECORD)])["notes", RECORD]
    assert (held.intent, held.outcome, view.open_intents()) == ((0, 10), (0, 20), [])


def test_an_interrupted_write_makes_its_record_pending(view: View) -> None:
    """Also where another write of the same record, of the same revision, has arrived."""
    view.save(heads=[head()])
    fold(view, compensation(1, Phase.INTENDED), compensation(2, Phase.INTENDED))
    fold(view, compensation(1, Phase.APPLIED), compensation(2, Phase.REFUSED, reason="not_applied"), offset=20)
    assert the_head(view).applied_revision == 1


def test_an_interrupted_write_raises_no_revision(view: View) -> None:
    view.save(heads=[head(applied_revision=0)])
    fold(view, compensation(1, Phase.INTENDED), compensation(1, Phase.REFUSED, reason="not_applied"))
    assert the_head(view).applied_revision == 0


def test_what_was_applied_is_tried_for_the_first_time_when_it_is_refused_later(view: View) -> None:
    view.save(heads=[head(status=DEAD, reason="refused", attempts=3)])
    fold(view, compensation(1, Phase.INTENDED), compensation(1, Phase.APPLIED))
    assert (the_head(view).status, the_head(view).attempts) == ("", 0)


def test_the_first_outcome_of_an_intent_counts_for_what_can_be_taken_back(view: View) -> None:
    fold(view, compensation(1, Phase.INTENDED), compensation(1, Phase.REFUSED), compensation(1, Phase.APPLIED))
    fold(view, compensation(2, Phase.INTENDED), compensation(2, Phase.APPLIED), compensation(2, Phase.REFUSED), offset=20)
    assert to_take_back(view) == [bytes([2]) * 16]


def test_a_page_that_two_processes_fold_counts_once(view: View) -> None:
    """A status is read beside a sync: both find the same entries behind the state."""
    page = compensation(1, Phase.INTENDED, Action.CREATE), compensation(1, Phase.APPLIED, Action.CREATE)
    fold(view, *page)
    fold(view, *page)
    assert to_take_back(view) == [bytes([1]) * 16]


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        ({"city": "Bend"}, b"a@x.example"),
        ({"emails": {"primaryEmail": "b@x.example"}}, b"b@x.example"),
        ({"emails": {"primaryEmail": ""}}, None),
    ],
)
def test_a_person_holds_an_address_until_an_answer_says_otherwise(
    view: View, answer: dict[str, Any], address: bytes | None
) -> None:
    view.save(heads=[head()], written=[replace(written(), object="people", address=b"a@x.example")])
    intent, applied = compensation(1, Phase.INTENDED, object="people"), compensation(1, Phase.APPLIED, object="people")
    fold(view, intent, applied, body=Body(answer=answer))
    assert view.written([("people", RECORD)])["people", RECORD].address == address


def to_take_back(view: View) -> list[bytes]:
    """Return the intents of all writes that a rollback of everything would take back."""
    chosen, everything = choose(view, Everything()), Everything()
    chains = [chain for plural, ids in chosen.items() for chain in read_chains(view, everything, plural, ids)]
    return [link.intent_id for chain in chains for link in chain.links]


def test_an_interrupted_undo_leaves_its_record_applied(view: View) -> None:
    view.save(heads=[head(applied_revision=2)])
    fold(view, compensation(1, Phase.INTENDED, undoes=(bytes(16),)))
    fold(view, compensation(1, Phase.REFUSED, reason="not_applied", undoes=(bytes(16),)), offset=20)
    assert the_head(view).applied_revision == 2


def test_an_outcome_of_an_older_revision_does_not_take_back_a_newer_one(view: View) -> None:
    view.save(heads=[head(applied_revision=2)])
    fold(view, compensation(1, Phase.INTENDED, revision=1), compensation(1, Phase.APPLIED, revision=1))
    assert the_head(view).applied_revision == 2


def test_a_kept_edit_counts_as_carried(view: View) -> None:
    view.save(heads=[head()])
    kept = compensation(1, Phase.REFUSED, reason=KEPT_EDIT)
    fold(view, replace(kept, event_id=kept.intent_id))
    assert the_head(view).applied_revision == 2


def test_what_was_taken_back_is_pending_again(view: View) -> None:
    view.save(heads=[head(applied_revision=2, status=DEAD, reason="refused")])
    view.save(written=[written()])
    fold(view, compensation(1, Phase.INTENDED, Action.DESTROY), compensation(1, Phase.UNDONE, Action.DESTROY))
    assert (the_head(view).applied_revision, the_head(view).status) == (0, "")
    assert view.present([RECORD]) == set()


def test_what_we_soft_deleted_stays_so_until_it_is_restored(view: View) -> None:
    view.save(heads=[head()], written=[written()])
    told = []
    for number, action in enumerate((Action.DELETE, Action.UPDATE, Action.RESTORE), 1):
        intent = compensation(number, Phase.INTENDED, action)
        fold(view, intent, compensation(number, Phase.APPLIED, action), offset=10 * number)
        told.append(view.written([("notes", RECORD)])["notes", RECORD].deleted)
    assert told == [True, True, False]
    for number, action in enumerate((Action.DELETE, Action.UPDATE, Action.RESTORE), 4):
        intent = compensation(number, Phase.INTENDED, action)
        fold(view, intent, compensation(number, Phase.UNDONE, action), offset=10 * number)
        told.append(view.written([("notes", RECORD)])["notes", RECORD].deleted)
    assert told[3:] == [True, True, False]


# Dead letters, and what waits


@pytest.mark.parametrize(
    ("late", "kept"), [(timedelta(milliseconds=-1), False), (timedelta(0), True), (timedelta(milliseconds=1), True)]
)
def test_a_dead_letter_older_than_the_last_outcome_is_overtaken(view: View, late: timedelta, kept: bool) -> None:
    view.save(heads=[head(applied_revision=2, settled_at=MILLIS)])
    fold_letters(view, [(letter("refused", at=NOW + late), None)], {})
    assert the_head(view).status == (DEAD if kept else "")
    assert the_head(view).applied_revision == (1 if kept else 2)


def test_a_dead_letter_about_an_older_event_is_history(view: View) -> None:
    view.save(heads=[head()])
    fold_letters(view, [(letter("refused", revision_at=4), None)], {("dead-letters", 0): 3})
    assert the_head(view) == head()
    assert view.progress("dead-letters") == {0: 3}


@pytest.mark.parametrize(
    ("reason", "waits_for", "status", "waits"),
    [
        (UNKNOWN_PATIENT, None, WAITING, PATIENT),
        (UNKNOWN_PATIENT, OTHER, WAITING, OTHER),
        (MISSING_PARENT, OTHER, WAITING, OTHER),
        (ADDRESS_TAKEN, b"hash", WAITING, b"hash"),
        (MISSING_PARENT, None, "", None),
        (ADDRESS_TAKEN, None, "", None),
        ("refused", None, DEAD, None),
    ],
)
def test_a_record_waits_or_is_dead(view: View, reason: str, waits_for: bytes | None, status: str, waits: bytes | None) -> None:
    """In a rebuilt view the address or the company is not known: the record is tried again."""
    view.save(heads=[head(applied_revision=2)])
    fold_letters(view, [(letter(reason), waits_for)], {})
    found = the_head(view)
    assert (found.status, found.waits_for, found.applied_revision) == (status, waits, 1)


@pytest.mark.parametrize("reason", [UNKNOWN_PATIENT, MISSING_PARENT])
def test_a_record_waits_until_what_it_waits_for_is_in_twenty(view: View, reason: str) -> None:
    waits = head(status=WAITING, reason=reason, waits_for=OTHER)
    view.save(heads=[waits])
    release_waiting(view)
    assert the_head(view) == waits
    view.save(written=[written(OTHER, alive=False)])
    release_waiting(view)
    assert the_head(view) == waits
    view.save(written=[written(OTHER)])
    release_waiting(view)
    assert the_head(view) == head()


def test_a_record_that_waits_for_an_address_is_not_released_by_a_person(view: View) -> None:
    waits = head(status=WAITING, reason=ADDRESS_TAKEN, waits_for=OTHER)
    view.save(heads=[waits], written=[written(OTHER)])
    release_waiting(view)
    assert the_head(view) == waits


def written(record: bytes = RECORD, *, alive: bool = True) -> Written:
    return Written(
        object="notes",
        twenty_id=record,
        record_id=record,
        alive=alive,
        deleted=False,
        intent=(0, 1),
        outcome=(0, 2),
        address=None,
    )


def test_intents_write_no_head_and_no_written_record(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a write nothing has changed: ten thousand rows of a window would be written twice."""
    bench.deliver(patient("1", "Ada", "Quist"))
    bench.sync()
    bench.deliver(patient("1", "Ada", "Quist", status="Inactive"))
    saved: list[tuple[int, int, int]] = []
    save = View.save

    def saving(self: View, **given: Any) -> None:
        saved.append((len(given.get("opened", ())), len(given.get("heads", ())), len(given.get("written", ()))))
        save(self, **given)

    monkeypatch.setattr(View, "save", saving)
    bench.sync()
    intents = [(heads, written) for opened, heads, written in saved if opened]
    assert intents == [(0, 0)]
    assert (0, 1, 1) in saved, "the outcome is folded into the head and the written record"
