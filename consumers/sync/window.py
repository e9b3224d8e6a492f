"""Windows of events: what one round of the consume loop works on.

A window holds events of all partitions that are ours, and never crosses the border between two runs: what one run wrote can
then be taken back without the next. Within a window only the newest event of a record counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final, NamedTuple

from consumers.journal.batches import IN_MEMORY
from consumers.journal.planned import Subject
from consumers.state.fold import fold_changes
from consumers.state.view import View
from consumers.state.view_rows import Head
from consumers.twenty.workspace import MOST_RECORDS
from events.change_events import ChangeEvent, read_change
from events.compensations import Cause
from events.log.pages import Pages
from events.log.port import CHANGES, Entry, Log
from projections.destination import destination

WINDOW_BYTES: Final = IN_MEMORY
"""Bytes of change events after which a window ends, however few they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One record to carry: its head, and the change event it lies in."""

    head: Head
    event: ChangeEvent
    household: bytes

    @property
    def subject(self) -> Subject:
        """Return the record, as its compensations and dead letters name it."""
        head = self.head
        cause = Cause(
            topic=CHANGES,
            partition=head.partition,
            offset=head.offset,
            event_id=self.event.event_id,
            revision=head.revision,
        )
        return Subject(
            record_id=head.record_id,
            entity=head.entity,
            patient_id=head.patient_id,
            household=self.household,
            cause=cause,
            extract=self.event.source.extract,
            settled_at=head.settled_at,
        )


@dataclass(frozen=True, slots=True)
class Window:
    """Records to carry, and the offsets to commit when they are done."""

    work: Sequence[Work]
    commit: Mapping[int, int]

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to carry and nothing to commit."""
        return not self.work and not self.commit


@dataclass(frozen=True, slots=True)
class Stretch:
    """Events of one run, and by partition the next offset behind them: its end, where a partition was read to its end."""

    events: Sequence[tuple[ChangeEvent, Entry]]
    following: Mapping[int, int]


