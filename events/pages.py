"""Reading single events by position, a page of neighbours at a time: what one command looks up mostly lies together."""

from __future__ import annotations

from collections import OrderedDict

from events.log import Entry, Log, LogDamaged

PAGE = 256
_KEPT = 64
"""Pages kept in memory: about 64 × 256 events."""


class Pages:
    """Entries of one topic by position."""

    def __init__(self, log: Log, topic: str) -> None:
        self._log, self._topic = log, topic
        self._pages: OrderedDict[tuple[int, int], dict[int, Entry]] = OrderedDict()

    def entry(self, partition: int, offset: int) -> Entry:
        """The entry at a position that is known to hold one. Raises LogError."""
        key = (partition, offset // PAGE)
        page = self._pages.get(key)
        if page is None or offset not in page:
            page = self._pages[key] = self._read(partition, key[1] * PAGE)
            if len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        self._pages.move_to_end(key)
        try:
            return page[offset]
        except KeyError:
            raise LogDamaged(
                f"the log has no event at {self._topic} {partition}:{offset}, which the state knows of; "
                "restore the log from its backup, or delete the state to rebuild it"
            ) from None

    def _read(self, partition: int, start: int) -> dict[int, Entry]:
        """Offsets need not be contiguous: a page holds those below its end, however few."""
        entries = self._log.read(self._topic, partition, start, PAGE)
        return {e.offset: e for e in entries if e.offset < start + PAGE}
