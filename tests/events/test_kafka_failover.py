"""Brokers that die while the log is written to: what was told to be durable is there, and nothing is there twice."""

import threading
import time
from contextlib import closing, contextmanager, suppress

import pytest

from events.log.port import CHANGES, Commit, LogError, LogUnknown, LogUnreachable, NewEntry, read_all
from tests.events.kafka_logs import open_log
from tests.kafka_broker import make_nodes, wait_for

pytestmark = pytest.mark.integration

STEPS, EVENTS = 40, 50


def cluster(folder, count, *, heap):
    nodes = make_nodes(folder, count, heap=heap)
    for node in nodes:
        node.start()
    wait_for([node.address for node in nodes], brokers=count)
    return nodes


def write_steps(log, told, refused):
    """Append steps of events with ids; one that was not applied is appended again, as its error allows."""
    for step in range(STEPS):
        new = [NewEntry(CHANGES, f"household-{n % 7}".encode(), f"{step}-{n}".encode()) for n in range(EVENTS)]
        while True:
            try:
                log.append(new, [Commit(group="writer", topic=CHANGES, offsets={0: step + 1})])
            except LogUnreachable as error:
                refused.append(error)
                continue
            break
        told.append(step)


@contextmanager
def being_written_to(log):
    """Keep a log in the middle of `write_steps`, with the steps told to be durable so far; at the end each is there, and
    once.
    """
    told, refused = [], []
    writing = threading.Thread(target=write_steps, args=(log, told, refused))
    writing.start()
    while len(told) < 10:
        time.sleep(0.002)
    yield told
    writing.join(timeout=120)
    assert told == list(range(STEPS))
    assert_each_once(log)


def assert_each_once(log):
    found = [entry.value.decode() for entry in read_all(log, CHANGES)]
    assert len(found) == len(set(found)), "doubled"
    assert set(found) == {f"{step}-{n}" for step in range(STEPS) for n in range(EVENTS)}, "lost"
    assert log.committed("writer", CHANGES)[0] == STEPS


def test_a_broker_killed_in_the_middle_of_appending_loses_nothing_and_doubles_nothing(tmp_path):
    (node,) = cluster(tmp_path / "kafka", 1, heap=512)
    try:
        with (
            closing(open_log(f"kafka://{node.address}?prefix=killed&partitions=3", tmp_path / "writers")) as log,
            being_written_to(log) as told,
        ):
            node.kill()
            assert len(told) < STEPS, "it was killed too late to tell anything"
            node.start()
        with closing(open_log(f"kafka://{node.address}?prefix=killed", tmp_path / "writers")) as again:
            assert_each_once(again)
    finally:
        node.kill()


def test_an_append_whose_broker_stays_away_says_what_is_known_of_it(tmp_path):
    (node,) = cluster(tmp_path / "kafka", 1, heap=512)
    log = open_log(f"kafka://{node.address}?prefix=away&partitions=1", tmp_path / "writers", patience=3)
    try:
        log.append([NewEntry(CHANGES, b"k", b"before")])
        node.kill()
        with pytest.raises((LogUnreachable, LogUnknown)) as error:
            log.append([NewEntry(CHANGES, b"k", b"after")])
        assert "run the same command again" in str(error.value)
        assert "\n" not in str(error.value)
        with pytest.raises(LogUnreachable):
            log.ends(CHANGES)
        log.close()
        node.start()
        wait_for([node.address])
        with closing(open_log(f"kafka://{node.address}?prefix=away", tmp_path / "writers")) as again:
            values = [entry.value for entry in read_all(again, CHANGES)]
        assert values == [b"before"] or (isinstance(error.value, LogUnknown) and values == [b"before", b"after"])
    finally:
        with suppress(LogError):
            log.close()
        node.kill()


def test_a_leader_that_dies_is_followed_to_another_node(tmp_path):
    nodes = cluster(tmp_path / "kafka", 3, heap=256)
    brokers = ",".join(node.address for node in nodes)
    alive = list(nodes)
    try:
        with (
            closing(open_log(f"kafka://{brokers}?prefix=moved&partitions=3", tmp_path / "writers")) as log,
            being_written_to(log) as told,
        ):
            alive.remove(nodes[0])  # of three partitions with three copies, each node leads one
            nodes[0].kill()
            assert len(told) < STEPS, "it was killed too late to tell anything"
    finally:
        for node in alive:
            node.kill()
