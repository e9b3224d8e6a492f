"""The log on Kafka keeps the contract of the log port, against a real broker, and what only Kafka can get wrong."""

import threading
import time
from contextlib import closing
from dataclasses import replace
from random import Random
from uuid import UUID, uuid4

import pytest

from events.clock import World
from events.codec.schemas import latest
from events.dead_letters import DeadLetter, Stage, write_dead_letter
from events.decisions import Decided, Decisions
from events.log.kafka.leaders import LeaderKeepingAdmin
from events.log.kafka.reading import TopicReader
from events.log.kafka.settings import LEAST_MESSAGE_BYTES, MESSAGE_BYTES
from events.log.parts import PART
from events.log.port import (
    CHANGES,
    COMPENSATIONS,
    DEAD_LETTERS,
    DECISIONS,
    TOPICS,
    LogRefused,
    LogUnreachable,
    NewEntry,
    read_all,
)
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests.events.events_to_write import RECORDED_AT, change_bytes
from tests.events.kafka_logs import die_in_a_transaction, open_log, prefix_of
from tests.events.log_contract import LogContract, entries, values_in
from tests.events.sample_values import EPOCH
from tests.kafka_broker import free_ports

KEPT = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}


@pytest.fixture
def url(kafka):
    return f"kafka://{kafka}?prefix=t{uuid4().hex}&partitions=2"


@pytest.fixture
def open_another(url, tmp_path):
    return lambda: open_log(url, tmp_path / "writers")


class TestKafkaLog(LogContract):
    @pytest.fixture
    def opening(self, url, tmp_path):
        return "from tests.events.kafka_logs import open_log", f"open_log('{url}', '{tmp_path}/writers')"

    @pytest.fixture
    def open_absent(self, tmp_path):
        (port,) = free_ports(1)
        return lambda: open_log(f"kafka://127.0.0.1:{port}?prefix=absent", tmp_path, patience=1)


# the leaders of partitions


def test_leaders_are_asked_for_once_and_again_where_one_does_not_answer(log, monkeypatch):
    asked = []
    ask = LeaderKeepingAdmin._get_cluster_metadata
    monkeypatch.setattr(LeaderKeepingAdmin, "_get_cluster_metadata", lambda *about: asked.append(about) or ask(*about))
    ends = log.ends(CHANGES)
    assert asked == []
    for partition in log._admin._leaders:
        log._admin._leaders[partition] = 99  # as after a leader has moved
    assert log.ends(CHANGES) == ends
    assert len(asked) == 1


# topics


@pytest.fixture
def admin(kafka):
    from kafka import KafkaAdminClient

    with closing(KafkaAdminClient(bootstrap_servers=kafka)) as client:
        yield client


def make_topics(admin, url, topics=TOPICS, *, partitions=(), configs=()):
    """Make topics of a log as an administrator would."""
    new = {
        f"{prefix_of(url)}.{topic}": {
            "num_partitions": dict(partitions).get(topic, 1),
            "replication_factor": 1,
            "configs": {**KEPT, **dict(configs).get(topic, {})},
        }
        for topic in topics
    }
    admin.create_topics(new, wait_for_metadata=True)


def topic_settings(admin, topics):
    from kafka.admin import ConfigResource, ConfigResourceType

    described = admin.describe_configs(
        [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics], config_filter="all"
    )
    return {topic: {name: config["value"] for name, config in configs.items()} for topic, configs in described["topic"].items()}


def test_topics_are_made_with_settings_that_keep_every_event(log, admin, url):
    names = {f"{prefix_of(url)}.{topic}": topic for topic in TOPICS}
    for held in topic_settings(admin, names).values():
        assert {name: held[name] for name in KEPT} == KEPT
        assert held["max.message.bytes"] == str(MESSAGE_BYTES)
        assert held["compression.type"] == "producer"
        assert held["unclean.leader.election.enable"] == "false"
    partitions = {names[t["name"]]: len(t["partitions"]) for t in admin.describe_topics(list(names))}
    assert partitions == {CHANGES: 2, COMPENSATIONS: 2, DEAD_LETTERS: 2, DECISIONS: 1}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("retention.ms", "604800000"),
        ("retention.bytes", "1000000"),
        ("cleanup.policy", "compact"),
        ("cleanup.policy", "compact,delete"),
    ],
)
@pytest.mark.parametrize("topic", [CHANGES, DECISIONS])
def test_a_topic_that_would_lose_events_is_refused(admin, url, tmp_path, topic, setting, value):
    name = f"{prefix_of(url)}.{topic}"
    make_topics(admin, url, configs={topic: {setting: value}})
    with pytest.raises(LogRefused) as error:
        open_log(url, tmp_path)
    assert str(error.value).startswith(f"the log's topic {name} has {setting}=")
    assert f"set {setting}={KEPT[setting]} on the topic" in str(error.value)


def test_topics_between_which_a_household_would_change_its_partition_are_refused(admin, url, tmp_path):
    make_topics(admin, url, partitions={CHANGES: 2, COMPENSATIONS: 3})
    with pytest.raises(LogRefused, match="have 2 and 3 partitions"):
        open_log(url, tmp_path)


