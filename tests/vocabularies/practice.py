"""A practice with invented values in the form of a list's examples, with ids that agree across its tables."""

from __future__ import annotations

import csv
import random
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tests.vocabularies.lists import Listed, ListedTable

_FIRST = "Tessa Ivo Ola Mara Deniz Pria Joel Hana Luis Ada Kofi Wren Nia Otto Sana Emil Rosa Theo Ines Bram".split()  # noqa: SIM905
_LAST = "Okafor Marsh Lindqvist Ferro Nakai Brandt Osei Duarte Vance Pell Ilic Sato Haas Moreau Quist Abara".split()  # noqa: SIM905
_STREETS = ("Mill Rd", "Oak Ave", "Pine St", "River Ln", "Hill Ct")
_TEXTS = ("Anaesthetic given, no complications", "Patient asked for a morning slot", "Sensitivity upper left, watch")
_PROCEDURES = (("D2392", "resin two surf post"), ("D0120", "periodic oral evaluation"), ("D1110", "prophylaxis adult"))
_WORDS = {
    "patient.status": ("Active", "Active", "Inactive"),
    "appointment.status": ("Scheduled", "Confirmed", "Completed", "Broken"),
    "claim.status": ("Sent", "Paid", "Pending", "Denied"),
    "treatment-plan.status": ("Active", "Proposed", "Completed"),
}
_TODAY = date(2026, 11, 20)


@dataclass(frozen=True, kw_only=True)
class _Person:
    id: str
    first: str
    last: str
    born: date
    street: str
    phone: int
    head: str
    provider: str


