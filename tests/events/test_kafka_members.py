"""Members of a group on Kafka have names: a worker that is killed and started again is the member that it was."""

import json
import platform
import re
import shutil
import subprocess
import sys
import time
from uuid import uuid4

import pytest
from kafka.cluster import ClusterMetadata

from events.log.kafka.members import claim_member
from events.log.kafka.membership import SESSION
from events.log.port import CHANGES, Commit, LogFenced, LogUnreachable, PartitionOwnership
from tests.events.kafka_logs import open_log

JOIN = """
import json, sys, time
from events.log.port import CHANGES
from tests.events.kafka_logs import open_log
member = open_log(sys.argv[1], sys.argv[2]).join("workers", CHANGES)
while sys.stdin.readline():
    owned = member.poll()
    print(json.dumps([owned.member, owned.generation, sorted(owned.partitions), owned.name]), flush=True)
"""


@pytest.fixture
def url(kafka):
    return f"kafka://{kafka}?prefix=t{uuid4().hex}&partitions=2"


@pytest.fixture
def log(url, tmp_path):
    opened = open_log(url, tmp_path / "log")
    yield opened
    opened.close()


class Process:
    """A member in a process of its own, to be killed."""

    def __init__(self, url, folder):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._process = subprocess.Popen([sys.executable, "-c", JOIN, url, str(folder)], **pipes)

    def poll(self):
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        member, generation, partitions, name = json.loads(self._process.stdout.readline())
        return PartitionOwnership(
            group="workers", topic=CHANGES, member=member, generation=generation, partitions=frozenset(partitions), name=name
        )

    def kill(self):
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def process(url, tmp_path):
    started = Process(url, tmp_path / "killed")
    yield started
    started.kill()


def until(condition, seconds=3 * SESSION):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_a_worker_that_is_killed_and_started_again_is_the_member_that_it_was(log, url, tmp_path, process):
    """It has its partitions back at once, and the other worker notices nothing."""
    other = log.join("workers", CHANGES)
    assert until(lambda: process.poll().partitions and other.poll().partitions)
    before, theirs = process.poll(), other.poll()
    process.kill()
    again = open_log(url, tmp_path / "killed")
    member = again.join("workers", CHANGES)
    assert until(lambda: member.poll().partitions)
    found = member.poll()
    assert (found.name, found.partitions, found.generation) == (before.name, before.partitions, before.generation)
    assert found.member != before.member
    partition = min(before.partitions)
    with pytest.raises(LogFenced):
        again.append([], [Commit(group="workers", topic=CHANGES, offsets={partition: 7}, owner=before)])
    again.append([], [Commit(group="workers", topic=CHANGES, offsets={partition: 1}, owner=found)])
    assert log.committed("workers", CHANGES)[partition] == 1
    time.sleep(SESSION + 2)
    assert other.poll() == theirs, "nobody was missed"
    member.leave()
    other.leave()
    again.close()


def test_a_worker_that_ends_in_order_hands_over_at_once(log, url, tmp_path):
    another = open_log(url, tmp_path / "another")
    first, second = log.join("workers", CHANGES), another.join("workers", CHANGES)
    assert until(lambda: first.poll().partitions and second.poll().partitions)
    first.leave()
    assert until(lambda: second.poll().partitions == {0, 1}, SESSION / 2), "who leaves is not waited for"
    assert not list((tmp_path / "log").glob("member-*.name")), "nobody needs to come back under that name"
    second.leave()
    another.close()


def test_two_workers_of_one_folder_are_two_members(log):
    first, second = log.join("workers", CHANGES), log.join("workers", CHANGES)
    assert until(lambda: first.poll().partitions and second.poll().partitions)
    assert first.poll().name != second.poll().name
    assert first.poll().partitions | second.poll().partitions == {0, 1}
    first.leave()
    second.leave()


def test_of_two_processes_under_one_name_the_first_owns_nothing_and_takes_another_name(log, url, tmp_path, monkeypatch):
    """As on a machine that was copied as a whole: both may not take themselves for the owner."""
    another = open_log(url, tmp_path / "another")
    first = log.join("workers", CHANGES)
    assert until(lambda: first.poll().partitions)
    owner = first.poll()
    with monkeypatch.context() as copied:
        copied.setattr("events.log.kafka.members._name", lambda *_: owner.name)
        second = another.join("workers", CHANGES)
    assert until(lambda: second.poll().partitions == {0, 1})
    with pytest.raises(LogFenced):
        log.append([], [Commit(group="workers", topic=CHANGES, offsets={0: 9}, owner=owner)])
    with pytest.raises(LogUnreachable, match="another process takes part under this worker's name"):
        until(lambda: first.poll() and False, SESSION)
    first.leave()
    another.append([], [Commit(group="workers", topic=CHANGES, offsets={0: 1}, owner=second.poll())])
    assert second.poll().partitions == {0, 1}, "the first one leaves without the second"
    first = log.join("workers", CHANGES)
    assert until(lambda: first.poll().partitions and second.poll().partitions)
    assert first.poll().name != owner.name
    first.leave()
    second.leave()
    another.close()


def test_a_topic_that_becomes_known_while_a_member_joins_is_shared(log, monkeypatch):
    """A node may have heard of the group before it hears of a new topic."""
    update, unheard = ClusterMetadata.update_metadata, [3, 3, 3]

    def late(cluster, metadata):
        for topic in metadata.topics or []:
            if topic.name.endswith(".changes") and len(metadata.topics) == 1 and unheard:
                topic.error_code = unheard.pop()
        return update(cluster, metadata)

    monkeypatch.setattr(ClusterMetadata, "update_metadata", late)
    monkeypatch.setattr("events.log.kafka.membership._ROUND", 5)  # shorter than what the brokers need to agree
    member = log.join("workers", CHANGES)
    found = until(lambda: member.poll().partitions)
    member.leave()
    assert unheard == []
    assert found == {0, 1}


# names


def named(folder):
    held = claim_member(folder)
    held.release(left=False)
    return held.name


def test_a_name_is_kept_until_its_member_has_left(tmp_path):
    first = named(tmp_path)
    again = claim_member(tmp_path)
    assert again.name == first
    again.release(left=True)
    assert named(tmp_path) != first


def test_a_copy_of_the_folder_has_other_names(tmp_path, monkeypatch):
    first = named(tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    assert named(tmp_path / "copy") != first
    monkeypatch.setattr(platform, "node", lambda: "another machine")
    assert named(tmp_path / "one") != first


def test_a_name_is_one_that_kafka_takes_whatever_the_machine_is_called(tmp_path, monkeypatch):
    monkeypatch.setattr(platform, "node", lambda: "Büro PC " + "x" * 300)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,249}", named(tmp_path))
