"""`conflicts list`, `show` and `resolve`: what a person and PbN want differently, and who wins. All work without Twenty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import RenderableType

from consumers.journal.history import History
from consumers.journal.three_way import Take
from consumers.sync.conflicts.resolutions import written_as
from cutover.project.errors import UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.oversight.conflicts import (
    ConflictsDocument,
    ListedConflict,
    LostRecord,
    ModelConflict,
    ResolvedDocument,
    ShownConflict,
    ShownConflictsDocument,
)
from cutover.reports.reasons import explain
from cutover.reports.records.conflicts import (
    ConflictList,
    FoundConflict,
    ModelConflicts,
    SoughtConflicts,
    model_conflicts,
    shown,
)
from cutover.reports.records.naming import Names, records_named
from cutover.reports.records.sightings import extracts_read
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.session import Session
from events.decisions import Decided

_CARRY_OUT = "`cutover sync PATH` or `cutover consume`, which carries the decision out"
_NAMED = 10
"""Records that a line about a merge names."""
_SHOWN = 20
"""Conflicts that people are shown one by one; the document has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenConflicts:
    """The conflicts that a command is about: those of a record by name, of an object, of a field, with a reason, or all."""

    record: str | None = None
    object: str | None = None
    field: str | None = None
    reason: str | None = None
    everything: bool = False

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was chosen."""
        return not self.everything and all(x is None for x in (self.record, self.object, self.field, self.reason))


def list_conflicts(session: Session, chosen: ChosenConflicts = ChosenConflicts()) -> Answer:
    """Return the open conflicts: record, field, place, who changed it; no value."""
    away = session.away()
    found, model = _found(session, chosen), _model(session, chosen)
    document: ConflictsDocument = {"conflicts": [x.document for x in found], "model": model.documents}
    if not (found or document["model"]):
        return Answer(document=document, text=[_nothing(session, chosen), *_note(away)])
    counts = Counter((x.conflict.object, x.conflict.field or "record", x.conflict.reason, x.document["state"]) for x in found)
    rows = [(*key, count) for key, count in sorted(counts.items())]
    text: list[RenderableType] = [
        *([table("conflicts", ("object", "field", "why", "state", "records"), rows, right=(4,))] if rows else []),
        *(_line(x.document) for x in found[:_SHOWN]),
        *([f"… and {len(found) - _SHOWN:,} more; --json lists them all"] if len(found) > _SHOWN else []),
        *(_model_line(x) for x in document["model"]),
        *_note(away),
    ]
    is_open = bool(document["model"]) or any(x.document["state"] == "open" for x in found)
    following = "`cutover conflicts show NAME`, then `cutover conflicts resolve NAME --take ours|theirs --by YOU`"
    return Answer(document=document, text=text, findings=is_open, next_step=following if is_open else _CARRY_OUT)


def _nothing(session: Session, chosen: ChosenConflicts) -> str:
    """Return the words for an empty list: of no conflict at all, or of none that fits."""
    everything = ChosenConflicts(everything=True)
    others = len(_found(session, everything)) + len(_model(session, everything).documents) if not chosen.is_empty else 0
    if not others:
        return "There are no conflicts."
    return f"None of the {counted(others, 'conflict')} is one of these: `cutover conflicts list` shows them all."


def show_conflicts(session: Session, chosen: ChosenConflicts, reader: NamedPerson) -> Answer:
    """Return everything about some conflicts; both sides' values on request alone, which is recorded first."""
    reader.require_name_to_read()
    away = session.away()
    found = _require(session, chosen)
    if reader.decrypt:
        records = sorted({x.document["record"] for x in found})
        body = {"command": "conflicts show", "by": reader.by, "reason": reader.why, "records": records}
        session.decisions.record(Decided.DATA_READ, body, workspace=session.workspace_id)
    document: ShownConflictsDocument = {
        "decrypted": reader.decrypt,
        "conflicts": shown(found, decrypt=reader.decrypt),
    }
    text = [line for x in document["conflicts"] for line in _lines(x)]
    return Answer(document=document, text=[*text, *_note(away)], findings=True)


