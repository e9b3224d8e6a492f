"""The table of open conflicts: a fold of notes, by index, and of one's own partitions alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from consumers.state.conflicts import CONFLICTS, DELETED, EDITED, MET, SETTLED, WHOLE_RECORD, ConflictBatch, MetConflict, met_in
from consumers.state.view import View
from events.compensations import Action, Body, Cause, Compensation, Phase
from tests.cutover.statements import capturing, fill, whole_reads

NOW = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
RECORD, OTHER = bytes([1]) * 16, bytes([2]) * 16


@pytest.fixture
def view(new_folder: Callable[[], Path]) -> Iterator[View]:
    view = View(f"sqlite:///{new_folder()}/state.db", "one")
    yield view
    view.close()


@pytest.fixture
def any_view(database_url: str) -> Iterator[View]:
    """Yield a view on each engine."""
    view = View(database_url, "one")
    yield view
    view.close()


def event(reason: str | None, *, phase: Phase = Phase.REFUSED, action: Action = Action.UPDATE, record: bytes = RECORD):
    cause = Cause(topic="changes", partition=0, offset=5, event_id=bytes(16), revision=2)
    return Compensation(
        event_id=bytes(16),
        intent_id=bytes(16),
        phase=phase,
        action=action,
        workspace="one",
        run="run",
        object="people",
        twenty_id=record,
        record_id=record,
        cause=cause,
        recorded_at=NOW,
        reason=reason,
    )


def met(*fields: str, reason: str = EDITED) -> Body:
    return Body(written=fields, detail=MetConflict(reason=reason).to_text())


def taken(view: View, *events: tuple[Compensation, Body | None, tuple[int, int]]) -> list[tuple[str, str]]:
    """Fold these events together; gives what is open."""
    batch = ConflictBatch()
    for one in events:
        batch.take(*one)
    view.save(conflicts=batch)
    return [(x.field, x.reason) for x in view.conflicts()]


@pytest.mark.parametrize("together", [True, False])
def test_a_note_opens_fields_and_another_one_closes_them(view: View, together: bool) -> None:
    notes = [(event(MET), met("city", "name"), (0, 1)), (event(SETTLED), Body(written=("city",)), (0, 2))]
    if together:
        assert taken(view, *notes) == [("name", EDITED)]
    else:
        assert taken(view, notes[0]) == [("city", EDITED), ("name", EDITED)]
        assert taken(view, notes[1]) == [("name", EDITED)]


def test_a_field_that_is_met_again_is_open_once_at_its_newest_note(view: View) -> None:
    taken(view, (event(MET), met("city"), (0, 1)))
    taken(view, (event(MET), met("city"), (0, 7)))
    assert [x.position for x in view.conflicts()] == [(0, 7)]


def test_of_a_whole_record_the_fields_are_no_conflicts_of_their_own(view: View) -> None:
    assert taken(view, (event(MET), met("city", reason=DELETED), (0, 1))) == [(WHOLE_RECORD, DELETED)]


@pytest.mark.parametrize(
    "closing",
    [
        event(None, phase=Phase.UNDONE),
        event(None, phase=Phase.APPLIED, action=Action.DELETE),
        event(None, phase=Phase.APPLIED, action=Action.CREATE),
    ],
    ids=["undone", "deleted", "made again"],
)
@pytest.mark.parametrize("together", [True, False])
def test_a_rollback_and_a_record_made_or_deleted_close_everything(view: View, closing: Compensation, together: bool) -> None:
    note = (event(MET), met("city", "name"), (0, 1))
    if together:
        assert taken(view, note, (closing, None, (0, 2))) == []
    else:
        taken(view, note)
        assert taken(view, (closing, None, (0, 2))) == []
    assert taken(view, (closing, None, (0, 3)), note) == [("city", EDITED), ("name", EDITED)]


def test_a_write_of_other_fields_closes_nothing(view: View) -> None:
    note, write = (event(MET), met("city"), (0, 1)), (event(None, phase=Phase.APPLIED), None, (0, 2))
    assert taken(view, note, write) == [("city", EDITED)]


def test_a_note_about_a_person_who_was_forgotten_opens_nothing_and_closes_all(view: View) -> None:
    assert taken(view, (event(MET), None, (0, 1)), (event(MET), Body(), (0, 2))) == []
    assert taken(view, (event(MET), met("city"), (0, 3)), (event(SETTLED), None, (0, 4))) == []


def test_who_changed_the_record_and_when_is_sealed_in_the_note() -> None:
    about = MetConflict(reason=EDITED, source="MANUAL", name="Dana Reyes", member="m-1", at="2026-05-20T03:00:00.000Z")
    assert met_in(Body(detail=about.to_text())) == about


def test_a_worker_is_told_of_its_own_partitions_alone(view: View) -> None:
    taken(view, (event(MET), met("city"), (0, 1)), (event(MET, record=OTHER), met("city"), (1, 1)))
    view.mine = frozenset({1})
    assert ([x.record_id for x in view.conflicts()], view.count_conflicts()) == ([OTHER], 1)
    view.mine = None
    assert view.count_conflicts() == 2


def test_another_workspace_has_conflicts_of_its_own(any_view: View, database_url: str) -> None:
    assert taken(any_view, (event(MET), met("city", "name"), (0, 1))) == [("city", EDITED), ("name", EDITED)]
    assert taken(any_view, (event(SETTLED), Body(written=("name",)), (0, 2))) == [("city", EDITED)]
    elsewhere = View(database_url, "two")
    assert (elsewhere.conflicts(), elsewhere.conflicts_of([RECORD]), elsewhere.count_conflicts()) == ([], [], 0)
    elsewhere.close()


def test_the_conflicts_of_some_records_are_found_by_an_index(any_view: View, database_url: str) -> None:
    records = [bytes([n]) * 16 for n in range(40)]
    taken(any_view, *((event(MET, record=one), met("city"), (0, n)) for n, one in enumerate(records)))
    with capturing() as sent:
        assert len(list(any_view.conflicts_of(records[:2]))) == 2
    engine = create_engine(database_url)
    with engine.begin() as connection:
        fill(connection, CONFLICTS, 20_000)
        connection.exec_driver_sql("ANALYZE")
        asked = [one.lengthened(50) for one in sent.values() if "IN (" in one.text]
        reads = [whole_reads(connection, one, {CONFLICTS.name}, set()) for one in asked]
    engine.dispose()
    assert reads == [[]]
