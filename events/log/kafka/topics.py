"""The topics of a Kafka log: made with explicit settings, and refused where they are missing or would lose events.

A log keeps every event for ever. A topic that deletes or compacts, or that has lost its first events already, is no log.
Topics are made only for commands that ask for it, and only where none of the four exists: a topic made anew beside others would
be taken for a whole one. Change events and compensations have the same number of partitions, so that those of a household share
a partition's number.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    AuthorizationError,
    TopicAlreadyExistsError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from events.log.kafka.errors import SettingsNotTold, TopicsMissing
from events.log.kafka.permissions import denied
from events.log.kafka.settings import LEAST_MESSAGE_BYTES, MESSAGE_BYTES, KafkaSettings
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, DECISIONS, TOPICS, LogDamaged, LogMissing, LogRefused

_KEPT = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
"""Settings of an existing topic. `delete` deletes by retention, of which there is none; `compact` would drop older events."""
_LARGEST = "max.message.bytes"
_LOST: Final = {
    CHANGES: "the change events",
    COMPENSATIONS: "what a rollback takes back",
    DECISIONS: "the approvals and the mapping",
    DEAD_LETTERS: "why records were kept back",
}
_DENIED = TopicAuthorizationFailedError.errno


class Topic(NamedTuple):
    """A topic as the brokers have it. A topic that was deleted and made anew has another id."""

    partitions: int
    id: str


def open_topics(admin: KafkaAdminClient, settings: KafkaSettings, *, make: bool) -> dict[str, Topic]:
    """Find the topics and check them, by their names in the port; with `make`, make all of them where there is none.

    Raises LogRefused; KafkaError, a retriable one while topics are missing or not every node knows them.
    """
    names = {settings.topic(topic): topic for topic in TOPICS}
    found = _found(admin, names)
    if not found and make:
        _create(admin, settings)
        found = _found(admin, names)
        if len(found) < len(TOPICS):  # of several nodes, the one that answered has not heard of them yet
            raise UnknownTopicOrPartitionError("not known to every node yet")
    if len(found) < len(TOPICS):
        raise TopicsMissing(_missing(settings, found))
    _check_settings(admin, list(names))
    if found[CHANGES].partitions != found[COMPENSATIONS].partitions:
        raise LogRefused(
            f"the log's topics {settings.topic(CHANGES)} and {settings.topic(COMPENSATIONS)} have "
            f"{found[CHANGES].partitions} and {found[COMPENSATIONS].partitions} partitions; a household needs the same in "
            "both: use another prefix for a new log"
        )
    return found


def check_topics(admin: KafkaAdminClient, settings: KafkaSettings, known: Mapping[str, Topic]) -> None:
    """Compare the topics with those that were opened. Raises LogDamaged, LogRefused; KafkaError as `open_topics` does."""
    found = _found(admin, {settings.topic(topic): topic for topic in TOPICS})
    if len(found) < len(TOPICS):
        raise TopicsMissing(_missing(settings, found, opened=True))
    for topic, now in found.items():
        if now.id != known[topic].id:
            raise LogDamaged(
                f"the log's topic {settings.topic(topic)} was deleted and made anew while this command was at work, and has "
                f"lost {_LOST[topic]}; restore all {len(TOPICS)} topics from one backup, or use another prefix for a new log"
            )
        if now.partitions != known[topic].partitions:
            raise LogDamaged(
                f"the log's topic {settings.topic(topic)} has {now.partitions} partitions now, and had "
                f"{known[topic].partitions}: households change theirs; use another prefix for a new log"
            )
    _check_settings(admin, [settings.topic(topic) for topic in TOPICS])


def _missing(settings: KafkaSettings, found: Mapping[str, Topic], *, opened: bool = False) -> LogDamaged | LogMissing:
    missing = [topic for topic in TOPICS if topic not in found]
    if not found and not opened:
        return LogMissing(f"none of the topics {settings.prefix}.* exists", "correct the prefix in `[log] url`")
    lost = ", ".join(f"{settings.topic(topic)} ({_LOST[topic]})" for topic in missing)
    return LogDamaged(
        f"the log has lost {len(missing)} of its {len(TOPICS)} topics: {lost}; restore all {len(TOPICS)} from one backup, or "
        "use another prefix for a new log and sync the extracts again"
    )


def _found(admin: KafkaAdminClient, names: Mapping[str, str]) -> dict[str, Topic]:
    described = admin.describe_topics(list(names))
    denied = {t["name"] for t in described if t["error_code"] == _DENIED}
    if denied:
        raise TopicAuthorizationFailedError(denied)
    return {
        names[t["name"]]: Topic(len(t["partitions"]), str(t.get("topic_id", "")))
        for t in described
        if t["error_code"] == 0 and t["partitions"]
    }


def _create(admin: KafkaAdminClient, settings: KafkaSettings) -> None:
    brokers = len(admin.describe_cluster()["brokers"])
    replication = settings.replication or min(3, brokers)
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
            "num_partitions": 1 if topic == DECISIONS else settings.partitions,
            "replication_factor": replication,
            "configs": configs,
        }
        for topic in TOPICS
    }
    try:
        with suppress(TopicAlreadyExistsError):  # another worker makes them at the same time
            admin.create_topics(new)
    except AuthorizationError as error:
        raise denied(error, settings.asking("Create")) from None
    admin.wait_for_topics(list(new))


def _check_settings(admin: KafkaAdminClient, names: list[str]) -> None:
    """Raise LogRefused where a topic would lose events; SettingsNotTold where a node does not tell the settings."""
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
