"""Expected content of Twenty for one record of PbN, in the simulation's own words: written from the field map, knowing
nothing of the engine's projections. Values are in the plain form that `plain` gives of what Twenty holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from tests.simulation.office import PRACTICE, Row

NAMESPACE_OF = {
    "patient": "patient",
    "appointment": "appointment",
    "claim": "claim",
    "note": "note",
    "plan": "treatment-plan",
    "balance": "billing",
    "message": "communication",
    "lab": "custom.labCase",
}
OBJECT = {
    "patient": "people",
    "appointment": "tasks",
    "message": "tasks",
    "claim": "insuranceClaims",
    "note": "notes",
    "plan": "treatmentPlans",
    "balance": "billingRecords",
    "lab": "labCases",
}
LINKS = {"tasks": ("taskTargets", "taskId"), "notes": ("noteTargets", "noteId")}
LINK_COLUMNS = dict(LINKS.values())
"""Each kind of link, and its column that points at the task or note."""
OBJECTS = (
    *("companies", "people", "tasks", "notes", "treatmentPlans", "billingRecords"),
    *("insuranceClaims", "labCases", "taskTargets", "noteTargets"),
)
Key = tuple[str, str]
"""A record of Twenty: object and id."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record as Twenty should hold it. `needs` is the record that must be there first."""

    key: Key
    fields: Mapping[str, Any]
    needs: Key | None = None
    deleted: bool = False


class Ids:
    """The deterministic ids."""

    def __init__(self, namespace: UUID) -> None:
        self._namespace = namespace
        self.company: Key = ("companies", self._of(f"{PRACTICE}:practice:{PRACTICE}"))

    def _of(self, text: str) -> str:
        return str(uuid5(self._namespace, text))

    def pbn(self, kind: str, native: str) -> str:
        """Return the pbnId."""
        return f"{PRACTICE}:{NAMESPACE_OF[kind]}:{native}"

    def record(self, kind: str, native: str) -> Key:
        """Return a record's place in Twenty."""
        return OBJECT[kind], self._of(self.pbn(kind, native))

    def link(self, kind: str, native: str, patient: str) -> Key:
        """Return the link of a task or note to a person."""
        return LINKS[OBJECT[kind]][0], self._of(f"{self.pbn(kind, native)}->{self.pbn('patient', patient)}")


def option(word: str | None) -> str | None:
    """Return the value of a SELECT's option."""
    return word.upper().replace(" ", "_").replace("-", "_") if word else None


def moment(value: datetime | None) -> str | None:
    """Return a time as Twenty gives it; the practice's zone is UTC."""
    return f"{value:%Y-%m-%dT%H:%M:%S}.000Z" if value else None


def day(value: date | None) -> str | None:
    """Return a date as Twenty gives it."""
    return f"{value:%Y-%m-%d}" if value else None


def told_day(value: date) -> str:
    """Return a date as a text tells it to people."""
    return f"{value:%b} {value.day}, {value.year}"


def told_moment(value: datetime) -> str:
    """Return a time as a text tells it to people: midnight is not told."""
    at_midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
    return told_day(value) + ("" if at_midnight else f", {value.hour % 12 or 12}:{value:%M %p}")


def told_money(dollars: int | None) -> str:
    """Return an amount as a name tells it to people."""
    return "Account balance" if dollars is None else f"{'-' if dollars < 0 else ''}${abs(dollars):,}.00"


def money(value: int | None) -> int | None:
    """Return an amount in micros."""
    return None if value is None else value * 1_000_000


def person(row: Row, ids: Ids, key: Key, primary: str | None) -> Wanted:
    """Return a patient. `primary` is the address that is theirs."""
    c = row.cells
    mail = c["email"]
    fields = {
        "pbnId": ids.pbn("patient", row.id),
        "name": (c["first"], c["last"]),
        "emails": (primary or "", (mail,) if mail and mail != primary else ()),
        "phones": ("+1" + "".join(ch for ch in c["mobile"] if ch.isdigit()) if c["mobile"] else "", ()),
        "dateOfBirth": day(c["birth"]),
        "mailingAddress": (c["street"] or "", c["city"] or ""),
        "patientStatus": option(c["status"]),
        "insuranceCarrier": option(c["carrier"]),
        "companyId": ids.company[1],
        **custom_fields(row),
    }
    return Wanted(key, fields, needs=ids.company)


