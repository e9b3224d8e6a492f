"""Avro single-object encoding, held against the Avro specification and not against the library that computes it."""

import contextlib

import pytest
from fastavro.schema import to_parsing_canonical_form
from hypothesis import given
from hypothesis import strategies as st

from events.change_events import record_from
from events.codec.avro import (
    HEADER,
    CodecError,
    NotAnEvent,
    UnknownName,
    UnknownSchema,
    decode,
    encode,
    header,
    named,
    schema_of,
    varint,
)
from events.codec.schemas import all_schemas, latest
from events.decisions import Decided
from events.vocabulary.entities import Entity
from tests.events.payloads import payload_of
from tests.events.sample_values import records

TOMBSTONE = latest("tombstone")


def crc_64_avro(text):
    """Return the Rabin fingerprint, straight from the Avro specification ("Schema Fingerprints")."""
    empty = 0xC15D213AA4D7A795
    table = []
    for index in range(256):
        fp = index
        for _ in range(8):
            fp = (fp >> 1) ^ (empty & -(fp & 1))
        table.append(fp)
    fp = empty
    for byte in text.encode():
        fp = (fp >> 8) ^ table[(fp ^ byte) & 0xFF]
    return fp


def test_the_fingerprint_of_int_is_the_one_in_the_specification():
    assert crc_64_avro('"int"') == 0x7275D51A3F395C8F


@pytest.mark.parametrize("schema", all_schemas(), ids=lambda s: s.name)
def test_a_fingerprint_is_the_crc_64_avro_of_the_canonical_form_in_little_endian(schema):
    assert schema.fingerprint == crc_64_avro(to_parsing_canonical_form(schema.source)).to_bytes(8, "little")


@pytest.mark.parametrize("schema", all_schemas(), ids=lambda s: s.name)
def test_a_header_is_the_marker_and_the_fingerprint(schema):
    assert header(schema) == b"\xc3\x01" + schema.fingerprint
    assert len(header(schema)) == HEADER == 10


@pytest.mark.parametrize("schema", all_schemas(), ids=lambda s: s.name)
def test_framed_bytes_name_their_schema(schema):
    assert schema_of(header(schema) + b"whatever follows") is schema


def test_bytes_of_a_schema_that_this_release_lacks_are_an_unknown_schema():
    with pytest.raises(UnknownSchema, match="schema 0102030405060708, which this release does not know"):
        schema_of(b"\xc3\x01" + bytes(range(1, 9)) + b"payload")


@pytest.mark.parametrize(
    "data", [b"", b"\xc3", b"\xc3\x01", b"\xc3\x01" + bytes(7), b"\x00" * 40, b'{"json": true}', b"\x01\xc3" + bytes(8)]
)
def test_bytes_without_the_marker_and_a_whole_fingerprint_are_not_an_event(data):
    with pytest.raises(NotAnEvent, match="marker is missing"):
        schema_of(data)


def test_a_value_is_written_as_the_specification_says():
    assert encode(TOMBSTONE, {"native_id": "1042"}) == b"\x08" + b"1042"


@given(record=records)
def test_what_is_encoded_is_decoded_as_it_was(record):
    schema = latest(record.entity.value)
    assert record_from(record.entity, decode(schema, encode(schema, payload_of(record)))) == record


def test_bytes_that_end_too_early_are_not_an_event():
    whole = encode(TOMBSTONE, {"native_id": "1042"})
    for length in range(len(whole)):
        with pytest.raises(NotAnEvent, match="not a whole event of type tombstone"):
            decode(TOMBSTONE, whole[:length])


@given(schema=st.sampled_from(all_schemas()), data=st.binary(max_size=200))
def test_random_bytes_are_a_value_or_a_codec_error_and_nothing_else(schema, data):
    with contextlib.suppress(CodecError):
        assert decode(schema, data).keys() == {field["name"] for field in schema.source["fields"]}


def test_a_name_that_this_release_knows_is_its_member():
    assert named(Entity, "treatment-plan") is Entity.TREATMENT_PLAN


def test_a_name_of_a_newer_release_is_unknown():
    with pytest.raises(UnknownName, match="names a Decided that this release does not know; use a newer release"):
        named(Decided, "MOON_LANDED")


@pytest.mark.parametrize(("number", "bytes_"), [(0, "00"), (1, "02"), (63, "7e"), (64, "8001"), (8192, "808001")])
def test_a_variable_length_number_is_as_in_the_specification(number, bytes_):
    assert varint(number).hex() == bytes_


@given(number=st.integers(0, 2**62))
def test_a_variable_length_number_is_what_avro_writes_for_a_long(number):
    def read(data):
        value = sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(data))
        return (value >> 1) ^ -(value & 1)

    data = varint(number)
    assert read(data) == number
    assert all(byte & 0x80 for byte in data[:-1])
    assert not data[-1] & 0x80
