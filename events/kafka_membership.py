"""Membership in a Kafka consumer group: the partitions of one topic, shared by the group's coordinator.

The consumer only keeps the membership alive; events are read by offset elsewhere. Its heartbeats come from a thread of
kafka-python's; `poll` is what lets it hear of a change.
"""

from __future__ import annotations

from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from kafka.errors import KafkaError
from kafka.structs import MemberState

from events.kafka_errors import explained, patiently
from events.kafka_settings import KafkaSettings
from events.log import Ownership

SESSION = 10.0
"""Seconds without a sign of life after which a member is missed, and its partitions go to others."""


class KafkaMembership:
    """The membership port on a Kafka consumer group."""

    def __init__(self, settings: KafkaSettings, group: str, topic: str, patience: float) -> None:
        """`topic` is the port's name of it. Raises LogUnreachable, LogRefused."""
        self._group, self._topic, self._patience = group, topic, patience
        self._consumer = patiently(
            lambda: KafkaConsumer(
                **settings.client(patience),
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                session_timeout_ms=int(SESSION * 1000),
                heartbeat_interval_ms=int(SESSION * 1000 / 5),
                # a new owner must settle what it takes over: members keep what they have where they can
                partition_assignment_strategy=[StickyPartitionAssignor],
            ),
            patience,
        )
        self._consumer.subscribe([settings.topic(topic)], listener=_Paused(self._consumer))

    def poll(self, timeout: float = 0.0) -> Ownership:
        try:
            self._consumer.poll(timeout_ms=int(timeout * 1000))
        except KafkaError as error:
            if not error.retriable:
                raise explained(error) from None
        about = self._consumer.group_metadata()
        mine = self._consumer.assignment() if about.state == MemberState.STABLE else ()
        partitions = frozenset(tp.partition for tp in mine)
        return Ownership(self._group, self._topic, about.member_id, about.generation_id, partitions)

    def leave(self) -> None:
        self._consumer.close(timeout_ms=int(self._patience * 1000))


class _Paused(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python has no types
    """Keeps the membership's consumer from fetching what it is given."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._consumer.pause(*assigned)

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        pass
