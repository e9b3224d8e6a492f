"""Ticks of a run that writes to Twenty: one for each request, in events of the log, with what was written and met so far.

A window's writes are more or fewer than its events. Each request advances the step by its share of the window's events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from consumers.sync.projector import SyncTally
from consumers.sync.window import Work
from cutover.reports.progress import StepCounts
from events.vocabulary.entities import Entity
from producers.changes.books import Term
from producers.changes.produced import Produced
from producers.entities.registry import SOURCES
from projections.registry import DESTINATIONS


@dataclass(kw_only=True)
class WindowTicks:
    """The progress of the window at work. `advance` takes events that are done, `tally` is the run's own.

    `totals` are the records by object that the events of the run lead to, None where they are not known.
    """

    tally: SyncTally
    totals: Mapping[str, int] | None = None
    advance: Callable[[float], None] = lambda _events: None
    _written: Counter[str] = field(default_factory=Counter)
    _events: int = 0
    _events_a_write: float = 0.0
    _ticked: float = 0.0
    _more: int = 0

    def planned(self, work: Sequence[Work], writes: int) -> None:
        """Note that a window's events lead to so many writes."""
        self._events, self._ticked = len(work), 0.0
        self._events_a_write = len(work) / writes if writes else 0.0
        self._more += writes - sum(len(objects_of(w.head.entity)) for w in work)

    def wrote(self, plural: str, records: int) -> None:
        """Note that a request about so many records of an object was answered."""
        self._written[plural] += records
        # records that are tried a second time are answered for twice
        share = min(records * self._events_a_write, self._events - self._ticked)
        self._ticked += share
        self.advance(share)

    def done(self, events: int) -> None:
        """Note that a window of so many events is carried: what its requests did not tick is ticked now."""
        self.advance(events - self._ticked)
        self._ticked = 0.0

    def counts(self) -> StepCounts:
        """Return what was written and met so far."""
        return StepCounts(
            written=dict(self._written),
            conflicts=len(self.tally.conflicts),
            dead_letters=self.tally.dead_letters,
            left=None if self.totals is None else max(0, sum(self.totals.values()) + self._more - self._written.total()),
            totals=dict(self.totals or {}),
        )


def objects_of(entity: Entity | str) -> tuple[str, ...]:
    """Return the objects (plural) of the records that an event of this entity leads to: a task and its link are two."""
    spec = DESTINATIONS.get(entity)
    if spec is None or spec.object is None:
        return ()
    return (spec.object.plural,) if spec.link is None else (spec.object.plural, spec.link.object.plural)


def totals_of(produced: Iterable[Produced], events: int) -> dict[str, int] | None:
    """Return the records by object that the changes of these extracts lead to: the books have counted them.

    None unless they are about all of the `events` to be carried: earlier events may be about anything.
    """
    found: Counter[Entity] = Counter()
    for one in produced:
        for page in one.books:
            spec, carried = SOURCES.get(page.kind), page.by_term()[Term.CARRIED]
            if spec is not None and spec.rows_of is not None:
                found[spec.rows_of] += carried.get("created", 0) + carried.get("updated", 0)
    if not 0.9 * events <= found.total() <= 1.1 * events:
        return None
    totals: Counter[str] = Counter()
    for entity, count in found.items():
        totals.update(dict.fromkeys(objects_of(entity), count))
    return +totals