def custom_fields(row: Row) -> dict[str, Any]:
    """Return the fields of columns of the practice's own: their name is the header's words in camel case."""
    own = {"recall": "recallReason", "guard": "nightGuardDue"}
    fresh = {cell: f"ownColumn{cell[3:]}" for cell in row.cells if cell.startswith("own")}
    return {name: row.cells[cell] or "" for cell, name in {**own, **fresh}.items() if cell in row.cells}


def hanging(row: Row, ids: Ids, person_key: Key) -> list[Wanted]:
    """Return everything that hangs on a patient: the record, and the link of a task or note."""
    c, key = row.cells, ids.record(row.kind, row.id)
    fields: dict[str, Any] = {"pbnId": ids.pbn(row.kind, row.id)}
    match row.kind:
        case "appointment":
            over = c["status"] in ("Completed", "Cancelled")
            fields |= {
                "title": c["type"],
                "taskType": "APPOINTMENT",
                "dueAt": moment(c["start"]),
                "originalAppointmentDate": moment(c["start"]),
                "status": "DONE" if over else "TODO",
                "appointmentType": c["type"],
                "appointmentStatus": option(c["status"]),
                "bodyV2": "\n\n".join(part for part in (f"Status: {c['status']}", c["note"]) if part),
            }
        case "message":
            fields |= {
                "title": c["type"],
                "taskType": "COMMUNICATION",
                "dueAt": moment(c["at"]),
                "status": "DONE",
                "deliveryStatus": option(c["delivery"]),
                "bodyV2": f"{told_moment(c['at'])} · {c['delivery']}\n\n{c['text']}",
            }
        case "note":
            fields |= {"title": c["type"], "bodyV2": c["text"]}
        case "claim":
            fields |= {
                "name": c["number"],
                "patientId": person_key[1],
                "status": option(c["status"]),
                "submittedAmount": money(c["submitted"]),
                "serviceDate": day(c["service"]),
            }
        case "plan":
            fields |= {
                "name": c["name"],
                "patientId": person_key[1],
                "status": option(c["status"]),
                "estimatedCost": money(c["estimate"]),
                "procedureCode": c["code"],
                "surfaceFee": money(c["fee"]),
                "lineItemCount": 1,
            }
        case "balance":
            fields |= {
                "name": " · ".join(filter(None, (told_money(c["balance"]), c["paid"] and f"last paid {told_day(c['paid'])}"))),
                "patientId": person_key[1],
                "outstandingBalance": money(c["balance"]),
                "lastPaymentDate": day(c["paid"]),
            }
        case "lab":
            fields |= {
                "name": row.id,
                "patientId": person_key[1],
                "laboratory": option(c["lab"]),
                "due": day(c["due"]),
                "shadeWanted": c["shade"] or "",
            }
    records = [Wanted(key, fields, needs=person_key)]
    if key[0] in LINKS:
        column = LINKS[key[0]][1]
        link = ids.link(row.kind, row.id, c["patient"])
        records.append(Wanted(link, {column: key[1], "targetPersonId": person_key[1]}, needs=person_key))
    return records


PEOPLES_OWN = {"people": "jobTitle", "tasks": "assigneeId", "companies": "employees"}
"""A field that nothing of PbN's goes into."""


def plain(name: str, value: Any) -> Any:
    """Return a field's value in the plain form of this simulation."""
    match name:
        case "name" if isinstance(value, Mapping):
            return value.get("firstName") or "", value.get("lastName") or ""
        case "emails":
            return value.get("primaryEmail") or "", tuple(sorted(value.get("additionalEmails") or ()))
        case "phones":
            others = (_number(one.get("callingCode"), one.get("number")) for one in value.get("additionalPhones") or ())
            return _number(value.get("primaryPhoneCallingCode"), value.get("primaryPhoneNumber")), tuple(sorted(others))
        case "mailingAddress":
            return value.get("addressStreet1") or "", value.get("addressCity") or ""
        case "submittedAmount" | "estimatedCost" | "surfaceFee" | "outstandingBalance":
            micros = (value or {}).get("amountMicros")
            return None if micros is None else int(micros)
        case "bodyV2":
            return ((value or {}).get("markdown") or "").strip("\n")
        case "lineItemCount":
            return None if value is None else int(value)
        case _:
            return value


def _number(calling_code: str | None, number: str | None) -> str:
    return f"{calling_code or ''}{number}" if number else ""


def is_blank(value: Any) -> bool:
    """Return whether a plain value says nothing."""
    return value in (None, "", (), ("", ()), ("", ""))


def same(one: Any, other: Any) -> bool:
    """Return whether two plain values say the same; Twenty has several ways of saying nothing."""
    return one == other or (is_blank(one) and is_blank(other))
