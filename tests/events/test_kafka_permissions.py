"""A user with exactly the listed permissions works with a log; without one of them the operation and the resource are named."""

from contextlib import closing
from uuid import uuid4

import pytest

from events.log.kafka.kafka_log import KafkaLog
from events.log.kafka.settings import parse_kafka_url
from events.log.port import CHANGES, Commit, LogForbidden, read_all
from tests.events.kafka_logs import open_log
from tests.events.log_contract import entries, owned
from tests.events.permissions import GROUP, ID, LISTED, TOPIC, allow
from tests.events.secured_broker import PASSWORD, PERMISSIONS, SCRAM, USER, secured_broker

pytestmark = pytest.mark.integration

WORKERS = "twenty:w-1"


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with secured_broker(tmp_path_factory.mktemp("permissions"), SCRAM, broker=PERMISSIONS) as found:
        yield found


@pytest.fixture
def prefix():
    return f"t{uuid4().hex}"


@pytest.fixture
def opened(broker, prefix, tmp_path):
    """Yield a function that opens the log as the user who has permissions and nothing else."""
    logs = []

    def open_(*, make=False):
        options = f"prefix={prefix}&partitions=2&security_protocol=SASL_SSL&ssl_cafile={broker.certificate}"
        settings = parse_kafka_url(f"kafka://127.0.0.1:{broker.port}?{options}").signed_in(USER, PASSWORD)
        logs.append(KafkaLog(settings, tmp_path / "writers", patience=5.0, make=make))
        return logs[-1]

    yield open_
    for log in logs:
        log.close()


def made_by_administrator(broker, prefix, tmp_path):
    """Make the log and put an event into it, without the user's permissions."""
    with closing(open_log(f"kafka://{broker.address}?prefix={prefix}&partitions=2", tmp_path / "administrator")) as log:
        log.append(entries("a"))


def test_exactly_the_listed_permissions_are_enough(broker, prefix, opened):
    allow(broker.address, USER, prefix)
    log = opened(make=True)
    membership = log.join(WORKERS, CHANGES)
    owner = owned(membership)
    (position,) = log.append(entries("a"), [Commit(group=WORKERS, topic=CHANGES, offsets={0: 0, 1: 0}, owner=owner)])
    assert [entry.value for entry in read_all(log, CHANGES)] == [b"a"]
    log.append([], [Commit(group=WORKERS, topic=CHANGES, offsets={position.partition: 1}, owner=owner)])
    assert log.committed(WORKERS, CHANGES)[position.partition] == 1
    membership.leave()
    log.check()


def join(log):
    membership = log.join(WORKERS, CHANGES)
    try:
        owned(membership)
    finally:
        membership.leave()


WITHOUT = {
    "everything on topics": ([TOPIC], None, lambda _: None, "Describe on the topics {0}.changes, "),
    "DescribeConfigs": ([TOPIC], "DESCRIBE_CONFIGS", lambda _: None, "DescribeConfigs on the topic {0}.changes"),
    "Read": ([TOPIC], "READ", lambda log: list(read_all(log, CHANGES)), "Read on the topic {0}.changes"),
    "Write": ([TOPIC], "WRITE", lambda log: log.append(entries("b")), "Write on the topic {0}.changes"),
    "Write on ids": ([ID], "WRITE", lambda log: log.append(entries("b")), "Write on the transactional id cutover.{0}."),
    "Read on groups": (
        [GROUP],
        "READ",
        lambda log: log.committed(WORKERS, CHANGES),
        "Read on the group cutover.{0}.twenty:w-1",
    ),
    "Read on groups, joining": ([GROUP], "READ", join, "Read on the group cutover.{0}.twenty:w-1"),
    "Read on groups, committing": (
        *([GROUP], "READ", lambda log: log.append(entries("b"), [Commit(group=WORKERS, topic=CHANGES, offsets={0: 0})])),
        "Read on the group cutover.{0}.twenty:w-1",
    ),
}


@pytest.mark.parametrize("missing", WITHOUT)
def test_without_a_permission_the_operation_and_the_resource_are_named(broker, prefix, opened, tmp_path, missing):
    kinds, operation, use, said = WITHOUT[missing]
    made_by_administrator(broker, prefix, tmp_path)
    kept = [one for one in LISTED if one[0] not in kinds or operation not in (None, one[2])]
    allow(broker.address, USER, prefix, kept)
    with pytest.raises(LogForbidden) as denied:
        use(opened())
    assert f"no permission for {said.format(prefix)}" in str(denied.value)


def test_without_permission_to_create_topics_that_is_named(broker, prefix, opened):
    allow(broker.address, USER, prefix, [one for one in LISTED if one[2] != "CREATE"])
    with pytest.raises(LogForbidden, match=rf"no permission for Create on the topics {prefix}\.changes, "):
        opened(make=True)
