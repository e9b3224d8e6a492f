"""Merges of patients in Twenty that no sync has met yet: their records are not missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from consumers.journal.merges import LostPerson, Merges, goes_with_person
from consumers.state.view import View
from consumers.state.view_rows import Written
from consumers.twenty.workspace import Workspace
from projections.desired import Desired

_PEOPLE: Final = "people"
MOST_LOOKED_AT: Final = 600
"""Patients without a person of whom a merge is looked for: of many more, no merge by hand is the cause."""


@dataclass(kw_only=True)
class UnmetMerges:
    """Tells records that went with a merge from missing ones, by the traces that `Merges` reads."""

    view: View
    workspace: Workspace
    merges: Merges
    _merged: dict[UUID, bool] = field(default_factory=dict)
    """The people that were looked at, each merged or not."""

    def among(self, absent: Sequence[Desired]) -> set[tuple[str, UUID]]:
        """Return those of these records, which Twenty does not have, that went with a merge: object and id.

        Raises TwentyError, LogError, CodecError.
        """
        person_of = {(one.object, one.id): person for one in absent if (person := _person_of(one)) is not None}
        self._look(set(person_of.values()), {one.id for one in absent if one.object == _PEOPLE})
        return {key for key, person in person_of.items() if self._merged.get(person)}

    def _look(self, people: Collection[UUID], gone: Collection[UUID]) -> None:
        """Look for the merges of these people; those of them that are `gone` need not be asked for."""
        new = sorted(people - self._merged.keys(), key=str)[: MOST_LOOKED_AT - len(self._merged)]
        written = self.view.written([(_PEOPLE, one.bytes) for one in new])
        known = {one: w for one in new if (w := written.get((_PEOPLE, one.bytes))) is not None and w.alive and not w.deleted}
        doubtful = [str(one) for one in known if one not in gone]
        there = self.workspace.read(_PEOPLE, doubtful, deleted=True, fields=("id",)) if doubtful else {}
        lost = list(self._lost({one: w for one, w in known.items() if str(one) not in there}))
        found = self.merges.among(lost)
        self._merged |= {one: one in found for one in new}

    def _lost(self, written: dict[UUID, Written]) -> Iterable[LostPerson]:
        self.merges.history.hold(at for w in written.values() for at in (w.intent, w.outcome))
        for one, w in written.items():
            pbn_id = self.merges.history.body_at(w.intent).pbn_id
            yield LostPerson(id=one, pbn_id=pbn_id, record_id=w.record_id, last=self.merges.history.last_write(w))


def _person_of(desired: Desired) -> UUID | None:
    """Return the person whose merge takes such a record away: itself, or the one that a link or a file is of."""
    if desired.object == _PEOPLE:
        return desired.id
    return desired.needs[1] if goes_with_person(desired) and desired.needs else None
