"""Reading a Kafka log by offset: what is committed, past gaps, without asking the broker more often than needed.

The end of a partition is where everything lies before that was appended when it was asked for. A broker shows a committed
transaction only once its markers are written, a moment after the writer was told; and it shows nothing behind a transaction
that is still open. So the end is waited for: usually a millisecond, at most as long as a writer that died may hold one open.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kafka import IsolationLevel, KafkaAdminClient, KafkaConsumer, OffsetSpec, TopicPartition

from events.log.kafka.errors import patiently
from events.log.kafka.settings import Asking, KafkaSettings
from events.log.port import READ_BYTES, LogUnreachable

_FIRST_PAUSE = 0.001
_LONGEST_PAUSE = 0.1
_STUCK = 0.5
"""Seconds after which an open transaction is taken for one whose writer died."""
_LOOK = 5
"""Milliseconds of one poll: a consumer that just moved sleeps through the rest of it while it learns where to ask."""
_BACKWARDS = 64
"""The fewest offsets looked at in one step backwards, unless what lies there is large."""
_NO_GAP = range(0)
_FETCH = 4 * 1024 * 1024
"""Bytes fetched ahead. A record that is larger comes all the same (logs of version 0.1.0 may hold some)."""


class TopicReader:
    """Reads committed records of the log's topics. One thread at a time."""

    def __init__(self, settings: KafkaSettings, admin: KafkaAdminClient, patience: float, on_stuck: Callable[[], None]) -> None:
        """Take a function that ends the transactions of writers that died here; `patience` is in seconds."""
        self._settings, self._admin, self._patience, self._on_stuck = settings, admin, patience, on_stuck
        self._consumers: dict[str, KafkaConsumer] = {}
        self._ends: dict[TopicPartition, int] = {}
        self._gaps: dict[TopicPartition, range] = {}

    def ends(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return for each partition the offset before which everything lies that was appended so far. Raises LogUnreachable."""
        wanted = dict.fromkeys(partitions, OffsetSpec.LATEST)
        written = self._offsets(wanted, IsolationLevel.READ_UNCOMMITTED)
        ends: dict[TopicPartition, int] = {}
        started, pause, looked_after = time.monotonic(), _FIRST_PAUSE, False
        while True:
            shown = self._offsets({tp: wanted[tp] for tp in written if tp not in ends}, IsolationLevel.READ_COMMITTED)
            ends |= {tp: offset for tp, offset in shown.items() if offset >= written[tp]}
            if len(ends) == len(written):
                self._ends |= ends
                return ends
            waited = time.monotonic() - started
            if waited > self._patience:
                raise LogUnreachable(
                    "the log holds back what a writer has begun and not ended; its broker gives that writer up within a "
                    "minute: wait, then run the same command again"
                )
            if waited > _STUCK and not looked_after:
                self._on_stuck()
                looked_after = True
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def beginnings(self, partitions: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the first offset that each partition still has."""
        return self._offsets(dict.fromkeys(partitions, OffsetSpec.EARLIEST), IsolationLevel.READ_UNCOMMITTED)

    def read(self, tp: TopicPartition, offset: int, limit: int, stop: int | None = None) -> list[Any]:
        """Return at most `limit` records from this offset to before `stop`, in order; fewer at the end or beyond READ_BYTES.

        Raises LogUnreachable, LogRefused.
        """
        return self._between(tp, offset, stop, limit)[0]

    def read_backwards(self, tp: TopicPartition, offset: int, limit: int) -> list[Any]:
        """Return at most `limit` records below this offset, newest first; fewer at the beginning or beyond READ_BYTES.

        Offsets have gaps: they are stepped over. Where a step comes to more than READ_BYTES, a smaller one is made.
        """
        upper = min(offset, self.ends([tp])[tp])
        found: list[Any] = []
        step, size = max(limit, _BACKWARDS), 0
        while upper > 0 and len(found) < limit and size < READ_BYTES:
            lower = max(0, upper - step)
            records, behind = self._between(tp, lower, upper, step)
            if behind < upper and step > 1:
                step = max(1, step // 8)
                continue
            found = records + found
            size += _size(records)
            upper = lower
        return found[: -limit - 1 : -1]

    def close(self) -> None:
        """Close the connections."""
        for consumer in self._consumers.values():
            consumer.close(timeout_ms=1_000)
        self._consumers.clear()

    def _between(self, tp: TopicPartition, offset: int, stop: int | None, limit: int) -> tuple[list[Any], int]:
        """Return the records from `offset` to before `stop`, and the offset that reading has come to."""
        first, offset = offset, self._behind_gap(tp, offset)
        consumer: KafkaConsumer | None = None
        found: list[Any] = []
        size = 0
        position, progress = offset, time.monotonic()
        while len(found) < limit and size < READ_BYTES and (stop is None or position < stop):
            if position >= self._ends.get(tp, 0) and position >= self.ends([tp])[tp]:
                break
            consumer = consumer or self._at(tp, offset)
            records = self._poll(consumer, tp, limit - len(found))
            found += records
            size += _size(records)
            # the position moves past markers and what was never committed, also where there are no records
            before, position = position, max(position, self._position(consumer, tp))
            if position > before:
                progress = time.monotonic()
            elif time.monotonic() - progress > self._patience:
                raise LogUnreachable(
                    "the log gives nothing to read; check that its brokers run, then run the same command again"
                )
        if stop is not None:
            found, position = [record for record in found if record.offset < stop], min(position, stop)
        self._gaps[tp] = range(found[-1].offset + 1 if found else first, position)
        return found, position

    def _behind_gap(self, tp: TopicPartition, offset: int) -> int:
        """Return the end of the last gap for an offset within it.

        A reader goes on behind the last record. A transaction's marker lies there: to look for records from there on would be
        a fetch for nothing, each time the end is read.
        """
        gap = self._gaps.get(tp, _NO_GAP)
        return gap.stop if offset in gap else offset

    def _at(self, tp: TopicPartition, offset: int) -> KafkaConsumer:
        """Return the topic's consumer, standing there. It reads ahead, so that it is only moved where it must be."""
        consumer = self._consumers.get(tp.topic)
        if consumer is None:
            consumer = self._consumers[tp.topic] = patiently(self._new_consumer, self._patience)
        if consumer.assignment() != {tp}:
            consumer.assign([tp])
            consumer.seek(tp, offset)
        elif self._position(consumer, tp) != offset:
            consumer.seek(tp, offset)
        return consumer

    def _new_consumer(self) -> KafkaConsumer:
        return KafkaConsumer(
            **self._settings.client(self._patience),
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
            allow_auto_create_topics=False,
            fetch_max_wait_ms=10,  # a fetch that waits at the end would hold up the next one elsewhere
            max_partition_fetch_bytes=_FETCH,
        )

    def _poll(self, consumer: KafkaConsumer, tp: TopicPartition, limit: int) -> Sequence[Any]:
        found: dict[TopicPartition, list[Any]] = patiently(
            lambda: consumer.poll(timeout_ms=_LOOK, max_records=limit),
            self._patience,
            Asking(topics=(tp.topic,), operation="Read"),
        )
        return found.get(tp, [])

    def _position(self, consumer: KafkaConsumer, tp: TopicPartition) -> int:
        return int(patiently(lambda: consumer.position(tp, timeout_ms=10_000), self._patience))

    def _offsets(self, wanted: dict[TopicPartition, OffsetSpec], isolation: IsolationLevel) -> dict[TopicPartition, int]:
        asking = Asking(topics=tuple({tp.topic for tp in wanted}), operation="Describe")
        found = (
            patiently(lambda: self._admin.list_partition_offsets(wanted, isolation), self._patience, asking) if wanted else {}
        )
        return {tp: where.offset for tp, where in found.items()}


def _size(records: Sequence[Any]) -> int:
    return sum([len(record.value) for record in records])
