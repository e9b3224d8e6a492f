"""Balances of accounts, claims to insurers, and the practice's production month by month."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from cutover.demo_practice.practice import words
from cutover.demo_practice.practice.model import Balance, InsuranceClaim, Month, Patient

PAY_PLANS = ("", "", "", "On Track", "Behind", "Settled")
CLAIM_STATUSES = ("Sent", "In Process", "Paid", "Paid", "Paid", "Denied", "Appealed")


def balances(chance: random.Random, patients: Iterable[Patient], today: date) -> list[Balance]:
    """Return the accounts on the first day: seven patients in ten have one."""
    return [balance(chance, patient, today, 120) for patient in patients if chance.random() < 0.7]


def balance(chance: random.Random, patient: Patient, today: date, days: int) -> Balance:
    """Return an account last posted to in so many days; some are in credit, a few have no figure yet."""
    as_of = today - timedelta(days=chance.randint(0, days))
    over_30 = chance.randint(500, 90000) if chance.random() < 0.3 else 0
    over_90 = chance.randint(500, 250000) if chance.random() < 0.12 else 0
    current = chance.randint(-45000, 60000) if chance.random() < 0.7 else 0
    return Balance(
        patient_id=patient.id,
        over_30=over_30,
        over_90=over_90,
        total=over_30 + over_90 + current if chance.random() < 0.98 else None,
        pay_plan=chance.choice(PAY_PLANS),
        last_payment=as_of - timedelta(days=chance.randint(0, 300)) if chance.random() < 0.8 else None,
        as_of=as_of,
    )


def claims(chance: random.Random, ids: Iterator[str], patients: Iterable[Patient], today: date) -> list[InsuranceClaim]:
    """Return the claims on the first day: up to three for each insured patient."""
    return [
        claim(chance, next(ids), patient, today, 500)
        for patient in patients
        if patient.carrier
        for _ in range(chance.choice((0, 1, 1, 2, 3)))
    ]


def claim(chance: random.Random, native_id: str, patient: Patient, today: date, days: int) -> InsuranceClaim:
    """Return a claim for a service of the last so many days."""
    fresh = InsuranceClaim(
        id=native_id,
        patient_id=patient.id,
        number=f"JR-{native_id[-6:]}",
        carrier=patient.carrier or words.CARRIERS[0],
        service=today - timedelta(days=chance.randint(1, days)),
        status="Sent",
        billed=chance.randint(6200, 245000),
        paid=None,
        adjusted=None,
        sent_via=chance.choice(("Electronic", "Electronic", "Electronic", "Paper")),
    )
    return settled(chance, fresh, chance.choice(CLAIM_STATUSES))


def settled(chance: random.Random, claim: InsuranceClaim, status: str) -> InsuranceClaim:
    """Return the claim in that status, with what was paid and written off if the insurer has decided."""
    paid: int | None = None
    adjusted: int | None = None
    if status == "Paid":
        paid = claim.billed * chance.choice((50, 80, 100)) // 100
        adjusted = -chance.randint(100, 9000) if chance.random() < 0.6 else 0
    elif status == "Denied":
        paid = 0
    return replace(claim, status=status, paid=paid, adjusted=adjusted)


def months(chance: random.Random, today: date) -> tuple[Month, ...]:
    """Return a year of production figures, up to this month."""
    out = []
    for back in range(11, -1, -1):
        year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
        gross = chance.randint(9_000_000, 16_000_000)
        net = gross * chance.randint(70, 90) // 100
        out.append(
            Month(
                month=date(year, month + 1, 1),
                gross=gross,
                net=net,
                collected=net * chance.randint(90, 101) // 100,
                new_patients=chance.randint(8, 40),
            )
        )
    return tuple(out)
