"""Sealed events: the envelope is clear, the payload is not, and nothing can be changed without being noticed."""

from random import Random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from events.change_events import event_id, read_change, record_of
from events.codec.avro import HEADER, CodecError, NotAnEvent, UnknownSchema, encode
from events.codec.schemas import latest
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed, Tampered, open_envelope, open_payload, payload_under, seal, seal_after, unseal
from events.vocabulary import kinds
from events.vocabulary.entities import Entity
from events.vocabulary.records import FIELDS, Record
from tests.events.conftest import MASTER
from tests.events.events_to_write import change_bytes
from tests.events.sample_values import EPOCH, personal

DECISION, BODY = latest("decision"), latest("json-body")


def envelope(run="run-1"):
    return {
        "event_id": bytes(16),
        "decision": "RUN_STARTED",
        "practice": "riverside",
        "workspace": None,
        "run": run,
        "recorded_at": EPOCH,
    }


def sealed(key, json='{"by":"Ines Abernathy"}', entropy=None, run="run-1"):
    return seal(DECISION, envelope(run), BODY, encode(BODY, {"json": json}), key, entropy or Random(7).randbytes)


def test_what_was_sealed_is_unsealed(keys, key):
    assert unseal(open_envelope(sealed(key)), keys) == {"json": '{"by":"Ines Abernathy"}'}


def test_the_envelope_is_read_without_any_key(key):
    read = open_envelope(sealed(key)).envelope
    assert {name: read[name] for name in envelope()} == envelope()


def test_the_envelope_names_the_payloads_schema_and_its_key(key):
    read = open_envelope(sealed(key)).envelope
    assert (read["payload_schema"], read["key_id"]) == (BODY.fingerprint, key.id)


def test_the_payload_is_a_nonce_and_an_aes_256_gcm_ciphertext_over_the_bytes_before_it(key):
    data = sealed(key)
    payload = open_envelope(data).envelope["payload"]
    before = data[: data.index(payload) - 1]
    assert payload[:12] == Random(7).randbytes(12)
    assert AESGCM(key.material).decrypt(payload[:12], payload[12:], before) == encode(BODY, {"json": '{"by":"Ines Abernathy"}'})
    assert before.endswith(key.id)


def test_the_same_event_sealed_twice_has_another_nonce_and_other_bytes(key):
    entropy = Random(7).randbytes
    assert sealed(key, entropy=entropy) != sealed(key, entropy=entropy)


@given(json=st.text(max_size=3000))
def test_payloads_of_every_length_are_unsealed(keys, key, json):
    assert unseal(open_envelope(sealed(key, json)), keys)["json"] == json


def test_a_change_to_any_byte_is_noticed(keys, key):
    data = sealed(key)
    for place in range(len(data)):
        for change in (0x01, 0x02, 0x80, 0xFF):
            tampered = bytearray(data)
            tampered[place] ^= change
            with pytest.raises(CodecError):
                unseal(open_envelope(bytes(tampered)), keys)


def test_a_change_to_any_byte_of_a_change_event_is_noticed(keys, key):
    data = change_bytes(Record(entity=Entity.PATIENT, native_id="1042", values={"last_name": "D’Amico"}), key)
    for place in range(len(data)):
        tampered = bytearray(data)
        tampered[place] ^= 0x01
        with pytest.raises(CodecError):
            record_of(read_change(bytes(tampered)), keys)


def test_a_payload_is_found_without_reading_the_envelope(keys, key):
    data = change_bytes(Record(entity=Entity.PATIENT, native_id="1042", values={"last_name": "D’Amico"}), key)
    assert payload_under(data, latest("patient"), key) == open_payload(data, keys)[1]


def test_a_payload_of_another_key_or_schema_is_not_found(keys, key):
    data = change_bytes(Record(entity=Entity.PATIENT, native_id="1042", values={}), key)
    other = keys.of(b"another patient.")
    assert other is not None
    assert payload_under(data, latest("patient"), other) is None
    assert payload_under(data, latest("tombstone"), key) is None


