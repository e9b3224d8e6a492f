"""Edits between two extracts: people move, addresses change hands, visits take place, claims are settled."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from cutover.demo_practice.practice import households, money, treatment, words
from cutover.demo_practice.practice.blemishes import DELETED
from cutover.demo_practice.practice.chance import office_time
from cutover.demo_practice.practice.email_ownership import holders, owners
from cutover.demo_practice.practice.messages import QUEUED
from cutover.demo_practice.practice.model import (
    Appointment,
    InsuranceClaim,
    Message,
    Office,
    OfficeNote,
    Patient,
    TreatmentPlan,
)


def after_edits(chance: random.Random, office: Office, taken_at: datetime) -> Office:
    """Return the office with everything that changed since its last extract."""
    today = taken_at.date()
    return replace(
        office,
        patients=_patients(chance, office, taken_at),
        appointments={a.id: _appointment(chance, a, office.taken_at, taken_at) for a in office.appointments.values()},
        plans={p.id: _plan(chance, p) for p in office.plans.values()},
        balances={
            b.id: money.balance(chance, office.patients[b.patient_id], today, 1) if chance.random() < 0.25 else b
            for b in office.balances.values()
        },
        claims={c.id: _claim(chance, c) for c in office.claims.values()},
        notes={n.id: _note(chance, n) for n in office.notes.values()},
        messages=_messages(chance, office.messages.values(), taken_at),
        months=(*office.months[:-1], replace(office.months[-1], new_patients=office.months[-1].new_patients + 3)),
    )


def _patients(chance: random.Random, office: Office, taken_at: datetime) -> dict[str, Patient]:
    stamp = office_time(chance, taken_at)
    before = office.patients
    people = dict(before)
    ordinary = sorted(key for key, one in before.items() if one.status != DELETED)
    for mover in chance.sample(ordinary, max(1, len(before) // 120)):
        home = households.new_home(chance)
        for one in _household(people.values(), people[mover].guarantor_id):
            people[one.id] = replace(
                one, street=home.street, unit=home.unit, town=home.town, postcode=home.postcode, home=home.phone, changed=stamp
            )
    for owner in _sharing_owners(chance, before.values())[: max(1, len(before) // 120)]:
        one = people[owner]
        people[owner] = replace(one, email=households.address_of(chance, one.first, one.last, f"new{owner}"), changed=stamp)
    for key in chance.sample(ordinary, len(ordinary) * 7 // 100):
        people[key] = replace(_touched(chance, people[key], taken_at), changed=stamp)
    if office.day == 1:
        for key in chance.sample(ordinary, max(1, len(ordinary) * 5 // 100)):
            people[key] = replace(people[key], night_guard_due=taken_at.date() + timedelta(days=chance.randint(5, 200)))
    return people


def _household(people: Iterable[Patient], guarantor_id: str) -> list[Patient]:
    return [one for one in people if one.guarantor_id == guarantor_id]


def _sharing_owners(chance: random.Random, people: Iterable[Patient]) -> list[str]:
    """Return owners of an address that others have too, in a random order: where one leaves it, another comes into it."""
    everyone = list(people)
    sharing = holders(everyone)
    found = [owner for email, owner in owners(everyone).items() if len(sharing[email]) > 1]
    chance.shuffle(found)
    return found


def _touched(chance: random.Random, one: Patient, taken_at: datetime) -> Patient:
    """Make one ordinary edit of a patient; the last two clear a value."""
    match chance.randrange(7):
        case 0:
            return replace(one, mobile=households.phone_number(chance))
        case 1:
            return replace(one, status="Inactive" if one.status == "Active" else "Active")
        case 2:
            return replace(one, carrier=chance.choice([c for c in words.CARRIERS if c != one.carrier]))
        case 3:
            return replace(one, last_cleaning=taken_at.date() - timedelta(days=1), bonus_points=(one.bonus_points or 0) + 25)
        case 4:
            return replace(one, recall=chance.choice([r for r in words.RECALLS if r != one.recall]))
        case 5:
            return replace(one, heard="", comfort="")
        case _:
            return replace(one, coordinator="", work="")


def _appointment(chance: random.Random, visit: Appointment, before: datetime, now: datetime) -> Appointment:
    if before < visit.start <= now and visit.status != "Cancelled":
        return replace(visit, status=chance.choice(("Complete", "Complete", "Complete", "No Show", visit.status)))
    roll = chance.random()
    if visit.start > now:
        if roll < 0.08:
            return replace(visit, start=office_time(chance, visit.start + timedelta(days=chance.randint(1, 14))))
        if roll < 0.2:
            return replace(visit, status="Cancelled" if roll < 0.1 else "Confirmed")
        return visit
    return replace(visit, memo=f"{visit.memo} Reviewed.".strip()) if roll < 0.06 else visit


def _plan(chance: random.Random, plan: TreatmentPlan) -> TreatmentPlan:
    roll = chance.random()
    if roll < 0.06:
        done = tuple(replace(line, status="Done") for line in plan.lines)
        return replace(plan, status="Finished", actual=plan.estimate, lines=done)
    if roll < 0.1:
        extra = treatment.line(chance)
        return replace(plan, lines=(*plan.lines, extra), estimate=plan.estimate + extra.fee)
    return replace(plan, status="Declined") if roll < 0.14 else plan


def _claim(chance: random.Random, claim: InsuranceClaim) -> InsuranceClaim:
    decided = claim.status in ("Paid", "Denied")
    if chance.random() < (0.02 if decided else 0.3):
        return money.settled(chance, claim, "Appealed" if claim.status == "Denied" else "Paid")
    return claim


def _note(chance: random.Random, note: OfficeNote) -> OfficeNote:
    return replace(note, paragraphs=(*note.paragraphs, "Addendum: no change.")) if chance.random() < 0.05 else note


def _messages(chance: random.Random, log: Iterable[Message], now: datetime) -> dict[str, Message]:
    """Send queued messages whose time has come; every eighth (the first too) stays as it is with its time past."""
    out: dict[str, Message] = {}
    due = 0
    for message in log:
        if message.result == QUEUED and message.sent <= now:
            if due % 8:
                message = replace(message, result=chance.choice(("Delivered", "Delivered", "Failed")))
            due += 1
        elif message.result == "Delivered" and chance.random() < 0.05:
            message = replace(message, result="Opened")
        out[message.id] = message
    return out
