"""Change events as a test needs them: everything has a value, and the test says what it is about."""

from datetime import timedelta
from random import Random

from events.change_events import Operation
from events.change_writer import ChangeWriter
from tests.events.payloads import encode_record
from tests.events.sample_values import EPOCH

TAKEN_AT = EPOCH + timedelta(days=20_000, milliseconds=123)
RECORDED_AT = EPOCH + timedelta(days=20_001, milliseconds=456)


def writer(**about):
    default = {
        "practice": "riverside",
        "run": "run-1",
        "extract": "2026-03-09",
        "taken_at": TAKEN_AT,
        "recorded_at": RECORDED_AT,
        "entropy": Random(5).randbytes,
    }
    return ChangeWriter(**{**default, **about})


def change_bytes(record, key, **about):
    """Return the bytes of a record's first change event."""
    default = {
        "event_id": b"event-id-1234567",
        "record_id": b"record-id-123456",
        "patient_id": b"patient-id-12345",
        "operation": Operation.CREATED,
        "entity": record.entity,
        "revision": 1,
        "part": bytes(range(32)),
        "row": 17,
        "fingerprint": b"fingerprint 1234",
        "content": b"content hash 123",
        "recheck_at": None,
        "flagged": False,
        "payload": encode_record(record),
        "key": key,
    }
    return writer().write(**{**default, **about})
