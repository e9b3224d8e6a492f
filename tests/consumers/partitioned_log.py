"""A log in memory with several partitions, for tests that read it as consumers do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from events.log.port import TOPICS, Commit, Entry, NewEntry, Position


class PartitionedLog:
    """Entries by topic and partition; the first byte of a key decides the partition. `gaps` offsets lie behind each entry."""

    def __init__(self, partitions: int, gaps: int = 0) -> None:
        self._partitions, self._step = partitions, gaps + 1
        self._entries: defaultdict[tuple[str, int], list[Entry]] = defaultdict(list)

    def partitions(self, topic: str) -> Sequence[int]:
        assert topic in TOPICS
        return range(self._partitions)

    def partition_of(self, topic: str, key: bytes) -> int:
        return key[0] % self._partitions

    def append(self, entries: Sequence[NewEntry], commits: Sequence[Commit] = ()) -> list[Position]:
        positions = []
        for topic, key, value in entries:
            partition = self.partition_of(topic, key)
            offset = self.ends(topic)[partition]
            self._entries[topic, partition].append(Entry(topic, partition, offset, key, value))
            positions.append(Position(partition, offset))
        return positions

    def read(self, topic: str, partition: int, offset: int, limit: int, stop: int | None = None) -> list[Entry]:
        last = None if stop is None else -(-stop // self._step)
        return self._entries[topic, partition][-(-offset // self._step) : last][:limit]

    def read_backwards(self, topic: str, partition: int, offset: int, limit: int) -> list[Entry]:
        return self._entries[topic, partition][: -(-offset // self._step)][::-1][:limit]

    def ends(self, topic: str) -> dict[int, int]:
        return {partition: len(self._entries[topic, partition]) * self._step for partition in self.partitions(topic)}

    def committed(self, group: str, topic: str) -> dict[int, int]:
        return self.ends(topic)
