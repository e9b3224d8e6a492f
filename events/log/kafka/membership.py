"""Membership in a Kafka consumer group: the partitions of one topic, shared by the group's coordinator.

The membership lives in a thread of its own, so that a change of the group never waits for a worker that is busy; what that
worker still commits as an owner that was replaced is refused. The consumer here fetches nothing: events are read elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from threading import Condition, Event, Thread
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from kafka.errors import FencedInstanceIdError, KafkaError

from events.log.kafka.errors import explained, may_pass, patiently
from events.log.kafka.members import MemberName
from events.log.kafka.settings import KafkaSettings
from events.log.port import LogError, LogUnreachable, PartitionOwnership

SESSION = 10.0
"""Seconds without a sign of life after which a member is missed, and its partitions go to others."""
_ROUND = 100
"""Milliseconds of one round of the thread: so long may `leave` wait."""
_LOOK = 50
"""Milliseconds between two looks at the group within a round. With the log's other clients it would be 10."""


class KafkaMembership:
    """The membership port on a Kafka consumer group."""

    def __init__(
        self,
        settings: KafkaSettings,
        group: str,
        topic: str,
        patience: float,
        name: MemberName,
        dismiss: Callable[[str, str, str], bool],
    ) -> None:
        """Take the port's names of the group and the topic. A killed member may come back under its `name`; `dismiss`
        removes a member that leaves from its group (group, name, member), and tells whether it did. Raises LogUnreachable,
        LogRefused.
        """
        self._patience, self._name, self._dismiss, self._member = patience, name, dismiss, ""
        in_kafka = settings.group(group)
        self._asking = settings.asking("Describe", topic, group=in_kafka)
        self._owned = PartitionOwnership(
            group=group, topic=topic, member="", generation=-1, partitions=frozenset(), name=name.name
        )
        self._failure: LogError | None = None
        self._name_is_anothers = False
        self._changed, self._leaving = Condition(), Event()
        self._consumer = patiently(
            lambda: KafkaConsumer(
                **{**settings.client(patience), "retry_backoff_ms": _LOOK},
                group_id=in_kafka,
                group_instance_id=name.name,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                session_timeout_ms=int(SESSION * 1000),
                heartbeat_interval_ms=int(SESSION * 1000 / 10),
                # a new owner must settle what it takes over: members keep what they have where they can
                partition_assignment_strategy=[StickyPartitionAssignor],
            ),
            patience,
            self._asking,
        )
        self._consumer.subscribe([settings.topic(topic)], listener=_Listener(self._consumer, self._own))
        self._thread = Thread(target=self._take_part, daemon=True, name=f"cutover-log-{group}")
        self._thread.start()

    def poll(self, timeout: float = 0.0) -> PartitionOwnership:
        deadline = time.monotonic() + timeout
        with self._changed:
            while not self._owned.partitions and self._failure is None and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            if self._failure is not None:
                raise self._failure
            return self._owned

    def leave(self) -> None:
        self._leaving.set()
        self._thread.join(self._patience)
        # kafka-python's consumer says nothing to the group when a named member leaves
        has_left = self._dismiss(self._owned.group, self._name.name, self._member)
        self._name.release(left=has_left or self._name_is_anothers)

    def _take_part(self) -> None:
        try:
            while not self._leaving.is_set():
                try:
                    self._consumer.poll(timeout_ms=_ROUND)
                    _go_on_joining(self._consumer)
                    if _is_fenced(self._consumer):
                        raise FencedInstanceIdError
                except FencedInstanceIdError:
                    self._name_is_anothers = True
                    self._fail(
                        LogUnreachable(
                            "the log: another process takes part under this worker's name, as after a machine was copied; "
                            "run the same command again: it takes part under another name"
                        )
                    )
                    break
                except KafkaError as error:
                    if not may_pass(error):
                        self._fail(explained(error, self._asking))
                        break
        finally:
            self._member = self._consumer.group_metadata().member_id
            self._consumer.close(timeout_ms=int(self._patience * 1000))
            self._own(())

    def _own(self, partitions: Iterable[TopicPartition]) -> None:
        about = self._consumer.group_metadata()
        with self._changed:
            owned = frozenset(tp.partition for tp in partitions)
            if owned:
                self._owned = replace(self._owned, member=about.member_id, generation=about.generation_id, partitions=owned)
            else:
                self._owned = replace(self._owned, partitions=owned)
            self._changed.notify_all()

    def _fail(self, failure: LogError) -> None:
        with self._changed:
            self._failure = failure
            self._changed.notify_all()


def _go_on_joining(consumer: Any) -> None:
    """Let the next poll finish a join that the last one began.

    kafka-python 3.0.12 forgets such a join where the topic's partitions became known meanwhile: without heartbeats and
    without partitions, the member would be missed, and never join again.
    """
    if consumer._coordinator.rejoining:
        consumer._coordinator.request_rejoin()


def _is_fenced(consumer: Any) -> bool:
    """Return whether the group has told a member that another process has its name.

    kafka-python 3.0.12 then ends the member's heartbeats and raises nothing: the member would take itself for an owner.
    """
    coordinator = consumer._coordinator
    calm = coordinator.stable() and not (coordinator.rejoin_needed or coordinator.rejoining)
    return bool(calm and not coordinator._heartbeat_enabled)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc] # kafka-python has no types
    """Hears of what the member is given and has to give up, and keeps its consumer from fetching any of it."""

    def __init__(self, consumer: Any, own: Callable[[Iterable[TopicPartition]], None]) -> None:
        self._consumer, self._own = consumer, own

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self._consumer.pause(*assigned)
        self._own(assigned)

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        self._own(())
