"""`identities decide`: one person, another person, or left out; and the rows of other tables that name a shared id."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from cutover.project.errors import UsageError
from cutover.reports.answer import Answer
from cutover.reports.documents.oversight.identities import DecidedDocument, HeldRow
from cutover.reports.records.identities import FoundIdentity, shown_place
from cutover.reports.records.naming import as_row
from cutover.reports.records.sightings import extracts_read
from cutover.runs.arguments.held_identities import CARRIED_OUT_BY, identities_in
from cutover.runs.arguments.named_person import NamedPerson
from cutover.runs.claims.producing import producing
from cutover.runs.session import Session
from events.decisions import Decided
from events.vocabulary.entities import Entity, pbn_id, record_id
from producers.changes.rows.decided_identities import DecidedIdentities, IdentityVerdict
from producers.changes.rows.shared_ids import HOLD, KEEPS, is_choice, own_id

_WORDS = {
    IdentityVerdict.SAME: "the rows are one person; this row counts",
    IdentityVerdict.ANOTHER: "this row is another person",
    IdentityVerdict.LEAVE_OUT: "this row is left out",
}


def decide_identity(
    session: Session,
    pbn: str,
    verdict: IdentityVerdict,
    decider: NamedPerson,
    row: str | None = None,
    rows: str | None = None,
) -> Answer:
    """Record a decision about an id under which two people stand. The next sync carries it out.

    `rows` is the choice for the rows of other tables that name the id. Raises UsageError.
    """
    decider.require_name_to_decide("the person behind an id")
    if rows is not None and (verdict is not IdentityVerdict.ANOTHER or not is_choice(rows)):
        raise UsageError(
            f"--rows {rows}: belongs to `another`, and is hold, stay, move, or the day from which rows move (2026-01-31)"
        )
    with producing(session, holder="identities decide"):
        session.producer().catch_up()
        about = identities_in(session).people
        one, number = _named(session, pbn, about)
        if number is not None and verdict is IdentityVerdict.SAME:
            verdict = IdentityVerdict.ANOTHER  # the same person as the one with that id of their own
        body, at = _decided(session, one, verdict, row, rows, about, number)
        body |= {"record": UUID(one.document["record"]).bytes.hex(), "verdict": verdict.value}
        body |= {"by": decider.by, "why": decider.why}
        if at is not None:
            body |= {"extract": at["extract"], "row": at["row"]}
        session.decisions.record(Decided.IDENTITY_DECIDED, body)
    shared = one.document["pbnId"] or pbn
    document: DecidedDocument = {
        "record": one.document["record"],
        "pbnId": one.document["pbnId"],
        "verdict": verdict.value,
        "by": decider.by,
        "why": decider.why,
        "newPbnId": own_id(shared, body["number"]) if verdict is IdentityVerdict.ANOTHER else None,
        "rows": body.get("rows"),
        "file": at["file"] if at is not None else None,
        "row": at["row"] if at is not None else None,
    }
    return Answer(document=document, text=[_line(document, shared, is_row="of_record" in body)], next_step=CARRIED_OUT_BY)


def _decided(
    session: Session,
    one: FoundIdentity,
    verdict: IdentityVerdict,
    name: str | None,
    rows: str | None,
    about: DecidedIdentities,
    number: int | None,
) -> tuple[dict[str, Any], HeldRow | None]:
    """Return a decision's body, but for what all have, and the row that was named, if there is one."""
    numbers = about.numbers(UUID(one.document["record"]).bytes)
    waiting = _waiting_row(session, one, name)
    if waiting is not None:
        if verdict is IdentityVerdict.LEAVE_OUT or not numbers:
            raise UsageError(f"--row: {name!r} names the id and waits for it; decide about the people first: {_places(one)}")
        belongs_to = (number or max(numbers)) if verdict is IdentityVerdict.ANOTHER else KEEPS
        return {"marks": [], "of_record": one.waiting[waiting].hex(), "number": belongs_to}, one.document["waiting_rows"][
            waiting
        ]
    if name is None and rows is not None and numbers:
        moves_to = number or max(numbers)
        return {"marks": [], "keeps": [], "number": moves_to, "own": numbers[moves_to].hex(), "rows": rows}, None
    at = _row_at(session, one, name, verdict)
    people, chosen = one.people, one.people[at]
    if chosen is None or None in people:
        raise UsageError(
            f"{one.document['pbnId']}: its rows were held by an earlier version, which kept no mark of the person; export again"
        )
    body: dict[str, Any] = {"marks": [chosen], "counts": None}
    if verdict is IdentityVerdict.SAME:
        body = {"marks": sorted({person for person in people if person is not None}), "counts": chosen}
    elif verdict is IdentityVerdict.ANOTHER:
        known = {"marks": [chosen], "keeps": [], "number": number, "own": numbers[number].hex()} if number is not None else None
        body = (known or _another(session, one, chosen, about)) | {"rows": rows}
    return body, one.document["rows"][at]


