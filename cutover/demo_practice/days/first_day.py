"""The practice on its first day."""

from __future__ import annotations

from datetime import datetime

from cutover.demo_practice.practice import blemishes, documents, households, messages, money, notes, treatment, visits
from cutover.demo_practice.practice.chance import generator, native_ids
from cutover.demo_practice.practice.model import Office
from cutover.demo_practice.practice.staff import providers


def first_day(seed: int, patients: int, taken_at: datetime) -> Office:
    """Invent so many patients with everything they have."""
    staff = providers()
    active = [provider for provider in staff if provider.active]
    chance = generator(seed, "people")
    people = households.new_patients(chance, native_ids(chance, 10_240), patients, taken_at, active)
    people = blemishes.blemished(generator(seed, "blemishes"), people)
    here = blemishes.carried(people)
    today = taken_at.date()
    chance = generator(seed, "visits")
    book = visits.of_patients(chance, native_ids(chance, 500_100), here, taken_at, staff)
    chance = generator(seed, "treatment")
    plans = treatment.of_patients(chance, native_ids(chance, 70_300), here, taken_at)
    chance = generator(seed, "claims")
    claims = money.claims(chance, native_ids(chance, 3_310_000), here, today)
    chance = generator(seed, "notes")
    written = notes.of_patients(chance, native_ids(chance, 880_000), here, taken_at, staff)
    chance = generator(seed, "messages")
    log = messages.of_patients(chance, native_ids(chance, 1_200_000), here, taken_at)
    chance = generator(seed, "documents")
    files = documents.of_patients(chance, native_ids(chance, 4_100), here, taken_at)
    return Office(
        day=1,
        taken_at=taken_at,
        providers=staff,
        patients={p.id: p for p in people},
        appointments={a.id: a for a in book},
        plans={p.id: p for p in plans},
        balances={b.id: b for b in money.balances(generator(seed, "balances"), here, today)},
        claims={c.id: c for c in claims},
        notes={n.id: n for n in written},
        messages={m.id: m for m in log},
        documents={d.id: d for d in files},
        rules=messages.rules(),
        months=money.months(generator(seed, "months"), today),
    )
