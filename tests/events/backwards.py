"""The whole of a topic read backwards: what tests compare with readings forwards and by index."""

from __future__ import annotations

from collections.abc import Iterator

from events.log.port import Entry, Log


def read_all_backwards(log: Log, topic: str, *, page: int = 2_000) -> Iterator[Entry]:
    """Yield every entry of a topic, newest first, partition by partition."""
    for partition, end in log.ends(topic).items():
        offset = end
        while True:
            entries = log.read_backwards(topic, partition, offset, page)
            if not entries:
                break
            yield from entries
            offset = entries[-1].offset
