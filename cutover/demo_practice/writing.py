"""Writing a whole practice: its extracts day by day, the documents in them, and the truth after each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import orjson

from cutover.demo_practice.days.first_day import first_day
from cutover.demo_practice.days.next_day import next_day
from cutover.demo_practice.extracts.table import ExtractTable
from cutover.demo_practice.extracts.tables import tables
from cutover.demo_practice.practice.model import Office
from cutover.demo_practice.practice.staff import providers
from cutover.demo_practice.truth.truth import Truth

ID = "juniper"
NAME = "Juniper Ridge Dental"
TIMEZONE = "America/Denver"
CURRENCY = "USD"
FIRST_TAKEN_AT = datetime(2026, 10, 5, 18, 30)  # local time, a Monday evening
BETWEEN_EXTRACTS = timedelta(days=2)
FEWEST_PATIENTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPractice:
    """An invented practice on disk. `member_emails` are those of the providers who are members of the workspace; of the others
    one has an e-mail and one has none. `extracts` and `truths` are in the order of the days.
    """

    id: str
    name: str
    timezone: str
    currency: str
    date_order: Literal["mdy", "dmy", "ymd"]
    member_emails: tuple[str, ...]
    extracts: tuple[Path, ...]
    truths: tuple[Path, ...]


def write_practice(folder: Path, *, seed: int = 7, patients: int = 250, days: int = 2) -> DemoPractice:
    """Write `practice.toml`, `day-N/` (each with a manifest) and `truth/day-N.json` into the folder, made where needed.

    The same arguments give the same bytes. A folder that holds a practice already is refused: its documents would get mixed up.
    """
    if patients < FEWEST_PATIENTS or days < 1:
        raise ValueError(f"a demo practice needs at least {FEWEST_PATIENTS} patients and one day, not {patients} and {days}")
    if (folder / "practice.toml").exists():
        raise FileExistsError(f"{folder} holds a practice already; choose another folder, or remove it")
    zone = ZoneInfo(TIMEZONE)
    truth = Truth(ID, NAME, CURRENCY, zone)
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    (folder / "practice.toml").write_text(
        f'[practice]\nid = "{ID}"\nname = "{NAME}"\ntime_zone = "{TIMEZONE}"\ncurrency = "{CURRENCY}"\ndate_order = "MDY"\n',
        encoding="utf-8",
    )
    extracts, truths = [], []
    office = first_day(seed, patients, FIRST_TAKEN_AT)
    for day in range(1, days + 1):
        if day > 1:
            office = next_day(seed, office, FIRST_TAKEN_AT + (day - 1) * BETWEEN_EXTRACTS)
        taken_at = office.taken_at.replace(tzinfo=zone)
        files = tables(seed, NAME, office)
        extracts.append(_write_extract(folder / f"day-{day}", office, files, taken_at))
        truths.append(folder / "truth" / f"day-{day}.json")
        truths[-1].write_bytes(orjson.dumps(truth.after(office, files, taken_at), option=orjson.OPT_INDENT_2))
    members = tuple(provider.email for provider in providers() if provider.member)
    return DemoPractice(
        id=ID,
        name=NAME,
        timezone=TIMEZONE,
        currency=CURRENCY,
        date_order="mdy",
        member_emails=members,
        extracts=tuple(extracts),
        truths=tuple(truths),
    )


def _write_extract(folder: Path, office: Office, files: list[ExtractTable], taken_at: datetime) -> Path:
    folder.mkdir(exist_ok=True)
    manifest = f'practice = "{ID}"\ntaken_at = "{taken_at.isoformat()}"\nscope = "full"\n'
    (folder / "manifest.toml").write_text(manifest, encoding="utf-8")
    for table in files:
        (folder / table.file_name).write_bytes(table.content())
    for document in office.documents.values():
        path = folder / document.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document.content)
    return folder
