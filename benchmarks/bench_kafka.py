"""Speed at which the Kafka log appends and reads, beside a bare kafka-python loop with the same bytes in the same run.

    python -m benchmarks.bench_kafka [EVENTS [ROUNDS [FILE]]]

The events are sealed change events of one practice, in steps of 2,000 as the producers append them. The floor sends the same
keys, values and headers with a transactional producer in transactions of the same size, and polls them with one consumer that
reads committed records. Aim: at least 0.6 of the floor, both ways. Each figure is the best of the rounds. The lines go
to FILE, too.

The broker is the one that CUTOVER_TEST_KAFKA names, else one of Apache's own, started through Maven as the tests do.
"""

from __future__ import annotations

import sys
import tempfile
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from benchmarks.line import Line, append
from events.change_events import Operation
from events.change_writer import ChangeWriter
from events.clock import World
from events.codec.headers import headers_of
from events.log.kafka.kafka_log import KafkaLog
from events.log.kafka.settings import parse_kafka_url
from events.log.port import CHANGES, NewEntry, read_all
from events.sealing.keys import KeyStore
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from tests.events.payloads import encode_record
from tests.kafka_broker import broker

STEP = 2_000
PARTITIONS = 6


def main(events: int, rounds: int, out: Path | None = None) -> None:
    """Print the figures for so many events."""
    with tempfile.TemporaryDirectory() as name, broker(Path(name) / "kafka") as address:
        entries = _entries(Path(name), events)
        size = sum(len(entry.value) for entry in entries) / len(entries)
        print(f"{events:,} events of {size:.0f} bytes, {PARTITIONS} partitions, steps of {STEP:,}")
        best: dict[str, float] = {}
        for _ in range(rounds):
            prefix = f"bench-{uuid.uuid4().hex}"
            url = f"kafka://{address}?prefix={prefix}&partitions={PARTITIONS}"
            with closing(KafkaLog(parse_kafka_url(url), Path(name) / "writers", make=True)) as log:
                places = _appended(log, entries, best)
                assert sum(1 for _ in _timed("read", events, best, lambda log=log: list(read_all(log, CHANGES)))) == events
                _bare(address, f"{prefix}.{CHANGES}", entries, places, best)
        for what in ("appended", "read"):
            ours, floor = best[what], best[f"{what}, bare"]
            print(f"{what}: {ours:>9,.0f} events/s, bare kafka-python {floor:>9,.0f}, ratio {ours / floor:.2f}")
            if out is not None:
                about = {"size": events, "engine": "Kafka", "unit": "/s", "aim": "0.60"}
                append(out, Line(name=f"events {what}", ours=ours, floor=floor, floor_is="bare kafka-python", **about))


def _appended(log: KafkaLog, entries: list[NewEntry], best: dict[str, float]) -> list[int]:
    log.append(entries[:1])  # the writer begins
    started, places = time.perf_counter(), []
    for first in range(1, len(entries), STEP):
        places += log.append(entries[first : first + STEP])
    _note("appended", len(places), started, best)
    return [place.partition for place in places]


def _bare(address: str, topic: str, entries: list[NewEntry], places: list[int], best: dict[str, float]) -> None:
    records = [
        (entry.key, entry.value, headers_of(entry.value, str), place) for entry, place in zip(entries[1:], places, strict=True)
    ]
    with closing(
        KafkaProducer(
            bootstrap_servers=address,
            transactional_id=topic,
            batch_size=256 * 1024,
            max_request_size=4 * 1024 * 1024,
            retry_backoff_ms=10,
        )
    ) as producer:
        producer.init_transactions()
        ends = _ends(address, topic)
        started = time.perf_counter()
        for first in range(0, len(records), STEP):
            producer.begin_transaction()
            for key, value, headers, partition in records[first : first + STEP]:
                producer.send(topic, value, key=key, headers=headers, partition=partition)
            producer.commit_transaction()
        _note("appended, bare", len(records), started, best)
    time.sleep(0.5)
    with closing(_consumer(address)) as consumer:
        consumer.assign(list(ends))
        for tp, end in ends.items():
            consumer.seek(tp, end)
        found, started = 0, time.perf_counter()
        while found < len(records):
            found += sum(map(len, consumer.poll(timeout_ms=1000, max_records=STEP).values()))
        _note("read, bare", found, started, best)


def _consumer(address: str) -> KafkaConsumer:
    return KafkaConsumer(bootstrap_servers=address, isolation_level="read_committed", enable_auto_commit=False)


def _ends(address: str, topic: str) -> dict[TopicPartition, int]:
    with closing(_consumer(address)) as consumer:
        found: dict[TopicPartition, int] = consumer.end_offsets([TopicPartition(topic, p) for p in range(PARTITIONS)])
        return found


def _note(what: str, count: int, started: float, best: dict[str, float]) -> None:
    best[what] = max(best.get(what, 0.0), count / (time.perf_counter() - started))


def _timed(what: str, count: int, best: dict[str, float], call):
    started = time.perf_counter()
    found = call()
    _note(what, count, started, best)
    return found


def _entries(folder: Path, events: int) -> list[NewEntry]:
    world, now = World(), datetime.now(UTC)
    keys = KeyStore(f"sqlite:///{folder}/keys.db", bytes(32), world.entropy)
    key = keys.of(b"somebody")
    assert key is not None
    writer = ChangeWriter(practice="bench", run="run-1", extract="day-1", taken_at=now, recorded_at=now, entropy=world.entropy)
    payload = encode_record(
        Record(entity=Entity.APPOINTMENT, native_id="4711", values={"status": "Completed", "operatory": "Op 3"})
    )
    made = []
    for number in range(events):
        identity = number.to_bytes(16, "big")
        data = writer.write(
            event_id=identity,
            record_id=identity,
            patient_id=identity,
            operation=Operation.CREATED,
            entity=Entity.APPOINTMENT,
            revision=1,
            part=bytes(32),
            row=number,
            fingerprint=identity,
            content=identity,
            recheck_at=None,
            flagged=False,
            payload=payload,
            key=key,
        )
        made.append(NewEntry(CHANGES, (number % 5_000).to_bytes(16, "big"), data))
    keys.close()
    return made


if __name__ == "__main__":
    given = sys.argv[1:]
    counts = [int(argument.replace("_", "")) for argument in given[:2]]
    main(*counts, *(60_000, 3)[len(counts) :], Path(given[2]) if len(given) > 2 else None)
