"""The fast writer of change events writes the bytes that fastavro writes for the same envelope."""

from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from events.change_events import Operation
from events.change_writer import encode_tombstone, parts_of, with_changed
from events.codec.avro import encode, header
from events.codec.schemas import latest
from events.sealing.payloads import open_envelope, seal_after, unseal
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests.events.events_to_write import change_bytes, writer
from tests.events.payloads import encode_record, payload_of
from tests.events.sample_values import EPOCH, ids, moments, records, texts

CHANGE = latest("change-event")
keyed_hashes = st.binary(max_size=64)


@given(
    shared=st.fixed_dictionaries(
        {"practice": texts, "run": texts, "extract": texts, "taken_at": moments, "recorded_at": moments}
    ),
    own=st.fixed_dictionaries(
        {
            "event_id": ids,
            "record_id": ids,
            "patient_id": st.none() | ids,
            "operation": st.sampled_from(Operation),
            "entity": st.sampled_from(list(Entity)),
            "revision": st.integers(0, 5000) | st.integers(0, 2**62),
            "part": st.binary(min_size=32, max_size=32),
            "row": st.integers(0, 5000) | st.integers(0, 2**31 - 1),
            "fingerprint": keyed_hashes,
            "content": keyed_hashes,
            "recheck_at": st.none() | moments,
            "flagged": st.booleans(),
        }
    ),
)
def test_an_envelopes_bytes_are_those_of_fastavro(key, shared, own):
    payload = latest("tombstone" if own["operation"] is Operation.DELETED else own["entity"].value)
    envelope = {
        **shared,
        **own,
        "file": own["part"],
        "operation": own["operation"].value,
        "entity": own["entity"].value,
        "payload_schema": payload.fingerprint,
        "key_id": key.id,
        "payload": b"",
    }
    del envelope["part"]
    expected = header(CHANGE) + encode(CHANGE, envelope)[:-1]
    written = writer(**shared, entropy=bytes).write(**own, payload=b"payload", key=key)
    assert written == seal_after(expected, b"payload", key, bytes)


@given(millis=st.integers(0, 4_102_444_800_000))
@example(millis=1_095_954_883_735)  # a float of seconds has it a little lower
@example(millis=2_148_931_970_140)
def test_no_millisecond_is_lost(key, millis):
    moment = EPOCH + timedelta(milliseconds=millis)
    data = change_bytes(Record(entity=Entity.NOTE, native_id="1", values={}), key, recheck_at=moment)
    assert open_envelope(data).envelope["recheck_at"] == moment


@given(record=records, changed=st.lists(texts, max_size=3))
def test_a_records_payload_is_that_of_its_entitys_schema(record, changed):
    assert encode_record(record, changed) == encode(latest(record.entity.value), payload_of(record, changed))


@given(record=records, changed=st.lists(texts, max_size=3))
def test_the_names_of_what_changed_can_be_put_in_later(record, changed):
    assert with_changed(record.entity, parts_of(record), changed) == encode_record(record, changed)


def test_a_deletions_payload_is_a_tombstone(keys, key):
    record = Record(entity=Entity.CLAIM, native_id="C-77", values={})
    data = change_bytes(record, key, operation=Operation.DELETED, payload=encode_tombstone("C-77"))
    assert unseal(open_envelope(data), keys) == {"native_id": "C-77"}
