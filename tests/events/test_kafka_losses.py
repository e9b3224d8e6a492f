"""A Kafka log whose topics were deleted, made anew, cut or given a retention is named as such; nothing takes its place."""

import time
from contextlib import closing, suppress
from functools import partial
from itertools import count
from uuid import uuid4

import pytest
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from events.log.port import CHANGES, COMPENSATIONS, DECISIONS, TOPICS, Commit, LogDamaged, LogMissing, LogRefused, NewEntry
from events.log.watch import EVERY, LogWatch
from tests.events.kafka_logs import open_log
from tests.events.log_contract import entries

PATIENCE = 3.0
GROUP = "twenty:w-1"


@pytest.fixture
def prefix():
    return f"t{uuid4().hex}"


@pytest.fixture
def url(kafka, prefix):
    return f"kafka://{kafka}?prefix={prefix}&partitions=1"


@pytest.fixture
def admin(kafka):
    with closing(KafkaAdminClient(bootstrap_servers=kafka)) as client:
        yield client


@pytest.fixture
def log(url, tmp_path):
    with closing(open_log(url, tmp_path / "writers", patience=PATIENCE)) as log:
        yield log


def delete(admin, *names):
    """Delete topics, and wait until the broker has forgotten them."""
    admin.delete_topics(list(names))
    deadline = time.monotonic() + 20
    while set(names) & set(admin.list_topics()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def until_refused(look):
    """Look until the broker has heard of a change, a moment after it was made."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        look()


def topics_of(admin, prefix):
    return {name for name in admin.list_topics() if name.startswith(prefix)}


def test_a_log_of_which_no_topic_exists_is_missing_and_none_is_made(admin, url, prefix, tmp_path):
    with pytest.raises(LogMissing, match=rf"none of the topics {prefix}\.\* exists; .*`cutover map propose PATH`"):
        open_log(url, tmp_path, patience=PATIENCE, make=False)
    assert topics_of(admin, prefix) == set()


@pytest.mark.parametrize("make", [True, False])
def test_a_topic_that_is_missing_beside_the_others_is_named_and_not_made(log, admin, url, prefix, tmp_path, make):
    delete(admin, f"{prefix}.{COMPENSATIONS}")
    with pytest.raises(LogDamaged, match=rf"lost 1 of its 4 topics: {prefix}\.compensations \(what a rollback takes back\)"):
        open_log(url, tmp_path / "other", patience=PATIENCE, make=make)
    assert topics_of(admin, prefix) == {f"{prefix}.{topic}" for topic in TOPICS if topic != COMPENSATIONS}


def test_a_log_that_is_whole_passes_the_check(log):
    log.append(entries("a"))
    log.check()


def test_a_topic_that_was_deleted_under_an_open_log_is_noticed(log, admin, prefix):
    delete(admin, f"{prefix}.{CHANGES}")
    with pytest.raises(LogDamaged, match=rf"lost 1 of its 4 topics: {prefix}\.changes \(the change events\)"):
        log.check()


@pytest.mark.parametrize("asked", ["ends", "read", "append"])
def test_what_uses_a_deleted_topic_does_not_take_it_for_an_outage(log, admin, prefix, asked):
    log.append(entries("a"))
    delete(admin, f"{prefix}.{CHANGES}")
    calls = {
        "ends": lambda: log.ends(CHANGES),
        "read": lambda: log.read(CHANGES, 0, 1, 10),
        "append": lambda: log.append(entries("b")),
    }
    with pytest.raises(LogDamaged):
        calls[asked]()


def test_a_topic_that_was_deleted_and_made_anew_is_noticed(log, admin, prefix):
    name = f"{prefix}.{DECISIONS}"
    delete(admin, name)
    kept = {"retention.ms": "-1", "retention.bytes": "-1"}
    admin.create_topics({name: {"num_partitions": 1, "replication_factor": 1, "configs": kept}}, wait_for_metadata=True)
    with pytest.raises(LogDamaged, match=rf"{prefix}\.decisions was deleted and made anew .* the approvals and the mapping"):
        log.check()


@pytest.mark.parametrize(("setting", "value"), [("retention.ms", "1000000"), ("cleanup.policy", "compact")])
def test_a_setting_that_was_changed_under_an_open_log_is_noticed(log, admin, prefix, setting, value):
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, f"{prefix}.{CHANGES}", {setting: value})])
    with pytest.raises(LogRefused, match=f"{setting}={value}, which would lose events"):
        until_refused(log.check)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_largest_message_that_was_lowered_under_a_writer_is_noticed_before_an_event_is_too_large(log, admin, prefix, topic):
    log.append([NewEntry(CHANGES, b"household", b"before")])
    name = f"{prefix}.{topic}"
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {"max.message.bytes": "500000"})])
    watch = LogWatch(log, count(0, EVERY).__next__)
    with pytest.raises(LogRefused, match=f"{name} has max.message.bytes=500000, which is less than a part of an event needs"):
        until_refused(watch.look)
    log.append([NewEntry(CHANGES, b"household", b"after")])


@pytest.mark.parametrize("opened", [True, False])
def test_a_log_that_was_cut_says_what_is_lost_and_what_of_it_was_not_carried(log, admin, url, prefix, tmp_path, opened):
    log.append(
        [NewEntry(CHANGES, b"household", f"{n}".encode()) for n in range(10)],
        [Commit(group=GROUP, topic=CHANGES, offsets={0: 4})],
    )
    deadline = time.monotonic() + 20
    while True:
        with suppress(KafkaError):
            admin.delete_records({TopicPartition(f"{prefix}.{CHANGES}", 0): 7})
            break
        assert time.monotonic() < deadline
    look = log.check if opened else partial(open_log, url, tmp_path / "other", patience=PATIENCE, make=False)
    with pytest.raises(LogDamaged) as lost:
        look()
    assert "changes of partition 0 from offset 0 to 6" in str(lost.value)
    assert f"the group cutover.{prefix}.{GROUP} had not carried of partition 0 from offset 4 to 6" in str(lost.value)


def test_offsets_committed_under_the_earlier_name_of_a_group_are_taken_over(log, kafka, prefix):
    """Releases before the prefix was in the name committed under the group's name in the port."""
    log.append(entries("a", "b", "c"))
    from kafka import KafkaConsumer, OffsetAndMetadata

    with closing(KafkaConsumer(bootstrap_servers=kafka, group_id=f"{GROUP}-{prefix}", enable_auto_commit=False)) as earlier:
        earlier.commit({TopicPartition(f"{prefix}.{CHANGES}", 0): OffsetAndMetadata(2, "", -1)})
    group = f"{GROUP}-{prefix}"
    assert log.committed(group, CHANGES) == {0: 2}
    log.append([], [Commit(group=group, topic=CHANGES, offsets={0: 1})])
    assert log.committed(group, CHANGES) == {0: 1}, "what is committed under the name with the prefix goes before"
