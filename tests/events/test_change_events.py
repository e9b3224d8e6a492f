"""Change events: what is written is read back as it was."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.change_events import ChangeEvent, Operation, Origin, read_change, record_of
from events.change_writer import encode_tombstone
from events.codec.avro import UnknownName
from events.vocabulary.entities import Entity
from events.vocabulary.records import FIELDS, Issue, Record
from tests.events.events_to_write import RECORDED_AT, TAKEN_AT, change_bytes
from tests.events.payloads import encode_record, payload_of
from tests.events.sample_values import EPOCH, ids, moments, records

NOTE = Record(entity=Entity.NOTE, native_id="N-1", values={"text": "Sealed"})


@given(record=records, operation=st.sampled_from([Operation.CREATED, Operation.UPDATED]))
def test_a_record_is_read_as_it_was_written(keys, key, record, operation):
    assert record_of(read_change(change_bytes(record, key, operation=operation)), keys) == record


@given(
    record_id=ids,
    patient_id=st.none() | ids,
    revision=st.integers(1, 2**40),
    recheck_at=st.none() | moments,
    flagged=st.booleans(),
)
def test_an_envelope_is_read_as_it_was_written(key, record_id, patient_id, revision, recheck_at, flagged):
    data = change_bytes(
        NOTE, key, record_id=record_id, patient_id=patient_id, revision=revision, recheck_at=recheck_at, flagged=flagged
    )
    assert replace(read_change(data), sealed=None) == ChangeEvent(
        event_id=b"event-id-1234567",
        operation=Operation.CREATED,
        practice="riverside",
        entity=Entity.NOTE,
        record_id=record_id,
        patient_id=patient_id,
        revision=revision,
        run="run-1",
        source=Origin(extract="2026-03-09", part=bytes(range(32)), row=17),
        taken_at=TAKEN_AT,
        recorded_at=RECORDED_AT,
        fingerprint=b"fingerprint 1234",
        content=b"content hash 123",
        recheck_at=recheck_at,
        flagged=flagged,
    )


@pytest.mark.parametrize("entity", Entity)
def test_a_column_that_no_extract_had_is_absent_and_a_blank_cell_is_none(keys, key, entity):
    name = next(iter(FIELDS[entity]))
    blank = Record(entity=entity, native_id="1", values={name: None})
    assert record_of(read_change(change_bytes(blank, key)), keys).values == {name: None}


def test_a_deletion_tells_the_native_id_and_nothing_else(keys, key):
    data = change_bytes(NOTE, key, operation=Operation.DELETED, payload=encode_tombstone("N-1"))
    assert record_of(read_change(data), keys) == Record(entity=Entity.NOTE, native_id="N-1", values={})


def test_a_custom_date_time_keeps_its_time(keys, key):
    moment = EPOCH.replace(year=2026, hour=13, minute=45)
    record = Record(entity=Entity.PATIENT, native_id="1042", values={}, custom={"lastContact": moment})
    assert record_of(read_change(change_bytes(record, key)), keys).custom == {"lastContact": moment}


def test_the_changed_fields_travel_with_the_record():
    assert payload_of(NOTE, ["text"])["changed"] == ["text"]


def test_issues_travel_without_values(keys, key):
    record = replace(NOTE, issues=(Issue("originalCreateDate", "not_a_date"),))
    assert record_of(read_change(change_bytes(record, key)), keys).issues == (Issue("originalCreateDate", "not_a_date"),)


def test_writing_a_record_changes_nothing_in_it():
    record = Record(entity=Entity.NOTE, native_id="N-1", values={"text": "Sealed"}, custom={"seen": EPOCH})
    encode_record(record)
    assert record == Record(entity=Entity.NOTE, native_id="N-1", values={"text": "Sealed"}, custom={"seen": EPOCH})


def test_an_entity_of_a_newer_release_is_an_unknown_name(key):
    data = change_bytes(NOTE, key).replace(b"\x08note", b"\x08quiz")
    with pytest.raises(UnknownName, match="names a Entity that this release does not know"):
        read_change(data)
