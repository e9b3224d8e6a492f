"""Patients' ids under which two people stand: their rows, their places, the rows that wait. Twenty is not asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from cutover.reports.documents.oversight.identities import HeldIdentity, HeldRow
from cutover.reports.records.refused_rows import pbn_id_of_row, stated_place, was_read_since
from cutover.reports.records.settled_identities import decided_and_read
from cutover.reports.records.sightings import Extracts, RowPlace, sightings_in
from events.change_events import read_change
from events.dead_letters import DeadLetter, Stage, detail_of, read_dead_letter
from events.decisions import Decided, Decision, Decisions
from events.log.pages import Pages
from events.log.port import CHANGES, DEAD_LETTERS, Log, read_all
from events.sealing.keys import KeyStore
from events.vocabulary.entities import Entity, pbn_id
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from producers.changes.rows.decided_identities import PERSON, DecidedIdentities
from producers.records.doubled_ids import holds_id
from producers.state.identities import IDENTITY_HELD, WAITS_FOR
from producers.state.state import ProducerState

_Row = tuple[DeadLetter, RowPlace]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundIdentity:
    """An id under which two people stand: its document, the hash of the person of each of its rows, and the record ids of the
    rows of other tables that wait, in the order in which the document has them.
    """

    document: HeldIdentity
    people: list[str | None]
    waiting: list[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identities:
    """The ids under which two people stand. The producers' state must be caught up with the log."""

    log: Log
    keys: KeyStore
    state: ProducerState
    decisions: Decisions
    practice: Practice
    extracts: Extracts
    people: DecidedIdentities
    last: Callable[[bytes], Record | None]

    def found(self, *, decrypt: bool) -> list[FoundIdentity]:
        """Return the ids that are held, and those that were decided since a delivery was read last.

        With `decrypt` their rows have cells. Raises LogError, CodecError.
        """
        held, decided = self.state.held_identities(), self._decided()
        rows: dict[bytes, list[_Row]] = {record_id: [] for record_id in {**held, **decided}}
        waiting: dict[bytes, dict[bytes, _Row]] = {record_id: {} for record_id in {**rows, **self.people.shared}}
        for letter, place in self._letters() if waiting else ():
            if letter.reason == IDENTITY_HELD:
                awaited = bytes.fromhex(self._detail(letter, WAITS_FOR) or "")
                waiting.setdefault(awaited, {})[letter.record_id or letter.event_id] = (letter, place)
            elif letter.record_id in rows:
                rows[letter.record_id].append((letter, place))
        listed = [*rows, *(one for one in self.people.shared if one not in rows and waiting[one])]
        return [
            FoundIdentity(
                document=self._document(one, rows.get(one, []), decided.get(one), waiting[one], decrypt=decrypt),
                people=[self._detail(letter, PERSON) for letter, _ in rows.get(one, ())],
                waiting=list(waiting[one]),
            )
            for one in listed
        ]

    def _decided(self) -> dict[bytes, Decision]:
        """Return the last decision about each id of which no delivery was read since."""
        found: dict[bytes, Decision] = {}
        for decision in decided_and_read(self.decisions):
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
            if letter.stage is not Stage.PRODUCE or not (
                letter.reason == IDENTITY_HELD or holds_id(letter.reason, letter.entity)
            ):
                continue
            place = sightings.get(letter.event_id) or stated_place(letter)
            if letter.event_id in met or self.extracts.is_history(place, letter.entity) or self._was_carried(letter, place):
                continue
            met.add(letter.event_id)
            yield letter, place

    def _was_carried(self, letter: DeadLetter, place: RowPlace) -> bool:
        """Return whether the very row was carried since."""
        if letter.reason != IDENTITY_HELD or letter.record_id is None:
            return False
        known = self.state.known([letter.record_id]).get(letter.record_id)
        if known is None:
            return False
        if known.fingerprint == letter.event_id:
            return True
        event = read_change(Pages(self.log, CHANGES).entry(known.partition, known.offset).value)
        return was_read_since(letter, place, event)

    def _detail(self, letter: DeadLetter, name: str) -> str | None:
        found = detail_of(letter, self.keys).get(name)
        return found if isinstance(found, str) else None

    def _document(
        self,
        record_id: bytes,
        rows: list[_Row],
        decision: Decision | None,
        waiting: Mapping[bytes, _Row],
        *,
        decrypt: bool,
    ) -> HeldIdentity:
        names = (pbn_id_of_row(letter, self.keys, self.practice) for letter, _ in rows)
        return {
            "record": str(UUID(bytes=record_id)),
            "pbnId": next((name for name in names if name is not None), None) or self._name(record_id),
            "reason": rows[-1][0].reason if rows else self.state.held_identities().get(record_id, IDENTITY_HELD),
            "since": min(letter.recorded_at for letter, _ in rows).isoformat() if rows else None,
            "state": "open" if decision is None else "decided",
            "verdict": decision.body["verdict"] if decision else None,
            "by": decision.body["by"] if decision else None,
            "rows": [self._row(letter, place, decrypt=decrypt) for letter, place in rows],
            "waiting": len(waiting),
            "waiting_rows": [self._row(letter, place, decrypt=decrypt) for letter, place in waiting.values()],
        }

    def _name(self, record_id: bytes) -> str | None:
        """Return the pbnId of a record that lives."""
        record = self.last(record_id)
        return None if record is None else pbn_id(self.practice.id, Entity.PATIENT, record.native_id)

    def _row(self, letter: DeadLetter, place: RowPlace, *, decrypt: bool) -> HeldRow:
        return {
            "reason": letter.reason,
            "extract": place.extract,
            "file": self.extracts.file_name(place),
            "row": place.row,
            "recorded_at": letter.recorded_at.isoformat(),
            "cells": [str(cell) for cell in detail_of(letter, self.keys)["cells"]] if decrypt else None,
        }


def shown_place(row: HeldRow) -> str:
    """Return the file and the number of a row."""
    return f"{row['file']}:{row['row']}"
