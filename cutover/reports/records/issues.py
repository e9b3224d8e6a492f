"""Everything that did not move as it stands in PbN, and why: values, rows, records, files and providers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from consumers.reconcile.doubt_groups import LISTED, DoubtGroup
from consumers.reconcile.reconciliation import Lost, Reconciliation
from consumers.state.fold import ADDRESS_TAKEN, DISMISSED
from consumers.state.view import View
from consumers.state.view_rows import Head
from cutover.reports.documents.oversight.reconcile import ReportedIssue
from cutover.reports.records.places import RowPlaces
from cutover.reports.records.refused_rows import pbn_id_of_row, standing_rows
from cutover.reports.records.settled_identities import SettledIdentities
from cutover.reports.records.sightings import Extracts, RowPlace, extracts_read, place_of, sightings_in
from events.change_events import ChangeEvent, Origin, read_change, record_of
from events.dead_letters import DeadLetter, read_dead_letter
from events.decisions import Decisions
from events.log.port import CHANGES, DEAD_LETTERS, Log, read_all
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed
from events.vocabulary.entities import Entity
from events.vocabulary.records import Record
from producers.binding.links import PADDED_IDS
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
    """Return all issues as things are now, by file and row; those without a file come last.

    `view` and `state` must be caught up with the log; `found` is the comparison of all records. Raises LogError, CodecError.
    """
    settled = SettledIdentities(decisions, keys, state.held_identities())
    work = _Issues(log, keys, view, context, extracts_read(decisions), sightings_in(state), settled)
    records = (work.of_records(found.doubts), work.kept_back(), work.given_up(), work.left_out(found.lost))
    listed = (work.of_files(), work.of_held_tables(), *records, work.refused_rows())
    return sorted(chain.from_iterable(listed), key=_order)


def _order(issue: ReportedIssue) -> tuple[bool, str, int, str, str, str, str]:
    place = (issue["file"] is None, issue["file"] or "", issue["row"] or 0)
    return *place, issue["entity"] or "", issue["pbnId"] or "", issue["field"] or "", issue["reason"]


def _together(one: ReportedIssue, other: ReportedIssue) -> ReportedIssue:
    """Return two issues of one cause as one, at the place of the earlier row."""
    first, second = sorted((one, other), key=_order)
    named = [second["pbnId"]] if second["pbnId"] else []
    others = [*first["others"], *named, *second["others"]][:LISTED]
    rows = sorted({*first["rows"], *second["rows"]})[: LISTED + 1]
    return {**first, "others": others, "rows": rows, "count": first["count"] + second["count"]}


def _of_table(reason: str, file: str, sheet: str | None, *, row: int = 0, count: int = 1) -> ReportedIssue:
    return ReportedIssue(
        reason=reason,
        entity=None,
        pbnId=None,
        file=file,
        sheet=sheet,
        row=row,
        column=None,
        field=None,
        provider=None,
        others=[],
        rows=[],
        count=count,
    )


class _Issues:
    def __init__(
        self,
        log: Log,
        keys: KeyStore,
        view: View,
        context: Context,
        extracts: Extracts,
        sightings: Mapping[bytes, RowPlace],
        settled: SettledIdentities,
    ) -> None:
        self._log, self._keys, self._view, self._context = log, keys, view, context
        self._extracts, self._sightings, self._settled = extracts, sightings, settled
        self._places = RowPlaces(extracts)

    def of_files(self) -> Iterator[ReportedIssue]:
        """Yield files of the last extract that carry nothing."""
        last = self._extracts.last
        for issue in last.file_issues if last else ():
            yield _of_table(issue.reason, issue.file, issue.sheet, row=issue.row or 0)

    def of_held_tables(self) -> Iterator[ReportedIssue]:
        """Yield the tables whose rows are held together: no letter lists them one by one."""
        for page in self._extracts.books:
            if held := page["held"].get(PADDED_IDS, 0):
                yield _of_table(PADDED_IDS, page["file"], page["sheet"], count=held)

    def of_records(self, doubts: Iterable[DoubtGroup]) -> Iterator[ReportedIssue]:
        """Yield the fields of live records that are in doubt. Those of a column that fails nearly whole are one issue, and
        those about one provider in a file, whatever the number of its deliveries.
        """
        failing = {(page["file"], c["field"]) for page in self._extracts.books for c in page.get("unreadable", ())}
        columns: dict[tuple[str, str, str], ReportedIssue] = {}
        providers: dict[tuple[object, ...], ReportedIssue] = {}
        for group in doubts:
            x = group.first
            issue = self._at(x.record_id, x.source, x.entity, x.native_id, x.reason, x.field)
            file, field = issue["file"], issue["field"]
            if x.provider_key is not None:
                issue |= {
                    "provider": x.provider,
                    "others": [self._context.pbn_id(x.entity, native_id) for _, native_id in group.others],
                    "rows": [row for row in (issue["row"], *(row for row, _ in group.others)) if row],
                    "count": group.count,
                }
                key = x.reason, x.entity, field, x.provider_key, file, issue["sheet"]
                providers[key] = _together(providers[key], issue) if key in providers else issue
            elif file is None or field is None or (file, field) not in failing:
                yield issue
            elif (column := columns.get((file, field, x.reason))) is None:
                columns[file, field, x.reason] = {**issue, "pbnId": None, "row": 0}
            else:
                column["count"] += 1
        yield from columns.values()
        yield from providers.values()

    def kept_back(self) -> Iterator[ReportedIssue]:
        """Yield records that Twenty refused, or that wait for their patient or for an e-mail address."""
        for head in self._view.kept_back():
            event = self._event(head)
            record = self._open(event)
            if record is not None:
                field = "emails" if head.reason == ADDRESS_TAKEN else None
                yield self._of_event(event, record, head.reason or head.status, field)

    def given_up(self) -> Iterator[ReportedIssue]:
        """Yield the records that a person gave up, as long as PbN has not changed them since."""
        letters: dict[bytes, DeadLetter] = {}
        for entry in read_all(self._log, DEAD_LETTERS):
            letter = read_dead_letter(entry.value)
            if letter.record_id is not None and letter.workspace == self._view.workspace:
                letters[letter.record_id] = letter
        dismissed = {i: x.origin for i, x in letters.items() if x.reason == DISMISSED and x.origin is not None}
        for record_id, head in self._view.heads(list(dismissed)).items():
            if (head.partition, head.offset) == dismissed[record_id][1:] and not head.status:
                event = self._event(head)
                record = self._open(event)
                if record is not None:
                    yield self._of_event(event, record, DISMISSED, None)

    def left_out(self, lost: Sequence[Lost]) -> Iterator[ReportedIssue]:
        """Yield values that the workspace would have refused."""
        heads = self._view.heads([x.record_id for x in lost])
        for x in lost:
            event = self._event(heads[x.record_id])
            record = self._open(event)
            if record is not None:
                yield self._of_event(event, record, x.reason, x.field)

    def refused_rows(self) -> Iterator[ReportedIssue]:
        """Yield rows that made no record, as far as they still stand."""
        for letter, place, _ in standing_rows(self._log, self._view, self._extracts, self._sightings, self._settled):
            yield ReportedIssue(
                reason=letter.reason,
                entity=letter.entity.value if letter.entity else None,
                pbnId=pbn_id_of_row(letter, self._keys, self._context.practice),
                file=self._extracts.file_name(place),
                sheet=self._places.sheet(place, letter.entity),
                row=place.row,
                column=None,
                field=None,
                provider=None,
                others=[],
                rows=[],
                count=1,
            )

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
            sheet=self._places.sheet(place, entity) if place else None,
            row=place.row if place else None,
            column=self._places.column(place, entity, field) if place else None,
            field=field,
            provider=None,
            others=[],
            rows=[],
            count=1,
        )
