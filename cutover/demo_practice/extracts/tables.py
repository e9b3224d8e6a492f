"""The extract's tables, in the words of one more program: its file names, its headers, its formats."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from cutover.demo_practice.extracts.cells import NO_DATE, dollars, iso_time, phone, plain_money, us_date, us_time, yes_no
from cutover.demo_practice.extracts.table import MARKED, SEMICOLONS, TABS, WIDE_TABS, ExtractRow, ExtractTable
from cutover.demo_practice.practice.chance import generator
from cutover.demo_practice.practice.model import Office, Patient
from cutover.demo_practice.practice.notes import written

PATIENT_HEADERS = (
    "Pt #", "Guarantor Acct", "Pt Last", "Pt First", "DOB", "Addr Line 1", "Addr Line 2", "Town", "St", "Zip", "Cellular",
    "Res Phone", "Bus Phone", "E-Addr", "Prov 1", "Carrier Name", "How Heard", "Pt Stat", "Entered", "Last Chg",
    "Treatment Coordinator", "Recall Status", "Last Cleaning Date", "HIPAA Consent Date", "Bonus Points", "Nitrous Ok",
    "Aligner Start", "Comfort Item",
)  # fmt: skip
NEW_HEADER = "Night Guard Due"
"""The custom column that the second day brings."""


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


_Record = TypeVar("_Record", bound=_Identified)


def tables(seed: int, practice_name: str, office: Office) -> list[ExtractTable]:
    """Return all tables of an extract. Rows stand by id on the first day, in another order on every later one."""
    chance = generator(seed, "order", office.day) if office.day > 1 else None
    return [
        _providers(office),
        _patients(office, chance),
        _appointments(office, chance),
        _plans(office, chance),
        _balances(office, chance),
        _claims(office, chance),
        _notes(office, chance),
        _messages(office, chance, practice_name),
        _documents(office, chance),
        _rules(office),
        _months(office),
    ]


def _ordered(records: Iterable[_Record], chance: random.Random | None) -> list[_Record]:
    out = list(records)
    if chance:
        chance.shuffle(out)
    return out


def _named(office: Office, name: str) -> str:
    return f"{name} {office.taken_at:%Y%m%d}"


def _full_name(office: Office) -> Callable[[str], str]:
    def of(patient_id: str) -> str:
        patient = office.patients[patient_id]
        return f"{patient.last}, {patient.first.strip()}"

    return of


def _providers(office: Office) -> ExtractTable:
    return ExtractTable(
        name=_named(office, "Prov Roster"),
        headers=("Prov #", "Prov Cd", "Prov Last", "Prov First", "Credential", "E-Addr", "Actv"),
        keys=[p.id for p in office.providers],
        rows=[(p.id, p.code, p.last, p.first, p.credential, p.email, yes_no(p.active)) for p in office.providers],
    )


def _patients(office: Office, chance: random.Random | None) -> ExtractTable:
    records = _ordered(office.patients.values(), chance)
    headers: ExtractRow = PATIENT_HEADERS
    rows = [_patient(p) for p in records]
    if office.day > 1:
        headers = (*headers, NEW_HEADER)
        rows = [(*row, us_date(p.night_guard_due)) for row, p in zip(rows, records, strict=True)]
    return ExtractTable(
        name=_named(office, "Pt Roster"), headers=headers, keys=[p.id for p in records], rows=rows, format=SEMICOLONS
    )


def _patient(p: Patient) -> ExtractRow:
    style = int(p.id)
    return (
        p.id, p.guarantor_id, p.last, p.first, us_date(p.birth), p.street, p.unit, p.town, p.state, p.postcode,
        phone(p.mobile, style), phone(p.home, style + 1), phone(p.work, style), p.email, p.provider, p.carrier, p.heard,
        p.status, us_date(p.entered), us_time(p.changed), p.coordinator, p.recall, us_date(p.last_cleaning, NO_DATE),
        us_date(p.hipaa_consent), "" if p.bonus_points is None else str(p.bonus_points), yes_no(p.nitrous_ok),
        us_date(p.aligner_start), p.comfort,
    )  # fmt: skip


def _appointments(office: Office, chance: random.Random | None) -> ExtractTable:
    records, name = _ordered(office.appointments.values(), chance), _full_name(office)
    provider = {p.code: f"{p.last}, {p.first}" for p in office.providers}
    return ExtractTable(
        name=_named(office, "Appt Book"),
        headers=("Appt #", "Pt #", "Pt Name", "Appt Start", "Visit Reason", "Prov", "Chair", "Mins", "Disposition", "Appt Memo",
         "Made On", "Lab Back By"),
        keys=[a.id for a in records],
        rows=[(a.id, a.patient_id, name(a.patient_id), us_time(a.start), a.reason, provider[a.provider], a.chair,
        str(a.minutes),
          a.status, a.memo, us_time(a.made_on), us_date(a.lab_back)) for a in records],
        format=WIDE_TABS,
    )  # fmt: skip


def _plans(office: Office, chance: random.Random | None) -> ExtractTable:
    """Return one row a line, with the plan's own columns repeated; the lines of a plan stay together and in order."""
    records = _ordered(office.plans.values(), chance)
    return ExtractTable(
        name=_named(office, "Tx Cases"),
        headers=("Case #", "Pt #", "Case Title", "Case Stat", "Case Opened", "Case Est", "Case Actual", "Proc Cd",
        "Descr", "Th",
         "Surfs", "Chg Amt", "Proc Stat"),
        keys=[p.id for p in records for _ in p.lines],
        rows=[(p.id, p.patient_id, p.title, p.status, us_time(p.opened), dollars(p.estimate), dollars(p.actual), x.code,
          x.description, x.tooth, x.surface, dollars(x.fee), x.status) for p in records for x in p.lines],
    )  # fmt: skip


