"""`identities list` and `decide`: patients' ids under which two people stand. Both work without Twenty."""

from __future__ import annotations

from uuid import UUID

from cutover.project.errors import UsageError
from cutover.reports.answer import Answer
from cutover.reports.documents.oversight.identities import DecidedDocument, HeldIdentity, HeldRow, IdentitiesDocument
from cutover.reports.reasons import explain
from cutover.reports.records.identities import FoundIdentity, Identities
from cutover.reports.records.naming import as_row
from cutover.reports.records.sightings import extracts_read
from cutover.runs.arguments.named_person import NOBODY, NamedPerson
from cutover.runs.claims.producing import producing
from cutover.runs.session import Session
from events.decisions import Decided
from producers.changes.rows.decided_identities import IdentityVerdict

_SYNC = "`cutover sync PATH` with the same delivery, which carries the decision out"
_DECIDE = "`cutover identities decide PBNID same|leave-out --row FILE:ROW --by YOU`"


def list_identities(session: Session, reader: NamedPerson = NOBODY) -> Answer:
    """Return the ids under which two people stand, with their rows; values on request alone, which is recorded."""
    reader.require_name_to_read()
    session.producer().catch_up()
    found = [one.document for one in _identities(session).found(decrypt=reader.decrypt)]
    if reader.decrypt:
        records = [one["record"] for one in found]
        body = {"command": "identities list", "by": reader.by, "reason": reader.why, "records": records}
        session.decisions.record(Decided.DATA_READ, body)
    document: IdentitiesDocument = {"decrypted": reader.decrypt, "identities": found}
    if not found:
        return Answer(document=document, text=["No id is held."])
    is_open = any(one["state"] == "open" for one in found)
    text = [line for one in found for line in _lines(one)]
    return Answer(document=document, text=text, findings=is_open, next_step=_DECIDE if is_open else _SYNC)


def decide_identity(
    session: Session, pbn: str, verdict: IdentityVerdict, decider: NamedPerson, row: str | None = None
) -> Answer:
    """Record a decision about an id under which two people stand. The next sync carries it out. Raises UsageError."""
    decider.require_name_to_decide("the person behind an id")
    with producing(session, holder="identities decide"):
        session.producer().catch_up()
        one = _named(session, pbn)
        at = _row_at(session, one, row)
        people, chosen = one.people, one.people[at]
        if chosen is None or None in people:
            raise UsageError(f"{pbn}: its rows were held by an earlier version, which kept no mark of the person; export again")
        place = one.document["rows"][at]
        body = {
            "record": UUID(one.document["record"]).bytes.hex(),
            "verdict": verdict.value,
            "marks": sorted({p for p in people if p is not None}) if verdict is IdentityVerdict.SAME else [chosen],
            "counts": chosen if verdict is IdentityVerdict.SAME else None,
            "extract": place["extract"],
            "row": place["row"],
            "by": decider.by,
            "why": decider.why,
        }
        session.decisions.record(Decided.IDENTITY_DECIDED, body)
    document: DecidedDocument = {
        "record": one.document["record"],
        "pbnId": one.document["pbnId"],
        "verdict": verdict.value,
        "by": decider.by,
        "why": decider.why,
        "file": place["file"],
        "row": place["row"],
    }
    what = "the rows are one person; this row counts" if verdict is IdentityVerdict.SAME else "this row is left out"
    return Answer(document=document, text=[f"{pbn}: {what}: {_place(place)}"], next_step=_SYNC)


def _identities(session: Session) -> Identities:
    return Identities(
        log=session.log,
        keys=session.keys,
        state=session.project.producer_state(),
        decisions=session.decisions,
        practice=session.practice,
        extracts=extracts_read(session.decisions),
    )


def _named(session: Session, pbn: str) -> FoundIdentity:
    """Return the held id of this name. Raises UsageError where there is none."""
    ids = {str(UUID(bytes=one)) for one in session.ids_of(pbn)}
    for one in _identities(session).found(decrypt=False):
        if one.document["record"] in ids and one.people:
            return one
    raise UsageError(f"{pbn!r} is no id that is held; `cutover identities list` shows them all")


def _row_at(session: Session, one: FoundIdentity, name: str | None) -> int:
    """Return the index of the row that is named, or of the only person's. Raises UsageError."""
    rows = one.document["rows"]
    places = ", ".join(_place(row) for row in rows)
    if name is None:
        if len(set(one.people)) > 1:
            raise UsageError(f"several rows have this id; name the one that is meant with --row FILE:ROW: {places}")
        return len(rows) - 1
    wanted = as_row(name, extracts_read(session.decisions))
    for at, row in enumerate(rows):
        file = row["file"] or ""
        if wanted is not None and row["row"] == wanted.row and wanted.file in (file, file.rpartition("/")[2]):
            return at
    raise UsageError(f"--row: {name!r} is no row that holds this id; name one of {places}")


def _place(row: HeldRow) -> str:
    return f"{row['file']}:{row['row']}"


def _lines(one: HeldIdentity) -> list[str]:
    decided = f", decided by {one['by']}: {one['verdict']}" if one["verdict"] else ""
    lines = [
        f"{one['pbnId'] or one['record']}: {one['reason']}, held since {one['since']}, {one['waiting']:,} rows wait{decided}",
        f"  {explain(one['reason'])}",
    ]
    for row in one["rows"]:
        lines.append(f"  {_place(row)}" + (": " + " | ".join(row["cells"]) if row["cells"] else ""))
    return lines
