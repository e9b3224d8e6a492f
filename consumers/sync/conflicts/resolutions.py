"""Resolutions: conflicts that people decided, carried out with the next window.

A decision names each conflict by the note that opened it. Where a person edited Twenty again, or PbN changed again, a new note
has taken its place, and the decision no longer applies: a value that was not seen when deciding is not overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from consumers.data_model.drift import drift_conflicts
from consumers.journal.history import History
from consumers.journal.planned import Subject
from consumers.journal.three_way import Policy, Take
from consumers.state.conflicts import (
    DELETED,
    DELETED_IN_SOURCE,
    DELETED_IN_SOURCE_BUILT_ON,
    WHOLE_RECORD,
    OpenConflict,
    met_in,
)
from consumers.state.view import View
from events.compensations import Body
from events.decisions import Decided, Decision, Decisions
from projections.options import option_key

Renewals = Mapping[str, Mapping[str, int]]
"""Fields whose values come back: by object and field, when a person decided that (ms since 1970)."""
ModelPart = tuple[str, str, str]
"""A part of the data model: the object, the field (empty for the object itself), and the option's key or an empty text."""
ConflictPlace = tuple[str, bytes, str, tuple[int, int]]
"""A conflict: the object and id in Twenty, the field, and the position of the note that opened it."""


def decided(decisions: Decisions, workspace: str) -> dict[ConflictPlace, Decision]:
    """Return the last decision on each conflict of a workspace that was ever decided. Raises LogError."""
    found: dict[ConflictPlace, Decision] = {}
    for decision in decisions.all(Decided.CONFLICTS_RESOLVED):
        if decision.workspace == workspace:
            found |= dict.fromkeys(map(place_in, decision.body["conflicts"]), decision)
    return found


def place_of(conflict: OpenConflict) -> ConflictPlace:
    """Return the conflict as a decision names it."""
    return conflict.object, conflict.twenty_id, conflict.field, conflict.position


def place_in(written: Mapping[str, Any]) -> ConflictPlace:
    """Return a conflict that a decision's body names."""
    partition, offset = written["note"]
    return written["object"], bytes.fromhex(written["id"]), written["field"], (partition, offset)


def written_as(conflict: OpenConflict) -> dict[str, Any]:
    """Return a conflict as a decision's body names it."""
    about = {"object": conflict.object, "id": conflict.twenty_id.hex(), "field": conflict.field}
    return {**about, "note": list(conflict.position)}


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingConflicts:
    """The open conflicts of one record in Twenty by field, and the sides that were taken."""

    conflicts: Mapping[str, OpenConflict] = field(default_factory=dict)
    takes: Mapping[str, Take] = field(default_factory=dict)


NOTHING_OPEN = StandingConflicts()


