"""Ticks of a run that writes to Twenty: one for each request, in events of the log, with what was written and met so far.

A window's writes are more or fewer than its events. Each request advances the step by its share of the window's events.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from consumers.sync.projector import SyncTally
from cutover.reports.progress import StepCounts


@dataclass(kw_only=True)
class WindowTicks:
    """The progress of the window at work. `advance` takes events that are done, `tally` is the run's own."""

    tally: SyncTally
    advance: Callable[[float], None] = lambda _events: None
    _written: Counter[str] = field(default_factory=Counter)
    _events: int = 0
    _events_a_write: float = 0.0
    _ticked: float = 0.0

    def planned(self, events: int, writes: int) -> None:
        """Note that the window's events lead to so many writes."""
        self._events, self._ticked = events, 0.0
        self._events_a_write = events / writes if writes else 0.0

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
            written=dict(self._written), conflicts=len(self.tally.conflicts), dead_letters=self.tally.dead_letters
        )
