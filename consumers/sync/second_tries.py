"""Second tries: a refusal that a look at the workspace may cure is no dead letter the first time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from consumers.journal.planned import Outcome
from consumers.state.fold import INTERRUPTED
from consumers.twenty.transport.errors import Refusal
from events.compensations import Phase
from projections.desired import Desired

_CURABLE: Final = frozenset({Refusal.DUPLICATE, Refusal.UNKNOWN_FIELD, Refusal.UNKNOWN_OBJECT})


@dataclass(kw_only=True)
class SecondTries:
    """The records that a run tried once, and the reasons to look at the workspace before the next window."""

    _tried: set[tuple[bytes, str]] = field(default_factory=set)
    _duplicates: set[tuple[str, UUID]] = field(default_factory=set)
    _awaited: set[tuple[str, UUID]] = field(default_factory=set)
    _model_changed: bool = False

    def of(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Return the outcomes of a window, in the order in which they were written; records whose refusal may be cured stay
        pending once, and with them the records that lack one of those, in this window or a later one.
        """
        out = []
        for o in outcomes:
            one = (o.planned.desired.object, o.planned.desired.id)
            self._awaited.discard(one)
            key = (o.planned.subject.record_id, o.reason or "")
            lacks_awaited = o.reason == Refusal.MISSING_RELATION and o.planned.desired.needs in self._awaited
            if o.phase is Phase.REFUSED and (o.reason in _CURABLE or lacks_awaited) and key not in self._tried:
                self._tried.add(key)
                self._awaited.add(one)
                if o.reason == Refusal.DUPLICATE:
                    self._duplicates.add(one)
                elif not lacks_awaited:
                    self._model_changed = True
                out.append(replace(o, reason=INTERRUPTED))
            else:
                out.append(o)
        return out

    def take_duplicate(self, desired: Desired) -> bool:
        """Return whether a record was refused as a duplicate; it is told once."""
        key = (desired.object, desired.id)
        found = key in self._duplicates
        self._duplicates.discard(key)
        return found

    def take_model_changed(self) -> bool:
        """Return whether Twenty refused a field or an object as unknown; it is told once."""
        found, self._model_changed = self._model_changed, False
        return found
