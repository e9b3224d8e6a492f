"""Everything that the log has about one record, in order of time. Twenty is not asked.

The record's partition is read from end to end. An entry without the record's id in its bytes is passed over unread.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from consumers.state.conflicts import MET, SETTLED, met_in
from consumers.state.fold import KEPT_EDIT
from consumers.state.view import View
from consumers.state.view_rows import Head, Written
from cutover.reports.documents.oversight.trace import BoundColumn, CleanedValue, HeldRecord, TracedEvent, TracedRecord
from cutover.reports.reasons import explain
from cutover.reports.records.naming import Names
from cutover.reports.records.sightings import Extracts, RowPlace
from events.change_events import NO_PART, ChangeEvent, Operation, read_change
from events.compensations import Compensation, Phase, body_of, read_compensation
from events.dead_letters import DeadLetter, Stage, detail_of, read_dead_letter
from events.decisions import Decided, Decision, Decisions
from events.log.port import CHANGES, COMPENSATIONS, DEAD_LETTERS, Entry, Log, read_all
from events.sealing.keys import KeyStore
from events.sealing.payloads import KeyDestroyed, unseal
from events.vocabulary.entities import Entity
from events.vocabulary.mapping import ColumnMapping

_KINDS = {Phase.INTENDED: "intent", Phase.APPLIED: "written", Phase.REFUSED: "refused", Phase.UNDONE: "undone"}
_NOTES = {KEPT_EDIT: "kept", MET: "conflict", SETTLED: "settled"}
_NOT_VALUES = frozenset({"native_id", "unknown", "changed", "issues", "custom"})
_ABOUT_RECORDS = (
    Decided.PERSON_PAIRED,
    Decided.PERSON_UNPAIRED,
    Decided.PERSON_FORGOTTEN,
    Decided.DEAD_LETTERS_DISMISSED,
    Decided.CONFLICTS_RESOLVED,
    Decided.IDENTITY_DECIDED,
    Decided.DATA_READ,
)


class Tracing:
    """The events of a log about single records. The view must be caught up with the log."""

    def __init__(
        self,
        *,
        log: Log,
        keys: KeyStore,
        view: View,
        decisions: Decisions,
        names: Names,
        extracts: Extracts,
        mapping: ColumnMapping | None,
        decrypt: bool,
    ) -> None:
        """Take the log and the state; with `decrypt` the steps hold values and Twenty's words, and the caller has recorded
        that before.
        """
        self._log, self._keys, self._view, self._decisions = log, keys, view, decisions
        self._names, self._extracts, self._mapping, self._decrypt = names, extracts, mapping, decrypt

    def of(self, head: Head) -> TracedRecord:
        """Return everything about a record. Raises LogError, CodecError."""
        steps = [*self._decided(head.record_id), *self._rows(head), *self._writes(head), *self._letters(head)]
        return {
            "record": str(UUID(bytes=head.record_id)),
            "pbnId": self._names.pbn_id(self._names.of(head)),
            "entity": head.entity.value,
            "status": head.status,
            "twenty": [_held(x) for x in self._view.written_for([head.record_id])],
            "steps": sorted(steps, key=lambda step: step["at"]),  # stable: of one moment, decisions come first
        }

    def _about(self, topic: str, record_id: bytes, partition: int | None) -> Iterator[Entry]:
        only = None if partition is None else {partition}
        return (e for e in read_all(self._log, topic, only=only) if record_id in e.value)

    def _rows(self, head: Head) -> Iterator[TracedEvent]:
        for entry in self._about(CHANGES, head.record_id, head.partition):
            event = read_change(entry.value)
            if event.record_id == head.record_id:
                yield self._row(entry, event)

    def _row(self, entry: Entry, event: ChangeEvent) -> TracedEvent:
        step = _step("row", entry, event.recorded_at.isoformat(), event.run)
        place = RowPlace(event.source.extract, event.source.part, event.source.row)
        payload = self._opened(event)
        values = {n: v for n, v in payload.items() if n not in _NOT_VALUES} | dict(payload.get("custom", {}))
        filled = [name for name, value in values.items() if value not in (None, "", [])]
        changed = filled if event.operation is Operation.CREATED else [str(name) for name in payload.get("changed", ())]
        step |= {
            "operation": event.operation.value,
            "revision": event.revision,
            "extract": place.extract,
            "file": self._extracts.file_name(place),
            "row": None if place.file == NO_PART else place.row,
            "fields": changed,
            "columns": self._columns(event.entity, changed),
            "cleaned": [_cleaned(issue) for issue in payload.get("issues", ())],
        }
        if self._decrypt:
            step["values"] = values or None
        return step

    def _opened(self, event: ChangeEvent) -> Mapping[str, Any]:
        assert event.sealed is not None, "it was read from the log"
        try:
            return unseal(event.sealed, self._keys)
        except KeyDestroyed:
            return {}

    def _columns(self, entity: Entity, fields: list[str]) -> list[BoundColumn]:
        """Return the columns that are bound to these fields, by the mapping in force."""
        headers: dict[str, list[str]] = {}
        for table in self._mapping.tables if self._mapping else ():
            for column in table.columns if table.kind.entity is entity else ():
                name = column.field or column.custom
                if name in fields and column.header not in headers.setdefault(name, []):
                    headers[name].append(column.header)
        return [{"field": name, "headers": headers[name]} for name in fields if name in headers]

    def _writes(self, head: Head) -> Iterator[TracedEvent]:
        places: dict[bytes, str] = {}
        for entry in self._about(COMPENSATIONS, head.record_id, head.partition):
            event = read_compensation(entry.value)
            if event.workspace != self._view.workspace or event.record_id != head.record_id:
                continue
            if event.phase is Phase.INTENDED:
                places[event.intent_id] = _position(entry)
            yield self._write(entry, event, places)

    def _write(self, entry: Entry, event: Compensation, places: Mapping[bytes, str]) -> TracedEvent:
        kind = _NOTES.get(event.reason or "", _KINDS[event.phase])
        step = _step(kind, entry, event.recorded_at.isoformat(), event.run)
        step |= {
            "operation": event.action.value,
            "revision": event.cause.revision,
            "object": event.object,
            "id": str(UUID(bytes=event.twenty_id)),
            "reason": event.reason,
            "means": explain(event.reason) if event.reason else None,
            "undoes": [places[intent] for intent in event.undoes if intent in places],
        }
        try:
            body = body_of(event, self._keys)
        except KeyDestroyed:
            return step
        kept = (body.detail or "").split(", ") if kind == "kept" else []
        step["fields"] = [name for name in (*body.written, *kept) if name]
        met = met_in(body) if kind == "conflict" else None
        if met is not None:
            step |= {"by": met.name or met.source or None, "reason": met.reason, "means": explain(met.reason)}
        if self._decrypt:
            step |= {
                "values": {name: body.values[name] for name in body.written if name in body.values} or None,
                "before": dict(body.before) or None,
                "answer": dict(body.answer) or None,
                "words": None if kind in _NOTES.values() else body.detail,
            }
        return step

    def _letters(self, head: Head) -> Iterator[TracedEvent]:
        for entry in self._about(DEAD_LETTERS, head.record_id, None):
            letter = read_dead_letter(entry.value)
            mine = letter.stage is Stage.PRODUCE or letter.workspace == self._view.workspace
            if letter.record_id == head.record_id and mine:
                yield self._letter(entry, letter)

    def _letter(self, entry: Entry, letter: DeadLetter) -> TracedEvent:
        step = _step("dead_letter", entry, letter.recorded_at.isoformat(), letter.run)
        place = RowPlace(letter.extract, letter.file, letter.row) if letter.extract and letter.file and letter.row else None
        step |= {
            "operation": letter.stage.value,
            "reason": letter.reason,
            "means": explain(letter.reason),
            "extract": letter.extract,
            "file": self._extracts.file_name(place) if place else None,
            "row": letter.row,
        }
        if self._decrypt:
            try:
                detail = detail_of(letter, self._keys)
            except KeyDestroyed:
                return step
            cells = detail.get("cells")
            step["words"] = detail.get("detail")
            step["values"] = {str(number): cell for number, cell in enumerate(cells, 1)} if cells else None
        return step

    def _decided(self, record_id: bytes) -> Iterator[TracedEvent]:
        names = {record_id.hex(), str(UUID(bytes=record_id))}
        for decision in self._decisions.all(*_ABOUT_RECORDS):
            about = decision.body.get("records")
            named = {decision.body.get(name) for name in ("record", "own", "of_record")}
            named |= set(about if isinstance(about, list) else ())
            if names & named and decision.workspace in (None, self._view.workspace):
                yield _decision(decision)


def _step(kind: str, entry: Entry, at: str, run: str | None) -> TracedEvent:
    return _blank(kind, _position(entry), at, run)


def _blank(kind: str, position: str, at: str, run: str | None) -> TracedEvent:
    return {
        "at": at,
        "kind": kind,
        "position": position,
        "run": run,
        "by": None,
        "operation": None,
        "revision": None,
        "extract": None,
        "file": None,
        "row": None,
        "object": None,
        "id": None,
        "fields": [],
        "columns": [],
        "cleaned": [],
        "reason": None,
        "means": None,
        "undoes": [],
        "values": None,
        "before": None,
        "answer": None,
        "words": None,
    }


def _decision(decision: Decision) -> TracedEvent:
    step = _blank("decision", f"decisions 0:{decision.offset}", decision.recorded_at.isoformat(), decision.run)
    body = decision.body
    reason = body.get("reason", body.get("verdict"))
    step |= {"operation": decision.decided.value, "by": body.get("by"), "reason": reason}
    return step


def _position(entry: Entry) -> str:
    return f"{entry.topic} {entry.partition}:{entry.offset}"


def _cleaned(issue: Mapping[str, str]) -> CleanedValue:
    return {"field": issue["field"], "reason": issue["reason"], "means": explain(issue["reason"])}


def _held(x: Written) -> HeldRecord:
    state = "gone" if not x.alive else "in the trash" if x.deleted else "live"
    return {"object": x.object, "id": str(UUID(bytes=x.twenty_id)), "state": state}


def lines_of(traced: TracedRecord) -> list[str]:
    """Return a record's steps for people, a line each, and its values where they were opened."""
    held = ", ".join(f"{x['object']} {x['id']} ({x['state']})" for x in traced["twenty"]) or "nothing in Twenty"
    lines = [f"{traced['pbnId'] or traced['record']} ({traced['entity']}): {held}"]
    for step in traced["steps"]:
        lines.append(f"  {step['at'][:19].replace('T', ' ')}  {step['kind']:<11} {_said(step)}")
        lines += [f"      {x['field']}: {x['reason']}: {x['means']}" for x in step["cleaned"]]
        for name, said in (("values", step["values"]), ("before", step["before"]), ("answer", step["answer"])):
            if said:
                filled = {field: v for field, v in said.items() if step["kind"] != "row" or v not in (None, "", [])}
                lines.append(f"      {name}: {json.dumps(filled, ensure_ascii=False, default=str)}")
        if step["words"]:
            lines.append(f"      Twenty: {step['words']}")
    return lines


def _said(step: TracedEvent) -> str:
    headers = {x["field"]: " / ".join(x["headers"]) for x in step["columns"]}
    fields = ", ".join(f"{name} ({headers[name]})" if name in headers else name for name in step["fields"])
    place = f"{step['file']} row {step['row']}" if step["file"] and step["row"] else ""
    parts = [step["operation"] or "", place, step["object"] or "", fields, step["reason"] or "", step["by"] or ""]
    undone = f"takes back {', '.join(step['undoes'])}" if step["undoes"] else ""
    return "; ".join(part for part in (*parts, undone, f"run {step['run']}" if step["run"] else "") if part)
