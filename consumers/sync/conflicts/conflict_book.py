"""The conflicts of one window: open ones, the sides that people took, and notes of conflicts that were met or are over."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from consumers.journal.actors import Actor
from consumers.journal.planned import ConflictNote, Subject
from consumers.journal.three_way import Take
from consumers.state.conflicts import EDITED, MET, SETTLED, WHOLE_RECORD, MetConflict
from consumers.sync.conflicts.resolutions import NOTHING_OPEN, Resolutions, StandingConflicts
from projections.desired import Desired

NO_VALUES: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both sides of a conflict by field: PbN's values, Twenty's, and what Twenty answered to our last write."""

    ours: Mapping[str, Any] = field(default_factory=dict)
    theirs: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class ConflictBook:
    """Looks conflicts up and notes them; `standing` are those of the window's records that are open."""

    resolutions: Resolutions
    new_id: Callable[[], bytes]
    notes: list[ConflictNote] = field(default_factory=list)
    standing: dict[tuple[str, bytes], StandingConflicts] = field(default_factory=dict)

    def open(self, records: Set[bytes]) -> None:
        """Read the open conflicts of these records of PbN. Raises LogError."""
        self.standing = self.resolutions.of(sorted(records))

    def of(self, desired: Desired) -> StandingConflicts:
        """Return the open conflicts of a record in Twenty."""
        return self.standing.get((desired.object, desired.id.bytes), NOTHING_OPEN)

    def is_open(self, desired: Desired) -> bool:
        """Tell whether a record in Twenty has an open conflict."""
        return (desired.object, desired.id.bytes) in self.standing

    def is_about(self, desired: Desired, reason: str) -> bool:
        """Tell whether a record in Twenty has an open conflict about the whole of it, with this reason."""
        conflict = self.of(desired).conflicts.get(WHOLE_RECORD)
        return conflict is not None and conflict.reason == reason

    def takes(self, desired: Desired, image: Mapping[str, Any]) -> Mapping[str, Take]:
        """Return the sides taken in fields of a record that both sides hold as they were seen. Raises LogError."""
        standing = self.of(desired)
        return self.resolutions.guarded(standing, desired.values, image) if standing.takes else {}

    def taken(self, desired: Desired, reason: str, theirs: Mapping[str, Any] = NO_VALUES) -> Take | None:
        """Return the side taken in the conflict about a whole record, while Twenty holds `theirs` as it was seen."""
        standing = self.of(desired)
        conflict, take = standing.conflicts.get(WHOLE_RECORD), standing.takes.get(WHOLE_RECORD)
        if conflict is None or take is None or conflict.reason != reason:
            return None
        if take is Take.OURS and theirs and dict(self.resolutions.seen(conflict).answer) != dict(theirs):
            return None
        return take

    def stays(self, desired: Desired, subject: Subject) -> bool:
        """Tell whether a person decided before that this record, which left PbN, stays. Raises LogError."""
        place = (desired.object, desired.id.bytes)
        return place not in self.standing and self.resolutions.stays(*place, subject.cause.revision)

    def met(
        self, desired: Desired, subject: Subject, fields: tuple[str, ...], reason: str, sides: Sides, by: Actor | None
    ) -> None:
        """Note a conflict with both sides' values, unless it is open with these values already."""
        if self._is_noted(desired, reason, fields, sides):
            return
        detail = MetConflict(reason=reason)
        if by is not None:
            detail = MetConflict(reason=reason, source=by.source, name=by.name, member=by.member, at=by.at)
        note = ConflictNote(
            event_id=self.new_id(),
            desired=desired,
            subject=subject,
            reason=MET,
            fields=fields,
            ours=sides.ours,
            theirs=sides.theirs,
            before=sides.before,
            detail=detail.to_text(),
        )
        self.notes.append(note)

    def over(self, desired: Desired, subject: Subject, *, still: Collection[str] = ()) -> None:
        """Note that the conflicts of a record are over, but for those that are `still` met."""
        if not self.standing:
            return
        fields = tuple(sorted(self.of(desired).conflicts.keys() - set(still)))
        if fields:
            self.notes.append(
                ConflictNote(event_id=self.new_id(), desired=desired, subject=subject, reason=SETTLED, fields=fields)
            )

    def over_but_for(self, wanted: Sequence[tuple[Desired, Subject]]) -> None:
        """Note that conflicts are over in records of Twenty that none of the window's records wants any more."""
        if not self.standing:
            return
        keys = {(desired.object, desired.id.bytes) for desired, _ in wanted}
        subjects = {subject.record_id: subject for _, subject in wanted}
        for (plural, identity), standing in self.standing.items():
            if (plural, identity) not in keys:
                record = next(iter(standing.conflicts.values())).record_id
                self.over(Desired(object=plural, id=UUID(bytes=identity), pbn_id=None, values={}), subjects[record])

    def _is_noted(self, desired: Desired, reason: str, fields: tuple[str, ...], sides: Sides) -> bool:
        conflicts = self.of(desired).conflicts
        for name in fields if reason == EDITED else (WHOLE_RECORD,):
            if name not in conflicts or conflicts[name].reason != reason:
                return False
            seen = self.resolutions.seen(conflicts[name])
            names = (name,) if reason == EDITED else (*sides.theirs, *seen.answer)
            if any(sides.ours.get(n) != seen.values.get(n) or sides.theirs.get(n) != seen.answer.get(n) for n in names):
                return False
        return True