@dataclass(slots=True, kw_only=True)
class Resolutions:
    """The open conflicts of a workspace, with what people decided about them, and the values that they saw."""

    view: View
    history: History
    decisions: Decisions
    policy: Policy
    made_again: Callable[[], Mapping[str, Mapping[str, datetime]]] = dict
    """Columns by object whose values are to be written once more, and since when."""
    _drift: tuple[Renewals, frozenset[ModelPart], frozenset[ModelPart]] | None = None
    _of_records: dict[tuple[str, bytes], tuple[tuple[int, int], Take]] | None = None

    def of(self, records: Sequence[bytes]) -> dict[tuple[str, bytes], StandingConflicts]:
        """Return the open conflicts of these records by record in Twenty. Raises LogError."""
        found: dict[tuple[str, bytes], dict[str, OpenConflict]] = {}
        for conflict in self.view.conflicts_of(records):
            found.setdefault(conflict.key, {})[conflict.field] = conflict
        if not found:
            return {}
        known = decided(self.decisions, self.view.workspace)
        return {
            key: StandingConflicts(
                conflicts=conflicts,
                takes={
                    name: Take(known[place].body["take"]) for name, x in conflicts.items() if (place := place_of(x)) in known
                },
            )
            for key, conflicts in found.items()
        }

    def to_carry(self) -> list[bytes]:
        """Return the records with a conflict that was decided and not carried out yet, by a person or by the settings.

        Raises LogError.
        """
        conflicts = self.view.conflicts()
        by_settings = self.policy is Policy.SOURCE_WINS
        known = decided(self.decisions, self.view.workspace) if conflicts else {}
        records = {x.record_id for x in conflicts if place_of(x) in known or (by_settings and x.reason != DELETED)}
        return sorted(records)

    def stays(self, plural: str, twenty_id: bytes, revision: int) -> bool:
        """Tell whether a person decided that a record stays although PbN deleted it with this revision. Raises LogError."""
        if self._of_records is None:
            known = decided(self.decisions, self.view.workspace)
            whole = ((place, decision.body["take"]) for place, decision in known.items() if place[2] == WHOLE_RECORD)
            self._of_records = {place[:2]: (place[3], Take(take)) for place, take in whole}
        note, take = self._of_records.get((plural, twenty_id), (None, None))
        if note is None or take is not Take.THEIRS:
            return False
        met = met_in(self.history.body_at(note))
        about_deletion = met is not None and met.reason in (DELETED_IN_SOURCE, DELETED_IN_SOURCE_BUILT_ON)
        return about_deletion and self.history.event_at(note).cause.revision == revision

    def refresh(self) -> None:
        """Read the decisions anew when they are asked for next."""
        self._drift = self._of_records = None

    @property
    def renewals(self) -> Renewals:
        """Return the fields whose values were decided to come back, and when, by object. Raises LogError."""
        return self._of_model()[0]

    @property
    def given_up(self) -> frozenset[ModelPart]:
        """Return the fields and options that stay away: object, field, and the option's key or "". Raises LogError."""
        return self._of_model()[1]

    @property
    def away(self) -> frozenset[ModelPart]:
        """Return the fields and options that no sync makes again: given up, or not decided yet. Raises LogError."""
        return self._of_model()[2]

    def _of_model(self) -> tuple[Renewals, frozenset[ModelPart], frozenset[ModelPart]]:
        if self._drift is None:
            renewals: dict[str, dict[str, int]] = {}
            given_up = set()
            away = set()
            for item, conflict in drift_conflicts(self.decisions, self.view.workspace).items():
                for column in (item.field, f"{item.field}Id") if item.field else ("",):  # of a relation the records hold an id
                    part = (item.object, column, option_key(item.option) if item.option else "")
                    if conflict.take == Take.THEIRS:
                        given_up.add(part)
                    if conflict.back_at is None and conflict.take != Take.OURS:
                        away.add(part)
                    if conflict.take == Take.OURS and conflict.decision is not None:
                        _renew(renewals, item.object, column or "id", conflict.decision.recorded_at)
            for plural, columns in self.made_again().items():
                for column, at in columns.items():
                    _renew(renewals, plural, column, at)
            self._drift = renewals, frozenset(given_up), frozenset(away)
        return self._drift

    def seen(self, conflict: OpenConflict) -> Body:
        """Return both sides' values as they were when the conflict was met. Raises LogError."""
        return self.history.body_at(conflict.position)

    def guarded(self, standing: StandingConflicts, wanted: Mapping[str, Any], image: Mapping[str, Any]) -> dict[str, Take]:
        """Return the sides taken in fields whose other side still is as it was seen.

        PbN's value is written while Twenty holds what was seen; Twenty's stays while PbN wants what was seen.
        """
        held: dict[str, Take] = {}
        for name, take in standing.takes.items():
            if name == WHOLE_RECORD:
                continue
            seen = self.seen(standing.conflicts[name])
            if take is Take.OURS:
                is_as_seen = name in seen.answer and seen.answer[name] == image.get(name)
            else:
                is_as_seen = name in seen.values and seen.values[name] == wanted.get(name)
            if is_as_seen:
                held[name] = take
        return held


def _renew(renewals: dict[str, dict[str, int]], plural: str, column: str, at: datetime) -> None:
    fields, moment = renewals.setdefault(plural, {}), int(at.timestamp() * 1000)
    fields[column] = max(moment, fields.get(column, 0))


def is_renewed(subject: Subject, decided_at: int) -> bool:
    """Tell whether a record was not written since a person decided that the values of a field come back."""
    return decided_at >= subject.settled_at
