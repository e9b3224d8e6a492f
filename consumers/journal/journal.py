"""Compensations and dead letters as log entries, sealed with the key of the patient they are about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from consumers.journal.planned import ConflictNote, Outcome, Planned, Subject
from consumers.state.fold import KEPT_EDIT, Folded, fold_compensations, fold_letters
from consumers.state.view import View
from events.clock import World
from events.compensations import Body, Compensation, Phase, write_compensation
from events.crash_points import CrashPoint
from events.dead_letters import DeadLetter, Stage, write_dead_letter
from events.log.port import COMPENSATIONS, DEAD_LETTERS, Commit, Log, NewEntry, Position
from events.sealing.keys import PRACTICE_SUBJECT, DataKey, KeyStore

_INTENTS = (CrashPoint.BEFORE_INTENTS, CrashPoint.INTENTS_APPENDED, CrashPoint.INTENTS_FOLDED)
_OUTCOMES = (CrashPoint.BEFORE_OUTCOMES, CrashPoint.OUTCOMES_APPENDED, CrashPoint.OUTCOMES_FOLDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter to be appended: what is sealed in it, whom it is about, and the record or address it waits for."""

    letter: DeadLetter
    detail: dict[str, Any]
    subject: Subject
    waits_for: bytes | None = None


class Journal:
    """Appends what one run does to one workspace, and folds it into the view at once.

    `still_ours` are commits that hold only while what is written to is ours: from one that was replaced the log refuses them,
    and everything that goes with them (LogFenced).
    """

    def __init__(
        self,
        log: Log,
        keys: KeyStore,
        view: View,
        world: World,
        *,
        practice: str,
        run: str,
        address_of: Callable[[str], bytes],
        still_ours: Callable[[], Sequence[Commit]] = tuple,
    ) -> None:
        self._log, self._keys, self._view, self._world = log, keys, view, world
        self._practice, self._run, self._address_of, self._still_ours = practice, run, address_of, still_ours
        self.reached = world.reached

    def intend(self, planned: Sequence[Planned]) -> None:
        """Append the intents of these writes, durably, before any of them leaves."""
        entries = []
        for p in planned:
            body = Body(pbn_id=p.desired.pbn_id, values=p.values, written=list(p.send), before=p.before, answer=p.answer)
            entries.append((self._compensation(p, Phase.INTENDED, p.intent_id, None), body, p.subject))
        self._append(entries, points=_INTENTS)

    def settle(
        self,
        outcomes: Sequence[Outcome],
        *,
        kept: Sequence[tuple[Planned, Sequence[str]]] = (),
        notes: Sequence[ConflictNote] = (),
        commits: Sequence[Commit] = (),
        letters: Sequence[Letter] = (),
    ) -> None:
        """Append the outcomes and dead letters and commit the input offsets, in one atomic step. `kept` is what was not written
        because people changed these fields; `notes` follow the outcomes, which close the conflicts of a record that is made,
        deleted or restored.

        A record may be among the kept ones and have a dead letter too: apart from each other one of them would be lost when the
        process dies in between. The letters are dated after the outcomes: a letter older than a record's last outcome would
        count as overtaken.
        """
        entries = []
        for p, fields in kept:
            body = Body(pbn_id=p.desired.pbn_id, detail=", ".join(fields))
            entries.append((self._compensation(p, Phase.REFUSED, p.intent_id, KEPT_EDIT), body, p.subject))
        for o in outcomes:
            p = o.planned
            body = Body(pbn_id=p.desired.pbn_id, answer={**p.answer, **o.answer}, detail=o.detail)
            entries.append((self._compensation(p, o.phase, self._world.new_id(), o.reason), body, p.subject))
        for note in notes:
            body = Body(
                pbn_id=note.desired.pbn_id,
                values=note.ours,
                written=note.fields,
                before=note.before,
                answer=note.theirs,
                detail=note.detail,
            )
            entries.append((self._compensation(note.as_planned, Phase.REFUSED, note.event_id, note.reason), body, note.subject))
        now = self._world.now()
        self._append(entries, commits, [replace(x, letter=replace(x.letter, recorded_at=now)) for x in letters])

    def is_forgotten(self, subject: Subject) -> bool:
        """Return whether the person that a record is about was forgotten."""
        return self._keys.of(_owner(subject)) is None

    def letter(
        self, subject: Subject, stage: Stage, reason: str, attempt: int, detail: dict[str, Any], waits_for: bytes | None = None
    ) -> Letter:
        """Return a dead letter for `settle`."""
        cause = subject.cause
        letter = DeadLetter(
            event_id=self._world.new_id(),
            stage=stage,
            reason=reason,
            practice=self._practice,
            run=self._run,
            recorded_at=self._world.now(),
            entity=subject.entity,
            record_id=subject.record_id,
            workspace=self._view.workspace,
            origin=(cause.topic, cause.partition, cause.offset),
            attempt=attempt,
        )
        return Letter(letter=letter, detail=detail, subject=subject, waits_for=waits_for)

    def _compensation(self, p: Planned, phase: Phase, event_id: bytes, reason: str | None) -> Compensation:
        return Compensation(
            event_id=event_id,
            intent_id=p.intent_id,
            phase=phase,
            action=p.action,
            workspace=self._view.workspace,
            run=self._run,
            object=p.desired.object,
            twenty_id=p.desired.id.bytes,
            record_id=p.subject.record_id,
            cause=p.subject.cause,
            recorded_at=self._world.now(),
            undoes=p.undoes,
            reason=reason,
        )

    def _append(
        self,
        entries: Sequence[tuple[Compensation, Body, Subject]],
        commits: Sequence[Commit] = (),
        letters: Sequence[Letter] = (),
        points: tuple[CrashPoint, CrashPoint, CrashPoint] = _OUTCOMES,
    ) -> None:
        if not (entries or commits or letters):
            return
        new = []
        entries = [(event, body if self._keys.of(_owner(subject)) else Body(), subject) for event, body, subject in entries]
        for event, body, subject in entries:
            data = write_compensation(event, body, self._key(subject), self._world.entropy)
            new.append(NewEntry(COMPENSATIONS, subject.household, data))
        for x in letters:
            detail = x.detail if self._keys.of(_owner(x.subject)) else {}
            data = write_dead_letter(x.letter, detail, self._key(x.subject), self._world.entropy)
            new.append(NewEntry(DEAD_LETTERS, x.subject.household, data))
        before, appended, folded = points
        self.reached(before)
        positions = self._log.append(new, commits or self._still_ours())
        self.reached(appended)
        self._fold(entries, letters, positions, [len(entry.value) for entry in new])
        self.reached(folded)

    def _fold(
        self,
        entries: Sequence[tuple[Compensation, Body, Subject]],
        letters: Sequence[Letter],
        positions: Sequence[Position],
        sizes: Sequence[int],
    ) -> None:
        places = zip(entries, positions, sizes, strict=False)
        events = [Folded(e, body, p.partition, p.offset, size) for (e, body, _), p, size in places]
        if events:
            progress = {(COMPENSATIONS, p.partition): p.offset + 1 for _, p in zip(entries, positions, strict=False)}
            fold_compensations(self._view, events, progress, self._address_of)
        if letters:
            progress = {(DEAD_LETTERS, p.partition): p.offset + 1 for p in positions[len(entries) :]}
            fold_letters(self._view, [(x.letter, x.waits_for) for x in letters], progress)

    def _key(self, subject: Subject) -> DataKey:
        """Return the key of the patient. Events about people who were forgotten hold nothing of them, under the
        practice's key.
        """
        key = self._keys.of(_owner(subject)) or self._keys.of(PRACTICE_SUBJECT)
        assert key is not None, "the practice's own key cannot be forgotten"
        return key


def _owner(subject: Subject) -> bytes:
    return subject.patient_id or PRACTICE_SUBJECT