def test_a_payload_is_not_found_where_any_byte_was_changed(key):
    data = change_bytes(Record(entity=Entity.PATIENT, native_id="1042", values={"last_name": "D’Amico"}), key)
    for place in range(len(data)):
        tampered = bytearray(data)
        tampered[place] ^= 0x01
        assert payload_under(bytes(tampered), latest("patient"), key) is None
    assert payload_under(data + b"x", latest("patient"), key) is None
    assert payload_under(data[:-1], latest("patient"), key) is None


def test_a_changed_ciphertext_is_tampered_with(keys, key):
    data = sealed(key)
    with pytest.raises(Tampered, match="log verify"):
        unseal(open_envelope(data[:-1] + bytes([data[-1] ^ 1])), keys)


def test_a_changed_envelope_is_tampered_with(keys, key):
    data = sealed(key).replace(b"run-1", b"run-2")
    assert open_envelope(data).envelope["run"] == "run-2"
    with pytest.raises(Tampered):
        unseal(open_envelope(data), keys)


def test_a_payload_behind_another_envelope_is_tampered_with(keys, key):
    one, other = sealed(key, run="run-1"), sealed(key, run="run-2")
    payload = open_envelope(one).envelope["payload"]
    with pytest.raises(Tampered):
        unseal(open_envelope(other[: -len(payload)] + payload), keys)


def test_a_payload_too_short_to_hold_a_nonce_is_tampered_with(keys, key):
    data = sealed(key)
    head = data[: data.index(open_envelope(data).envelope["payload"]) - 1]
    with pytest.raises(Tampered):
        unseal(open_envelope(head + b"\x04ab"), keys)


def test_bytes_added_at_the_end_are_noticed(keys, key):
    with pytest.raises(Tampered):
        unseal(open_envelope(sealed(key) + b"x"), keys)


def test_bytes_cut_from_the_end_are_not_an_event(key):
    data = sealed(key)
    for length in range(HEADER, len(data)):
        with pytest.raises(NotAnEvent):
            open_envelope(data[:length])


def test_an_event_whose_key_the_store_never_had_cannot_be_read(keys, another_key):
    with pytest.raises(KeyDestroyed, match="the key store is not the one it was sealed with"):
        unseal(open_envelope(sealed(another_key)), keys)


def test_an_event_whose_key_was_destroyed_cannot_be_read(tmp_path):
    store = KeyStore(f"sqlite:///{tmp_path}/keys.db", MASTER, Random(3).randbytes)
    data = sealed(store.of(b"patient-forget-1"))
    store.forget(b"patient-forget-1")
    event = open_envelope(data)
    with pytest.raises(KeyDestroyed):
        unseal(event, store)
    assert event.envelope["run"] == "run-1"
    store.close()


def test_a_payload_schema_of_a_newer_release_is_an_unknown_schema(keys, key):
    head = sealed(key)[: -len(open_envelope(sealed(key)).envelope["payload"]) - 1]
    newer = head.replace(BODY.fingerprint, bytes(range(8)))
    data = seal_after(newer, b"\x00", key, Random(1).randbytes)
    with pytest.raises(UnknownSchema, match="payload's schema 0001020304050607"):
        unseal(open_envelope(data), keys)


TEXT_FIELDS = [
    (entity, name) for entity in Entity for name, kind in FIELDS[entity].items() if kind in (kinds.TEXT, kinds.WORD, kinds.ID)
]


@given(field=st.sampled_from(TEXT_FIELDS), native_id=personal, word=personal, name=personal, custom=personal)
def test_no_text_of_a_record_appears_in_the_bytes_of_its_event(key, field, native_id, word, name, custom):
    entity, field_name = field
    record = Record(entity=entity, native_id=native_id, values={field_name: word}, custom={name: custom})
    data = change_bytes(record, key)
    assert not any(text.encode() in data for text in (native_id, word, name, custom))


def test_an_events_id_depends_on_the_record_and_its_revision_alone():
    assert event_id(b"r" * 16, 1) == event_id(b"r" * 16, 1)
    assert len({event_id(record, revision) for record in (b"r" * 16, b"s" * 16) for revision in (1, 2, 300)}) == 6
