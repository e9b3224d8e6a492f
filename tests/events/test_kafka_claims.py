"""Claims of the producer's role on Kafka: a producer that was replaced appends nothing, one that the broker gave up goes on."""

import time
from contextlib import closing
from uuid import uuid4

import pytest

from events.log.kafka.writing import settled_by
from events.log.port import CHANGES, PRODUCER, LogRoleTaken, read_all
from tests.events.kafka_logs import die_in_a_transaction, open_log
from tests.events.log_contract import entries, values_in


@pytest.fixture
def url(kafka):
    return f"kafka://{kafka}?prefix=t{uuid4().hex}&partitions=2"


def test_the_next_producer_ends_what_one_that_died_elsewhere_left_open(url, tmp_path):
    die_in_a_transaction(url, tmp_path / "elsewhere", as_producer=True)
    with closing(open_log(url, tmp_path / "writers")) as log:
        began = time.monotonic()
        with closing(log.claim(PRODUCER)) as producer:
            assert values_in(log) == ["whole"]
            producer.append(entries("next"))
        assert values_in(log) == ["whole", "next"]
        assert time.monotonic() - began < 15, "it need not wait until the broker gives the writer up"


@pytest.fixture
def two(url, tmp_path):
    """Yield the log, as two machines open it."""
    with closing(open_log(url, tmp_path / "one")) as one, closing(open_log(url, tmp_path / "two")) as other:
        yield one, other


def test_a_producer_that_the_broker_gave_up_goes_on_where_no_other_took_the_role(two):
    log, _ = two
    with closing(log.claim(PRODUCER)) as producer:
        producer.append(entries("a"))
        fence(log)
        producer.append(entries("b"))
    assert values_in(log) == ["a", "b"]


def test_a_producer_that_has_lost_its_connection_does_not_take_the_role_back(two):
    log, elsewhere = two
    with closing(log.claim(PRODUCER)) as producer, closing(elsewhere.claim(PRODUCER)) as other:
        other.append(entries("other"))
        producer._appender.close()  # as after an outage: a writer is begun anew
        with pytest.raises(LogRoleTaken):
            producer.append(entries("zombie"))
        other.append(entries("other"))
    assert values_in(log) == ["other", "other"]


def test_a_transaction_that_another_producer_ends_is_refused_as_a_whole(two):
    log, elsewhere = two
    with closing(log.claim(PRODUCER)) as producer:
        writer = producer._appender.open()
        commit = writer._producer.commit_transaction

        def take_the_role():
            writer._producer.commit_transaction = commit
            with closing(elsewhere.claim(PRODUCER)) as other:
                other.append(entries("other"))
            commit()

        writer._producer.commit_transaction = take_the_role
        with pytest.raises(LogRoleTaken):
            producer.append(entries("a", "b"))
    assert values_in(log) == ["other"]


def test_what_was_committed_before_the_role_was_taken_is_told_to_be_there(two):
    log, elsewhere = two
    with closing(log.claim(PRODUCER)) as producer:
        writer = producer._appender.open()
        commit = writer._producer.commit_transaction

        def lose_the_answer():
            commit()
            elsewhere.claim(PRODUCER).close()
            raise TimeoutError

        writer._producer.commit_transaction = lose_the_answer
        (position,) = producer.append(entries("a"))
        assert [(e.partition, e.offset, e.value) for e in read_all(log, CHANGES)] == [(*position, b"a")]
        with pytest.raises(LogRoleTaken):
            producer.append(entries("b"))


def test_a_dead_producers_folder_disturbs_no_producer_elsewhere(url, two, tmp_path):
    die_in_a_transaction(url, tmp_path / "one", as_producer=True)
    log, elsewhere = two
    with closing(elsewhere.claim(PRODUCER)) as producer:
        producer.append(entries("a"))
        writer = producer._appender.open()
        log._take_over()
        producer.append(entries("b"))
        assert producer._appender.open() is writer, "it was not fenced"
    assert values_in(log) == ["whole", "a", "b"]
    assert not list((tmp_path / "one").glob("claim-*.name"))


def test_a_claim_is_no_group_that_carries_events(two):
    log, _ = two
    with closing(log.claim(PRODUCER)):
        assert log._carried() == {}


def fence(log):
    """Fence the producer's writer and claim nothing, as a broker does that gives up a transaction."""
    settled_by(log._settings, log._settings.transactional_id(PRODUCER), 30.0)
