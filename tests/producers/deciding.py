"""Decisions about the patients' id P1, under which two people stand."""

from __future__ import annotations

from typing import Any

from events.dead_letters import detail_of, read_dead_letter
from events.decisions import Decided
from events.log.port import DEAD_LETTERS, read_all
from events.vocabulary.entities import Entity, pbn_id, record_id
from producers.changes.rows.decided_identities import PERSON, IdentityVerdict
from producers.changes.rows.shared_ids import own_id
from tests.producers.desk import PRACTICE, Desk


def patient_id(native: str) -> bytes:
    """Return the record id of a patient."""
    return record_id(PRACTICE.namespace, pbn_id(PRACTICE.id, Entity.PATIENT, native))


P1 = patient_id("P1")


def people(desk: Desk) -> dict[int, str]:
    """Return the person of each row that is held for its id, by the row's number."""
    letters = [read_dead_letter(entry.value) for entry in read_all(desk.log, DEAD_LETTERS)]
    return {x.row or 0: detail_of(x, desk.keys)[PERSON] for x in letters if x.reason in ("two_people", "other_person")}


def decide(desk: Desk, verdict: IdentityVerdict, rows: list[int], counts: int | None = None) -> None:
    """Decide about the people of these rows of the patients' table."""
    found = people(desk)
    body = {"record": P1.hex(), "verdict": verdict.value, "marks": [found[row] for row in rows], "by": "Ines Abernathy"}
    desk.decisions.record(Decided.IDENTITY_DECIDED, body | ({"counts": found[counts]} if counts is not None else {}))


def give_own_id(desk: Desk, row: int, rows: str = "hold", number: int = 2) -> None:
    """Decide that a row is about another person. The others whose rows are held, and whom the log has, keep the id."""
    found = people(desk)
    known = desk.producer.last_records([P1]).get(P1)
    keeps = [desk.producer.fingerprints.combine(_named(known)).hex()] if known is not None else []
    body: dict[str, Any] = {
        "record": P1.hex(),
        "verdict": IdentityVerdict.ANOTHER.value,
        "marks": [found[row]],
        "keeps": [*keeps, *(mark for one, mark in found.items() if one != row)],
        "number": number,
        "own": patient_id(own_id("P1", number)).hex(),
        "rows": rows,
        "by": "Ines Abernathy",
    }
    desk.decisions.record(Decided.IDENTITY_DECIDED, body)


def _named(record: Any) -> bytes:
    name = f"{record.values['first_name']} {record.values['last_name']}".casefold()
    return repr((name, str(record.values["birth_date"]))).encode()
