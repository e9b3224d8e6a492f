"""The people who are in the workspace already, held against the patients of the extracts that the mapping was proposed for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from consumers.sync.adoptions import Meeting, NewPatient, meetings
from consumers.sync.pairing import pairings
from cutover.runs.session import Session
from events.vocabulary.entities import Entity, pbn_id, twenty_id
from events.vocabulary.records import Record
from producers.changes.appending.email_ownership import emails_of, holder_of, owners

_COLUMNS = ("name", "emails", "phones", "dateOfBirth", "pbnId", "deletedAt")


def people_before(session: Session, records: Iterable[Record]) -> list[Meeting]:
    """Return every adoption and every doubtful case among these patients (the newest record of each counts). Costs one
    request for each 5,000 people in the workspace. Raises TwentyError.
    """
    patients = {r.native_id: r for r in records if r.entity is Entity.PATIENT}
    mine = {native: twenty_id(session.practice.namespace, _pbn(session, native)) for native in patients}
    known = session.view.written([("people", i.bytes) for i in mine.values()])
    paired = pairings(session.decisions, session.workspace_id)
    new = [n for n, i in mine.items() if ("people", i.bytes) not in known and i.bytes not in paired]
    if not new:
        return []
    columns = [c for c in _COLUMNS if c in session.workspace.metadata().object("people").columns]
    there = session.workspace.find("people", {}, fields=columns, deleted=True)
    ours = session.view.written([("people", UUID(image["id"]).bytes) for image in there])
    strangers = [image for image in there if ("people", UUID(image["id"]).bytes) not in ours]
    owners = _owners(session, patients) if strangers else {}
    return meetings([_patient(session, patients[n], owners) for n in new], strangers)


def _pbn(session: Session, native: str) -> str:
    return pbn_id(session.practice.id, Entity.PATIENT, native)


def _patient(session: Session, record: Record, owners: Mapping[str, bytes | None]) -> NewPatient:
    values = record.values
    pbn = _pbn(session, record.native_id)
    own = twenty_id(session.practice.namespace, pbn).bytes
    name = f"{values.get('first_name') or ''} {values.get('last_name') or ''}"
    primary = next((mail for mail in _texts(values.get("emails")) if owners.get(mail) == own), None)
    return NewPatient(
        pbn_id=pbn,
        name=name,
        primary=primary,
        phones=tuple(_texts(values.get("phones"))),
        birth_date=_day(values.get("birth_date")),
    )


def _owners(session: Session, patients: Mapping[str, Record]) -> dict[str, bytes | None]:
    """Return the owner of each address that these patients have."""

    def identity(native: str) -> bytes:
        return twenty_id(session.practice.namespace, _pbn(session, native)).bytes

    return owners((mail, holder_of(record, identity)) for record in patients.values() for mail in emails_of(record))


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
