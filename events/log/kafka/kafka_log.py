"""The log on Kafka: topics `PREFIX.changes` and so on, one transaction an append, through kafka-python.

A household's key decides the partition, by the hash that Kafka's own clients use. Change events and compensations have the same
number of partitions, so that those of a household lie in the same partition's number. What `append` returned from was
acknowledged by every replica in sync; readers see whole transactions only.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import MemberToRemove
from kafka.errors import KafkaError
from kafka.partitioner import murmur2

from events.log.held_names import HeldName
from events.log.kafka.appending import Appender
from events.log.kafka.claims import KafkaClaim, settle_claims_left_behind
from events.log.kafka.confluent import Registry, unframed
from events.log.kafka.errors import bounded, explained, patiently
from events.log.kafka.members import claim_member
from events.log.kafka.membership import KafkaMembership
from events.log.kafka.reading import TopicReader
from events.log.kafka.settings import KafkaSettings
from events.log.kafka.signing_in import sign_in
from events.log.kafka.topics import check_topics, open_topics
from events.log.kafka.writers import claim_writer, left_behind
from events.log.kafka.writing import Writer, settled_by
from events.log.losses import CarriedOffsets, refuse_lost_events
from events.log.parts import read_whole, read_whole_backwards
from events.log.port import (
    CHANGES,
    Commit,
    Entry,
    LogError,
    LogRefused,
    LogUnreachable,
    NewEntry,
    Position,
)

PATIENCE = 60.0
"""Seconds that a broker may be away, which is longer than it keeps a dead writer's transaction open."""

_LEAVING = 5.0
"""Seconds given to the group to remove a member that leaves."""

# what goes wrong is raised; kafka-python's own words about it are for who asks for them
logging.getLogger("kafka").addHandler(logging.NullHandler())