@dataclass(kw_only=True)
class Practice:
    """People, providers and plans; `rows` invents the rows of a table."""

    random: random.Random
    patients: list[_Person] = field(default_factory=list)
    providers: list[_Person] = field(default_factory=list)
    plans: list[tuple[str, _Person]] = field(default_factory=list)

    @classmethod
    def of(cls, name: str, seed: int, tables: Sequence[ListedTable]) -> Practice:
        """Invent a practice of a system. The ids are of the form that its tables show."""
        made = cls(random=random.Random(f"{name}-{seed}"))
        ids = {(t.kinds[0], c.first): c.example for t in tables for c in t.columns}
        base = ids.get(("patient", "native_id")) or next((e for (_, f), e in ids.items() if f == "patient_id"), "1001")
        ref = ids.get(("provider", "native_id")) or next((e for (_, f), e in ids.items() if f == "provider_ref"), "1")
        codes = made.random.sample(["IM", "KH", "TD", "RS", "PL"], 5)
        for n in range(5):
            made.providers.append(made._person(_counted(ref, n) if any(map(str.isdigit, ref)) else codes[n], n))
        for n in range(60):
            known = str(uuid.UUID(int=made.random.getrandbits(128), version=4)) if len(base) == 36 else _counted(base, n)
            made.patients.append(made._person(known, n))
        return made

    def _person(self, known: str, n: int) -> _Person:
        r = self.random
        return _Person(
            id=known,
            first=r.choice(_FIRST),
            last=r.choice(_LAST),
            born=_TODAY - timedelta(days=r.randrange(1100, 32000)),
            street=f"{r.randrange(1, 900)} {r.choice(_STREETS)}",
            phone=n,
            head=r.choice(self.patients).id if self.patients and r.random() < 0.4 else known,
            provider=r.choice(self.providers).id if self.providers else "",
        )

    def rows(self, table: ListedTable) -> list[list[str]]:
        """Invent the rows of a table."""
        kind = next((k for k in table.kinds if k != "-"), "-")
        whole = {"patient": self.patients, "provider": self.providers, "billing": self.patients[::2]}.get(kind)
        rows = []
        for n in range(len(whole) if whole else 70):
            person = whole[n] if whole and kind != "provider" else self.random.choice(self.patients)
            provider = self.providers[n] if kind == "provider" else self.random.choice(self.providers)
            plan = self.random.choice(self.plans) if self.plans and kind == "treatment-line" else ("551", person)
            row = _Row(kind=kind, n=n, person=person, provider=provider, plan=plan, procedure=self.random.choice(_PROCEDURES))
            rows.append([self._cell(row, c) for c in table.columns])
        return rows

    def _cell(self, row: _Row, c: Listed) -> str:
        r, ex, p, name = self.random, c.example, row.person, c.first
        who = row.provider if row.kind == "provider" else p
        if name in ("native_id", "line_id", "number"):
            known = {"patient": p.id, "provider": row.provider.id}.get(row.kind) or _counted(ex, row.n)
            if row.kind == "treatment-plan":
                self.plans.append((known, p))
            return known
        fixed = {
            "plan_id": row.plan[0],
            "patient_id": p.head if "guar" in c.header.lower() else p.id,
            "line_patient": row.plan[1].id,
            "guarantor_id": p.head,
            "first_name": who.first,
            "last_name": who.last,
            "provider_ref": p.provider if row.kind == "patient" else row.provider.id,
            "email": "" if row.n % 7 == 6 and row.kind == "patient" else f"{who.first}.{who.last}{row.n}@example.com".lower(),
            "address_street1": p.street,
            "middle_initial": r.choice(["", who.first[: len(ex)]]),
            "code": row.procedure[0] if row.kind.startswith("treatment") else f"{row.provider.last[:3].upper()}{row.n}",
            "description": row.procedure[1],
            "tooth": str(r.randrange(1, 33)),
            "surface": r.choice(["MO", "B", "DO", "MOD", ""]),
            "line_order": str(row.n % 4),
            "length_minutes": r.choice(["30", "40", "60"]),
            "insurance_carrier": r.choice(["Delta Coast", "Cedar Mutual", "Northwind Dental"]),
            "carrier": r.choice(["Delta Coast", "Cedar Mutual", "Northwind Dental"]),
            "birth_date": _dated(p.born, ex),
        }
        if name in fixed and ex:
            return fixed[name].upper() if ex == ex.upper() and name.endswith("_name") else fixed[name]
        if name in ("full_name", "patient_name", "display_name", "provider_name", "guarantor_name"):
            whose = row.provider if name in ("display_name", "provider_name") else p
            part = whose.last if "last" in c.header.lower() else whose.first
            return f"{whose.last}, {whose.first}" if "," in ex else f"{whose.first} {whose.last}" if " " in ex else part
        if name in ("note", "text", "message") and ex:
            return "" if name == "note" and r.random() < 0.4 else r.choice(_TEXTS) + r.choice(["", ".", f" ({row.n})"])
        words = _WORDS.get(f"{row.kind}.{name}")
        if words and len(ex) > 2 and ex.isalpha() and ex not in ("true", "false"):
            return r.choice(words).lower() if ex.islower() else r.choice(words)
        return self._like(ex, row)

    def _like(self, ex: str, row: _Row) -> str:
        """Invent a value of the form of an example."""
        r = self.random
        if re.match(r"(19|20)\d\d-?\d\d-?\d\d|\d\d/\d\d/(19|20)\d\d", ex):
            return _dated(_TODAY - timedelta(days=r.randrange(20, 1500)), ex)
        if re.fullmatch(r"\(?\d{3}\)?[- ]?\d{3}[- ]?\d{4}", ex):
            return ex[:-2] + f"{(row.person.phone * 7 + len(ex)) % 100:02d}"
        if re.fullmatch(r"\$?\d+\.\d{1,2}", ex):
            return f"{'$' if '$' in ex else ''}{r.choice([0, r.randrange(1, 60000)]) / 100:.2f}"
        if re.fullmatch(r"\d{1,2}:\d\d( [AP]M)?", ex):
            return f"{r.randrange(8, 12)}:{r.choice(['00', '15', '30'])}{ex[5:] if ex[1] != ':' else ex[4:]}"
        if re.fullmatch(r"\d{1,4}", ex):
            return r.choice("0001" if ex == "0" else "1110") if ex in ("0", "1") else str(int(ex) + r.choice([0, 0, 1, 2]))
        if re.fullmatch(r"\d{5,9}", ex):
            return str(int(ex) + row.n * 3)
        if ex in ("Y", "N", "true", "false"):
            return ex if r.random() < 0.85 else {"Y": "N", "N": "Y", "true": "false", "false": "true"}[ex]
        return ex


@dataclass(frozen=True, kw_only=True)
class _Row:
    kind: str
    n: int
    person: _Person
    provider: _Person
    plan: tuple[str, _Person]
    procedure: tuple[str, str]


def _counted(example: str, n: int) -> str:
    match = re.fullmatch(r"(.*?)(\d+)", example)
    return f"{match[1]}{int(match[2]) + n}" if match else f"{example}{n}"


def _dated(day: date, example: str) -> str:
    rest = re.sub(r"^\d{4}-\d\d-\d\d|^\d\d/\d\d/\d{4}|^\d{8}", "", example)
    form = "%Y-%m-%d" if "-" in example[:10] else "%m/%d/%Y" if "/" in example else "%Y%m%d"
    return day.strftime(form) + rest


def written(name: str, seed: int, tables: Sequence[ListedTable], folder: Path) -> dict[str, ListedTable]:
    """Write the tables of an invented practice; return them by their files. Plans come before their lines."""
    folder.mkdir(parents=True)
    practice, files = Practice.of(name, seed, tables), {}
    for table in sorted(tables, key=lambda t: t.kinds[0] == "treatment-line"):
        file = re.sub(r"\W+", "_", table.name) + ".csv"
        with (folder / file).open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([[c.header for c in table.columns], *practice.rows(table)])
        files[file] = table
    return files
