"""Bringing the view up to the log, page by page."""

from __future__ import annotations

from collections.abc import Callable

from consumers.state.applied import WRITES, Batch
from consumers.state.fold import Folded, fold_changes, fold_compensations, fold_letters, needs_body, release_waiting
from consumers.state.view import View
from events.change_events import read_change
from events.compensations import body_of, read_compensation
from events.dead_letters import Stage, read_dead_letter
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, Entry, Log, in_pages, read_all, refuse_shorter
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed

_PAGE = 2_000


def catch_up(view: View, log: Log, keys: KeyStore, group: str, address_of: Callable[[str], bytes]) -> None:
    """Bring the view up to the log: changes as far as the group has committed, everything of the other topics.

    Of a worker's view only its own partitions: no other worker folds into those meanwhile.
    """
    committed = log.committed(group, CHANGES)
    _pages(view, log, CHANGES, lambda page, progress: _changes(view, page, progress), committed)
    _fill_writes(view, log)
    _pages(view, log, COMPENSATIONS, lambda page, progress: _compensations(view, keys, page, progress, address_of))
    _pages(view, log, DEAD_LETTERS, lambda page, progress: _letters(view, page, progress))
    release_waiting(view)


def _fill_writes(view: View, log: Log) -> None:
    """Bring the applied writes up to where the compensations were folded: a state of an earlier release holds none."""
    folded, filled = view.progress(COMPENSATIONS), view.progress(WRITES)
    behind = {p: offset for p, offset in folded.items() if filled.get(p, 0) < offset and (view.mine is None or p in view.mine)}
    if not behind:
        return
    refuse_shorter(log, COMPENSATIONS, behind)
    entries = read_all(log, COMPENSATIONS, filled, behind)
    for page in in_pages(entries, _PAGE):
        writes = Batch()
        for e in page:
            event = read_compensation(e.value)
            if event.workspace == view.workspace:
                writes.take(event, (e.partition, e.offset), len(e.value))
        view.save(writes=writes, progress={(WRITES, e.partition): e.offset + 1 for e in page})
    view.save(progress={(WRITES, p): offset for p, offset in behind.items()})


def _pages(
    view: View,
    log: Log,
    topic: str,
    fold: Callable[[list[Entry], dict[tuple[str, int], int]], None],
    until: dict[int, int] | None = None,
) -> None:
    seen = view.progress(topic)
    ends = refuse_shorter(log, topic, seen)
    if until is not None:
        ends = {partition: min(end, until.get(partition, 0)) for partition, end in ends.items()}
    for page in in_pages(read_all(log, topic, seen, ends, only=view.mine), _PAGE):
        fold(page, {(topic, e.partition): e.offset + 1 for e in page})


def _changes(view: View, page: list[Entry], progress: dict[tuple[str, int], int]) -> None:
    fold_changes(view, [(read_change(e.value), e.partition, e.offset) for e in page], progress)


def _compensations(
    view: View, keys: KeyStore, page: list[Entry], progress: dict[tuple[str, int], int], address_of: Callable[[str], bytes]
) -> None:
    events: list[Folded] = []
    for entry in page:
        event = read_compensation(entry.value)
        if event.workspace != view.workspace:
            continue
        body = None
        if needs_body(event):
            try:
                body = body_of(event, keys)
            except KeyDestroyed:
                body = None
        events.append(Folded(event, body, entry.partition, entry.offset, len(entry.value)))
    fold_compensations(view, events, progress, address_of)


def _letters(view: View, page: list[Entry], progress: dict[tuple[str, int], int]) -> None:
    letters = [read_dead_letter(e.value) for e in page]
    fold_letters(view, [(x, None) for x in letters if x.workspace == view.workspace and x.stage is not Stage.PRODUCE], progress)
