"""The topics of a Kafka log: made with explicit settings, and refused where their settings would lose events.

A log keeps every event for ever. A topic that deletes or compacts, or that has lost its first events already, is no log.
Change events and compensations have the same number of partitions, so that those of a household share a partition's number.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import TopicAlreadyExistsError, UnknownTopicOrPartitionError

from events.kafka_errors import SettingsNotTold
from events.kafka_settings import LEAST_MESSAGE_BYTES, MESSAGE_BYTES, KafkaSettings
from events.log import CHANGES, COMPENSATIONS, DECISIONS, TOPICS, LogRefused

_KEPT = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
"""What an existing topic must say. `delete` deletes by retention, of which there is none; `compact` would drop older events."""
_LARGEST = "max.message.bytes"


def open_topics(admin: KafkaAdminClient, settings: KafkaSettings) -> dict[str, int]:
    """Make what is missing, check what is there: topic of the port → number of partitions.

    Raises LogRefused; KafkaError, a retriable one while not every node knows what was made.
    """
    names = {settings.topic(topic): topic for topic in TOPICS}
    found = _partitions(admin, names)
    missing = [topic for topic in TOPICS if topic not in found]
    if missing:
        _create(admin, settings, missing, found)
        found = _partitions(admin, names)
        if len(found) < len(TOPICS):  # of several nodes, the one that answered has not heard of them yet
            raise UnknownTopicOrPartitionError("not known to every node yet")
    _check_settings(admin, list(names))
    if found[CHANGES] != found[COMPENSATIONS]:
        raise LogRefused(
            f"the log's topics {settings.topic(CHANGES)} and {settings.topic(COMPENSATIONS)} have {found[CHANGES]} and "
            f"{found[COMPENSATIONS]} partitions; a household needs the same in both: use another prefix for a new log"
        )
    return found


def _partitions(admin: KafkaAdminClient, names: Mapping[str, str]) -> dict[str, int]:
    described = admin.describe_topics(list(names))
    return {names[t["name"]]: len(t["partitions"]) for t in described if t["error_code"] == 0 and t["partitions"]}


def _create(admin: KafkaAdminClient, settings: KafkaSettings, missing: list[str], found: Mapping[str, int]) -> None:
    brokers = len(admin.describe_cluster()["brokers"])
    replication = settings.replication or min(3, brokers)
    # of a log that lost a topic, the others say how many partitions it has
    partitions = found.get(CHANGES) or found.get(COMPENSATIONS) or settings.partitions
    configs = {
        **_KEPT,
        "compression.type": "producer",  # the writer compresses, see the URL's `compression`
        _LARGEST: str(MESSAGE_BYTES),
        "min.insync.replicas": "2" if replication >= 3 else "1",
        "unclean.leader.election.enable": "false",
        "message.timestamp.type": "CreateTime",
    }
    new: dict[str, Any] = {
        settings.topic(topic): {
            "num_partitions": 1 if topic == DECISIONS else partitions,
            "replication_factor": replication,
            "configs": configs,
        }
        for topic in missing
    }
    with suppress(TopicAlreadyExistsError):  # another worker makes them at the same time
        admin.create_topics(new)
    admin.wait_for_topics(list(new))


def _check_settings(admin: KafkaAdminClient, names: list[str]) -> None:
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, dict.fromkeys([*_KEPT, _LARGEST])) for name in names]
    described = admin.describe_configs(resources, config_filter="all")
    for name, configs in described["topic"].items():
        if not configs:
            raise SettingsNotTold(name)
        for setting, wanted in _KEPT.items():
            held = configs[setting]["value"]
            if held != wanted:
                raise LogRefused(
                    f"the log's topic {name} has {setting}={held}, which would lose events; set {setting}={wanted} on the "
                    "topic, or use another prefix for a new log"
                )
        if int(configs[_LARGEST]["value"]) < LEAST_MESSAGE_BYTES:
            raise LogRefused(
                f"the log's topic {name} has {_LARGEST}={configs[_LARGEST]['value']}, which is less than a part of an event "
                f"needs; set {_LARGEST}={MESSAGE_BYTES} on the topic, or message.max.bytes on its brokers"
            )
