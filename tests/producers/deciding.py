"""Decisions about the patients' id P1, under which two people stand."""

from __future__ import annotations

from events.dead_letters import detail_of, read_dead_letter
from events.decisions import Decided
from events.log.port import DEAD_LETTERS, read_all
from events.vocabulary.entities import Entity, pbn_id, record_id
from producers.changes.rows.decided_identities import PERSON, IdentityVerdict
from tests.producers.desk import PRACTICE, Desk

P1 = record_id(PRACTICE.namespace, pbn_id(PRACTICE.id, Entity.PATIENT, "P1"))


def people(desk: Desk) -> dict[int, str]:
    """The person of each row that is held for its id, by the row's number."""
    letters = [read_dead_letter(entry.value) for entry in read_all(desk.log, DEAD_LETTERS)]
    return {x.row or 0: detail_of(x, desk.keys)[PERSON] for x in letters if x.reason in ("two_people", "other_person")}


def decide(desk: Desk, verdict: IdentityVerdict, rows: list[int], counts: int | None = None) -> None:
    """Decide about the people of these rows of the patients' table."""
    found = people(desk)
    body = {"record": P1.hex(), "verdict": verdict.value, "marks": [found[row] for row in rows], "by": "Ines Abernathy"}
    desk.decisions.record(Decided.IDENTITY_DECIDED, body | ({"counts": found[counts]} if counts is not None else {}))
