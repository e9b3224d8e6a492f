"""The practice, as PbN has it: a few families and what hangs on them; and its extracts, as folders of CSV files."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

PRACTICE = "fern"
Source = tuple[str, str]
"""A record of PbN: kind and native id."""

PROVIDERS = (("P1", "DRM", "Moss", "Maria", "maria.moss@fern.example"), ("P2", "DRK", "Kent", "Karl", "karl.kent@fern.example"))
FIRST = ("Ada", "Bo", "Cleo", "Dag", "Eva", "Finn", "Gus", "Hana", "Ivo", "June", "Kai", "Lena")
LAST = ("Quist", "Vale", "Orr", "Penn", "Rask", "Stone")
CARRIERS = ("Northern Mutual", "Delta West", "")
STATUSES = ("Active", "Inactive")
VISITS = ("Cleaning", "Check-up", "Crown")
VISIT_STATUSES = ("Scheduled", "Completed", "Cancelled")
CLAIM_STATUSES = ("Submitted", "Paid", "Denied")
PLAN_STATUSES = ("Presented", "Accepted")


@dataclass(frozen=True, slots=True)
class Row:
    """One record of PbN: its kind, native id, and its cells by column (as typed values; None is a blank cell)."""

    kind: str
    id: str
    cells: dict[str, Any]

    def changed(self, **cells: Any) -> Row:
        """Return the same record with other cells."""
        return replace(self, cells={**self.cells, **cells})


HEADERS: dict[str, dict[str, str]] = {
    "patient": {
        "id": "Patient ID",
        "guarantor": "Guarantor ID",
        "first": "First Name",
        "last": "Last Name",
        "birth": "Date of Birth",
        "email": "Email",
        "mobile": "Mobile Phone",
        "street": "Address",
        "city": "City",
        "status": "Patient Status",
        "carrier": "Insurance Carrier",
        "recall": "Recall Reason",
    },
    "appointment": {
        "id": "Appointment ID",
        "patient": "Patient ID",
        "start": "Appointment Date",
        "type": "Appointment Type",
        "status": "Appointment Status",
        "note": "Appointment Note",
    },
    "claim": {
        "id": "Claim ID",
        "patient": "Patient ID",
        "number": "Claim Number",
        "status": "Claim Status",
        "submitted": "Submitted Amount",
        "service": "Service Date",
    },
    "note": {"id": "Note ID", "patient": "Patient ID", "type": "Note Type", "text": "Note Text"},
    "plan": {
        "id": "Treatment Plan ID",
        "patient": "Patient ID",
        "name": "Treatment Plan Name",
        "status": "Treatment Plan Status",
        "estimate": "Estimated Cost",
        "code": "Procedure Code",
        "fee": "Fee",
    },
    "balance": {"patient": "Patient ID", "balance": "Outstanding Balance", "paid": "Last Payment Date"},
    "message": {
        "id": "Communication ID",
        "patient": "Patient ID",
        "type": "Communication Type",
        "text": "Message",
        "at": "Delivery Time",
        "delivery": "Delivery Status",
    },
    "lab": {"id": "Case No", "patient": "Patient ID", "lab": "Laboratory", "due": "Due", "shade": "Shade Wanted"},
}
FILES = {
    "patient": "Patients",
    "appointment": "Appointments",
    "claim": "Insurance Claims",
    "note": "Clinical Notes",
    "plan": "Treatment Plans",
    "balance": "Account Balances",
    "message": "Communications",
    "lab": "Lab Cases",
}
UNKNOWN = "lab"
"""The kind of a table that Cutover has no kind for: its rows are left out until its object is turned on."""
LABS = ("Apex Dental Lab", "Northlight", "Summit Ceramics")


def text_of(value: Any) -> str:
    """Return a cell as PbN writes it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%m/%d/%Y %I:%M %p}"
    if isinstance(value, date):
        return f"{value:%m/%d/%Y}"
    if isinstance(value, int):
        return f"${value:,}.00"
    return str(value)


def folder_of(
    folder: Path,
    rows: Iterable[Row],
    kinds: Collection[str],
    *,
    taken_at: datetime,
    full: bool,
    headers: dict[str, dict[str, str]],
) -> Path:
    """Write an extract with these kinds of records."""
    folder.mkdir(parents=True)
    scope = "full" if full else "partial"
    (folder / "manifest.toml").write_text(
        f'practice = "{PRACTICE}"\ntaken_at = "{taken_at.isoformat()}"\nscope = "{scope}"\n', encoding="utf-8"
    )
    rows = list(rows)
    (folder / "Providers.csv").write_text(
        _csv(("Provider ID", "Provider Code", "Last Name", "First Name", "Email"), PROVIDERS), encoding="utf-8"
    )
    for kind in kinds:
        columns = headers[kind]
        mine = [r for r in rows if r.kind == kind]
        table = [[r.id if name == "id" else text_of(r.cells.get(name)) for name in columns] for r in mine]
        (folder / f"{FILES[kind]}.csv").write_text(_csv(columns.values(), table), encoding="utf-8")
    return folder


