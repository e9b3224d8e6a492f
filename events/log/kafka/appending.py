"""Appending to a Kafka log: one append is one transaction, tried again where nothing was applied.

A transaction whose end was not acknowledged is decided by beginning anew under the same name, and then looked up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from events.codec.headers import headers_of, headers_of_part
from events.log.kafka.confluent import Registry
from events.log.kafka.settings import KafkaSettings
from events.log.kafka.writing import NotSettled, ProducerRecord, Writer
from events.log.parts import split
from events.log.port import (
    Commit,
    Log,
    LogError,
    LogRefused,
    LogRoleTaken,
    LogUnknown,
    LogUnreachable,
    NewEntry,
    Position,
)


class Appender:
    """Appends through one writer at a time, begun when it is first needed, and anew in place of a broken one."""

    def __init__(
        self, log: Log, settings: KafkaSettings, registry: Registry | None, patience: float, begin: Callable[[], Writer]
    ) -> None:
        """Take a function that begins a writer, always under one name, and raises LogError; `patience` is in seconds."""
        self._log, self._settings, self._registry, self._patience, self._begin = log, settings, registry, patience, begin
        self._writer: Writer | None = None
        self.settled = True
        """True while no transaction is left open."""

    def open(self) -> Writer:
        """Return the writer; beginning it ends what an earlier writer of its name left open. Raises LogError."""
        if self._writer is None:
            self._writer = self._begin()
            self.settled = True
        return self._writer

    def close(self) -> None:
        """End the writer's connections."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        """Append and commit as `events.log.port.Log`."""
        if not entries and not commits:
            return []
        records, last = self._records(entries)
        known = [(self._settings.topic(commit.topic), commit) for commit in commits]
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return self._attempt(entries, records, last, commits, known)
            except LogUnreachable:  # nothing was applied: it may be tried again as a whole
                if time.monotonic() > deadline:
                    self._refuse_gone()
                    raise

    def _attempt(
        self,
        entries: Sequence[NewEntry],
        records: Sequence[ProducerRecord],
        last: Sequence[int],
        commits: Sequence[Commit],
        known: Sequence[tuple[str, Commit]],
    ) -> list[Position]:
        writer = self.open()
        try:
            written = writer.transact(records, known)
            return [written[place] for place in last]
        except NotSettled as error:
            positions = [error.positions[place] for place in last]
        finally:
            if writer.is_broken:
                self.close()
                self.settled = False
        self._settle(entries, commits, positions)
        return positions

    def _refuse_gone(self) -> None:
        """Raise LogDamaged where what looks like an outage is a topic that was deleted."""
        with suppress(LogUnreachable, LogRefused):
            self._log.check()

    def _records(self, entries: Sequence[NewEntry]) -> tuple[list[ProducerRecord], list[int]]:
        """Return what is sent of these entries, and for each of them the place of its last record."""
        records: list[ProducerRecord] = []
        last = []
        for entry in entries:
            if not isinstance(entry.value, bytes):
                raise TypeError("an entry's value is bytes")
            topic, partition = self._settings.topic(entry.topic), self._log.partition_of(entry.topic, entry.key)
            headers, parts = headers_of(entry.value, self._settings.topic), split(entry.value)
            for number, part in enumerate(parts, 1):
                about = headers if len(parts) == 1 else headers_of_part(headers, part, number, len(parts))
                value = part if self._registry is None else self._registry.framed(topic, part)
                records.append(ProducerRecord(topic, partition, entry.key, value, about))
            last.append(len(records) - 1)
        return records, last

    def _settle(self, entries: Sequence[NewEntry], commits: Sequence[Commit], positions: Sequence[Position]) -> None:
        """Find out what became of a transaction whose end was not acknowledged. Raises LogUnreachable: nothing was applied."""
        try:
            with suppress(LogRoleTaken):  # the process that took the role has begun under this name, too
                self.open()  # under the same name: the transaction has ended one way or the other
            if positions:
                (partition, offset), topic = positions[0], entries[0].topic
                applied = [e.offset for e in self._log.read(topic, partition, offset, 1)] == [offset]
            else:
                applied = all(
                    self._log.committed(commit.group, commit.topic)[partition] == offset
                    for commit in commits
                    for partition, offset in commit.offsets.items()
                )
        except LogError:
            raise LogUnknown(
                "the log's answer was lost, and its brokers do not answer since: what was to be recorded is there as a whole "
                "or not at all; once they run, run the same command again: it reads what is there and records nothing twice"
            ) from None
        if not applied:
            raise LogUnreachable("the log's brokers were away and recorded nothing; run the same command again")
