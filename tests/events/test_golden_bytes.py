"""Bytes written by every earlier version are read for ever, as the latest version of their type has them."""

from pathlib import Path

import pytest

from events.change_events import read_change, record_of
from events.codec.avro import HEADER, decode, schema_of
from events.codec.schemas import all_schemas, latest
from events.compensations import body_of, read_compensation
from events.dead_letters import detail_of, read_dead_letter
from events.sealing.payloads import open_envelope, unseal
from events.vocabulary.entities import Entity
from tests.events.golden_values import ENVELOPES, KEY, NOON, PAYLOADS

GOLDEN = Path(__file__).parent / "golden"


class OneKey:
    """A key store that holds the golden key."""

    def by_id(self, key_id):
        return KEY if key_id == KEY.id else None


def golden(name):
    return (GOLDEN / f"{name}.bin").read_bytes()


def added_since(value, written):
    return {name: v for name, v in value.items() if name not in written}


def defaults(name):
    return {field["name"]: field["default"] for field in latest(name).source["fields"] if "default" in field}


def test_there_are_golden_bytes_of_every_version():
    """They are written by `python tests/events/pin_new_schemas.py`."""
    assert {path.stem for path in GOLDEN.glob("*.bin")} == {f"{s.name}.v{s.version}" for s in all_schemas()}


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_of_every_version_is_read(name):
    data = golden(name)
    value = decode(schema_of(data), data[HEADER:])
    assert {field: value[field] for field in PAYLOADS[name]} == PAYLOADS[name]
    assert added_since(value, PAYLOADS[name]).items() <= defaults(schema_of(data).name).items()


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_envelope_of_every_version_is_read(name):
    _, written = ENVELOPES[name]
    envelope = open_envelope(golden(name)).envelope
    assert {field: envelope[field] for field in written} == written
    added = added_since(envelope, {*written, "payload_schema", "key_id", "payload"})
    assert added.items() <= defaults(open_envelope(golden(name)).schema.name).items()


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_event_of_every_version_is_unsealed(name):
    payload, _ = ENVELOPES[name]
    opened = unseal(open_envelope(golden(name)), OneKey())
    assert {field: opened[field] for field in PAYLOADS[payload]} == PAYLOADS[payload]


def test_the_golden_change_event_becomes_its_record():
    event = read_change(golden("change-event.v1"))
    record = record_of(event, OneKey())
    assert (event.entity, event.revision, event.taken_at) == (Entity.PATIENT, 2, NOON)
    assert (record.native_id, record.values["last_name"], record.custom["lastContact"]) == ("1042", "D’Amico", NOON)
    assert "modified_at" not in record.values


def test_the_golden_compensation_becomes_its_body():
    event = read_compensation(golden("compensation.v1"))
    assert body_of(event, OneKey()).values == {"dateOfBirth": "1987-12-01"}


def test_the_golden_dead_letter_becomes_its_detail():
    letter = read_dead_letter(golden("dead-letter.v1"))
    assert (letter.origin, letter.attempt) == (("changes", 0, 41), 3)
    assert detail_of(letter, OneKey()) == {"by": "Ines"}
