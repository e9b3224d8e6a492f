"""Carrying a slice of the practice: some patients with everything that hangs on them, its company and its providers.

The events of a slice lie anywhere in the log, between events that are carried later. So they are folded into the view one by
one, and the group's offsets move over events of the slice alone: the next sync carries all the others.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from itertools import islice

from consumers.state.fold import fold_changes
from consumers.state.view import View
from consumers.state.view_rows import Head
from consumers.sync.pace import WINDOW
from consumers.sync.projector import Projector
from consumers.sync.window import Window, work_of
from events.change_events import ChangeEvent, read_change
from events.log.port import CHANGES, Log, read_all

_PAGE = 2_000


def fold_slice(view: View, log: Log, patients: Container[bytes]) -> list[bytes]:
    """Make the view know the newest events of a slice; gives its record ids. `patients` are record ids. Raises LogError."""
    events = ((read_change(entry.value), entry) for entry in read_all(log, CHANGES))
    chosen = ((event, e.partition, e.offset) for event, e in events if _belongs(event, patients))
    found: dict[bytes, None] = {}
    while page := list(islice(chosen, _PAGE)):
        fold_changes(view, page, {})
        found.update((event.record_id, None) for event, _, _ in page)
    return list(found)


def carry_slice(
    projector: Projector,
    log: Log,
    patients: Container[bytes],
    *,
    prepare: Callable[[], None] = lambda: None,
    progress: Callable[[int], None] = lambda _done: None,
) -> list[bytes]:
    """Carry a slice up to the log's present end, and nothing else; gives its record ids.

    `prepare` runs before each window, as in `consume`. Raises TwentyError, LogError, OwnershipLost.
    """
    view = projector.view
    records = fold_slice(view, log, patients)
    projector.look_again()
    while heads := _pending(view, records):
        projector.owner.check()
        window = Window(work_of(log, heads[:WINDOW]), {})
        prepare()
        projector.carry(window)
        progress(len(window.work))
    _commit(projector, log, patients)
    return records


def _pending(view: View, records: Sequence[bytes]) -> list[Head]:
    """Return what is to be carried, the company and the providers first: the others need them."""
    pending = [h for h in view.heads(records).values() if h.applied_revision < h.revision and not h.status]
    return sorted(pending, key=lambda h: (h.entity.of_patient, h.partition, h.offset))


def _commit(projector: Projector, log: Log, patients: Container[bytes]) -> None:
    """Move the group's offsets over the events of the slice that come next in each partition."""
    committed, ends = log.committed(projector.group, CHANGES), log.ends(CHANGES)
    offsets = {p: _first_other(log, p, committed.get(p, 0), ends[p], patients) for p in projector.owner.partitions}
    further = {p: offset for p, offset in offsets.items() if offset > committed.get(p, 0)}
    if further:
        log.append([], [projector.owner.commit(projector.group, further)])
        projector.view.save(progress={(CHANGES, p): offset for p, offset in further.items()})


def _first_other(log: Log, partition: int, start: int, end: int, patients: Container[bytes]) -> int:
    """Return the offset of the first event from `start` on that is not of the slice; `end` where there is none."""
    entries = read_all(log, CHANGES, {partition: start}, {partition: end})
    return next((entry.offset for entry in entries if not _belongs(read_change(entry.value), patients)), end)


def _belongs(event: ChangeEvent, patients: Container[bytes]) -> bool:
    return not event.entity.of_patient or event.patient_id is None or event.patient_id in patients
