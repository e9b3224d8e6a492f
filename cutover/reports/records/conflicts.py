"""Open conflicts, as the log has them. Twenty is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from consumers.data_model.drift import DriftConflict, drift_conflicts
from consumers.journal.history import History
from consumers.journal.merges import MERGED_INTO, merged_into
from consumers.state.conflicts import WHOLE_RECORD, MetConflict, OpenConflict, met_in
from consumers.state.view import View
from consumers.state.view_rows import Head
from consumers.sync.conflicts.resolutions import decided, place_of
from cutover.reports.documents.oversight.conflicts import (
    LastChange,
    ListedConflict,
    LostRecord,
    MergedPerson,
    ModelConflict,
    ShownConflict,
)
from cutover.reports.reasons import explain
from cutover.reports.records.naming import Names
from cutover.reports.records.sightings import Extracts, RowPlace
from cutover.reports.records.unsent_columns import COLUMN_NOT_SENT, UnsentColumn, unsent_columns
from events.change_events import NO_PART
from events.compensations import Body
from events.decisions import Decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class SoughtConflicts:
    """The conflicts that are asked for; None asks for all."""

    records: frozenset[bytes] | None = None
    object: str | None = None
    field: str | None = None
    reason: str | None = None

    def fits(self, plural: str, name: str, reason: str) -> bool:
        """Tell whether a conflict about this object and field, for this reason, is asked for."""
        pairs = ((self.object, plural), (self.field, name), (self.reason, reason))
        return all(wanted in (None, found) for wanted, found in pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundConflict:
    """A conflict, its document, and both sides' values."""

    conflict: OpenConflict
    document: ListedConflict
    body: Body


class ConflictList:
    """The open conflicts of one workspace. The view must be caught up with the log."""

    def __init__(self, *, view: View, history: History, decisions: Decisions, names: Names, extracts: Extracts) -> None:
        self._view, self._history, self._names, self._extracts = view, history, names, extracts
        self._decided = decided(decisions, view.workspace)

    def found(self, sought: SoughtConflicts) -> list[FoundConflict]:
        """Return the conflicts that are asked for, in the order of the log. Raises LogError, CodecError.

        Those of people who were forgotten are left out: they cannot be settled.
        """
        rows = self._view.conflicts() if sought.records is None else self._view.conflicts_of(sorted(sought.records))
        rows = sorted((x for x in rows if sought.fits(x.object, x.field, x.reason)), key=lambda x: (x.position, x.field))
        heads = self._view.heads(list({x.record_id for x in rows}))
        self._history.hold(x.position for x in rows)
        self._names.hold(list(heads.values()))
        found = []
        for row in rows:
            body = self._history.body_at(row.position)
            met = met_in(body)
            if met is not None and row.record_id in heads:
                document = self._listed(row, heads[row.record_id], body, met)
                found.append(FoundConflict(conflict=row, document=document, body=body))
        return found

    def _listed(self, row: OpenConflict, head: Head, body: Body, met: MetConflict) -> ListedConflict:
        event = self._history.event_at(row.position)
        decision = self._decided.get(place_of(row))
        source = self._names.of(head).event.source
        by: LastChange = {"source": met.source, "name": met.name, "member": met.member, "at": met.at}
        return {
            "object": row.object,
            "id": str(UUID(bytes=row.twenty_id)),
            "record": str(UUID(bytes=row.record_id)),
            "pbnId": body.pbn_id or self._names.pbn_id(self._names.of(head)),
            "entity": head.entity.value,
            "field": row.field or None,
            "fields": [row.field] if row.field else list(body.written),
            "reason": row.reason,
            "state": "decided" if decision else "open",
            "take": decision.body["take"] if decision else None,
            "by": decision.body["by"] if decision else None,
            "met_at": event.recorded_at.isoformat(),
            "run": event.run,
            "changed_by": by if met.source else None,
            "extract": source.extract or None,
            "file": self._extracts.file_name(RowPlace(source.extract, source.part, source.row)),
            "row": None if source.part == NO_PART else source.row,
            "merged": _merged(body),
            "position": f"compensations {row.position[0]}:{row.position[1]}",
        }


def _merged(body: Body) -> MergedPerson | None:
    winner = merged_into(body.answer)
    if winner is None:
        return None
    lost: list[LostRecord] = [
        {"object": name, "pbnId": pbn} for name, some in body.answer.items() if name != MERGED_INTO for pbn in some
    ]
    return {"into": winner, "lost": lost}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelConflicts:
    """Conflicts about the data model and about columns, with their documents: those that are open."""

    drift: Sequence[DriftConflict]
    columns: Sequence[UnsentColumn]

    @property
    def documents(self) -> list[ModelConflict]:
        """Return the documents, those about Twenty's data model first."""
        found: list[ModelConflict] = []
        for x in self.drift:
            item = x.item
            found.append(_about_model(item.object, item.field, item.option or None, item.reason, x.met_at, x.run))
        for column in self.columns:
            found.append(_about_model(column.object, column.field, None, COLUMN_NOT_SENT, column.met_at, column.run))
        return found

    def written(self) -> dict[str, list[dict[str, str]]]:
        """Return the conflicts as a decision's body names them."""
        columns = [{"kind": x.kind, "field": x.field, "since": x.since} for x in self.columns]
        return {"drift": [x.item._asdict() for x in self.drift], "columns": columns}


def model_conflicts(decisions: Decisions, workspace: str, sought: SoughtConflicts) -> ModelConflicts:
    """Return the open conflicts about the data model and about columns that are asked for. Raises CodecError, LogError."""
    if sought.records is not None:
        return ModelConflicts(drift=(), columns=())
    drift = [
        x
        for x in drift_conflicts(decisions, workspace).values()
        if x.is_open and sought.fits(x.item.object, x.item.field, x.item.reason)
    ]
    columns = [x for x in unsent_columns(decisions) if x.decision is None and sought.fits(x.object, x.field, COLUMN_NOT_SENT)]
    return ModelConflicts(drift=drift, columns=columns)


def _about_model(plural: str, name: str, option: str | None, reason: str, met_at: datetime, run: str | None) -> ModelConflict:
    return {
        "object": plural,
        "field": name,
        "option": option,
        "reason": reason,
        "state": "open",
        "take": None,
        "by": None,
        "met_at": met_at.isoformat(),
        "run": run,
    }


def shown(found: Sequence[FoundConflict], *, decrypt: bool) -> list[ShownConflict]:
    """Return conflicts with their reason in words, and with `decrypt` the values of both sides."""
    return [_shown(x, decrypt=decrypt) for x in found]


def _shown(x: FoundConflict, *, decrypt: bool) -> ShownConflict:
    names = x.body.written if x.conflict.field == WHOLE_RECORD else (x.conflict.field,)
    sides = (x.body.values, x.body.answer, x.body.before)
    ours, theirs, before = ({n: side[n] for n in names if n in side} if decrypt else None for side in sides)
    return {
        **x.document,
        "means": explain(x.conflict.reason),
        "ours": ours,
        "theirs": theirs,
        "before": before,
    }
