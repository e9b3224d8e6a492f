"""Compensations: what is written is read back as it was, and every action can be taken back."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.compensations import (
    INVERSE,
    Action,
    Body,
    Cause,
    Compensation,
    Phase,
    body_of,
    read_compensation,
    write_compensation,
)
from events.sealing.payloads import open_envelope
from tests.events.sample_values import EPOCH, ids, json_objects, moments, personal, texts

compensations = st.builds(
    Compensation,
    event_id=ids,
    intent_id=ids,
    phase=st.sampled_from(Phase),
    action=st.sampled_from(Action),
    workspace=texts,
    run=texts,
    object=texts,
    twenty_id=ids,
    record_id=ids,
    cause=st.builds(
        Cause,
        topic=texts,
        partition=st.integers(0, 2**31 - 1),
        offset=st.integers(0, 2**62),
        event_id=ids,
        revision=st.integers(0, 2**62),
    ),
    recorded_at=moments,
    undoes=st.lists(ids, max_size=3).map(tuple),
    reason=st.none() | texts,
    sealed=st.none(),
)
bodies = st.builds(
    Body,
    pbn_id=st.none() | texts,
    values=json_objects,
    written=st.lists(texts, max_size=3),
    before=json_objects,
    answer=json_objects,
    detail=st.none() | texts,
)
INTENT = Compensation(
    event_id=b"intent-id-123456",
    intent_id=b"intent-id-123456",
    phase=Phase.INTENDED,
    action=Action.UPDATE,
    workspace="w-1",
    run="run-1",
    object="people",
    twenty_id=b"twenty-id-123456",
    record_id=b"record-id-123456",
    cause=Cause(topic="changes", partition=0, offset=41, event_id=b"change-id-123456", revision=2),
    recorded_at=EPOCH,
)


def write(event, body, key):
    return write_compensation(event, body, key, Random(9).randbytes)


@given(event=compensations)
def test_an_envelope_is_read_as_it_was_written(key, event):
    assert replace(read_compensation(write(event, Body(), key)), sealed=None) == event


@given(body=bodies)
def test_a_body_is_read_as_it_was_written(keys, key, body):
    assert body_of(read_compensation(write(INTENT, body, key)), keys) == body


@given(value=personal, field=st.sampled_from(["values", "before", "answer"]))
def test_no_value_of_a_body_appears_in_the_bytes(key, value, field):
    data = write(INTENT, Body(**{field: {"name": {"firstName": value}}}), key)
    assert value.encode() not in data


@pytest.mark.parametrize("action", Action)
def test_the_envelope_says_what_takes_the_action_back(key, action):
    event = replace(INTENT, action=action)
    assert open_envelope(write(event, Body(), key)).envelope["inverse"] == INVERSE[action].value


@pytest.mark.parametrize(
    ("action", "inverse"),
    [
        (Action.CREATE, Action.DESTROY),
        (Action.UPDATE, Action.UPDATE),
        (Action.DELETE, Action.RESTORE),
        (Action.RESTORE, Action.DELETE),
        (Action.DESTROY, Action.CREATE),
    ],
)
def test_what_takes_an_action_back(action, inverse):
    assert INVERSE[action] is inverse
