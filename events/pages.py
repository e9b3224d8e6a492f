"""Reading single events by position, a page of neighbours at a time: what one command looks up mostly lies together."""

from __future__ import annotations

from collections import OrderedDict

from events.log import READ_BYTES, Entry, Log, LogDamaged

PAGE = 256
_KEPT = 64
"""Pages kept in memory: about 64 × 256 events, or fewer where they come to READ_BYTES."""


class Pages:
    """Entries of one topic by position."""

    def __init__(self, log: Log, topic: str) -> None:
        self._log, self._topic = log, topic
        self._pages: OrderedDict[tuple[int, int], dict[int, Entry]] = OrderedDict()
        self._sizes: dict[tuple[int, int], int] = {}

    def entry(self, partition: int, offset: int) -> Entry:
        """The entry at a position that is known to hold one. Raises LogError."""
        key = (partition, offset // PAGE)
        page = self._pages.get(key)
        if page is None or offset not in page:
            page = self._keep(key, self._read(partition, key[1] * PAGE, offset))
        self._pages.move_to_end(key)
        try:
            return page[offset]
        except KeyError:
            raise LogDamaged(
                f"the log has no event at {self._topic} {partition}:{offset}, which the state knows of; "
                "restore the log from its backup, or delete the state to rebuild it"
            ) from None

    def _keep(self, key: tuple[int, int], page: dict[int, Entry]) -> dict[int, Entry]:
        self._pages[key], self._sizes[key] = page, sum([len(entry.value) for entry in page.values()])
        while len(self._pages) > _KEPT or (len(self._pages) > 1 and sum(self._sizes.values()) > READ_BYTES):
            oldest, _ = self._pages.popitem(last=False)
            del self._sizes[oldest]
        return page

    def _read(self, partition: int, start: int, wanted: int) -> dict[int, Entry]:
        """Offsets need not be contiguous: a page holds those below its end, however few. Of large events it begins with the
        one that is wanted.
        """
        entries = self._log.read(self._topic, partition, start, PAGE)
        if entries and entries[-1].offset < wanted:
            entries = self._log.read(self._topic, partition, wanted, PAGE)
        return {e.offset: e for e in entries if e.offset < start + PAGE}