def test_a_log_that_is_there_keeps_its_partitions_whatever_the_url_says(log, url, tmp_path):
    with closing(open_log(url.replace("partitions=2", "partitions=5"), tmp_path / "other")) as other:
        assert list(other.partitions(CHANGES)) == [0, 1]


def test_a_household_lies_in_the_same_partition_of_changes_and_compensations(log):
    keys = [f"household-{n}".encode() for n in range(20)]
    positions = log.append([NewEntry(topic, key, b"x") for topic in (CHANGES, COMPENSATIONS) for key in keys])
    changes, compensations = positions[:20], positions[20:]
    assert [p.partition for p in changes] == [p.partition for p in compensations]
    assert {p.partition for p in changes} == {0, 1}


@pytest.mark.parametrize("topic", [CHANGES, COMPENSATIONS, DEAD_LETTERS, DECISIONS])
def test_a_topic_that_does_not_take_a_part_of_an_event_is_refused(admin, url, tmp_path, topic):
    name = f"{prefix_of(url)}.{topic}"
    make_topics(admin, url, configs={topic: {"max.message.bytes": "500000"}})
    with pytest.raises(LogRefused) as error:
        open_log(url, tmp_path)
    assert str(error.value) == (
        f"the log's topic {name} has max.message.bytes=500000, which is less than a part of an event needs; "
        "set max.message.bytes=1048588 on the topic, or message.max.bytes on its brokers"
    )


def limit_messages(admin, url, size):
    from kafka.admin import ConfigResource, ConfigResourceType

    names = [f"{prefix_of(url)}.{topic}" for topic in TOPICS]
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, {"max.message.bytes": str(size)}) for name in names]
    admin.alter_configs(resources)


def test_topics_that_take_just_a_part_carry_events_of_any_size(log, admin, url):
    limit_messages(admin, url, LEAST_MESSAGE_BYTES)
    sizes = [PART - 1, PART, PART + 1, 20_000_000]
    log.append([NewEntry(CHANGES, b"h" * 16, Random(size).randbytes(size)) for size in sizes])
    assert [len(entry.value) for entry in read_all(log, CHANGES)] == sizes


def test_a_topic_that_takes_less_than_before_refuses_the_step_and_says_what_to_set(log, admin, url):
    limit_messages(admin, url, 100_000)
    with pytest.raises(LogRefused, match=r"set max\.message\.bytes=1048588 on the log's topics"):
        log.append([NewEntry(CHANGES, b"household", bytes(200_000))])
    log.append(entries("after"))
    assert values_in(log) == ["after"]


# isolation


def test_what_another_writer_has_not_ended_is_not_shown_and_what_lies_behind_it_is_waited_for(log, kafka, url):
    from kafka import KafkaProducer

    (first,) = log.append(entries("a"))
    with closing(KafkaProducer(bootstrap_servers=kafka, transactional_id=f"{uuid4()}")) as other:
        other.init_transactions()
        other.begin_transaction()
        other.send(f"{prefix_of(url)}.{CHANGES}", b"open", key=b"household", partition=first.partition).get(30)
        log.append(entries("b"))
        ended = []

        def abort():
            time.sleep(0.3)
            ended.append(time.monotonic())
            other.abort_transaction()

        thread = threading.Thread(target=abort)
        thread.start()
        found = values_in(log)
        seen = time.monotonic()
        thread.join()
    assert found == ["a", "b"]
    assert seen > ended[0]


# headers


def record_bytes(key):
    return change_bytes(Record(entity=Entity.CLAIM, native_id="4711", values={}), key)


def headers_in(kafka, url, topic):
    from kafka import KafkaConsumer, TopicPartition

    name = f"{prefix_of(url)}.{topic}"
    with closing(KafkaConsumer(bootstrap_servers=kafka, isolation_level="read_committed")) as consumer:
        consumer.assign([TopicPartition(name, p) for p in consumer.partitions_for_topic(name)])
        consumer.seek_to_beginning()
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for records in consumer.poll(timeout_ms=200).values():
                return {header: value.decode() for header, value in records[0].headers}
    raise AssertionError("the topic has no record")


def test_headers_say_what_an_event_is_without_its_payload(log, kafka, url, key):
    log.append([NewEntry(CHANGES, b"household", record_bytes(key))])
    found = headers_in(kafka, url, CHANGES)
    schema = found.pop("ce_dataschema")
    assert found == {
        "content-type": "application/avro",
        "ce_specversion": "1.0",
        "ce_id": str(UUID(bytes=b"event-id-1234567")),
        "ce_type": "cutover.change-event.created",
        "ce_source": "/cutover/practices/riverside",
        "ce_time": RECORDED_AT.isoformat(),
        "ce_subject": str(UUID(bytes=b"record-id-123456")),
    }
    assert schema == f"urn:avro:crc-64-avro:{record_bytes(key)[2:10].hex()}"


