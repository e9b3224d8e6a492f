"""The description of keys, payloads and fingerprints in docs/events.md is enough to open an event without this program."""

import sqlite3
from contextlib import closing
from io import BytesIO
from random import Random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from fastavro import schemaless_reader

from events.codec.schemas import all_schemas
from events.sealing.keys import KeyStore
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests.events.events_to_write import change_bytes

MASTER, PATIENT = bytes(range(32)), b"patient-000-1042"


@pytest.fixture
def event(tmp_path):
    """Return an event, and the key store's file."""
    with closing(KeyStore(f"sqlite:///{tmp_path}/keys.db", MASTER, Random(7).randbytes)) as keys:
        return change_bytes(Record(entity=Entity.CLAIM, native_id="4711", values={}), keys.of(PATIENT)), tmp_path / "keys.db"


def parsed(mark):
    return next(schema.parsed for schema in all_schemas() if schema.fingerprint == mark)


def test_a_payload_is_opened_with_the_master_key_and_the_key_stores_table(event):
    data, store = event
    assert data[:2] == b"\xc3\x01"
    envelope = schemaless_reader(BytesIO(data[10:]), parsed(data[2:10]), None)
    with closing(sqlite3.connect(store)) as connection:
        ((subject, wrapped),) = connection.execute(
            "SELECT subject, wrapped FROM data_keys WHERE key_id = ?", (envelope["key_id"],)
        ).fetchall()
    assert subject == PATIENT
    data_key = AESGCM(MASTER).decrypt(wrapped[:12], wrapped[12:], envelope["key_id"] + subject)
    sealed = envelope["payload"]
    before = data[: data.rindex(sealed)]
    associated = before[: before.rindex(envelope["key_id"]) + 16]
    payload = AESGCM(data_key).decrypt(sealed[:12], sealed[12:], associated)
    assert schemaless_reader(BytesIO(payload), parsed(envelope["payload_schema"]), None)["native_id"] == "4711"


def test_fingerprints_are_in_the_markers_order():
    """Avro's specification gives the fingerprint of "null" as a number; the marker has it little-endian."""
    from fastavro.schema import fingerprint

    assert fingerprint('"null"', "CRC-64-AVRO") == (0x63DD24E7CC258F8A).to_bytes(8, "little").hex() == "8a8f25cce724dd63"
