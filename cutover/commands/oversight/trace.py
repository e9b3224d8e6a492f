"""`trace`: everything about one record in order of time, by pbnId, id in Twenty, or file and row. Works without Twenty."""

from __future__ import annotations

from uuid import UUID

from cutover.reports.answer import Answer
from cutover.reports.documents.oversight.trace import TraceDocument
from cutover.reports.reasons import explain
from cutover.reports.records.letters import Wanted
from cutover.reports.records.naming import Names, as_row, records_named, require_known
from cutover.reports.records.sightings import extracts_read
from cutover.reports.records.tracing import Tracing, lines_of
from cutover.runs.approvals import mapping_state
from cutover.runs.arguments.named_person import NOBODY, NamedPerson
from cutover.runs.dead_letters_of import dead_letters_of
from cutover.runs.session import Session
from events.decisions import Decided


def trace(session: Session, name: str, reader: NamedPerson = NOBODY) -> Answer:
    """Return all that the log has about the records with this name; values on request alone, which is recorded first."""
    reader.require_name_to_read()
    away = session.away()
    extracts = extracts_read(session.decisions)
    row = as_row(name, extracts)
    ids = records_named(name, ids_of=session.ids_of, log=session.log, view=session.view, extracts=extracts)
    rows = [x.document for x in dead_letters_of(session, extracts).rows(Wanted(records=frozenset(ids), row=row))]
    heads = [] if rows and not session.view.heads(ids) else require_known(name, ids, session.view)
    if reader.decrypt:
        records = [str(UUID(bytes=h.record_id)) for h in heads]
        body = {"command": "trace", "by": reader.by, "reason": reader.why, "records": records}
        session.decisions.record(Decided.DATA_READ, body, workspace=session.workspace_id)
    tracing = Tracing(
        log=session.log,
        keys=session.keys,
        view=session.view,
        decisions=session.decisions,
        names=Names(session.log, session.keys, session.practice),
        extracts=extracts,
        mapping=mapping_state(session.decisions).approved,
        decrypt=reader.decrypt,
    )
    document: TraceDocument = {
        "name": name,
        "decrypted": reader.decrypt,
        "records": [tracing.of(head) for head in heads],
        "rows": rows,
    }
    text = [line for traced in document["records"] for line in lines_of(traced)]
    text += [f"{x['file']} row {x['row']} made no record: {x['reason']}: {explain(x['reason'])}" for x in rows]
    if away:
        text.append(f"Twenty was not asked ({away}); this is what the log says.")
    return Answer(document=document, text=text)