def test_parts_of_a_large_event_have_a_type_and_ids_of_their_own(log, kafka, url, key):
    event = change_bytes(Record(entity=Entity.NOTE, native_id="N-1", values={"text": "x" * PART}), key)
    log.append([NewEntry(CHANGES, b"household", event)])
    found = headers_in(kafka, url, CHANGES)
    identity = str(UUID(bytes=b"event-id-1234567"))
    assert (found["ce_type"], found["ce_id"]) == ("cutover.part", f"{identity}/1")
    assert (found["part_of"], found["part"], found["parts"]) == (identity, "1", "2")
    assert (found["ce_source"], found["ce_subject"]) == ("/cutover/practices/riverside", str(UUID(bytes=b"record-id-123456")))
    assert found["ce_dataschema"] == f"urn:avro:crc-64-avro:{latest('part').fingerprint.hex()}"
    assert [entry.value for entry in read_all(log, CHANGES)] == [event]


def test_a_decision_is_about_the_practice(log, kafka, url, keys):
    world = World()
    decisions = Decisions(log, keys, "riverside", now=world.now, new_id=world.new_id, entropy=world.entropy)
    decisions.record(Decided.WENT_LIVE, {"by": "Ines Abernathy"})
    found = headers_in(kafka, url, DECISIONS)
    assert (found["ce_type"], found["ce_subject"]) == ("cutover.decision.went_live", "riverside")
    assert "Abernathy" not in str(found)


LETTER = DeadLetter(
    event_id=b"letter-id-123456",
    stage=Stage.WRITE,
    reason="duplicate",
    practice="riverside",
    run="run-1",
    recorded_at=EPOCH,
    entity=Entity.CLAIM,
    record_id=b"record-id-123456",
    workspace="w-1",
    origin=(CHANGES, 1, 4711),
    attempt=3,
)


@pytest.mark.parametrize(
    ("letter", "origin"),
    [
        (LETTER, {"topic": CHANGES, "partition": "1", "offset": "4711"}),
        (replace(LETTER, origin=None), {}),
    ],
)
def test_a_dead_letter_says_where_it_comes_from(log, kafka, url, key, letter, origin):
    data = write_dead_letter(letter, {"cells": ["Ines Abernathy"]}, key, Random(9).randbytes)
    log.append([NewEntry(DEAD_LETTERS, b"household", data)])
    found = headers_in(kafka, url, DEAD_LETTERS)
    ours = {f"origin_{name}": value for name, value in origin.items()}
    connects = {f"__connect.errors.{name}": value for name, value in origin.items()}
    if origin:
        connects["__connect.errors.topic"] = f"{prefix_of(url)}.{CHANGES}"
    assert {name: value for name, value in found.items() if not name.startswith("ce_")} == {
        "content-type": "application/avro",
        **ours,
        "stage": "WRITE",
        "reason": "duplicate",
        "attempt": "3",
        **connects,
        "__connect.errors.connector.name": "cutover",
        "__connect.errors.stage": "TASK_PUT",
        "__connect.errors.exception.class.name": "cutover.RecordRefused",
        "__connect.errors.exception.message": "duplicate",
    }
    assert found["ce_type"] == "cutover.dead-letter.write"
    assert [entry.value for entry in read_all(log, DEAD_LETTERS)] == [data]


# writers that died


@pytest.mark.parametrize("as_producer", [False, True])
def test_a_reader_ends_what_a_writer_that_died_on_this_machine_left_open(url, tmp_path, as_producer):
    die_in_a_transaction(url, tmp_path / "writers", as_producer=as_producer)
    with closing(open_log(url, tmp_path / "writers")) as log:
        began = time.monotonic()
        assert values_in(log) == ["whole"]
        assert time.monotonic() - began < 15, "it need not wait until the broker gives the writer up"


def test_the_end_is_read_again_without_a_fetch_and_what_comes_then_is_read(log, monkeypatch):
    log.append(entries("before"))
    first = list(read_all(log, CHANGES))
    behind = {entry.partition: entry.offset + 1 for entry in first}
    fetched = []
    poll = TopicReader._poll
    monkeypatch.setattr(TopicReader, "_poll", lambda *about: fetched.append(about) or poll(*about))
    assert list(read_all(log, CHANGES, behind)) == []
    assert not fetched, "behind the last event lies only the marker of its transaction"
    log.append(entries("after"))
    assert [entry.value for entry in read_all(log, CHANGES, behind)] == [b"after"]
    assert fetched


def test_a_folder_that_cannot_be_written_is_refused(url, tmp_path):
    (tmp_path / "occupied").write_text("a file where a folder should be")
    with closing(open_log(url, tmp_path / "occupied")) as log, pytest.raises(LogRefused, match="make the folder writable"):
        log.append(entries("a"))


@pytest.mark.integration
def test_a_log_that_is_not_there_names_what_to_check(tmp_path):
    (port,) = free_ports(1)
    with pytest.raises(LogUnreachable, match="check that its brokers run and that `\\[log\\] url` names them"):
        open_log(f"kafka://127.0.0.1:{port}?prefix=absent", tmp_path, patience=1)
