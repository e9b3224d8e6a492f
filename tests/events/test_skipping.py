"""A skipper stops where fastavro stops, for every schema there is; an earlier payload's bytes say what differs."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from fastavro import schemaless_reader, schemaless_writer
from hypothesis import given
from hypothesis import strategies as st

from events.change_writer import parts_of
from events.codec.avro import HEADER, encode, schema_of
from events.codec.differences import changed_fields
from events.codec.schemas import latest
from events.codec.skipping import read_number, skipper_of
from events.vocabulary.records import FIELDS
from tests.events.payloads import encode_record, payload_of
from tests.events.sample_values import records, records_of

GOLDEN = Path(__file__).parent / "golden"


@given(record=records, behind=st.binary(max_size=3))
def test_a_payload_is_skipped_as_a_whole(record, behind):
    data = encode(latest(record.entity.value), payload_of(record, ["status"]))
    assert skipper_of(latest(record.entity.value).source)(data + behind, 0) == len(data)


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_number_is_read_as_fastavro_reads_it(number):
    out = BytesIO()
    schemaless_writer(out, "long", number)
    assert read_number(out.getvalue(), 0) == (number, len(out.getvalue()))


def test_blocks_that_tell_their_size_are_skipped():
    data = bytes((1, 4, 2, 97, 0)) + b"next"  # one item, in a block of two bytes
    assert schemaless_reader(BytesIO(data), {"type": "array", "items": "string"}) == ["a"]
    assert skipper_of({"type": "array", "items": "string"})(data, 0) == len(data) - len(b"next")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.bin")), ids=lambda path: path.stem)
def test_events_of_every_version_are_skipped_as_a_whole(path):
    data = path.read_bytes()
    schema = schema_of(data)
    assert skipper_of(schema.source)(data + b"behind", HEADER) == len(data)


@st.composite
def edits(draw):
    """Return a record, and the same with some of its values changed, blanked or never seen, and other custom fields."""
    before = draw(records)
    other = draw(records_of(before.entity))
    taken = draw(st.sets(st.sampled_from(sorted(FIELDS[before.entity]))))
    values = {**before.values, **{name: other.values.get(name) for name in taken if name in before.values}}
    custom = draw(st.sampled_from([before.custom, {**before.custom, **other.custom}, other.custom]))
    return before, replace(before, values=values, custom=custom)


@given(edits())
def test_what_differs_is_what_a_comparison_of_the_records_finds(edit):
    before, after = edit
    names = [name for name, value in after.values.items() if value != before.values[name]]
    names = [name for name in FIELDS[after.entity] if name in names]
    names += [name for name in after.custom if repr(after.custom[name]) != repr(before.custom.get(name, ...))]
    assert changed_fields(after.entity, parts_of(after), encode_record(before)) == names


@given(before=records)
def test_bytes_do_not_tell_a_blank_from_what_was_never_seen(before):
    known = replace(before, values=dict.fromkeys(FIELDS[before.entity]))
    never_seen = replace(known, values={})
    assert changed_fields(before.entity, parts_of(known), encode_record(never_seen)) is None
