"""The marks of a record's fields tell which of them change, as its last event would; without the key they tell nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from events.change_writer import parts_of
from events.codec.differences import changed_fields
from events.sealing.keys import DataKey
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.changes.appending import changes as changes_module
from producers.changes.appending.field_marks import differing_fields, field_marks
from producers.state.state import ProducerState
from tests.events.payloads import encode_record
from tests.events.sample_values import records
from tests.producers.desk import Desk, patients, visit, visits

KEY, OTHER = DataKey(id=b"k" * 16, cipher=None, material=b"m" * 32), DataKey(id=b"o" * 16, cipher=None, material=b"n" * 32)  # type: ignore[arg-type]
ID = bytes(range(16))


@given(before=records, after=records, some=st.sets(st.integers(0, 30)))
def test_marks_name_the_fields_that_the_last_event_names(before: Record, after: Record, some: set[int]) -> None:
    if before.entity is after.entity:  # a record of which some values are those of another
        values = {
            name: after.values[name] if number in some and name in after.values else value
            for number, (name, value) in enumerate(before.values.items())
        }
        after = replace(before, values=values)
    else:
        after = replace(before, issues=after.issues)
    was, now = parts_of(before), parts_of(after)
    told = differing_fields(before.entity, now, field_marks(before.entity, was, KEY, ID, 3), KEY, ID, 3)
    expected = changed_fields(before.entity, now, encode_record(before))
    assert told == (expected or None)


def test_other_columns_and_custom_fields_are_left_to_the_last_event() -> None:
    before = Record(
        entity=Entity.NOTE, native_id="1", values={"type": "Phone", "text": "a", "author": None}, custom={"smile": "yes"}
    )
    marks = field_marks(Entity.NOTE, parts_of(before), KEY, ID, 1)
    for after in (
        replace(before, custom={"smile": "no"}),
        replace(before, values={"type": "Phone", "text": "b"}),
        before,
    ):
        assert differing_fields(Entity.NOTE, parts_of(after), marks, KEY, ID, 1) is None
    changed = parts_of(replace(before, values={**before.values, "text": "b"}))
    assert differing_fields(Entity.NOTE, changed, marks, KEY, ID, 1) == ["text"]
    assert differing_fields(Entity.NOTE, changed, marks[:-1], KEY, ID, 1) is None
    assert differing_fields(Entity.NOTE, changed, b"?" + marks[1:], KEY, ID, 1) is None


def test_the_same_values_have_other_marks_under_another_key_id_or_revision() -> None:
    parts = parts_of(Record(entity=Entity.PATIENT, native_id="1", values={"first_name": "Ada", "last_name": "Ada"}))
    marks = {
        field_marks(Entity.PATIENT, parts, key, record_id, revision)
        for key in (KEY, OTHER)
        for record_id in (ID, ID[::-1])
        for revision in (1, 2)
    }
    assert len(marks) == 8
    (found,) = {len(one) for one in marks}
    bits = [int.from_bytes(one[4:], "big").bit_count() / (8 * (found - 4)) for one in marks]
    assert all(0.35 < share < 0.65 for share in bits), "a pad leaves no pattern"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.close()


def test_an_update_is_written_without_reading_the_last_event(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def whole(number: int, **cells: str) -> dict[str, str]:
        return visit(number, **cells, Date_Created="05/01/2026")  # a record that lacks a column is completed from its event

    desk.produce(patients=patients(2), visits=[whole(number) for number in range(1, 7)])
    read: list[int] = []
    last_events = changes_module.last_events

    def counted(log, keys, known):  # type: ignore[no-untyped-def]
        known = list(known)
        read.append(len(known))
        return last_events(log, keys, known)

    monkeypatch.setattr(changes_module, "last_events", counted)
    for day, state in ((1, "Complete"), (2, "Broken")):
        rows = [whole(1, Status=state), whole(2, Status=state, Notes="new"), *(whole(number) for number in range(3, 7))]
        desk.produce(day=day, patients=patients(2), visits=rows)
    assert sum(read) == 0
    changed = [desk.unsealed(event)["changed"] for event in desk.events(Entity.APPOINTMENT)[6:]]
    assert changed == [["status"], ["status", "note"], ["status"], ["status"]]


def test_a_visit_that_changed_its_patient_keeps_the_place_of_its_events(desk: Desk) -> None:
    desk.produce(patients=patients(3), visits=[visit(1, of=1)])
    for day, of, state in ((1, 2, "Scheduled"), (2, 2, "Complete"), (3, 2, "Broken")):
        desk.produce(day=day, patients=patients(3), visits=[visit(1, of=of, Status=state)])
    places = {entry.key for entry in desk.entries() if desk.is_about(entry, Entity.APPOINTMENT, "V1")}
    assert len(places) == 1
    assert [desk.unsealed(event)["changed"] for event in desk.events(Entity.APPOINTMENT)] == [
        *([], ["patient_id"]),
        *(["status"], ["status"]),
    ]


def test_a_state_made_without_marks_gets_them_and_names_the_same_fields(desk: Desk) -> None:
    """As a state of an earlier release: the table lacks the column."""
    desk.produce(patients=patients(2), visits=visits(4))
    desk.state.close()
    engine = create_engine(f"sqlite:///{desk.folder}/state.db")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE producer_records DROP COLUMN fields"))
    engine.dispose()
    desk.state = ProducerState(f"sqlite:///{desk.folder}/state.db")
    before = desk.entries()
    assert desk.produce(day=1, patients=patients(2), visits=visits(4)).changes["unchanged"] == 7
    assert desk.entries() == before, "nothing is read again"
    for day, state in ((2, "Complete"), (3, "Broken")):
        desk.produce(day=day, patients=patients(2), visits=[visit(1, Status=state), *visits(4)[1:]])
    assert [desk.unsealed(event)["changed"] for event in desk.events(Entity.APPOINTMENT)[4:]] == [["status"], ["status"]]


def test_an_earlier_states_table_gets_the_column_on_each_engine(database_url: str) -> None:
    ProducerState(database_url).close()
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE producer_records DROP COLUMN fields"))
    engine.dispose()
    for _ in range(2):
        state = ProducerState(database_url)
        assert state.known([Random(1).randbytes(16)]) == {}
        state.close()
