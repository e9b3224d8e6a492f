"""The practice on Fern Street: its mapping, its records, and their ids in Twenty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from events.vocabulary.entities import Entity, pbn_id, twenty_id
from events.vocabulary.mapping import ColumnMapping, FieldType, Vocabulary
from events.vocabulary.practice import Practice
from events.vocabulary.records import Record
from projections.destination import destination

FERN = Practice(
    id="fern",
    name="Fern Street Dental",
    zone=ZoneInfo("America/Denver"),
    currency="USD",
    date_order="mdy",
    namespace=UUID(int=11),
)
MASTER = bytes(range(32))
TAKEN = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)
_WORDS = {
    (Entity.PATIENT, "insurance_carrier"): ("Northern Mutual", "Delta West"),
    (Entity.PATIENT, "status"): ("Active", "Inactive"),
    (Entity.APPOINTMENT, "status"): ("Scheduled", "Complete"),
    (Entity.TREATMENT_PLAN, "status"): ("Presented", "Accepted"),
    (Entity.CLAIM, "status"): ("Submitted", "Paid"),
}
MAPPING = ColumnMapping(
    practice="fern",
    vocabularies=tuple(Vocabulary(entity=e, field=f, type=FieldType.SELECT, words=w) for (e, f), w in _WORDS.items()),
)
PLURALS = tuple(o.plural for o in destination().objects.values())


def patient(
    native: str, first: str = ..., last: str = ..., *, mail: str | None = ..., shared: Sequence[str] = (), **more: Any
) -> Record:  # type: ignore[assignment]
    """Return a patient; `mail` is the address that is theirs, `shared` are addresses that belong to others. What is left
    out stays.
    """
    values: dict[str, Any] = dict(more)
    if first is not ...:
        values["first_name"] = first
    if last is not ...:
        values["last_name"] = last
    if mail is not ...:
        values |= {"emails": [*([mail] if mail else []), *shared], "primary_email": mail}
    return Record(entity=Entity.PATIENT, native_id=native, values=values)


def appointment(native: str, *, of: str, **more: Any) -> Record:
    """Return an appointment of a patient."""
    return Record(
        entity=Entity.APPOINTMENT,
        native_id=native,
        values={"patient_id": of, "type": "Cleaning", "starts_at": TAKEN, "status": "Scheduled", **more},
    )


def note(native: str, *, of: str, **more: Any) -> Record:
    """Return a note about a patient."""
    return Record(
        entity=Entity.NOTE,
        native_id=native,
        values={"patient_id": of, "type": "Clinical", "text": "Wants **no** fluoride.", **more},
    )


def plan(native: str, *, of: str, **more: Any) -> Record:
    """Return a treatment plan."""
    return Record(
        entity=Entity.TREATMENT_PLAN,
        native_id=native,
        values={
            "patient_id": of,
            "name": "Crowns",
            "status": "Presented",
            "estimated_cost": 1_200_500_000,
            "lines": [],
            **more,
        },
    )


def claim(native: str, *, of: str, **more: Any) -> Record:
    """Return an insurance claim."""
    return Record(
        entity=Entity.CLAIM, native_id=native, values={"patient_id": of, "number": f"C-{native}", "status": "Submitted", **more}
    )


def document(native: str, *, of: str, **more: Any) -> Record:
    """Return a document; its bytes come from `bench.files`."""
    return Record(
        entity=Entity.DOCUMENT,
        native_id=native,
        values={
            "patient_id": of,
            "file_name": "xray.png",
            "path": "xray.png",
            "sha256": "ab" * 32,
            "size": 4,
            "created_at": TAKEN,
            **more,
        },
    )


def practice() -> Record:
    """Return the practice itself."""
    return Record(entity=Entity.PRACTICE, native_id=FERN.id, values={"name": FERN.name})


def family() -> list[Record]:
    """Return one of everything, for three patients who share a household."""
    return [
        patient(
            "1",
            "Ada",
            "Quist",
            mail="ada@x.example",
            phones=["+15415550101"],
            birth_date=date(1970, 2, 3),
            status="Active",
            address_street1="1 Fern St",
            address_city="Bend",
            insurance_carrier="Northern Mutual",
        ),
        patient("2", "Bo", "Quist", mail=None, shared=["ada@x.example"], birth_date=date(2010, 4, 5)),
        patient("3", "Cleo", "Vale", mail="cleo@x.example"),
        appointment("10", of="1"),
        appointment("11", of="2", type="Check-up"),
        note("20", of="1"),
        plan("30", of="1"),
        claim("40", of="3"),
        document("50", of="3"),
    ]


def id_of(entity: Entity, native: str) -> str:
    """Return the deterministic Twenty id of a record."""
    return str(twenty_id(FERN.namespace, pbn_id(FERN.id, entity, native)))


def patient_id(native: str) -> str:
    return id_of(Entity.PATIENT, native)


def task_id(native: str) -> str:
    return id_of(Entity.APPOINTMENT, native)


def link_id(task: str, of: str) -> str:
    """Return the link between an appointment's task and a patient's person."""
    pbn = pbn_id(FERN.id, Entity.APPOINTMENT, task)
    return str(twenty_id(FERN.namespace, f"{pbn}->{pbn_id(FERN.id, Entity.PATIENT, of)}"))


def later(days: int) -> datetime:
    """Return a moment after the first extract."""
    return TAKEN + timedelta(days=days)
