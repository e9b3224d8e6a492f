"""Merges that a person decided about: they stand, and what hangs on the loser belongs to the winner; or they stand no more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from consumers.journal.merges import Merges, merged_into
from consumers.journal.three_way import Take
from consumers.state.conflicts import MERGED, OpenConflict
from consumers.state.view import View
from consumers.sync.conflicts.resolutions import Resolutions, decided, place_of
from events.decisions import Decided, Decisions

_PEOPLE = "people"


@dataclass(frozen=True, kw_only=True)
class DecidedMerges:
    """Takes up what people decided about merges of patients."""

    view: View
    resolutions: Resolutions
    merges: Merges
    decisions: Decisions

    def take_up(self) -> bool:
        """Record the merges that stand from now on, and those that stand no more; make what hangs on them pending again.

        Return whether there were any. Raises LogError, OwnershipLost.
        """
        self.merges.refresh()
        open_ones = [x for x in self.view.conflicts() if x.reason == MERGED and x.object == _PEOPLE]
        known = decided(self.decisions, self.view.workspace) if open_ones else {}
        changed: list[bytes] = []
        for conflict in open_ones:
            if (decision := known.get(place_of(conflict))) is not None and self._take(conflict, Take(decision.body["take"])):
                changed.append(conflict.record_id)
        changed += self._ended()
        if changed:
            self.merges.refresh()
            self._make_pending(changed)
        return bool(changed)

    def _take(self, conflict: OpenConflict, take: Take) -> bool:
        """Record the decision on a merge; return whether that is new."""
        record, standing = conflict.record_id, self.merges.standing.get(conflict.record_id)
        if take is Take.OURS:
            return self._record(Decided.PERSON_UNMERGED, record, None)
        winner = merged_into(self.resolutions.seen(conflict).answer)
        if winner is None:
            return False
        if not self._is_there(UUID(winner)):  # a person of the workspace's own has become the patient
            self._record(Decided.PERSON_PAIRED, record, {"twenty": winner})
            return self._record(Decided.PERSON_UNMERGED, record, None)
        revision = self.view.heads([record])[record].revision
        if standing is not None and (standing.winner, standing.revision) == (UUID(winner), revision):
            return False
        return self._record(Decided.PERSON_MERGED, record, {"twenty": winner, "revision": revision})

    def _ended(self) -> list[bytes]:
        """Return the patients whose merge stands no more because the loser or the winner was taken back by a rollback."""
        ended = []
        for record, merge in self.merges.standing.items():
            if not (self._is_there(UUID(bytes=record)) and self._is_there(merge.winner)):
                self._record(Decided.PERSON_UNMERGED, record, None)
                ended.append(record)
        return ended

    def _is_there(self, person: UUID) -> bool:
        """Return whether we wrote this person, and did not take them back."""
        written = self.view.written([(_PEOPLE, person.bytes)]).get((_PEOPLE, person.bytes))
        return written is not None and written.alive

    def _record(self, what: Decided, record: bytes, more: dict[str, Any] | None) -> bool:
        self.decisions.record(what, {"record": record.hex(), **(more or {})}, workspace=self.view.workspace)
        return True

    def _make_pending(self, patients: Iterable[bytes]) -> None:
        """Make the records of these patients pending again, dead letters too: their person may be there now."""
        heads = self.view.of_patients(sorted(patients))
        self.view.save(
            heads=[replace(h, applied_revision=h.revision - 1, status="", reason=None, waits_for=None) for h in heads]
        )
