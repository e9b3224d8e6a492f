"""Rows that cannot be carried become dead letters, once: the id of a row's dead letter is the row's fingerprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from events.clock import World
from events.crash_points import CrashPoint
from events.dead_letters import DeadLetter, Stage, write_dead_letter
from events.log.port import DEAD_LETTERS, Log, NewEntry
from events.sealing.keys import PRACTICE_SUBJECT, KeyStore
from events.vocabulary.entities import Entity
from producers.state.state import ProducerState

LONGEST_CELL = 10_000
"""Characters of a cell that a dead letter keeps: thousands of rows may be refused, each of megabytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that was not carried: where it is, why, and its cells (which are sealed)."""

    fingerprint: bytes
    entity: Entity | None
    reason: str
    file: bytes
    row: int
    cells: Sequence[str]
    record_id: bytes | None = None
    detail: Mapping[str, str] = field(default_factory=dict)
    """Further contents of its dead letter, sealed."""


def shortened(cells: Sequence[str]) -> list[str]:
    """Return a row's cells as its dead letter keeps them: the long ones cut. The whole row is in its file."""
    return [cell if len(cell) <= LONGEST_CELL else cell[:LONGEST_CELL] for cell in cells]


@dataclass(kw_only=True)
class Refusals:
    """Collects the refused rows of one extract and appends those that are new."""

    log: Log
    keys: KeyStore
    state: ProducerState
    world: World
    practice: str
    run: str
    extract: str
    count: int = 0

    def record(self, rows: Sequence[RefusedRow]) -> int:
        """Append dead letters for rows not met before; remember where the others stand now. Gives the number appended."""
        known = self.state.refused()
        fresh = {r.fingerprint: r for r in rows if r.fingerprint not in known}
        key = self.keys.of(PRACTICE_SUBJECT)
        assert key is not None, "the practice's own key cannot be forgotten"
        entries = []
        for r in fresh.values():
            letter = DeadLetter(
                event_id=r.fingerprint,
                stage=Stage.PRODUCE,
                reason=r.reason,
                practice=self.practice,
                run=self.run,
                recorded_at=self.world.now(),
                entity=r.entity,
                record_id=r.record_id,
                extract=self.extract,
                file=r.file,
                row=r.row,
            )
            data = write_dead_letter(letter, {"cells": list(r.cells), **r.detail}, key, self.world.entropy)
            entries.append(NewEntry(DEAD_LETTERS, r.fingerprint, data))
        if entries:
            self.world.reached(CrashPoint.BEFORE_REFUSED_ROWS)
        positions = self.log.append(entries) if entries else []
        if entries:
            self.world.reached(CrashPoint.REFUSED_ROWS_APPENDED)
        self.state.save(
            refused=list(fresh),
            sightings=[(r.fingerprint, self.extract, r.file, r.row) for r in rows],
            progress={(DEAD_LETTERS, p.partition): p.offset + 1 for p in positions},
        )
        if entries:
            self.world.reached(CrashPoint.REFUSED_ROWS_FOLDED)
        self.count += len(rows)
        return len(entries)
