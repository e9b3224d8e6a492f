"""An invented dental office whose exports speak a language of their own, to bind, read and compare."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from events.vocabulary.practice import Practice
from producers.sources.extract import Extract, ExtractScope, open_extract

OFFICE = Practice(
    id="fern",
    name="Fern Street Dental",
    zone=ZoneInfo("America/Denver"),
    currency="USD",
    date_order="mdy",
    namespace=UUID(int=11),
)
TAKEN = datetime(2026, 5, 20, 3, 0, tzinfo=UTC)

Rows = list[list[str]]
Tables = dict[str, tuple[list[str], Rows]]

_FIRST = ["Ada", "Bo", "Cleo", "Dov", "Esme", "Finn", "Gwen", "Hugo", "Ines", "Jude"]
_LAST = ["Quist", "Ødegård", "de Wit", "Marsh", "Vale", "Thorne", "Ruiz-Pena", "O'Dell"]
_HEADERS = {
    "patients": "Client Key|Client|Born On|Electronic Mail|Handy|Evening Phone|Street Line 1|Town|Province|Postal Code|Standing"
    "|Head of House Id|Assigned Dentist|Insured With|How Heard|File Opened|Smile Coach|Team Colour|Loyalty Stars|Text Consent",
    "visits": "Booking No|Client Key|Client|Visit Date|Visit Time|Purpose|Clinician|Chair Time|Outcome|Remarks|Made On|Wing",
    "proposals": "Proposal No|Client Key|Proposal|Stage|Quoted|Charged|Presented On",
    "steps": "Proposal No|Step|CDT|Service|Th|Surfaces|Price|Item Stage",
    "owing": "Client Key|Client|Still Owes|Arrangement|Last Paid On|Calculated On|Over 90",
    "journal": "Journal Id|Client Key|Kind|Narrative|Written By|Written On",
    "claims": "Claim Key|Tracking No|Client Key|Payer|Treated On|Adjudication|Charged Amount|Reimbursed|Written Off",
    "contacts": "Log Id|Client Key|Topic|Medium|Contacted At|Disposition|Wording",
    "staff": "Resource Id|Staff Member|Login Email|Enabled",
    "rules": "Rule|Fires On|Lead Time|Sent Via|Script|Live",
}
_DENTISTS = [("P1", "Dr. Orla Finch"), ("P2", "Dr. Ivo Lund"), ("P3", "Nell Sparks RDH")]


def _day(offset: int) -> str:
    return (datetime(2026, 5, 19) + timedelta(days=offset)).strftime("%m/%d/%Y")


def tables() -> Tables:
    """Return a whole extract: 40 patients and what hangs on them."""
    people: Rows = []
    visits: Rows = []
    proposals: Rows = []
    steps: Rows = []
    owing: Rows = []
    jottings: Rows = []
    claims: Rows = []
    contacts: Rows = []
    for n in range(40):
        key, dentist = f"F{100 + n}", _DENTISTS[n % 3]
        people.append(
            [
                key,
                f"{_LAST[n % 8]}, {_FIRST[n % 10]}",
                f"{1 + n % 12}/{1 + n % 28}/{1950 + n}",
                f"{_FIRST[n % 10].lower()}{n}@post.example",
                f"(303) 555-01{n:02}",
                "-" if n % 2 else f"(720) 555-01{n:02}",
                f"{n + 1} Alder Way",
                "Denver",
                "CO",
                f"802{n:02}",
                "Retired" if n % 9 == 0 else "Current",
                f"F{100 + n - n % 4}",
                dentist[0],
                ["Aetna", "Guardian", "Cigna"][n % 3],
                ["Web", "Friend", "Drive by"][n % 3],
                _day(-400 - n),
                ["Ann Bell", "Tom Reyes", "Sue Park"][n % 3],
                ["Red", "Blue"][n % 2],
                str(n * 7),
                ["Yes", "No"][n % 2],
            ]
        )
        visits.append(
            [
                f"V{n}",
                key,
                people[-1][1],
                _day(n - 20),
                f"{8 + n % 8}:30 AM" if n % 8 < 4 else "2:15 PM",
                ["Cleaning", "Crown", "Exam"][n % 3],
                dentist[0],
                str(30 + 10 * (n % 4)),
                ["Completed", "Scheduled", "No Show"][n % 3],
                ["", "bring the old x-rays"][n % 2],
                _day(-60 - n),
                ["North", "South"][n % 2],
            ]
        )
        if n % 2 == 0:
            proposals.append([f"T{n}", key, "Full mouth", "Accepted", "1,200.00", "300.00", _day(-30 - n)])
            steps += [
                [f"T{n}", "2", "D2740", "Crown", "14", "", "900.00", "Planned"],
                [f"T{n}", "1", "D0120", "Exam", "", "", "300.00", "Done"],
            ]
        owing.append([key, people[-1][1], f"{n * 3}.50", "Active" if n % 3 else "", _day(-n - 3), _day(0), f"{n}.00"])
        jottings.append(
            [f"N{n}", key, "Phone", f"Rang about the bill, will call back on day {n}.", dentist[1], f"{_day(-n)} 4:05 PM"]
        )
        claims.append(
            [f"C{n}", f"X-{5000 + n}", key, "Aetna", _day(-n), ["Paid", "Denied"][n % 2], "210.00", "105.00", "(12.00)"]
        )
        contacts.append(
            [
                f"M{n}",
                key,
                "Recall",
                ["SMS", "Email"][n % 2],
                f"{_day(n - 30)} 9:00 AM",
                ["Delivered", "Failed"][n % 2],
                "Time to come in.",
            ]
        )
    staff = [[key, name, f"{key.lower()}@fern.example", "Yes"] for key, name in _DENTISTS]
    rules = [["Two days before", "Visit booked", "2 days before", "Text", "See you {day}.", "Yes"]]
    data = [people, visits, proposals, steps, owing, jottings, claims, contacts, staff, rules]
    return {name: (line.split("|"), rows) for (name, line), rows in zip(_HEADERS.items(), data, strict=True)}


def change(edit: Callable[[list[str], Rows], tuple[list[str], Rows]], *names: str) -> Tables:
    """Return the office's tables, with some of them edited."""
    return {name: edit(headers, rows) if name in names else (headers, rows) for name, (headers, rows) in tables().items()}


def renamed(name: str, headers: Mapping[str, str]) -> Tables:
    """Return the office's tables, with headers of one of them renamed."""
    return change(lambda old, rows: ([headers.get(h, h) for h in old], rows), name)


def without(name: str, *headers: str) -> Tables:
    """Return the office's tables, with columns of one of them left out."""

    def edit(old: list[str], rows: Rows) -> tuple[list[str], Rows]:
        kept = [i for i, h in enumerate(old) if h not in headers]
        return [old[i] for i in kept], [[row[i] for i in kept] for row in rows]

    return change(edit, name)


def with_column(name: str, header: str, value: Callable[[int], str]) -> Tables:
    """Return the office's tables, with a column more in one of them."""
    return change(lambda old, rows: ([*old, header], [[*row, value(n)] for n, row in enumerate(rows)]), name)


def write(folder: Path, data: Tables) -> Path:
    """Write tables as CSV files with meaningless names."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, (headers, rows) in enumerate(data.values()):
        write_csv(folder / f"export{number:02}.csv", headers, rows)
    return folder


def write_csv(path: Path, headers: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headers, *rows])


def extract_of(folder: Path, data: Tables, scope: ExtractScope = "full") -> Extract:
    """Write tables and open them as an extract."""
    return open_extract(write(folder, data), scope=scope, taken_at=TAKEN, now=TAKEN, practice=OFFICE)
