"""`dead-letters list`, `show`, `retry` and `dismiss`: what could not be carried. All but `retry` work without Twenty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.console import RenderableType

from consumers.journal.journal import Journal
from consumers.state.view_rows import DEAD
from consumers.sync.dismissing import dismiss
from cutover.project.errors import UsageError
from cutover.reports.answer import Answer, table
from cutover.reports.counted import counted
from cutover.reports.documents.oversight.dead_letters import (
    DeadLettersDocument,
    DismissedDocument,
    KeptBack,
    ReportedRow,
    ShownLettersDocument,
    ShownRecord,
    ShownRow,
)
from cutover.reports.records.letters import Kept, LetterOfRow, Letters, Wanted
from cutover.reports.records.naming import as_row, records_named
from cutover.reports.records.sightings import extracts_read
from cutover.runs.approvals import approved_mapping, require_schema
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.carrying import carry
from cutover.runs.claims.consuming import alone
from cutover.runs.coverage import require_coverage
from cutover.runs.dead_letters_of import dead_letters_of
from cutover.runs.run import running
from cutover.runs.run_outcome import RunOutcome, answer_of, totals
from cutover.runs.sample_workflows import require_no_sample_workflow
from cutover.runs.session import Session
from events.crash_points import CrashPoint
from events.decisions import Decided
from events.log.port import CHANGES

_SHOWN = 20
"""Dead letters that people are shown one by one; the document has all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenLetters:
    """The dead letters that a command is about: a record or row by name, a reason code, the name of a file."""

    record: str | None = None
    reason: str | None = None
    file: str | None = None

    @property
    def is_all(self) -> bool:
        """Tell whether nothing was chosen."""
        return self.record is None and self.reason is None and self.file is None


def list_dead_letters(session: Session, chosen: ChosenLetters = ChosenLetters()) -> Answer:
    """Return the records that are kept back and the rows that made no record, with reason, place and names; no value."""
    away = session.away()
    letters, wanted = dead_letters_of(session), _wanted(session, chosen)
    kept, rows = letters.records(wanted), letters.rows(wanted)
    document: DeadLettersDocument = {
        "dead_letters": [x.document for x in kept],
        "rows": [x.document for x in rows],
    }
    counts = Counter((x.head.entity.value, x.head.reason, x.head.status) for x in kept)
    counts += Counter((x.document["entity"] or "", x.document["reason"], "row") for x in rows)
    text: list[RenderableType] = []
    if counts:
        groups = [(*key, count) for key, count in sorted(counts.items(), key=str)]
        text = [
            table("kept back", ("entity", "why", "status", "records"), groups, right=(3,)),
            *(_line(x.document) for x in kept[:_SHOWN]),
            *(_line(x.document) for x in rows[: max(0, _SHOWN - len(kept))]),
        ]
        if len(kept) + len(rows) > _SHOWN:
            text.append(f"… and {len(kept) + len(rows) - _SHOWN:,} more; --json lists them all")
    following = "`cutover dead-letters show NAME`; then mend the cause and run `cutover dead-letters retry`" if counts else ""
    none = "There are no dead letters."
    if not counts and not chosen.is_all and (others := len(letters.records(Wanted())) + letters.count_rows()):
        none = f"None of the {counted(others, 'dead letter')} is one of these: `cutover dead-letters list` shows them all."
    shown = [*(text or [none]), *_note(away)]
    return Answer(document=document, text=shown, findings=bool(counts), next_step=following)


def show_dead_letters(session: Session, chosen: ChosenLetters, reader: NamedPerson) -> Answer:
    """Return everything about some dead letters; values and Twenty's own words on request alone, which is recorded."""
    reader.require_name_to_read()
    away = session.away()
    letters = dead_letters_of(session)
    kept, rows = _found(session, letters, chosen)
    if reader.decrypt:
        body = {"command": "dead-letters show", "by": reader.by, "reason": reader.why, "records": _ids(kept)}
        session.decisions.record(Decided.DATA_READ, body, workspace=session.workspace_id)
    document: ShownLettersDocument = {
        "decrypted": reader.decrypt,
        "records": letters.shown(kept, decrypt=reader.decrypt),
        "rows": letters.shown_rows(rows, decrypt=reader.decrypt),
    }
    text = [line for x in document["records"] for line in _record_lines(x)]
    text += [line for row in document["rows"] for line in _row_lines(row)]
    return Answer(document=document, text=[*text, *_note(away)], findings=True)