def _csv(headers: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows(rows)
    return text.getvalue()


@dataclass
class Office:
    """PbN's own database. Every change is drawn from `chance`."""

    chance: random.Random
    today: date
    rows: dict[Source, Row] = field(default_factory=dict)
    gone: dict[Source, Row] = field(default_factory=dict)
    _number: int = 100

    def found(self, families: int) -> None:
        """Open the practice with so many families."""
        for _ in range(families):
            self.new_family()

    def of(self, kind: str) -> list[Row]:
        """Return all records of a kind."""
        return [r for r in self.rows.values() if r.kind == kind]

    def put(self, row: Row) -> Row:
        """Enter or change a record."""
        self.rows[row.kind, row.id] = row
        return row

    def remove(self, row: Row) -> None:
        """Delete a record; a patient with everything that hangs on them."""
        for one in [row, *(r for r in self.rows.values() if row.kind == "patient" and r.cells.get("patient") == row.id)]:
            self.gone[one.kind, one.id] = self.rows.pop((one.kind, one.id))

    def bring_back(self, row: Row) -> None:
        """Enter a deleted record again; with its patient where that is gone too."""
        patient = self.gone.get(("patient", row.cells.get("patient", "")))
        for one in filter(None, (patient, row)):
            self.put(self.gone.pop((one.kind, one.id)))

    def new_id(self) -> str:
        """Return the next number."""
        self._number += 1
        return str(self._number)

    def new_family(self) -> None:
        """Make one to four patients with one name, who may share an e-mail address."""
        last, shared = self.chance.choice(LAST), self.chance.random() < 0.6
        head = None
        for member in range(self.chance.randint(1, 4)):
            head = self.new_patient(last, head, shared=shared and member > 0)

    def new_patient(self, last: str, head: Row | None, *, shared: bool) -> Row:
        """Return a patient with a few records; gives the family's head."""
        c, native = self.chance, self.new_id()
        guarantor = head.id if head else native
        email = head.cells["email"] if head and shared else f"p{native}@home.example" if c.random() < 0.8 else None
        patient = self.put(
            Row(
                "patient",
                native,
                {
                    "guarantor": guarantor,
                    "first": c.choice(FIRST),
                    "last": last,
                    "birth": date(1940, 1, 1) + timedelta(days=c.randrange(28_000)),
                    "email": email,
                    "mobile": self.new_phone() if c.random() < 0.8 else None,
                    "street": f"{c.randint(1, 99)} Fern St" if c.random() < 0.8 else None,
                    "city": "Bend" if c.random() < 0.8 else None,
                    "status": c.choice(STATUSES),
                    "carrier": c.choice(CARRIERS) or None,
                    "recall": f"reason {c.randrange(1000)}" if c.random() < 0.5 else None,
                },
            )
        )
        for kind in ("appointment", "appointment", "claim", "note", "plan", "balance", "message", UNKNOWN):
            if c.random() < 0.4 and not (kind == "balance" and ("balance", native) in self.rows):
                self.new_record(kind, patient)
        return head or patient

    def new_phone(self) -> str:
        """Return a number that nobody has."""
        return f"(541) 555-01{self.chance.randrange(100):02d}"

    def new_record(self, kind: str, patient: Row) -> Row:
        """Make a record about a patient."""
        c = self.chance
        native = patient.id if kind == "balance" else self.new_id()
        cells: dict[str, Any] = {"patient": patient.id}
        match kind:
            case "appointment":
                start = datetime(2026, 1, 5, 9, 0) + timedelta(days=c.randrange(200), minutes=15 * c.randrange(30))
                cells |= {
                    "start": start,
                    "type": c.choice(VISITS),
                    "status": c.choice(VISIT_STATUSES),
                    "note": f"memo {c.randrange(1000)}" if c.random() < 0.5 else None,
                }
            case "claim":
                cells |= {
                    "number": f"CL-{native}",
                    "status": c.choice(CLAIM_STATUSES),
                    "submitted": c.randrange(20, 2_000),
                    "service": date(2026, 1, 1) + timedelta(days=c.randrange(60)),
                }
            case "note":
                text = f"Wants no fluoride, visit {c.randrange(1000)}."
                cells |= {"type": "Clinical", "text": text}
            case "plan":
                cells |= {
                    "name": f"Case {native}",
                    "status": c.choice(PLAN_STATUSES),
                    "estimate": c.randrange(100, 5_000),
                    "code": c.choice(("D2740", "D0120")),
                    "fee": c.randrange(100, 900),
                }
            case "balance":
                cells |= {"balance": c.randrange(0, 900), "paid": date(2026, 1, 1) + timedelta(days=c.randrange(60))}
            case "message":
                at = datetime(2026, 1, 5, 9, 0) + timedelta(days=c.randrange(40), minutes=c.randrange(600))
                cells |= {"type": "Reminder", "text": f"See you soon {c.randrange(1000)}", "at": at, "delivery": "Delivered"}
            case "lab":
                due = date(2026, 1, 1) + timedelta(days=c.randrange(60))
                cells |= {
                    "lab": c.choice(LABS),
                    "due": due,
                    "shade": f"shade {c.randrange(1000)}" if c.random() < 0.8 else None,
                }
        return self.put(Row(kind, native, cells))
