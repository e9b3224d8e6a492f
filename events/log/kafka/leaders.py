"""An administrator's client that keeps the leaders of partitions in mind.

kafka-python 3.0.12 asks for a topic's leaders before each question for offsets, which doubles the requests of a reader at the
log's end. A leader moves when its broker stops. Such a question fails, and is asked again of the present leaders.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from kafka import IsolationLevel, KafkaAdminClient, OffsetSpec, TopicPartition
from kafka.errors import KafkaError

_Offsets = dict[TopicPartition, Any]


class LeaderKeepingAdmin(KafkaAdminClient):  # type: ignore[misc] # kafka-python has no types
    """An administrator's client for one thread. Its offsets come from the leaders that answered last."""

    def __init__(self, **options: Any) -> None:
        self._leaders: dict[TopicPartition, int] = {}
        super().__init__(**options)

    async def _async_get_leader_for_partitions(self, partitions: Collection[TopicPartition]) -> dict[int, set[TopicPartition]]:
        found: dict[int, set[TopicPartition]] = await super()._async_get_leader_for_partitions(partitions)
        self._leaders |= {partition: leader for leader, led in found.items() for partition in led}
        return found

    async def _async_list_partition_offsets(
        self,
        wanted: Mapping[TopicPartition, OffsetSpec],
        isolation_level: IsolationLevel = IsolationLevel.READ_UNCOMMITTED,
        timeout_ms: float | None = None,
    ) -> _Offsets:
        if wanted.keys() <= self._leaders.keys():
            try:
                return await self._offsets_at_known_leaders(wanted, isolation_level)
            except KafkaError:
                self._leaders.clear()
        found: _Offsets = await super()._async_list_partition_offsets(wanted, isolation_level, timeout_ms)
        return found

    async def _offsets_at_known_leaders(
        self, wanted: Mapping[TopicPartition, OffsetSpec], isolation: IsolationLevel
    ) -> _Offsets:
        questions: defaultdict[int, dict[TopicPartition, OffsetSpec]] = defaultdict(dict)
        for partition, spec in wanted.items():
            questions[self._leaders[partition]][partition] = spec
        found: _Offsets = {}
        for leader, asked in questions.items():
            request = self._list_partition_offsets_request(asked, IsolationLevel.build_from(isolation).value)
            found |= self._list_partition_offsets_process_response(await self._manager.send(request, node_id=leader))
        return found
