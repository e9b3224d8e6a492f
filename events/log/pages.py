"""Reading single events by position, a page of neighbours at a time: what one command looks up mostly lies together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from itertools import groupby

from events.log.port import READ_BYTES, Entry, Log, LogDamaged

PAGE = 256
_KEPT = 64
"""Pages kept in memory: about 64 × 256 events, or fewer where they come to READ_BYTES."""
_NEAR = 32
"""Entries between two that are read at once, at most: those are cheaper than another question."""


class Pages:
    """Entries of one topic by position."""

    def __init__(self, log: Log, topic: str) -> None:
        self._log, self._topic = log, topic
        self._pages: OrderedDict[tuple[int, int], dict[int, Entry]] = OrderedDict()
        self._sizes: dict[tuple[int, int], int] = {}
        self._held: dict[tuple[int, int], Entry] = {}

    def hold(self, positions: Iterable[tuple[int, int]]) -> None:
        """Read the entries at these positions in their order in the log, and keep them until others are held.

        They may lie anywhere, so that a page of neighbours would be read for each. More than READ_BYTES are not
        kept. Raises LogError.
        """
        self._held, size = {}, 0
        for partition, offsets in groupby(sorted(set(positions)), key=lambda position: position[0]):
            for first, last, wanted in _runs([offset for _, offset in offsets]):
                for entry in self._log.read(self._topic, partition, first, last - first + 1, last + 1):
                    if entry.offset in wanted:
                        self._held[partition, entry.offset] = entry
                        size += len(entry.value)
                    if size >= READ_BYTES:
                        return

    def entry(self, partition: int, offset: int) -> Entry:
        """Return the entry at a position that is known to hold one. Raises LogError."""
        held = self._held.get((partition, offset))
        if held is not None:
            return held
        key = (partition, offset // PAGE)
        page = self._pages.get(key)
        if page is None or offset not in page:
            page = self._keep(key, self._read(partition, key[1] * PAGE, offset))
        else:
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
        self._pages.move_to_end(key)  # one that is read again had an older place, and would be the first to go
        while len(self._pages) > _KEPT or (len(self._pages) > 1 and sum(self._sizes.values()) > READ_BYTES):
            oldest, _ = self._pages.popitem(last=False)
            del self._sizes[oldest]
        return page

    def _read(self, partition: int, start: int, wanted: int) -> dict[int, Entry]:
        """Read a page: the entries below its end, however few, as offsets need not be contiguous. Of large events it begins
        with the one that is wanted.
        """
        entries = self._log.read(self._topic, partition, start, PAGE)
        if entries and entries[-1].offset < wanted:
            entries = self._log.read(self._topic, partition, wanted, PAGE)
        return {e.offset: e for e in entries if e.offset < start + PAGE}


def _runs(offsets: list[int]) -> Iterator[tuple[int, int, set[int]]]:
    """Yield runs of near offsets: the first, the last, and all of them."""
    run: list[int] = []
    for offset in offsets:
        if run and (offset - run[-1] > _NEAR or offset - run[0] >= PAGE):
            yield run[0], run[-1], set(run)
            run = []
        run.append(offset)
    if run:
        yield run[0], run[-1], set(run)