def _balances(office: Office, chance: random.Random | None) -> ExtractTable:
    records, name = _ordered(office.balances.values(), chance), _full_name(office)
    sums = (sum(b.over_30 for b in records), sum(b.over_90 for b in records), sum(b.total or 0 for b in records))
    return ExtractTable(
        name=_named(office, "Acct Aging"),
        headers=("Pt #", "Pt Name", "Over 30", "Over 90", "Acct Bal", "Pay Plan", "Last Pmt", "Bal As Of"),
        keys=[b.id for b in records],
        rows=[(b.patient_id, name(b.patient_id), plain_money(b.over_30), plain_money(b.over_90), dollars(b.total, "-"),
        b.pay_plan,
          us_date(b.last_payment, "-"), us_date(b.as_of)) for b in records],
        footer=[("Totals", "", plain_money(sums[0]), plain_money(sums[1]), dollars(sums[2]), "", "", "")],
    )  # fmt: skip


def _claims(office: Office, chance: random.Random | None) -> ExtractTable:
    records, name = _ordered(office.claims.values(), chance), _full_name(office)
    return ExtractTable(
        name=_named(office, "Ins Claims"),
        headers=("Clm Key", "Pt #", "Pt Name", "Clm No", "Ins Co", "Svc Date", "Clm Stat", "Amt Billed", "Amt Pd", "Adj Amt",
         "Sent Via"),
        keys=[c.id for c in records],
        rows=[(c.id, c.patient_id, name(c.patient_id), c.number, c.carrier, us_date(c.service), c.status, dollars(c.billed),
          dollars(c.paid, "-"), dollars(c.adjusted, "-"), c.sent_via) for c in records],
        format=TABS,
    )  # fmt: skip


def _notes(office: Office, chance: random.Random | None) -> ExtractTable:
    records = _ordered(office.notes.values(), chance)
    return ExtractTable(
        name=_named(office, "Chart Notes"),
        headers=("Note Key", "Pt #", "Noted", "Noted By", "Note Kind", "Note Body"),
        keys=[n.id for n in records],
        rows=[(n.id, n.patient_id, iso_time(n.noted), n.author, n.kind, written(n)) for n in records],
        format=MARKED,
    )


def _messages(office: Office, chance: random.Random | None, practice_name: str) -> ExtractTable:
    records = _ordered(office.messages.values(), chance)
    title = [(f"{practice_name} - Contact Log",), (f"Printed {us_time(office.taken_at)}",), ("Patients: All; Kinds: All",), ()]
    return ExtractTable(
        name=_named(office, "Contact Log"),
        headers=("Msg Key", "Pt #", "Msg Sent", "Msg Kind", "Via", "Msg Result", "Msg Text"),
        keys=[m.id for m in records],
        rows=[(m.id, m.patient_id, iso_time(m.sent), m.kind, m.channel, m.result, m.text) for m in records],
        title=title,
    )


def _documents(office: Office, chance: random.Random | None) -> ExtractTable:
    records = _ordered(office.documents.values(), chance)
    return ExtractTable(
        name=_named(office, "Imaging Index"),
        headers=("Img #", "Pt #", "Filed On", "Orig File", "Stored At"),
        keys=[d.id for d in records],
        rows=[(d.id, d.patient_id, us_time(d.filed), d.name, d.path) for d in records],
    )


def _rules(office: Office) -> ExtractTable:
    return ExtractTable(
        name=_named(office, "Auto Msgs"),
        headers=("Auto Msg", "Fires On", "Lead Time", "Via", "Wording", "Live"),
        keys=[r.name for r in office.rules],
        rows=[(r.name, r.trigger, r.timing, r.channel, r.template, yes_no(r.active)) for r in office.rules],
    )


def _months(office: Office) -> ExtractTable:
    """Return the table of no known entity."""
    return ExtractTable(
        name=_named(office, "Mo Production"),
        headers=("Mo", "Gross Prod", "Net Prod", "Collected", "New Pts"),
        keys=[f"{m.month:%Y-%m}" for m in office.months],
        rows=[
            (f"{m.month:%Y-%m}", dollars(m.gross), dollars(m.net), dollars(m.collected), str(m.new_patients))
            for m in office.months
        ],
    )
