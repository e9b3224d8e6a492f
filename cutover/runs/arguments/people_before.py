"""The people who are in the workspace already, held against the patients of the extracts that the mapping was proposed for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from uuid import UUID

from consumers.sync.adoptions import Meeting, NewPatient, meetings
from consumers.sync.pairing import pairings
from cutover.runs.session import Session
from events.vocabulary.entities import Entity, pbn_id, record_ids
from events.vocabulary.records import Record
from producers.changes.appending.email_ownership import emails_of, holder_of, owners

_COLUMNS = ("name", "emails", "phones", "dateOfBirth", "pbnId", "deletedAt")


_COMPARED = ("first_name", "last_name", "emails", "phones", "birth_date", "guarantor_id")
"""Values of a patient that are held against people. The others are not kept: a practice may have 100,000 patients."""


@dataclass(frozen=True, kw_only=True)
class OwnPatients:
    """The patients of the extracts by native id, of each the newest record with the compared values alone; `identity` gives
    the record id of a native id.
    """

    records: Mapping[str, Record]
    identity: Callable[[str], bytes]

    @cached_property
    def owners(self) -> Mapping[str, bytes | None]:
        """Return the owner of each address that these patients have; None where there is none."""
        return owners((mail, holder_of(r, self.identity)) for r in self.records.values() for mail in emails_of(r))


def own_patients(session: Session, records: Iterable[Record]) -> OwnPatients:
    """Return the patients among these records."""
    newest = {
        r.native_id: replace(r, values={name: r.values[name] for name in _COMPARED if name in r.values}, custom={}, issues=())
        for r in records
        if r.entity is Entity.PATIENT
    }
    return OwnPatients(records=newest, identity=record_ids(session.practice.namespace, session.practice.id, Entity.PATIENT))


def people_before(session: Session, patients: OwnPatients) -> list[Meeting]:
    """Return every adoption and every doubtful case among these patients. Costs one request for each 5,000 people in the
    workspace. Raises TwentyError.
    """
    ids = {native: patients.identity(native) for native in patients.records}
    known = session.view.written([("people", i) for i in ids.values()])
    paired = pairings(session.decisions, session.workspace_id)
    new = [n for n, i in ids.items() if ("people", i) not in known and i not in paired]
    if not new:
        return []
    columns = [c for c in _COLUMNS if c in session.workspace.metadata().object("people").columns]
    there = session.workspace.find("people", {}, fields=columns, deleted=True)
    ours = session.view.written([("people", UUID(image["id"]).bytes) for image in there])
    strangers = [image for image in there if ("people", UUID(image["id"]).bytes) not in ours]
    return meetings([_patient(session, patients, n) for n in new], strangers) if strangers else []


def _patient(session: Session, patients: OwnPatients, native: str) -> NewPatient:
    values, own = patients.records[native].values, patients.identity(native)
    name = f"{values.get('first_name') or ''} {values.get('last_name') or ''}"
    primary = next((mail for mail in _texts(values.get("emails")) if patients.owners.get(mail) == own), None)
    return NewPatient(
        pbn_id=pbn_id(session.practice.id, Entity.PATIENT, native),
        name=name,
        primary=primary,
        phones=tuple(_texts(values.get("phones"))),
        birth_date=_day(values.get("birth_date")),
    )


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
