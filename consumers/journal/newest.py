"""The newest change events of the records that a workspace's view knows, in the order of the log.

The log is read from end to end in pages, and a page's heads are looked up in the view: memory stays constant, and no record
costs a read of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from consumers.state.view import View
from consumers.state.view_rows import Head
from events.change_events import ChangeEvent, read_change
from events.log.port import CHANGES, Log, in_pages, read_all

_PAGE = 2_000


def newest_events(log: Log, view: View) -> Iterator[tuple[Head, ChangeEvent]]:
    """Yield the head of every record in the view, and the change event that holds the record, its payload sealed.

    The view knows records of a sample whose events lie behind what was carried otherwise. Raises LogError, CodecError.
    """
    for page in in_pages(read_all(log, CHANGES), _PAGE):
        events = [(read_change(e.value), e) for e in page]
        heads = view.heads(list({event.record_id for event, _ in events}))
        for event, entry in events:
            head = heads.get(event.record_id)
            if head is not None and (head.partition, head.offset) == (entry.partition, entry.offset):
                yield head, event


def events_behind(log: Log, view: View) -> int:
    """Return how many change events the view has not folded yet. Raises LogError."""
    return sum(1 for _ in read_all(log, CHANGES, view.progress(CHANGES)))
