"""Records whose patient was not carried, and lines whose plan is in no table: one finding for each column and cause.

The records themselves are in the log and wait for their patient; the lines are dead letters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from events.change_events import read_change
from events.log.pages import Pages
from events.vocabulary.mapping import TableKind
from producers.binding.findings import Finding, shown
from producers.binding.sampled import BoundTable
from producers.records.plans import UNKNOWN_PLAN
from producers.sources.extract import Extract
from producers.state.refusals import RefusedRow
from producers.state.state import ProducerState

UNKNOWN_PATIENT = "unknown_patient"
MOST = 1_000
"""Orphans of an entity that are looked at."""
_PLACES = 3


class _Cause(NamedTuple):
    """A file, the column that names what is missing, and what happened."""

    file: str
    field: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Orphans:
    """The orphans of one extract. `left_out` are the patients whose rows were refused, or are not migrated."""

    extract: Extract
    tables: Sequence[BoundTable]
    left_out: Collection[bytes]

    def findings(self, state: ProducerState, events: Pages, refused: Sequence[RefusedRow]) -> list[Finding]:
        """Return a finding for each column and cause, with the number of rows and the first of them.

        `state` and the log, whose `events` are read, must hold the extract; `refused` are its refused rows. Raises LogError,
        CodecError.
        """
        rows: dict[_Cause, list[int]] = {}
        for cause, row in (*self._without_patient(state, events), *self._without_plan(refused)):
            rows.setdefault(cause, []).append(row)
        return [self._finding(cause, sorted(found)) for cause, found in rows.items()]

    def _without_patient(self, state: ProducerState, events: Pages) -> Iterator[tuple[_Cause, int]]:
        files = self._files()
        for orphans in state.orphans(MOST).values():
            places = state.places_seen([known.record_id for known in orphans])
            events.hold((known.partition, known.offset) for known in orphans)
            for known in orphans:
                origin = read_change(events.entry(known.partition, known.offset).value).source
                extract, part, row = places.get(known.record_id, (origin.extract, origin.part, origin.row))
                if extract == self.extract.id and part in files:
                    why = "were left out or refused" if known.patient_id in self.left_out else "are in none of the exports"
                    yield _Cause(files[part], "patient_id", f"records of patients who {why}"), row

    def _without_plan(self, refused: Sequence[RefusedRow]) -> Iterator[tuple[_Cause, int]]:
        files = self._files()
        for row in refused:
            if row.reason == UNKNOWN_PLAN and row.file in files:
                yield _Cause(files[row.file], "plan_id", "lines of treatment plans that are in none of the exports"), row.row

    def _files(self) -> dict[bytes, str]:
        return {bytes.fromhex(sha256): name for name, sha256 in self.extract.sha256.items()}

    def _finding(self, cause: _Cause, rows: Sequence[int]) -> Finding:
        header, where = self._column(cause)
        least = "at least " if len(rows) >= MOST else ""
        places = ", ".join(map(str, rows[:_PLACES])) + (" …" if len(rows) > _PLACES else "")
        text = f"{where}: {cause.text}: {least}{len(rows):,} (row{'s' if len(rows) > 1 else ''} {places})"
        code = UNKNOWN_PATIENT if cause.field == "patient_id" else UNKNOWN_PLAN
        return Finding(code=code, file=cause.file, column=header, text=text)

    def _column(self, cause: _Cause) -> tuple[str | None, str]:
        """Return the header of the column that names what is missing, and the words for its place."""
        for bound in self.tables:
            name = "native_id" if cause.field == "plan_id" and bound.binding.kind is TableKind.TREATMENT_PLAN else cause.field
            for index, column in enumerate(bound.binding.columns):
                if bound.table.file == cause.file and column.field == name:
                    return bound.table.headers[index], f"{cause.file}, {shown(bound.table.headers, index)}"
        return None, cause.file
