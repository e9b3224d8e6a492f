"""`identities list`: patients' ids under which two people stand. It works without Twenty."""

from __future__ import annotations

from cutover.reports.answer import Answer
from cutover.reports.counted import counted
from cutover.reports.documents.oversight.identities import HeldIdentity, IdentitiesDocument
from cutover.reports.reasons import explain
from cutover.reports.records.identities import shown_place
from cutover.runs.arguments.held_identities import CARRIED_OUT_BY, identities_in
from cutover.runs.arguments.named_person import NOBODY, NamedPerson
from cutover.runs.session import Session
from events.decisions import Decided

_DECIDE = "`cutover identities decide PBNID same|another|leave-out --row FILE:ROW --by YOU`"

_LISTED = 10


def list_identities(session: Session, reader: NamedPerson = NOBODY) -> Answer:
    """Return the ids under which two people stand, with their rows; values on request alone, which is recorded."""
    reader.require_name_to_read()
    session.producer().catch_up()
    found = [one.document for one in identities_in(session).found(decrypt=reader.decrypt)]
    if reader.decrypt:
        records = [one["record"] for one in found]
        body = {"command": "identities list", "by": reader.by, "reason": reader.why, "records": records}
        session.decisions.record(Decided.DATA_READ, body)
    document: IdentitiesDocument = {"decrypted": reader.decrypt, "identities": found}
    if not found:
        return Answer(document=document, text=["No id is held."])
    is_open = any(one["state"] == "open" for one in found)
    text = [line for one in found for line in _lines(one)]
    return Answer(document=document, text=text, findings=is_open, next_step=_DECIDE if is_open else CARRIED_OUT_BY)


def _lines(one: HeldIdentity) -> list[str]:
    decided = f", decided by {one['by']}: {one['verdict']}" if one["verdict"] else ""
    lines = [
        f"{one['pbnId'] or one['record']}: {one['reason']}, held since {one['since']}, "
        f"{counted(one['waiting'], 'row waits', 'rows wait')}{decided}",
        f"  {explain(one['reason'])}",
    ]
    for row in one["rows"]:
        lines.append(f"  {shown_place(row)}" + (": " + " | ".join(row["cells"]) if row["cells"] else ""))
    if one["state"] == "open":
        lines += [f"  {shown_place(row)} waits" for row in one["waiting_rows"][:_LISTED]]
    return lines
