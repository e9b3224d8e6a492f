"""Windows of events: what one round of the consume loop works on.

A window never crosses the border between two runs: what one run wrote can then be taken back without the next. Within a
window only the newest event of a record counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consumers.fold import fold_changes
from consumers.view import Head, View
from events.change_events import ChangeEvent, read_change
from events.log import CHANGES, Entry, Log
from events.pages import Pages


@dataclass(frozen=True, slots=True)
class Work:
    """One record to carry: its head, and the change event it lies in."""

    head: Head
    event: ChangeEvent
    household: bytes


@dataclass(frozen=True, slots=True)
class Window:
    """What to carry, and the offsets to commit when it is done."""

    work: Sequence[Work]
    commit: Mapping[int, int]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to carry and nothing to commit."""
        return not self.work and not self.commit


def next_window(log: Log, view: View, group: str, size: int, until: Mapping[int, int] | None = None) -> Window:
    """The next events after the committed offsets (of one run), at most `size` of them, folded into the view."""
    committed = log.committed(group, CHANGES)
    for partition in log.partitions(CHANGES):
        start = committed.get(partition, 0)
        entries = log.read(CHANGES, partition, start, size)
        events: list[tuple[ChangeEvent, Entry]] = []
        for entry in entries:
            if until is not None and entry.offset >= until.get(partition, entry.offset + 1):
                break
            event = read_change(entry.value)
            if events and event.run != events[0][0].run:
                break
            events.append((event, entry))
        if not events:
            continue
        end = events[-1][1].offset + 1
        heads = fold_changes(
            view, [(event, entry.partition, entry.offset) for event, entry in events], {(CHANGES, partition): end}
        )
        newest = {h.record_id: h for h in heads if h.applied_revision < h.revision}
        work = [
            Work(head, event, entry.key)
            for event, entry in events
            if (head := newest.get(event.record_id)) is not None and head.revision == event.revision
        ]
        return Window(work, {partition: end})
    return Window((), {})


def pending_window(log: Log, view: View, size: int) -> Window:
    """Records that were consumed before but that the workspace does not have: rolled back, released, or interrupted."""
    changes = Pages(log, CHANGES)
    work = []
    for head in view.pending(size):
        entry = changes.entry(head.partition, head.offset)
        work.append(Work(head, read_change(entry.value), entry.key))
    return Window(tuple(work), {})
