"""Rows that have the id of another row and say something else: kept out of the stream, and settled from all rows of their id.

Most are found before the first event of their entity is appended. Found later, and settled then from another reading of the
tables, is a row beside another one that is as it was, and what is too much to be kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from events.vocabulary.entities import Entity
from producers.changes.books import ADDED_UP, SAME_RECORD, Term
from producers.changes.patient_survey import PatientSurvey
from producers.changes.rows.candidates import Candidate
from producers.changes.rows.differing_rows import Differing, DifferingRows, is_doubled
from producers.changes.rows.reading import Reading
from producers.records.added_up import Part, add_up
from producers.records.doubled_ids import OTHER_PERSON, TWO_PEOPLE, Judgement, holds_id, is_by_patient, joined, judge
from producers.state.presence import Presence
from producers.state.state import ProducerState

Groups = Mapping[str, Sequence[Differing]]
"""Rows by the native id that they have."""


@dataclass(kw_only=True)
class DoubledRows:
    """The doubled ids of one entity. `survey` is that of patients; `held` are the ids under which two people stand, with the
    reason; `at_several_locations` those whose rows name several locations.
    """

    rows: DifferingRows
    reading: Reading
    state: ProducerState
    presence: Presence
    survey: PatientSurvey | None
    held: dict[str, str] = field(default_factory=dict)
    at_several_locations: list[str] = field(default_factory=list)
    _settled: set[str] = field(default_factory=set)
    _made: list[Candidate] = field(default_factory=list)

    def settle(self) -> None:
        """Settle the ids that are known to be doubled before anything is appended."""
        survey = self.survey
        if survey is None and not self.rows.were_kept:
            return
        groups = self.rows.doubled()
        more = {named for named, _ in self._beside_unchanged(groups)}
        if survey is not None:
            survey.finish()
            if self.presence.unchanged:
                more |= set(survey.doubted([record for record in self.rows.kept() if record.native_id not in groups]))
        groups |= self.rows.rows_of(more)
        for native, fingerprint in self._beside_unchanged(groups):  # a row that is as it was is counted already
            groups[native] = [
                Differing(c._replace(page=None) if c.fingerprint == fingerprint else c, cells) for c, cells in groups[native]
            ]
        if survey is not None:
            survey.forget(groups)
        self._settle(groups)

    def others(self, number: int) -> Iterator[Candidate]:
        """Yield the rows of a table whose ids are not doubled."""
        held = self.survey.others if self.survey is not None else frozenset[str]()
        if not held and not self._settled:
            yield from self.rows.candidates_of_table(number)
            return
        for one in self.rows.of_table(number):
            native = one.candidate.record.native_id
            if native in held and native not in self._settled:
                self._hold([one], OTHER_PERSON)
            elif native not in self._settled:
                yield one.candidate

    def together(self, doubted: list[Candidate]) -> list[Candidate]:
        """Return the candidates that rows of one id make together. `doubted` are the rows that the stream left out; it is
        emptied.
        """
        open_rows: dict[str, list[Candidate]] = {}
        for candidate in doubted:
            open_rows.setdefault(candidate.record.native_id, []).append(candidate)
        doubted.clear()
        aside: dict[str, Sequence[Differing]] = dict(self.rows.aside)
        for native, rows in self.rows.rows_of({*open_rows, *dict(self._beside_unchanged(aside))}).items():
            mine = [*open_rows.get(native, ()), *(one.candidate for one in aside.get(native, ()))]
            if native in aside or is_doubled(rows):
                places = {(c.file, c.row) for c in mine}
                aside[native] = [
                    Differing(c if (c.file, c.row) in places else c._replace(page=None), cells) for c, cells in rows
                ]
            else:
                for candidate in mine:
                    candidate.count_as_repeat_of(rows[0].candidate.fingerprint)
        self._settle(aside)
        self.presence.see_ids(self._ids(self._settled))
        return self._made

    def _beside_unchanged(self, native_ids: Collection[str]) -> list[tuple[str, bytes]]:
        """Return those of these ids of which a row was met that is as it was, and the fingerprint of that row."""
        named = dict(zip(self._ids(native_ids), native_ids, strict=True))
        known = self.state.known(list(named))
        return [(named[i], one.fingerprint) for i, one in known.items() if self.presence.has_seen(one)]

    def _ids(self, native_ids: Collection[str]) -> list[bytes]:
        return [self.reading.record_id(self.rows.entity, native) for native in native_ids]

    def _settle(self, groups: Groups) -> None:
        judged = {native: self._judged(native, rows) for native, rows in groups.items()} | self._added_up(groups)
        survey = self.survey
        if survey is not None:
            for native, judgement in judged.items():
                if judgement.carried is not None:
                    survey.see(groups[native][judgement.source].candidate._replace(record=judgement.carried))
            survey.finish()
            judged |= {native: Judgement(carried=None, reason=OTHER_PERSON) for native in survey.others & judged.keys()}
        for native, judgement in judged.items():
            self._settled.add(native)
            rows = groups[native]
            if judgement.carried is None:
                self._hold(rows, judgement.reason or "")
                continue
            if judgement.reason is not None:
                self._list(rows, judgement.reason)
            candidates = [one.candidate for one in rows]
            carrying = next((c for c in (candidates[judgement.source], *candidates) if c.page is not None), candidates[0])
            for candidate in candidates:
                if candidate is not carrying:
                    candidate.count_as_repeat_of(carrying.fingerprint, ADDED_UP if judgement.is_sum else SAME_RECORD)
            source = candidates[judgement.source]._replace(record=judgement.carried, page=carrying.page)
            self._made.append(source._replace(fingerprint=self._together(candidates)) if len(rows) > 1 else source)

    def _judged(self, native: str, rows: Sequence[Differing]) -> Judgement:
        records = [one.candidate.record for one in rows]
        if not is_doubled(rows):
            return Judgement(carried=joined(records))
        identities, entity = self.reading.identities, self.rows.entity
        if entity is Entity.PATIENT and identities:
            counting = identities.counting(self.reading.record_id(entity, native), records)
            if counting is not None:
                return Judgement(carried=joined([records[counting], *records]), source=counting)
        return judge(records)

    def _added_up(self, groups: Groups) -> dict[str, Judgement]:
        """Return the balances of patients whose rows are parts of one."""
        by_patient = {n: rows for n, rows in groups.items() if len(rows) > 1 and is_by_patient(rows[0].candidate.record)}
        if not by_patient:
            return {}
        dividing, amounts = self.rows.parts()
        parts = {
            native: [Part(one.candidate.file, tuple(map(str.strip, one.cells)), one.candidate.record) for one in rows]
            for native, rows in by_patient.items()
        }
        return {native: Judgement(carried=record, is_sum=True) for native, record in add_up(parts, dividing, amounts).items()}

    def _hold(self, rows: Sequence[Differing], reason: str) -> None:
        self._list(rows, reason)
        for one in rows:
            one.candidate.settle(Term.HELD, reason)
            if holds_id(reason, self.rows.entity):
                self.held[one.candidate.record.native_id] = reason
        if reason == TWO_PEOPLE and len(self.rows.locations(rows)) > 1:
            self.at_several_locations.append(rows[0].candidate.record.native_id)

    def _list(self, rows: Sequence[Differing], reason: str) -> None:
        for one in rows:
            self.reading.list_row(*one, reason)

    def _together(self, candidates: Sequence[Candidate]) -> bytes:
        """Return the fingerprint of several rows, whatever their order. No single row has it: each is read again in every
        run.
        """
        marks = sorted({candidate.fingerprint for candidate in candidates})
        return marks[0] if len(marks) == 1 else self.reading.fingerprints.combine(b"".join(marks))
