"""Everything that did not move as it stands in PbN, and why: values, rows, records, files and providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from consumers.reconcile.doubts import Doubt
from consumers.reconcile.reconciliation import Lost, Reconciliation
from consumers.state.fold import ADDRESS_TAKEN
from consumers.state.view import Head, View
from cutover.reports.documents.reconcile import ReportedIssue
from cutover.reports.sightings import Extracts, Place, extracts_read, place_of
from events.change_events import ChangeEvent, Origin, read_change, record_of
from events.dead_letters import DeadLetter, Stage, detail_of, read_dead_letter
from events.decisions import Decisions
from events.log.port import CHANGES, DEAD_LETTERS, Log, read_all
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.entities import Entity, pbn_id, twenty_id
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from producers.state.state import ProducerState
from projections.desired import Context


def issues(
    *,
    log: Log,
    keys: KeyStore,
    view: View,
    state: ProducerState,
    decisions: Decisions,
    context: Context,
    found: Reconciliation,
) -> list[ReportedIssue]:
    """All issues as things are now, by file and row; those without a file come last.

    `view` and `state` must be caught up with the log; `found` is the comparison of all records. Raises LogError, CodecError.
    """
    work = _Issues(log, keys, view, context, extracts_read(decisions), _sightings(state))
    listed = (work.of_files(), work.of_records(found.doubts), work.kept_back(), work.refused_rows(), work.left_out(found.lost))
    return sorted(chain.from_iterable(listed), key=_order)


def _sightings(state: ProducerState) -> dict[bytes, Place]:
    return {event: Place(*place) for event, place in state.sightings().items()}


def _order(issue: ReportedIssue) -> tuple[bool, str, int, str, str, str, str]:
    place = (issue["file"] is None, issue["file"] or "", issue["row"] or 0)
    return *place, issue["entity"] or "", issue["pbnId"] or "", issue["field"] or "", issue["reason"]


class _Issues:
    def __init__(
        self, log: Log, keys: KeyStore, view: View, context: Context, extracts: Extracts, sightings: Mapping[bytes, Place]
    ) -> None:
        self._log, self._keys, self._view, self._context = log, keys, view, context
        self._extracts, self._sightings = extracts, sightings

    def of_files(self) -> Iterator[ReportedIssue]:
        """Files of the last extract that carry nothing."""
        last = self._extracts.last
        for issue in last.file_issues if last else ():
            row = issue.row or 0
            yield ReportedIssue(
                reason=issue.reason, entity=None, pbnId=None, file=issue.file, sheet=issue.sheet, row=row, field=None
            )

    def of_records(self, doubts: Sequence[Doubt]) -> Iterator[ReportedIssue]:
        """Yield the fields of live records that are in doubt."""
        for x in doubts:
            yield self._at(x.record_id, x.source, x.entity, x.native_id, x.reason, x.field)

    def kept_back(self) -> Iterator[ReportedIssue]:
        """Records that Twenty refused, or that wait for their patient or for an e-mail address."""
        for head in self._view.kept_back():
            event = self._event(head)
            record = self._open(event)
            if record is not None:
                field = "emails" if head.reason == ADDRESS_TAKEN else None
                yield self._of_event(event, record, head.reason or head.status, field)

    def left_out(self, lost: Sequence[Lost]) -> Iterator[ReportedIssue]:
        """Values that the workspace would have refused."""
        heads = self._view.heads([x.record_id for x in lost])
        for x in lost:
            event = self._event(heads[x.record_id])
            record = self._open(event)
            if record is not None:
                yield self._of_event(event, record, x.reason, x.field)

    def refused_rows(self) -> Iterator[ReportedIssue]:
        """Rows that made no record, as far as they still stand."""
        reported: set[bytes] = set()
        for entry in read_all(self._log, DEAD_LETTERS):
            letter = read_dead_letter(entry.value)
            if letter.stage is not Stage.PRODUCE or letter.event_id in reported:
                continue
            reported.add(letter.event_id)
            place = self._sightings.get(letter.event_id) or _stated_place(letter)
            if self._extracts.is_history(place, letter.entity) or self._was_mended(letter, place):
                continue
            yield ReportedIssue(
                reason=letter.reason,
                entity=letter.entity.value if letter.entity else None,
                pbnId=_pbn_id_of_row(letter, self._keys, self._context.practice),
                file=self._extracts.file_name(place),
                sheet=None,
                row=place.row,
                field=None,
            )

    def _was_mended(self, letter: DeadLetter, place: Place) -> bool:
        """Whether the record that a row names was read from a later extract since, or from this very row."""
        if letter.record_id is None:
            return False
        head = self._view.heads([letter.record_id]).get(letter.record_id)
        if head is None:
            return False
        event = self._event(head)
        return event.fingerprint == letter.event_id or self._extracts.is_later(event.source.extract, place.extract)

    def _event(self, head: Head) -> ChangeEvent:
        return read_change(self._log.read(CHANGES, head.partition, head.offset, 1)[0].value)

    def _open(self, event: ChangeEvent) -> Record | None:
        try:
            return record_of(event, self._keys)
        except KeyDestroyed:
            return None

    def _of_event(self, event: ChangeEvent, record: Record, reason: str, field: str | None) -> ReportedIssue:
        return self._at(event.record_id, event.source, event.entity, record.native_id, reason, field)

    def _at(
        self, record_id: bytes, source: Origin, entity: Entity, native_id: str, reason: str, field: str | None
    ) -> ReportedIssue:
        place = place_of(record_id, source, self._sightings, self._extracts)
        return ReportedIssue(
            reason=reason,
            entity=entity.value,
            pbnId=self._context.pbn_id(entity, native_id),
            file=self._extracts.file_name(place) if place else None,
            sheet=None,
            row=place.row if place else None,
            field=field,
        )


def _stated_place(letter: DeadLetter) -> Place:
    return Place(letter.extract or "", letter.file or bytes(32), letter.row or 0)


def _pbn_id_of_row(letter: DeadLetter, keys: KeyStore, practice: Practice) -> str | None:
    """The pbnId of the record that a refused row names. The letter knows only its hash: the cell that makes it is the id."""
    if letter.record_id is None or letter.entity is None:
        return None
    try:
        cells = detail_of(letter, keys).get("cells", ())
    except KeyDestroyed:
        return None
    named = (pbn_id(practice.id, letter.entity, str(cell).strip()) for cell in cells)
    return next((name for name in named if twenty_id(practice.namespace, name).bytes == letter.record_id), None)
