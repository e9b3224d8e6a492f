"""Decisions in the log: appended durably, read in order, sealed under the practice's key."""

from datetime import timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.codec.avro import UnknownName
from events.decisions import Decided, Decision, Decisions
from events.log.port import DECISIONS, NewEntry
from events.log.sqlite import SqliteLog
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore
from events.sealing.payloads import KeyDestroyed, open_envelope
from tests.events.sample_values import EPOCH, json_objects


@pytest.fixture(scope="module")
def shared_log(tmp_path_factory):
    log = SqliteLog(f"sqlite:///{tmp_path_factory.mktemp('decisions')}/log.db")
    yield log
    log.close()


@pytest.fixture
def log(tmp_path):
    log = SqliteLog(f"sqlite:///{tmp_path}/log.db")
    yield log
    log.close()


def decisions_in(log, keys):
    ticks = count(1)
    return Decisions(
        log,
        keys,
        "riverside",
        now=lambda: EPOCH + timedelta(minutes=next(ticks)),
        new_id=lambda: b"decision-id-1234",
        entropy=Random(11).randbytes,
    )


@pytest.fixture
def decisions(log, keys):
    return decisions_in(log, keys)


def test_a_decision_is_read_as_it_was_recorded(decisions):
    decisions.record(Decided.MAPPING_APPROVED, {"by": "Ines"}, workspace="w-1", run="run-1")
    assert decisions.last() == Decision(
        event_id=b"decision-id-1234",
        decided=Decided.MAPPING_APPROVED,
        practice="riverside",
        workspace="w-1",
        run="run-1",
        recorded_at=EPOCH + timedelta(minutes=1),
        body={"by": "Ines"},
        offset=0,
    )


@given(body=json_objects, decided=st.sampled_from(Decided))
def test_every_body_is_read_as_it_was_recorded(shared_log, keys, body, decided):
    decisions = decisions_in(shared_log, keys)
    entry = decisions.entry(decided, body)
    shared_log.append([entry])
    newest = shared_log.read_backwards(DECISIONS, 0, 2**62, 1)[0]
    found = next(d for d in decisions.all(decided) if d.offset == newest.offset)
    assert found.body == body


def test_a_number_that_json_has_not_is_read_as_it_was_recorded(decisions):
    decisions.record(Decided.RUN_ENDED, {"seconds": float("inf"), "share": -0.5})
    assert decisions.last(Decided.RUN_ENDED).body == {"seconds": float("inf"), "share": -0.5}


def test_decisions_are_read_oldest_first(decisions):
    for decided in (Decided.RUN_STARTED, Decided.RUN_ENDED, Decided.WENT_LIVE):
        decisions.record(decided, {})
    assert [d.decided for d in decisions.all()] == [Decided.RUN_STARTED, Decided.RUN_ENDED, Decided.WENT_LIVE]


def test_only_the_kinds_asked_for_are_read(decisions):
    for decided in (Decided.RUN_STARTED, Decided.RUN_ENDED, Decided.RUN_STARTED):
        decisions.record(decided, {})
    assert [d.offset for d in decisions.all(Decided.RUN_STARTED, Decided.WENT_LIVE)] == [0, 2]


def test_the_last_decision_of_a_kind_is_the_newest(decisions):
    decisions.record(Decided.SAMPLE_ACCEPTED, {"number": 1})
    decisions.record(Decided.SAMPLE_ACCEPTED, {"number": 2})
    decisions.record(Decided.RUN_STARTED, {})
    assert decisions.last(Decided.SAMPLE_ACCEPTED).body == {"number": 2}


def test_there_is_no_last_decision_where_none_was_made(decisions):
    assert decisions.last() is None


def test_a_fold_is_computed_again_only_when_there_are_more_decisions_of_its_kinds(decisions):
    folds = []

    def ways(some):
        folds.append([decision.body["way"] for decision in some])
        return folds[-1]

    def asked():
        return decisions.folded([Decided.WENT_LIVE, Decided.RUN_ENDED], "ways", ways)

    decisions.record(Decided.WENT_LIVE, {"way": 1})
    assert asked() is asked()
    decisions.record(Decided.RUN_STARTED, {"way": 2})
    assert asked() == [1]
    decisions.record(Decided.RUN_ENDED, {"way": 3})
    assert asked() == [1, 3]
    assert folds == [[1], [1, 3]]


def test_an_entry_is_not_in_the_log_before_it_is_appended(decisions, log):
    entry = decisions.entry(Decided.RUN_ENDED, {})
    assert decisions.last() is None
    log.append([entry])
    assert decisions.last().decided is Decided.RUN_ENDED


def test_a_body_is_sealed_under_the_practices_key(decisions, keys):
    entry = decisions.entry(Decided.PERSON_PAIRED, {"person": "Ines Abernathy"})
    assert b"Abernathy" not in entry.value
    assert open_envelope(entry.value).envelope["key_id"] == keys.of(PRACTICE_SUBJECT).id


def test_a_decision_is_keyed_by_its_practice(decisions):
    assert decisions.entry(Decided.RUN_STARTED, {}).key == b"riverside"


def test_decisions_of_a_kind_not_asked_for_are_not_opened(decisions, log, keys, tmp_path):
    decisions.record(Decided.RUN_STARTED, {})
    other = KeyStore(f"sqlite:///{tmp_path}/other-keys.db", bytes(32), Random(1).randbytes)
    elsewhere = decisions_in(log, other)
    assert list(elsewhere.all(Decided.WENT_LIVE)) == []
    with pytest.raises(KeyDestroyed):
        list(elsewhere.all(Decided.RUN_STARTED))
    other.close()


def test_a_decision_of_a_newer_release_is_an_unknown_name(decisions, log):
    value = decisions.entry(Decided.WENT_LIVE, {}).value
    log.append([NewEntry(DECISIONS, b"riverside", value.replace(b"WENT_LIVE", b"WENT_HOME"))])
    with pytest.raises(UnknownName):
        decisions.last()
