"""Arrivals on a later day: households, a child in a household that is already here, and new records of old patients."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from cutover.demo_practice.practice import documents, households, messages, money, notes, treatment, visits
from cutover.demo_practice.practice.blemishes import carried
from cutover.demo_practice.practice.chance import native_ids
from cutover.demo_practice.practice.email_ownership import address
from cutover.demo_practice.practice.model import Office, Patient

SINCE = 2
"""New records are of the last so many days."""


def after_arrivals(chance: random.Random, office: Office, taken_at: datetime) -> Office:
    """Return the office with its new patients and records."""
    arrived = _new_patients(chance, office, taken_at)
    people = [*carried(list(office.patients.values())), *arrived]
    staff, today = office.providers, taken_at.date()

    def some(part: Mapping[str, object], share: float) -> list[Patient]:
        """Return those who get a new record: every new patient, and so many others."""
        return [*arrived, *chance.sample(people, min(len(people), max(1, round(len(part) * share))))]

    def ids(part: Mapping[str, object]) -> Iterator[str]:
        return native_ids(chance, max(map(int, part), default=1_000))

    number = ids(office.appointments)
    booked = [visits.ahead(chance, next(number), p, taken_at, staff) for p in some(office.appointments, 0.02)]
    number = ids(office.plans)
    plans = [treatment.plan(chance, next(number), p, taken_at, SINCE) for p in some(office.plans, 0.02)]
    number = ids(office.claims)
    claims = [money.claim(chance, next(number), p, today, SINCE) for p in some(office.claims, 0.02) if p.carrier]
    number = ids(office.notes)
    written = [notes.note(chance, next(number), p, taken_at, SINCE, staff) for p in some(office.notes, 0.03)]
    number = ids(office.messages)
    log = [messages.sent(chance, next(number), p, taken_at, SINCE) for p in some(office.messages, 0.04)]
    log += [messages.queued(chance, next(number), p, taken_at) for p in some(office.messages, 0.005)]
    number = ids(office.documents)
    files = [documents.document(chance, next(number), p, taken_at, SINCE) for p in some(office.documents, 0.05)]
    accounts = {p.id: money.balance(chance, p, today, 0) for p in arrived}
    return replace(
        office,
        patients={**office.patients, **{p.id: p for p in arrived}},
        appointments={**office.appointments, **{a.id: a for a in booked}},
        plans={**office.plans, **{p.id: p for p in plans}},
        balances={**office.balances, **accounts},
        claims={**office.claims, **{c.id: c for c in claims}},
        notes={**office.notes, **{n.id: n for n in written}},
        messages={**office.messages, **{m.id: m for m in log}},
        documents={**office.documents, **{d.id: d for d in files}},
    )


def _new_patients(chance: random.Random, office: Office, taken_at: datetime) -> list[Patient]:
    """Return new households, and a child who shares the e-mail of a guarantor who is here."""
    ids = native_ids(chance, max(map(int, office.patients)))
    active = [provider for provider in office.providers if provider.active]
    arrived = households.new_patients(chance, ids, max(1, len(office.patients) // 60), taken_at, active)
    parents = [p for p in carried(list(office.patients.values())) if p.guarantor_id == p.id and address(p)]
    parent = chance.choice(parents)
    home = households.home_of(parent)
    child = households.member(chance, next(ids), home, parent.id, taken_at, parent.provider, grown_up=False, email=parent.email)
    today = taken_at.date()
    return [replace(one, entered=today, changed=taken_at.replace(hour=10, minute=30)) for one in (*arrived, child)]