def resolve_conflicts(session: Session, chosen: ChosenConflicts, take: Take, reader: NamedPerson) -> Answer:
    """Take a side in some conflicts, with a name. The next sync or consume carries it out, unless a side changes before.

    It appends to the log alone, so that it can be run beside any other command. Raises UsageError, LogError.
    """
    reader.require_name_to_decide("resolving")
    if chosen.is_empty:
        raise UsageError("name what is resolved: a pbnId, an id or FILE:ROW, or --field NAME, or --object NAME, or --all")
    away = session.away()
    model = _model(session, chosen)
    found = _found(session, chosen) if model.documents else _require(session, chosen)
    body = {
        **{"take": take.value, "by": reader.by, "reason": reader.why},
        "records": sorted({x.document["record"] for x in found}),
        "conflicts": [written_as(x.conflict) for x in found],
        **model.written(),
    }
    session.decisions.record(Decided.CONFLICTS_RESOLVED, body, workspace=session.workspace_id)
    decided: list[ListedConflict] = [{**x.document, "state": "decided", "take": take.value, "by": reader.by} for x in found]
    about_model: list[ModelConflict] = [{**x, "state": "decided", "take": take.value, "by": reader.by} for x in model.documents]
    document: ResolvedDocument = {
        "take": take.value,
        "by": reader.by,
        "why": reader.why,
        "conflicts": decided,
        "model": about_model,
    }
    winner = "Practice by Numbers wins" if take is Take.OURS else "Twenty's value stays"
    text = [
        f"Decided: {len(found) + len(about_model):,}. {winner}, but for values that people change before it is carried out.",
        *_note(away),
    ]
    return Answer(document=document, text=text, next_step=_CARRY_OUT)


def _found(session: Session, chosen: ChosenConflicts) -> list[FoundConflict]:
    conflicts = ConflictList(
        view=session.view,
        history=History(session.log, session.keys),
        decisions=session.decisions,
        names=Names(session.log, session.keys, session.practice),
        extracts=extracts_read(session.decisions),
    )
    return conflicts.found(_sought(session, chosen))


def _model(session: Session, chosen: ChosenConflicts) -> ModelConflicts:
    return model_conflicts(session.decisions, session.workspace_id, _sought(session, chosen))


def _sought(session: Session, chosen: ChosenConflicts) -> SoughtConflicts:
    records = None
    if chosen.record is not None:
        extracts = extracts_read(session.decisions)
        ids = records_named(chosen.record, ids_of=session.ids_of, log=session.log, view=session.view, extracts=extracts)
        records = frozenset(ids)
    return SoughtConflicts(records=records, object=chosen.object, field=chosen.field, reason=chosen.reason)


def _require(session: Session, chosen: ChosenConflicts) -> list[FoundConflict]:
    found = _found(session, chosen)
    if not found:
        raise UsageError("no such conflict is open; `cutover conflicts list` shows them all")
    return found


def _note(away: str | None) -> list[str]:
    return [f"Twenty was not asked ({away}); this is what the log says."] if away else []


def _model_line(x: ModelConflict) -> str:
    option = f", option {x['option']!r}" if x["option"] else ""
    return f"{x['object']}.{x['field']}{option}: {explain(x['reason'])}"


def _line(x: ListedConflict) -> str:
    by = f", changed by {x['changed_by']['name'] or x['changed_by']['source']}" if x["changed_by"] else ""
    at = f" on {x['changed_by']['at'][:10]}" if x["changed_by"] and x["changed_by"]["at"] else ""
    side = f", decided: {x['take']} ({x['by']})" if x["take"] else ""
    merged = f", into {x['merged']['into']}{_lost(x['merged']['lost'])}" if x["merged"] else ""
    return f"{x['object']} {x['pbnId'] or x['id']}: {x['field'] or 'record'}, {x['reason']}{merged}{by}{at}{side}"


def _lost(records: Sequence[LostRecord]) -> str:
    """Return the first records whose link to the patient was lost, by name."""
    named = ", ".join(one["pbnId"] for one in records[:_NAMED])
    more = f" and {len(records) - _NAMED:,} more" if len(records) > _NAMED else ""
    return f"; links lost: {named}{more}" if records else ""


def _lines(x: ShownConflict) -> list[str]:
    place = f"{x['file']} row {x['row']}" if x["file"] and x["row"] else "no row"
    lines = [_line(x), f"  id {x['id']}, {place}, met {x['met_at'][:19]} in run {x['run']}", f"  {x['means']}"]
    for name, side in (("Practice by Numbers", x["ours"]), ("Twenty", x["theirs"]), ("before", x["before"])):
        lines += [f"  {name}: {field} = {_in_words(value)}" for field, value in (side or {}).items()]
    return lines


def _in_words(value: object) -> str:
    """Return a value of Twenty as people read it: the parts of a name or an address by name, the blank ones left out."""
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_in_words(part)}" for name, part in value.items() if part not in (None, "", []))
    if isinstance(value, list):
        return ", ".join(map(_in_words, value))
    return "blank" if value is None else str(value)
