"""Appointment tables of any length, for benchmarks: a million rows in constant memory, texts that repeat as in an office.

    write_patients(folder / "patients.csv", 20_000)
    write_appointments(folder / "appointments.csv", 1_000_000, patients=20_000)
    write_appointments(later / "appointments.csv", 1_000_000, patients=20_000, changed=0.02)

The same seed gives the same rows; `changed` is the share of them that a later extract has with another status.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from cutover.demo_practice.practice import words

APPOINTMENT_HEADER = "Appt #,Pt #,Pt Name,Appt Start,Visit Reason,Prov,Chair,Mins,Disposition,Appt Memo,Made On,Lab Back By"
PATIENT_HEADER = (
    "Pt #,Guarantor Acct,Pt Last,Pt First,DOB,Addr Line 1,Town,St,Zip,Cellular,E-Addr,Carrier Name,How Heard,Pt Stat"
)
FIRST_PATIENT, FIRST_APPOINTMENT = 100_000, 5_000_000
AT_ONCE = 10_000
"""Rows written in one piece."""

DAYS = [f"{day:%m/%d/%Y}" for day in (date(2023, 1, 1) + timedelta(days=n) for n in range(1500))]
TIMES = [f"{(h - 1) % 12 + 1:02}:{m:02} {'AM' if h < 12 else 'PM'}" for h in range(8, 17) for m in (0, 15, 30, 45)]
PROVIDERS = ("Nora Hale", "Tunde Oyelaran", "Priya Vasquez", "Ellen Brodeur", "Daniel Kimura")
STATUSES = (*("Complete",) * 11, "Cancelled", "Broken", "No Show", "Scheduled", "Confirmed")
OTHER_STATUS = {"Complete": "Broken", "Scheduled": "Complete", "Confirmed": "Complete"}
MINUTES = ("30", "40", "60", "90")


def write_appointments(path: Path, rows: int, *, patients: int, seed: int = 1, changed: float = 0.0) -> None:
    """Write so many appointments of so many patients, comma-separated, in UTF-8."""
    _write(path, APPOINTMENT_HEADER, _appointments(rows, patients, seed, changed))


def write_patients(path: Path, patients: int, *, seed: int = 1) -> None:
    """Write the patients that the appointments belong to."""
    _write(path, PATIENT_HEADER, _patients(patients, seed))


def _appointments(rows: int, patients: int, seed: int, changed: float) -> Iterator[str]:
    chance, edits = random.Random(f"{seed}:appointments"), random.Random(f"{seed}:edits")
    memos = ["", "", "", *(_quoted(memo) for memo in words.MEMOS)]
    for number in range(FIRST_APPOINTMENT, FIRST_APPOINTMENT + rows):
        dice = chance.getrandbits(96)
        patient = FIRST_PATIENT + (dice & 0xFFFFFFFF) % patients
        last, first = _name(patient)
        day = 60 + (dice >> 32 & 0xFFFF) % (len(DAYS) - 60)
        time = TIMES[(dice >> 48 & 0xFF) % len(TIMES)]
        reason = words.REASONS[(dice >> 56 & 0xFF) % len(words.REASONS)]
        status = STATUSES[dice >> 64 & 0xF]
        if changed and edits.random() < changed:
            status = OTHER_STATUS.get(status, "Scheduled")
        provider = PROVIDERS[(dice >> 68 & 0xF) % len(PROVIDERS)]
        chair = words.CHAIRS[(dice >> 72 & 0xF) % len(words.CHAIRS)]
        memo = memos[(dice >> 76 & 0xF) % len(memos)]
        made = DAYS[day - 1 - (dice >> 80 & 0x1F)]
        lab = DAYS[day - 2] if reason.startswith("Crown") else ""
        yield (
            f'{number},{patient},"{last}, {first}",{DAYS[day]} {time},{reason},{provider},{chair},'
            f"{MINUTES[dice >> 85 & 3]},{status},{memo},{made} 09:30 AM,{lab}\r\n"
        )


def _patients(patients: int, seed: int) -> Iterator[str]:
    chance = random.Random(f"{seed}:patients")
    for number in range(FIRST_PATIENT, FIRST_PATIENT + patients):
        last, first = _name(number)
        town, postcode = chance.choice(words.TOWNS)
        guarantor = max(FIRST_PATIENT, number - chance.choice((0, 0, 1, 2)))
        birth = date(1940, 1, 1) + timedelta(days=chance.randrange(29_000))
        mobile = f"({chance.choice(words.AREA_CODES)}) 555-01{chance.randint(0, 99):02}"
        yield (
            f"{number},{guarantor},{last},{first},{birth:%m/%d/%Y},{chance.randint(100, 9899)} {chance.choice(words.STREETS)},"
            f"{town},CO,{postcode},{mobile},pt{number}@mailbox.example,"
            f"{chance.choice(words.CARRIERS)},{chance.choice(words.HEARD)},{chance.choice(words.PATIENT_STATUSES)}\r\n"
        )


def _name(patient: int) -> tuple[str, str]:
    """Return the last and first name of a patient, the same in both tables."""
    return words.LAST_NAMES[patient * 7 % len(words.LAST_NAMES)], words.GROWN_UPS[patient * 11 % len(words.GROWN_UPS)]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _write(path: Path, header: str, lines: Iterable[str]) -> None:
    rest = iter(lines)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header + "\r\n")
        while piece := "".join(islice(rest, AT_ONCE)):
            file.write(piece)
