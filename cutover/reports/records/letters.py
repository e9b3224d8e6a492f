"""Dead letters with their places: records that are kept back, and rows that made no record. Twenty is not asked."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from consumers.state.fold import DISMISSED
from consumers.state.view import View
from consumers.state.view_rows import Head
from cutover.reports.documents.oversight.dead_letters import Attempt, KeptBack, ReportedRow, ShownRecord, ShownRow
from cutover.reports.reasons import explain
from cutover.reports.records.naming import Names, RowName
from cutover.reports.records.refused_rows import Standing, pbn_id_of_row, standing_rows
from cutover.reports.records.settled_identities import SettledIdentities
from cutover.reports.records.sightings import Extracts, RowPlace, place_of, sightings_in
from events.change_events import ChangeEvent
from events.dead_letters import DeadLetter, detail_of, read_dead_letter
from events.decisions import Decided, Decisions
from events.log.port import DEAD_LETTERS, Log, read_all
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from producers.state.state import ProducerState

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The dead letters that are asked for; None asks for all."""

    reason: str | None = None
    records: frozenset[bytes] | None = None
    row: RowName | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that is kept back: its head, and its document."""

    head: Head
    document: KeptBack


@dataclass(frozen=True, slots=True)
class LetterOfRow:
    """A row that made no record: its dead letter, and its document."""

    standing: Standing
    document: ReportedRow


class Letters:
    """The dead letters of one workspace. The view and the producers' state must be caught up with the log."""

    def __init__(
        self,
        *,
        log: Log,
        keys: KeyStore,
        view: View,
        state: ProducerState,
        decisions: Decisions,
        practice: Practice,
        extracts: Extracts,
        fields: Container[str],
    ) -> None:
        """Take the names of the fields in Twenty as `fields`: no other word of Twenty's is shown in clear."""
        self._log, self._keys, self._view, self._practice = log, keys, view, practice
        self._extracts, self._fields = extracts, fields
        self._sightings = sightings_in(state)
        self._settled = SettledIdentities(decisions, keys, state.held_identities())
        self._names = Names(log, keys, practice)
        self._dismissed = {bytes.fromhex(x) for d in decisions.all(Decided.DEAD_LETTERS_DISMISSED) for x in d.body["rows"]}

    def records(self, wanted: Wanted) -> list[Kept]:
        """Return the records that are kept back, in the order of the log. Raises LogError, CodecError."""
        heads = [h for h in self._view.kept_back() if _is_wanted(h, wanted)]
        self._names.hold(heads)
        newest = {record: letters[-1] for record, letters in self._letters_of(heads).items()}
        found = [Kept(head, self._kept_back(head, newest.get(head.record_id))) for head in heads]
        return [x for x in found if _has_file(x.document["file"], wanted)]

    def rows(self, wanted: Wanted) -> list[LetterOfRow]:
        """Return the rows that made no record and that were not given up. Raises LogError, CodecError."""
        found = []
        for standing in self._standing():
            letter = standing.letter
            document = self._row(standing)
            if (
                letter.event_id not in self._dismissed
                and wanted.reason in (None, letter.reason)
                and (wanted.records is None or letter.record_id in wanted.records or _is_row(document, wanted.row))
                and _has_file(document["file"], wanted)
            ):
                found.append(LetterOfRow(standing, document))
        return found

    def count_rows(self) -> int:
        """Return the number of all such rows, without a look at what they name. Raises LogError, CodecError."""
        return sum(standing.letter.event_id not in self._dismissed for standing in self._standing())

    def _standing(self) -> Iterator[Standing]:
        return standing_rows(self._log, self._view, self._extracts, self._sightings, self._settled)

    def shown(self, kept: Sequence[Kept], *, decrypt: bool) -> list[ShownRecord]:
        """Return records with every dead letter that they had, and with `decrypt` their values and Twenty's words."""
        letters = self._letters_of([x.head for x in kept])
        return [
            {
                **x.document,
                "means": explain(x.document["reason"] or x.document["status"]),
                "letters": [self._attempt(letter, decrypt=decrypt) for letter in letters.get(x.head.record_id, ())],
                "values": _values(self._names.of(x.head).record) if decrypt else None,
            }
            for x in kept
        ]

    def shown_rows(self, rows: Sequence[LetterOfRow], *, decrypt: bool) -> list[ShownRow]:
        """Return rows that made no record, with `decrypt` their cells too."""
        return [
            {
                **x.document,
                "means": explain(x.document["reason"]),
                "cells": [str(cell) for cell in self._detail(x.standing.letter).get("cells", ())] if decrypt else None,
            }
            for x in rows
        ]

    def _letters_of(self, heads: Sequence[Head]) -> dict[bytes, list[DeadLetter]]:
        """Return the dead letters of these records in their present revision, oldest first."""
        places = {(h.record_id, h.partition, h.offset) for h in heads}
        found: defaultdict[bytes, list[DeadLetter]] = defaultdict(list)
        for entry in read_all(self._log, DEAD_LETTERS) if places else ():
            letter = read_dead_letter(entry.value)
            if letter.workspace != self._view.workspace or letter.record_id is None or letter.origin is None:
                continue
            if (letter.record_id, *letter.origin[1:]) in places and letter.reason != DISMISSED:
                found[letter.record_id].append(letter)
        return found

    def _kept_back(self, head: Head, letter: DeadLetter | None) -> KeptBack:
        named = self._names.of(head)
        place = self._place(head.record_id, named.event)
        detail = self._detail(letter) if letter else {}
        return {
            "record": str(UUID(bytes=head.record_id)),
            "pbnId": self._names.pbn_id(named),
            "entity": head.entity.value,
            "reason": head.reason,
            "status": head.status,
            "attempts": head.attempts,
            "position": f"offset:{head.partition}:{head.offset}",
            "stage": letter.stage.value if letter else None,
            "run": letter.run if letter else None,
            "recorded_at": letter.recorded_at.isoformat() if letter else None,
            "extract": place.extract if place else None,
            "file": self._extracts.file_name(place) if place else None,
            "row": place.row if place else None,
            "object": detail.get("object"),
            "field": self._field(detail),
        }

    def _row(self, standing: Standing) -> ReportedRow:
        letter, place, position = standing
        return {
            "reason": letter.reason,
            "entity": letter.entity.value if letter.entity else None,
            "pbnId": pbn_id_of_row(letter, self._keys, self._practice),
            "extract": place.extract,
            "file": self._extracts.file_name(place),
            "row": place.row,
            "run": letter.run,
            "recorded_at": letter.recorded_at.isoformat(),
            "position": f"offset:{position[0]}:{position[1]}",
        }

    def _attempt(self, letter: DeadLetter, *, decrypt: bool) -> Attempt:
        return {
            "recorded_at": letter.recorded_at.isoformat(),
            "run": letter.run,
            "stage": letter.stage.value,
            "reason": letter.reason,
            "attempt": letter.attempt,
            "words": self._detail(letter).get("detail") if decrypt else None,
        }

    def _place(self, record_id: bytes, event: ChangeEvent) -> RowPlace | None:
        return place_of(record_id, event.source, self._sightings, self._extracts)

    def _detail(self, letter: DeadLetter) -> dict[str, Any]:
        try:
            return detail_of(letter, self._keys)
        except KeyDestroyed:
            return {}

    def _field(self, detail: dict[str, Any]) -> str | None:
        """Return the field that Twenty's words name. Of words that may repeat a value nothing else is taken."""
        named = [*detail.get("fields", ()), *_WORD.findall(detail.get("detail") or "")]
        return next((word for word in named if word.rpartition(".")[2] in self._fields), None)


def _is_wanted(head: Head, wanted: Wanted) -> bool:
    return wanted.reason in (None, head.reason) and (wanted.records is None or head.record_id in wanted.records)


def _has_file(file: str | None, wanted: Wanted) -> bool:
    return wanted.file is None or _is_called(file, wanted.file)


def _is_row(document: ReportedRow, row: RowName | None) -> bool:
    return row is not None and document["row"] == row.row and _is_called(document["file"], row.file)


def _is_called(file: str | None, name: str) -> bool:
    return file is not None and name in (file, file.rpartition("/")[2])


def _values(record: Record | None) -> dict[str, Any] | None:
    return None if record is None else {**record.values, **record.custom}
