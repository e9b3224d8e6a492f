"""A log's topics are made where they are missing; on several nodes not every one knows of them at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import pytest
from kafka.errors import UnknownBrokerIdError

from events.log.kafka.errors import patiently
from events.log.kafka.settings import parse_kafka_url
from events.log.kafka.topics import open_topics
from events.log.port import CHANGES, COMPENSATIONS, DECISIONS, TOPICS, LogRefused

SETTINGS = parse_kafka_url("kafka://one:9092,two:9092,three:9092?prefix=fern&partitions=3")


class Nodes:
    """Stands for the admin client of a cluster whose nodes hear of `late` topics only when they are asked again,
    and which say nothing of settings the first `silent` times.
    """

    def __init__(self, late: Collection[str] = (), *, silent: int = 0) -> None:
        self.silent = silent
        self.late = {SETTINGS.topic(topic) for topic in late}
        self.made: dict[str, Any] = {}
        self.asked = 0

    def describe_cluster(self) -> dict[str, Any]:
        return {"brokers": [1, 2, 3]}

    def create_topics(self, new: dict[str, Any]) -> None:
        self.made |= new

    def wait_for_topics(self, names: Sequence[str]) -> None:
        assert set(names) <= set(self.made)

    def describe_topics(self, names: Sequence[str]) -> list[dict[str, Any]]:
        known = set(self.made) - (self.late if self.asked < 2 else set())
        self.asked += 1
        return [
            {"name": n, "error_code": 0, "partitions": range(self.made[n]["num_partitions"])}
            if n in known
            else {"name": n, "error_code": 3, "partitions": []}
            for n in names
        ]

    def describe_configs(self, resources: Sequence[Any], *, config_filter: str) -> dict[str, Any]:
        assert config_filter == "all"
        self.silent -= 1
        if self.silent >= 0:
            return {"topic": {r.name: {} for r in resources}}
        configs = {r.name: {k: {"value": v} for k, v in self.made[r.name]["configs"].items()} for r in resources}
        return {"topic": configs}


@pytest.mark.parametrize("late", [[], [CHANGES], [DECISIONS, COMPENSATIONS], TOPICS], ids=lambda late: f"{len(late)} late")
def test_topics_that_a_node_has_not_heard_of_yet_are_waited_for(late: Collection[str]) -> None:
    nodes = Nodes(late)
    found = patiently(lambda: open_topics(nodes, SETTINGS, make=True), 5.0)
    assert {topic: one.partitions for topic, one in found.items()} == {
        topic: 1 if topic == DECISIONS else 3 for topic in TOPICS
    }
    assert {new["replication_factor"] for new in nodes.made.values()} == {3}


def test_settings_that_a_node_does_not_know_yet_are_asked_for_again() -> None:
    nodes = Nodes(silent=2)
    assert set(patiently(lambda: open_topics(nodes, SETTINGS, make=True), 5.0)) == set(TOPICS)


def test_settings_that_are_never_told_are_refused_with_what_to_do() -> None:
    nodes = Nodes(silent=1_000)
    with pytest.raises(LogRefused, match=r"no permission for DescribeConfigs on the topic fern\.changes"):
        patiently(lambda: open_topics(nodes, SETTINGS, make=True), 0.2)


def test_a_leader_that_nobody_has_heard_of_yet_is_waited_for() -> None:
    failures = [UnknownBrokerIdError(-1), UnknownBrokerIdError(-1)]

    def ask() -> str:
        if failures:
            raise failures.pop()
        return "answer"

    assert patiently(ask, 5.0) == "answer"
