"""Patients' ids under which two people stand: their rows, their places, the rows that wait. Twenty is not asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from cutover.reports.documents.oversight.identities import HeldIdentity, HeldRow
from cutover.reports.records.refused_rows import pbn_id_of_row, stated_place
from cutover.reports.records.sightings import Extracts, RowPlace, sightings_in
from events.dead_letters import DeadLetter, Stage, detail_of, read_dead_letter
from events.decisions import Decided, Decision, Decisions
from events.log.port import DEAD_LETTERS, Log, read_all
from events.sealing.keys import KeyStore
from events.vocabulary.practice import Practice
from producers.changes.rows.decided_identities import PERSON
from producers.records.doubled_ids import OTHER_PERSON, TWO_PEOPLE
from producers.state.identities import IDENTITY_HELD, WAITS_FOR
from producers.state.state import ProducerState


@dataclass(frozen=True, slots=True)
class FoundIdentity:
    """An id under which two people stand: its document, and the hash of the person of each of its rows."""

    document: HeldIdentity
    people: list[str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """The ids under which two people stand. The producers' state must be caught up with the log."""

    log: Log
    keys: KeyStore
    state: ProducerState
    decisions: Decisions
    practice: Practice
    extracts: Extracts

    def found(self, *, decrypt: bool) -> list[FoundIdentity]:
        """Return the ids that are held, and those that were decided since a delivery was read last.

        With `decrypt` their rows have cells. Raises LogError, CodecError.
        """
        held, decided = self.state.held_identities(), self._decided()
        rows: dict[bytes, list[tuple[DeadLetter, RowPlace]]] = {record_id: [] for record_id in {**held, **decided}}
        waiting: Counter[str] = Counter()
        for letter, place in self._letters() if rows else ():
            if letter.reason == IDENTITY_HELD:
                waiting[self._detail(letter, WAITS_FOR) or ""] += 1
            elif letter.record_id in rows:
                rows[letter.record_id].append((letter, place))
        return [
            FoundIdentity(
                self._document(record_id, mine, decided.get(record_id), waiting[record_id.hex()], decrypt=decrypt),
                [self._detail(letter, PERSON) for letter, _ in mine],
            )
            for record_id, mine in rows.items()
        ]

    def _decided(self) -> dict[bytes, Decision]:
        """Return the last decision about each id of which no delivery was read since."""
        found: dict[bytes, Decision] = {}
        for decision in self.decisions.all(Decided.IDENTITY_DECIDED, Decided.EXTRACT_READ):
            if decision.decided is Decided.EXTRACT_READ:
                found.clear()
            else:
                found[bytes.fromhex(decision.body["record"])] = decision
        return found

    def _letters(self) -> Iterator[tuple[DeadLetter, RowPlace]]:
        """Yield the rows that hold an id or wait for one, where they were seen last."""
        sightings, met = sightings_in(self.state), set[bytes]()
        for entry in read_all(self.log, DEAD_LETTERS):
            letter = read_dead_letter(entry.value)
            if letter.stage is not Stage.PRODUCE or letter.reason not in (TWO_PEOPLE, OTHER_PERSON, IDENTITY_HELD):
                continue
            place = sightings.get(letter.event_id) or stated_place(letter)
            if letter.event_id in met or self.extracts.is_history(place, letter.entity) or self._was_carried(letter):
                continue
            met.add(letter.event_id)
            yield letter, place

    def _was_carried(self, letter: DeadLetter) -> bool:
        """Return whether the very row was carried since."""
        if letter.reason != IDENTITY_HELD or letter.record_id is None:
            return False
        return any(known.fingerprint == letter.event_id for known in self.state.known([letter.record_id]).values())

    def _detail(self, letter: DeadLetter, name: str) -> str | None:
        found = detail_of(letter, self.keys).get(name)
        return found if isinstance(found, str) else None

    def _document(
        self,
        record_id: bytes,
        rows: list[tuple[DeadLetter, RowPlace]],
        decision: Decision | None,
        waiting: int,
        *,
        decrypt: bool,
    ) -> HeldIdentity:
        names = (pbn_id_of_row(letter, self.keys, self.practice) for letter, _ in rows)
        return {
            "record": str(UUID(bytes=record_id)),
            "pbnId": next((name for name in names if name is not None), None),
            "reason": rows[-1][0].reason if rows else self.state.held_identities().get(record_id, ""),
            "since": min(letter.recorded_at for letter, _ in rows).isoformat() if rows else None,
            "state": "open" if decision is None else "decided",
            "verdict": decision.body["verdict"] if decision else None,
            "by": decision.body["by"] if decision else None,
            "rows": [self._row(letter, place, decrypt=decrypt) for letter, place in rows],
            "waiting": waiting,
        }

    def _row(self, letter: DeadLetter, place: RowPlace, *, decrypt: bool) -> HeldRow:
        return {
            "reason": letter.reason,
            "extract": place.extract,
            "file": self.extracts.file_name(place),
            "row": place.row,
            "recorded_at": letter.recorded_at.isoformat(),
            "cells": [str(cell) for cell in detail_of(letter, self.keys)["cells"]] if decrypt else None,
        }
