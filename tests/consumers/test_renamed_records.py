"""Names and texts that a later version words otherwise: a replay brings them, and no person's edit is lost by it."""

from __future__ import annotations

from datetime import date

import pytest

from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from projections.entities import billing, communication
from tests.consumers.workbench import TAKEN, Bench, id_of, patient

BALANCE = str(id_of(Entity.BILLING, "60"))
EDITED = str(id_of(Entity.BILLING, "61"))
NEW_NAME, NEW_BODY = "$264.78 · Nov 16, 2026", "May 19, 2026, 9:00 PM · Not Sent\n\nRecall"


def balance(native: str, micros: int = 264_780_000) -> Record:
    values = {"patient_id": "1", "balance": micros, "as_of_date": date(2026, 11, 16)}
    return Record(entity=Entity.BILLING, native_id=native, values=values)


def message() -> Record:
    values = {"patient_id": "1", "delivered_at": TAKEN, "delivery_status": "Not Sent", "message": "Recall", "in_future": False}
    return Record(entity=Entity.COMMUNICATION, native_id="70", values=values)


@pytest.fixture
def older(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a project whose records an earlier version has named and worded; a person has renamed one of them."""
    with monkeypatch.context() as patched:
        patched.setattr(billing, "name_of", lambda record, code: "Account balance")
        patched.setattr(communication, "moment_in_words", lambda moment, zone: f"Delivered: {moment.isoformat()}")
        bench.deliver(patient("1", "Ada", "Quist"), balance("60"), balance("61"), message())
        bench.sync()
    bench.edit("billingRecords", EDITED, {"name": "Ask Ada"})
    return bench


def told(bench: Bench) -> tuple[str, str, str]:
    """Return the two names and the body that Twenty holds."""
    body = bench.read("tasks", str(id_of(Entity.COMMUNICATION, "70")))["bodyV2"]["markdown"]
    return bench.read("billingRecords", BALANCE)["name"], bench.read("billingRecords", EDITED)["name"], body


def test_a_replay_brings_the_new_words_and_leaves_a_persons_edit(older: Bench) -> None:
    replayed = older.replay()
    assert told(older) == (NEW_NAME, "Ask Ada", NEW_BODY)
    assert [(one.twenty_id, one.fields) for one in replayed.conflicts] == [(EDITED, ("name",))]


def test_a_record_that_changes_gets_the_new_words(older: Bench) -> None:
    older.deliver(balance("60", 1_000_000))
    assert older.sync().conflicts == []
    assert told(older)[0] == "$1.00 · Nov 16, 2026"


def test_all_of_it_can_be_taken_back(older: Bench) -> None:
    older.replay()
    assert [one.fields for one in older.rollback().kept] != []
    older.edit("billingRecords", EDITED, {"name": "Account balance"})
    assert older.rollback().kept == []
    assert sum(map(len, older.content().values())) == 0