def next_stretch(log: Log, start: Mapping[int, int], size: int, until: Mapping[int, int] | None = None) -> Stretch:
    """Return the next events of one run in these partitions, from these offsets on: about `size`, a share of each.

    The run is the one that began first among those that come next. Its first events are the practice's and the providers',
    which the others need: they lie at the beginning of one partition, and make a stretch of their own.
    """
    ends = {p: min(end, (until or {}).get(p, end)) for p, end in log.ends(CHANGES).items()}
    places = {p: offset for p, offset in start.items() if offset < ends[p]}
    share = max(1, size // max(1, len(places)))
    most = WINDOW_BYTES // max(1, len(places))
    pages = {p: _page(log, p, offset, share, most, ends[p]) for p, offset in places.items()}
    heads = [page.events[0][0] for page in pages.values() if page.events]
    ended = {p: ends[p] for p, page in pages.items() if page.is_last and not page.events}
    if not heads:
        return Stretch((), ended)
    run = min(heads, key=lambda event: (event.recorded_at, event.run)).run
    chosen: dict[int, _Page] = {}
    for partition, page in pages.items():
        if not page.events or page.events[0][0].run != run:
            continue
        behind = _behind(page, ends[partition])
        if not page.events[0][0].entity.of_patient:
            return Stretch(page.events, {**ended, partition: behind})
        chosen[partition] = page
    if size >= _WORTH_CUTTING:
        chosen = _in_full_batches(chosen, share)
    following = {p: _behind(page, ends[p]) for p, page in chosen.items()}
    return Stretch([event for page in chosen.values() for event in page.events], {**ended, **following})


class _Page(NamedTuple):
    """The next events of one partition that go together, and whether none are left behind them."""

    events: Sequence[tuple[ChangeEvent, Entry]]
    is_last: bool


_WORTH_CUTTING: Final = 10 * MOST_RECORDS
"""Events of a window from which on it is worth to leave some to the next one."""


def _in_full_batches(pages: Mapping[int, _Page], share: int) -> dict[int, _Page]:
    """Return the pages without the last events that would fill a batch in part: those are left to the next stretch.

    Each window of a load otherwise ends with a batch in part, and one more for its links. Pages with fewer events than their
    share stay: a partition or a run ends there.
    """
    counts = Counter(_object(event) for page in pages.values() for event, _ in page.events)
    cut = dict(pages)
    for name, count in counts.items():
        excess = count % MOST_RECORDS
        tails = {p: _tail(page, name) for p, page in cut.items() if not page.is_last and len(page.events) >= share}
        if excess * 10 > count or sum(tails.values()) < excess:
            continue
        for partition, tail in tails.items():
            less = min(tail, excess)
            cut[partition] = _Page(cut[partition].events[: len(cut[partition].events) - less], is_last=False)
            excess -= less
    return cut


def _object(event: ChangeEvent) -> str:
    """Return the object in Twenty that an event's record becomes."""
    return destination().object_of.get(event.entity, str(event.entity))


def _tail(page: _Page, name: str) -> int:
    """Return how many events at a page's end are of this object; one event stays."""
    backwards = takewhile(lambda one: _object(one[0]) == name, reversed(page.events[1:]))
    return sum(1 for _ in backwards)


def _behind(page: _Page, end: int) -> int:
    """Return the offset behind a page: the partition's end where nothing is left, for offsets have gaps."""
    return end if page.is_last else page.events[-1][1].offset + 1


def _page(log: Log, partition: int, offset: int, share: int, most: int, end: int) -> _Page:
    """Return at most `share` events before `end`, of one run, and no more once they come to `most` bytes.

    It ends before the first event that no stretch would take with the others, so that none is opened in vain.
    """
    events: list[tuple[ChangeEvent, Entry]] = []
    size = 0
    while offset < end and len(events) < share and size < most:
        entries = log.read(CHANGES, partition, offset, share - len(events), end)
        if not entries:
            return _Page(events, is_last=True)
        for entry in entries:
            event = read_change(entry.value)
            if events and not _goes_with(events[0][0], event):
                return _Page(events, is_last=False)
            events.append((event, entry))
            offset, size = entry.offset + 1, size + len(entry.value)
            if size >= most:
                break
    return _Page(events, is_last=offset >= end)


def _goes_with(first: ChangeEvent, event: ChangeEvent) -> bool:
    """Return whether an event belongs to the stretch that begins with the first one."""
    leads = not first.entity.of_patient
    return event.run == first.run and not (leads and event.entity.of_patient)


def next_window(log: Log, view: View, group: str, size: int, until: Mapping[int, int] | None = None) -> Window:
    """Return the next events after the committed offsets (of one run), about `size` of them, folded into the view."""
    committed = log.committed(group, CHANGES)
    mine = committed if view.mine is None else {p: committed.get(p, 0) for p in view.mine}
    stretch = next_stretch(log, mine, size, until)
    if not stretch.events:
        return Window((), stretch.following)  # of a partition with nothing but a transaction's mark left
    heads = fold_changes(
        view,
        [(event, entry.partition, entry.offset) for event, entry in stretch.events],
        {(CHANGES, partition): offset for partition, offset in stretch.following.items()},
    )
    # one that is kept back in this very revision was carried before: the window's first worker folded it and went no further
    newest = {h.record_id: h for h in heads if h.applied_revision < h.revision and not h.status}
    work = [
        Work(head=head, event=event, household=entry.key)
        for event, entry in stretch.events
        if (head := newest.get(event.record_id)) is not None and head.revision == event.revision
    ]
    return Window(work, stretch.following)


def pending_window(log: Log, view: View, size: int) -> Window:
    """Return a window of records that were consumed before but that the workspace does not have: rolled back, released, or
    interrupted.

    The practice and the providers are a window of their own, as when they were consumed.
    """
    heads = view.pending(size)
    leading = list(takewhile(lambda head: not head.entity.of_patient, heads))
    return Window(work_of(log, leading or heads), {})


def work_of(log: Log, heads: Iterable[Head]) -> list[Work]:
    """Return the records of these heads, with the change events that they lie in, until a window is full. Raises LogError."""
    changes = Pages(log, CHANGES)
    work: list[Work] = []
    taken = 0
    for head in heads:
        entry = changes.entry(head.partition, head.offset)
        work.append(Work(head=head, event=read_change(entry.value), household=entry.key))
        taken += len(entry.value)
        if taken >= WINDOW_BYTES:
            break
    return work
