"""Dead letters: what is written is read back as it was; what they hold is sealed."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.codec.avro import UnknownName
from events.dead_letters import DeadLetter, Stage, detail_of, read_dead_letter, write_dead_letter
from events.vocabulary.entities import Entity
from tests.events.sample_values import EPOCH, ids, json_objects, moments, personal, texts

numbers = st.integers(0, 2**31 - 1)
letters = st.builds(
    DeadLetter,
    event_id=ids,
    stage=st.sampled_from(Stage),
    reason=texts,
    practice=texts,
    run=texts,
    recorded_at=moments,
    entity=st.none() | st.sampled_from(list(Entity)),
    record_id=st.none() | ids,
    workspace=st.none() | texts,
    extract=st.none() | texts,
    file=st.none() | st.binary(min_size=32, max_size=32),
    row=st.none() | numbers,
    origin=st.none() | st.tuples(texts, numbers, st.integers(0, 2**62)),
    attempt=numbers,
    sealed=st.none(),
)
ROW = DeadLetter(
    event_id=b"letter-id-123456",
    stage=Stage.PRODUCE,
    reason="no_patient",
    practice="riverside",
    run="run-1",
    recorded_at=EPOCH,
    entity=Entity.CLAIM,
    file=bytes(32),
    row=17,
)


def write(letter, detail, key):
    return write_dead_letter(letter, detail, key, Random(9).randbytes)


@given(letter=letters)
def test_an_envelope_is_read_as_it_was_written(key, letter):
    assert replace(read_dead_letter(write(letter, {}, key)), sealed=None) == letter


@given(detail=json_objects)
def test_a_detail_is_read_as_it_was_written(keys, key, detail):
    assert detail_of(read_dead_letter(write(ROW, detail, key)), keys) == detail


@given(cell=personal)
def test_no_cell_of_a_row_appears_in_the_bytes(key, cell):
    assert cell.encode() not in write(ROW, {"cells": [cell]}, key)


def test_a_letter_is_a_first_attempt_unless_it_says_otherwise():
    assert ROW.attempt == 1


def test_an_entity_of_a_newer_release_is_an_unknown_name(key):
    with pytest.raises(UnknownName):
        read_dead_letter(write(ROW, {}, key).replace(b"\x0aclaim", b"\x0aprobe"))