def _another(session: Session, one: FoundIdentity, chosen: str, about: DecidedIdentities) -> dict[str, Any]:
    """Return what a decision says of a person who gets an id of their own. Raises UsageError."""
    producer, base = session.producer(), UUID(one.document["record"]).bytes
    known = producer.last_records([base]).get(base)
    kept = {person for person in one.people if person is not None and person != chosen}
    if known is not None:
        mark = about.person(known)
        if mark == chosen:
            raise UsageError(
                f"this row is about the person whom Twenty has under the id; name the other person's row: {_places(one)}"
            )
        kept.add(mark)
    elif not kept:
        raise UsageError("no other person stands under this id; sync an export that has both, or leave the row out")
    native = known.native_id if known is not None else (one.document["pbnId"] or "").split(":", 2)[-1]
    native = producer.renumbered().id(Entity.PATIENT, native)
    numbers, found = about.numbers(base), about.number_of(base, chosen)
    number = found if found is not None else max(numbers, default=KEEPS) + 1

    def own(number: int) -> bytes:
        return record_id(session.practice.namespace, pbn_id(session.practice.id, Entity.PATIENT, own_id(native, number)))

    while found is None and producer.state.known([own(number)]):
        number += 1  # PbN itself has such an id
    return {"marks": [chosen], "keeps": sorted(kept), "number": number, "own": own(number).hex()}


def _named(session: Session, pbn: str, about: DecidedIdentities) -> tuple[FoundIdentity, int | None]:
    """Return the held id of this name; and the number of the person, where it is the id of their own.

    Raises UsageError where there is none.
    """
    ids = session.ids_of(pbn)
    for one in identities_in(session).found(decrypt=False):
        base = UUID(one.document["record"]).bytes
        number = next((number for number, own in about.numbers(base).items() if own in ids), None)
        if (base in ids or number is not None) and (one.people or one.waiting):
            return one, number
    raise UsageError(f"{pbn!r} is no id that is held; `cutover identities list` shows them all")


def _waiting_row(session: Session, one: FoundIdentity, name: str | None) -> int | None:
    return _at(session, one.document["waiting_rows"], name) if name is not None else None


def _row_at(session: Session, one: FoundIdentity, name: str | None, verdict: IdentityVerdict) -> int:
    """Return the index of the row that is named, or of the only person's. Raises UsageError."""
    rows = one.document["rows"]
    if not rows:
        raise UsageError("its rows wait for a choice: --rows hold|stay|move|DATE, or --row FILE:ROW for one of them")
    if name is None:
        if len(set(one.people)) > 1:
            last = shown_place(rows[-1])
            example = f'cutover identities decide {one.document["pbnId"]} {verdict.value} --row {last} --by "YOUR NAME"'
            raise UsageError(
                f"{len(rows)} rows have this id; say with --row which one is meant, e.g. `{example}`; its rows: {_places(one)}"
            )
        return len(rows) - 1
    found = _at(session, rows, name)
    if found is None:
        raise UsageError(f"--row: {name!r} is no row that holds this id; name one of {_places(one)}")
    return found


def _at(session: Session, rows: list[HeldRow], name: str) -> int | None:
    wanted = as_row(name, extracts_read(session.decisions))
    for at, row in enumerate(rows):
        file = row["file"] or ""
        if wanted is not None and row["row"] == wanted.row and wanted.file in (file, file.rpartition("/")[2]):
            return at
    return None


def _places(one: FoundIdentity) -> str:
    return ", ".join(shown_place(row) for row in one.document["rows"])


def _line(document: DecidedDocument, shared: str, *, is_row: bool) -> str:
    at = f"{document['file']}:{document['row']}"
    if is_row:
        return f"{at} belongs to {document['newPbnId'] or shared}"
    if document["newPbnId"] is None:
        return f"{shared}: {_WORDS[IdentityVerdict(document['verdict'])]}: {at}"
    rows = {
        HOLD: "new rows of other tables that name the id wait: decide about each, or all with --rows",
        "stay": "rows of other tables that name the id stay with the first person",
        "move": "rows of other tables that name the id move to the other person",
    }
    said = rows.get(
        document["rows"] or HOLD, f"rows of other tables dated {document['rows']} or later move to the other person"
    )
    who = f"{at} is another person, with the id" if document["file"] is not None else "the other person has the id"
    return f"{shared}: {who} {document['newPbnId']}; {said}"