class KafkaLog:
    """The log port on a Kafka cluster. Use it from one thread."""

    def __init__(self, settings: KafkaSettings, folder: Path, *, patience: float = PATIENCE, make: bool = False) -> None:
        """Take a folder of this machine's own, for the names of its writers. `make` makes the topics where none exists.

        Raises LogUnreachable, LogRefused, LogMissing, LogDamaged.
        """
        self._settings, self._folder, self._patience = settings, folder, patience
        self._registry = Registry(settings.registry) if settings.registry.url else None
        self._groups: dict[str, KafkaConsumer] = {}
        self._earlier: dict[tuple[str, str], dict[int, int]] = {}
        self._name: HeldName | None = None
        self._appender = Appender(self, settings, self._registry, patience, self._begin_writer)
        _refuse_without_token(settings, patience)
        try:
            self._admin = sign_in(settings, patience)
        except (KafkaError, OSError) as error:
            raise _unreachable(explained(error), settings) from None
        try:
            self._topics = patiently(
                lambda: open_topics(self._admin, settings, make=make),
                patience,
                settings.asking("Describe"),
            )
            self._reader = TopicReader(settings, self._admin, patience, self._take_over)
            self._refuse_lost_events()
        except BaseException:
            self._admin.close()  # its thread would go on for ever
            raise

    def partitions(self, topic: str) -> Sequence[int]:
        return range(self._topics[topic].partitions)

    def partition_of(self, topic: str, key: bytes) -> int:
        return _hash(key) % self._topics[topic].partitions

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        return self._appender.append(entries, commits)

    def claim(self, role: str) -> KafkaClaim:
        return KafkaClaim(self, self._settings, self._registry, self._folder, role, self._patience)

    def read(self, topic: str, partition: int, offset: int, limit: int, stop: int | None = None) -> list[Entry]:
        forwards = partial(self._forwards, topic, partition, stop)
        return read_whole(forwards, partial(self._backwards, topic, partition), offset, limit)

    def read_backwards(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        return read_whole_backwards(partial(self._backwards, topic, partition), offset, limit)

    def ends(self, topic: str) -> dict[int, int]:
        ends = self._reader.ends(self._all(topic))
        return {tp.partition: ends[tp] for tp in self._all(topic)}

    def committed(self, group: str, topic: str) -> dict[int, int]:
        name = self._settings.group(group)
        found = patiently(lambda: self._ask(name, topic), self._patience, self._settings.asking("Describe", group=name))
        if None in found.values():
            earlier = self._committed_earlier(group, topic)
            return {p: earlier.get(p, 0) if offset is None else offset for p, offset in found.items()}
        return {p: offset or 0 for p, offset in found.items()}

    def _committed_earlier(self, group: str, topic: str) -> dict[int, int]:
        """Take over what earlier releases committed, in groups without the prefix in their names.

        No release commits there any more, so that it is read once. A user without permission for that group has none of it.
        """
        if (group, topic) not in self._earlier:
            try:
                found = patiently(lambda: self._ask(group, topic), self._patience)
            except LogRefused:
                found = {}
            self._earlier[group, topic] = {p: offset for p, offset in found.items() if offset is not None}
        return self._earlier[group, topic]

    def _ask(self, group: str, topic: str) -> dict[int, int | None]:
        if group not in self._groups:
            self._groups[group] = self._asker(group)
        consumer = self._groups[group]
        return {tp.partition: consumer.committed(tp, timeout_ms=10_000) for tp in self._all(topic)}

    def join(self, group: str, topic: str) -> KafkaMembership:
        name = claim_member(self._folder)
        try:
            return KafkaMembership(self._settings, group, topic, self._patience, name, self._dismiss)
        except BaseException:
            name.release(left=True)
            raise

    def check(self) -> None:
        patiently(
            lambda: check_topics(self._admin, self._settings, self._topics), self._patience, self._settings.asking("Describe")
        )
        self._refuse_lost_events()

    def close(self) -> None:
        self._appender.close()
        if self._name is not None:
            self._name.release(forget=self._appender.settled)
            self._name = None
        self._reader.close()
        for consumer in self._groups.values():
            consumer.close(timeout_ms=1_000)
        self._groups.clear()
        if self._registry is not None:
            self._registry.close()
        self._admin.close()

    def _dismiss(self, group: str, name: str, member: str) -> bool:
        """Remove a member that has left from its group; False where the group misses it later."""
        leaving = [MemberToRemove(member_id=member, group_instance_id=name)]
        with suppress(KafkaError, OSError, TimeoutError):
            bounded(
                lambda: self._admin.remove_group_members(self._settings.group(group), leaving), min(self._patience, _LEAVING)
            )
            return True
        return False

    # what is written

    def _begin_writer(self) -> Writer:
        """Begin this process's writer, and before the first one end what writers that died on this machine left open."""
        if self._name is None:
            self._name = claim_writer(self._folder, self._settings.prefix)
            for dead in left_behind(self._folder, self._settings.prefix):
                settled_by(self._settings, dead.text, self._patience)
                dead.release(forget=True)
        return Writer(self._settings, self._name.text, self._patience)

    def _take_over(self) -> None:
        """End what was left open on this machine."""
        self._appender.open()
        settle_claims_left_behind(self, self._settings, self._folder, self._patience)

    # what is read

    def _forwards(self, topic: str, partition: int, stop: int | None, offset: int, limit: int) -> list[Entry]:
        return [_entry(topic, record) for record in self._reader.read(self._tp(topic, partition), offset, limit, stop)]

    def _backwards(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        return [_entry(topic, record) for record in self._reader.read_backwards(self._tp(topic, partition), offset, limit)]

    def _tp(self, topic: str, partition: int) -> TopicPartition:
        return TopicPartition(self._settings.topic(topic), partition)

    def _all(self, topic: str) -> list[TopicPartition]:
        return [self._tp(topic, partition) for partition in self.partitions(topic)]

    def _asker(self, group: str) -> KafkaConsumer:
        """Return a consumer that only asks for a group's offsets, waiting for those whose transaction is about to end."""
        return KafkaConsumer(
            **self._settings.client(self._patience),
            group_id=group,
            enable_auto_commit=False,
            isolation_level="read_committed",
        )

    def _refuse_lost_events(self) -> None:
        names = {tp: (topic, tp.partition) for topic in self._topics for tp in self._all(topic)}
        first = self._reader.beginnings(names)
        refuse_lost_events({names[tp]: offset for tp, offset in first.items()}, self._carried)

    def _carried(self) -> CarriedOffsets:
        """Return what the groups of this log have committed; nothing where the brokers do not tell."""
        partitions = self._all(CHANGES)
        try:
            groups = [g["group_id"] for g in self._admin.list_groups() if self._settings.is_group(g["group_id"])]
            found = self._admin.list_group_offsets(dict.fromkeys(groups, partitions)) if groups else {}
        except KafkaError:
            return {}
        return {
            group: {tp.partition: max(0, held.offset) for tp, held in offsets.items() if tp in partitions}
            for group, offsets in found.items()
        }


@lru_cache(maxsize=65_536)
def _hash(key: bytes) -> int:
    """Return what Kafka's own clients divide by the number of partitions; the keys of one step repeat."""
    return int(murmur2(key)) & 0x7FFFFFFF


def _entry(topic: str, record: Any) -> Entry:
    return Entry(topic, record.partition, record.offset, record.key, unframed(record.value, record.headers))


def _refuse_without_token(settings: KafkaSettings, patience: float) -> None:
    """Raise LogForbidden or LogUnreachable without a token: within a client only an absent broker could be told."""
    if tokens := settings.security.get("sasl_oauth_token_provider"):
        patiently(tokens.token, patience)


def _unreachable(error: LogError, settings: KafkaSettings) -> LogError:
    """Return the error with the protocol named: a broker that speaks no TLS, or asks for none, is silent like an absent one."""
    protocol = settings.security.get("security_protocol")
    if not (protocol and isinstance(error, LogUnreachable)):
        return error
    return LogUnreachable(
        f"the log does not answer; check that its brokers run, that `[log] url` names them, and that they speak {protocol} at "
        "these ports, then run the same command again"
    )
