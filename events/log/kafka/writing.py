"""Writing to a Kafka log: one append is one transaction of an idempotent producer.

The bytes sent and not yet acknowledged are bounded here: kafka-python's `send` never waits. A transaction whose end was
not acknowledged is decided by its successor: beginning under the same name ends it, and then it is there or it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from operator import index
from typing import Any, NamedTuple

from kafka import ConsumerGroupMetadata, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError

from events.errors import CutoverError
from events.log.kafka.errors import bounded, explained
from events.log.kafka.settings import MESSAGE_BYTES, Asking, KafkaSettings
from events.log.port import Commit, LogError, Position

_IN_FLIGHT = 16 * 1024 * 1024
"""Bytes sent and not acknowledged, at most (and one record more)."""
_BATCH = 256 * 1024
ATTEMPT = 15.0
"""Seconds that each part of a transaction may take. A producer whose leader or coordinator died can stay stuck far longer
than the cluster needs for another one (seen with kafka-python 3.0.12: until its records expire). A new one of
its name goes on at once.
"""
_TRANSACTION = 30_000
"""Milliseconds after which the broker gives up an open transaction: so long may a dead writer hold back what lies behind."""


class ProducerRecord(NamedTuple):
    """Record to send: a topic as the broker knows it, the bytes of key and value, headers."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


class NotSettled(CutoverError):
    """The end of a transaction was not acknowledged. `positions` are where its records lie if it was committed."""

    def __init__(self, positions: Sequence[Position]) -> None:
        super().__init__("the end of a transaction was not acknowledged")
        self.positions = positions


class Writer:
    """The transactional producer of one name. After NotSettled it is of no use any more: begin another under the same name."""

    def __init__(self, settings: KafkaSettings, name: str, patience: float) -> None:
        """Begin under this name, which ends what an earlier writer of the name left open. Raises LogError."""
        self._settings, self._name = settings, name
        self._patience = patience = min(patience, ATTEMPT)
        self._broken = False
        try:
            self._producer = KafkaProducer(
                **settings.client(patience),
                transactional_id=name,
                acks="all",
                transaction_timeout_ms=_TRANSACTION,
                delivery_timeout_ms=int(patience * 1000),
                max_block_ms=int(patience * 1000),
                batch_size=_BATCH,
                max_request_size=MESSAGE_BYTES,
                compression_type=None if settings.compression == "none" else settings.compression,
                allow_auto_create_topics=False,
            )
        except (KafkaError, RuntimeError, ValueError) as error:
            raise self._explained(error) from None
        try:
            self._producer.init_transactions()
        except KafkaError as error:
            self.close()
            raise self._explained(error) from None

    @property
    def is_broken(self) -> bool:
        """Return whether the producer cannot go on after a failure: another must begin in its place."""
        return self._broken

    def transact(self, records: Sequence[ProducerRecord], commits: Sequence[tuple[str, Commit]]) -> list[Position]:
        """Send and commit in one transaction; `commits` come with the topic as the broker knows it.

        Raises NotSettled, or LogError where nothing was applied.
        """
        offsets = [(self._group(commit), _offsets(topic, commit)) for topic, commit in commits]
        try:
            self._producer.begin_transaction()
        except KafkaError as error:
            self._broken = True
            raise self._explained(error) from None
        try:
            futures = self._send(records)
            for group, committed in offsets:
                self._within(partial(self._producer.send_offsets_to_transaction, committed, group))
            self._producer.flush(self._patience)
            acknowledged = [_acknowledged(future) for future in futures]
        except (KafkaTimeoutError, TimeoutError) as error:
            self._broken = True  # it would wait as long for the abort; its successor ends the transaction
            raise self._explained(error, records, commits) from None
        except BaseException as error:
            self._abort()
            if isinstance(error, KafkaError):
                raise self._explained(error, records, commits) from None
            raise
        positions = [Position(one.partition, one.offset) for one in acknowledged]
        try:
            self._within(self._producer.commit_transaction)
        except BaseException as error:
            self._broken = True
            raise NotSettled(positions) from error
        return positions

    def close(self) -> None:
        """End the connections; what is open is given up by the broker."""
        if self._broken:
            # `close` first waits for what was sent, and gives up without closing; this drops it
            self._producer._sender.force_close()
        with suppress(KafkaError):
            self._producer.close(timeout=2)

    def _send(self, records: Sequence[ProducerRecord]) -> Sequence[Any]:
        futures, in_flight = [], 0
        for topic, partition, key, value, headers in records:
            futures.append(self._producer.send(topic, value=value, key=key, headers=headers, partition=partition))
            in_flight += len(value)
            if in_flight > _IN_FLIGHT:
                self._producer.flush(self._patience)
                in_flight = 0
        return futures

    def _abort(self) -> None:
        self._broken = True
        with suppress(KafkaError, TimeoutError):
            self._within(self._producer.abort_transaction)
            self._broken = False

    def _within(self, call: Callable[[], None]) -> None:
        bounded(call, self._patience)

    def _group(self, commit: Commit) -> ConsumerGroupMetadata:
        name, owner = self._settings.group(commit.group), commit.owner
        if owner is None:
            return ConsumerGroupMetadata(group_id=name)
        return ConsumerGroupMetadata(
            group_id=name, generation_id=owner.generation, member_id=owner.member, group_instance_id=owner.name
        )

    def _explained(
        self, error: BaseException, records: Sequence[ProducerRecord] = (), commits: Sequence[tuple[str, Commit]] = ()
    ) -> LogError:
        """Return the port's error, which names what a broker denied: topics to write, or to read where only offsets are
        committed.
        """
        topics = tuple({record.topic for record in records}) or tuple({topic for topic, _ in commits})
        group = self._settings.group(commits[0][1].group) if commits else ""
        return explained(
            error, Asking(topics=topics, operation="Write" if records else "Read", group=group, transactional_id=self._name)
        )


def _acknowledged(future: Any) -> Any:
    """Return what a flushed record's future holds: asking for it with a time limit would cost as much as sending it."""
    return future.value if future.succeeded() else future.get(0)


def _offsets(topic: str, commit: Commit) -> dict[TopicPartition, OffsetAndMetadata]:
    return {TopicPartition(topic, p): OffsetAndMetadata(index(offset), "", -1) for p, offset in commit.offsets.items()}


def settled_by(settings: KafkaSettings, name: str, patience: float) -> None:
    """End what a dead writer left open under its name. Raises LogError."""
    with suppress(LogError):
        Writer(settings, name, patience).close()