def retry_dead_letters(session: Session, chosen: ChosenLetters = ChosenLetters()) -> Answer:
    """Try refused records again, in their newest revision, so that a retry never overtakes."""
    mapping = approved_mapping(session.decisions)
    require_coverage(session)
    require_schema(session.decisions, session.workspace_id, mapping)
    require_no_sample_workflow(session)
    outcome = RunOutcome()
    with (
        alone(session, holder="dead-letters retry"),
        running("retry", session.log, session.decisions, session.world, session.workspace_id) as run,
    ):
        session.engine.settle(run.id)
        if chosen.is_all:
            dead = [h for h in session.view.kept_back() if h.status == DEAD]
        else:
            dead = [x.head for x in dead_letters_of(session).records(_wanted(session, chosen)) if x.head.status == DEAD]
        session.world.reached(CrashPoint.BEFORE_RETRY)
        session.decisions.record(
            Decided.DEAD_LETTERS_RETRIED, {"records": len(dead)}, run=run.id, workspace=session.workspace_id
        )
        session.world.reached(CrashPoint.RETRY_RECORDED)
        session.view.save(heads=[replace(h, status="", reason=None, waits_for=None) for h in dead])
        carry(session, run, outcome)
        totals(session, run, outcome)
    return answer_of(session, run, outcome)


def dismiss_dead_letters(session: Session, chosen: ChosenLetters, reader: NamedPerson) -> Answer:
    """Give some dead letters up, with a name: a record until PbN changes it, a row until it reads differently."""
    reader.require_name_to_decide("dismissing")
    if chosen.is_all:
        raise UsageError("name what is dismissed: a pbnId, an id or FILE:ROW, or --reason CODE, or --file NAME")
    away = session.away()
    with alone(session, holder="dead-letters dismiss", writes=False) as owner:
        kept, rows = _found(session, dead_letters_of(session), chosen)
        run = session.world.new_run()
        body = {
            **{"by": reader.by, "reason": reader.why, "records": _ids(kept)},
            "rows": [x.standing.letter.event_id.hex() for x in rows],
        }
        session.decisions.record(Decided.DEAD_LETTERS_DISMISSED, body, run=run, workspace=session.workspace_id)
        journal = Journal(
            session.log,
            session.keys,
            session.view,
            session.world,
            practice=session.practice.id,
            run=run,
            address_of=session.address_of,
            still_ours=lambda: (owner.commit(session.group, session.log.committed(session.group, CHANGES)),),
        )
        dismiss(journal, session.log, [x.head for x in kept])
    document: DismissedDocument = {
        "by": reader.by,
        "why": reader.why,
        "records": [x.document for x in kept],
        "rows": [x.document for x in rows],
    }
    text = [
        f"{counted(len(kept), 'record')} and {counted(len(rows), 'row')} are not listed any more. "
        "A record comes back when Practice by Numbers changes it, a row when it reads differently.",
        *_note(away),
    ]
    return Answer(document=document, text=text)


def _wanted(session: Session, chosen: ChosenLetters) -> Wanted:
    if chosen.record is None:
        return Wanted(reason=chosen.reason, file=chosen.file)
    extracts = extracts_read(session.decisions)
    row = as_row(chosen.record, extracts)
    ids = records_named(chosen.record, ids_of=session.ids_of, log=session.log, view=session.view, extracts=extracts)
    return Wanted(reason=chosen.reason, file=chosen.file, records=frozenset(ids), row=row)


def _found(session: Session, letters: Letters, chosen: ChosenLetters) -> tuple[list[Kept], list[LetterOfRow]]:
    """Return the chosen dead letters. Raises UsageError where there is none."""
    wanted = _wanted(session, chosen)
    kept, rows = letters.records(wanted), letters.rows(wanted)
    if not (kept or rows):
        raise UsageError("no such dead letter; `cutover dead-letters list` shows them all")
    return kept, rows


def _ids(kept: Sequence[Kept]) -> list[str]:
    return [x.document["record"] for x in kept]


def _note(away: str | None) -> list[str]:
    return [f"Twenty was not asked ({away}); this is what the log says."] if away else []


def _line(x: KeptBack | ReportedRow) -> str:
    place = f"{x['file']} row {x['row']}" if x["file"] else "no file"
    return f"{x['pbnId'] or x.get('record') or 'no id'}: {x['reason']}, {place}"


def _record_lines(x: ShownRecord) -> list[str]:
    lines = [_line(x), f"  id {x['record']}, {x['status']}, {x['attempts']} attempts", f"  {x['means']}"]
    if x["object"]:
        lines.append(f"  refused by {x['object']}" + (f", field {x['field']}" if x["field"] else ""))
    for letter in x["letters"]:
        words = f": {letter['words']}" if letter["words"] else ""
        lines.append(f"  {letter['recorded_at']} {letter['reason']} in run {letter['run']}{words}")
    lines += [f"  {name} = {value}" for name, value in (x["values"] or {}).items() if value is not None]
    return lines


def _row_lines(x: ShownRow) -> list[str]:
    return [_line(x), f"  {x['means']}", *(["  " + " | ".join(x["cells"])] if x["cells"] else [])]
