"""A write as it is planned: what goes out, what it must be able to take back, and what came of it. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from consumers.journal.actors import Actor
from consumers.twenty.transport.errors import Refused
from events.compensations import Action, Cause, Phase
from events.vocabulary.entities import Entity
from projections.desired import Desired


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """The PbN record that a write belongs to: its id, its entity, the patient whose key seals it, its household (the log's
    key), its change event and the extract that it was read from. `settled_at` is when its last write was settled (ms since
    1970; 0 where that does not matter).
    """

    record_id: bytes
    entity: Entity
    patient_id: bytes | None
    household: bytes
    cause: Cause
    extract: str = ""
    settled_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One write. `send` are the values that go out, `before` the image of those fields, `values` and `answer` what the next
    comparison starts from. A `quiet` one needs no request: Twenty already holds what is wanted, and the log says so.
    `releases` marks a write that frees an e-mail address and therefore goes first, `in_trash` an update of a record that is
    soft-deleted and stays so. `undoes` are the intents that a write of a rollback takes back; other writes have none.
    """

    action: Action
    desired: Desired
    subject: Subject
    intent_id: bytes
    send: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    answer: Mapping[str, Any] = field(default_factory=dict)
    quiet: bool = False
    releases: bool = False
    in_trash: bool = False
    undoes: tuple[bytes, ...] = ()

    @property
    def phase_when_done(self) -> Phase:
        """Return the phase that settles this write once Twenty holds it."""
        return Phase.UNDONE if self.undoes else Phase.APPLIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of a planned write: APPLIED or UNDONE with what Twenty answered, or REFUSED with a reason code and Twenty's
    words.
    """

    planned: Planned
    phase: Phase
    answer: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None
    detail: str | None = None


def refused_outcome(p: Planned, error: Refused) -> Outcome:
    """Return the outcome of a write that Twenty refused: its reason code, and Twenty's words."""
    return Outcome(planned=p, phase=Phase.REFUSED, reason=error.kind.value, detail=error.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictNote:
    """A note about a record in Twenty that no write belongs to: a conflict that was met, or one that is settled.

    `fields` are those in conflict ("" for a whole record), `ours` the values of PbN, `theirs` those of Twenty, `before` what
    Twenty answered to our last write. `detail` is sealed with them.
    """

    event_id: bytes
    desired: Desired
    subject: Subject
    reason: str
    fields: tuple[str, ...]
    ours: Mapping[str, Any] = field(default_factory=dict)
    theirs: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    detail: str | None = None

    @property
    def as_planned(self) -> Planned:
        """Return the note in the form of a write that is never sent."""
        return Planned(action=Action.UPDATE, desired=self.desired, subject=self.subject, intent_id=self.event_id, quiet=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Fields that both a person and PbN changed, or a record that a person removed, and who did. Never a value."""

    object: str
    pbn_id: str | None
    twenty_id: str
    fields: tuple[str, ...]
    reason: str
    kept: bool
    changed_by: Actor | None = None
