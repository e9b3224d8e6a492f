"""Appointments: years of past visits, some that did not happen, and the weeks to come."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from cutover.demo_practice.practice import words
from cutover.demo_practice.practice.chance import office_time, some_time_before
from cutover.demo_practice.practice.model import Appointment, Clinician, Patient

PAST = ("Complete",) * 16 + ("Cancelled", "Broken", "No Show", "Scheduled")
AHEAD = ("Scheduled", "Scheduled", "Confirmed", "Left Message")


def of_patients(
    chance: random.Random,
    ids: Iterator[str],
    patients: Iterable[Patient],
    taken_at: datetime,
    providers: Sequence[Clinician],
) -> list[Appointment]:
    """Return the appointment book on the first day."""
    book: list[Appointment] = []
    for patient in patients:
        since = max(2, (taken_at.date() - patient.entered).days)
        for _ in range(min(chance.randint(2, 9), since)):
            book.append(past(chance, next(ids), patient, taken_at, since, providers))
        for _ in range(chance.choice((0, 0, 1, 1, 2))):
            book.append(ahead(chance, next(ids), patient, taken_at, providers))
    return book


def past(
    chance: random.Random,
    native_id: str,
    patient: Patient,
    taken_at: datetime,
    days: int,
    providers: Sequence[Clinician],
) -> Appointment:
    """Return a visit of the last so many days."""
    start = some_time_before(chance, taken_at, min(days, 1500))
    made_on = some_time_before(chance, start, 60)
    return _appointment(chance, native_id, patient, start, made_on, chance.choice(PAST), providers)


def ahead(
    chance: random.Random, native_id: str, patient: Patient, taken_at: datetime, providers: Sequence[Clinician]
) -> Appointment:
    """Return a visit of the next three months; a good part of them fall in the next two days."""
    days = chance.choice((1, 2, chance.randint(3, 90), chance.randint(3, 90)))
    start = office_time(chance, taken_at + timedelta(days=days))
    return _appointment(
        chance, native_id, patient, start, some_time_before(chance, taken_at, 40), chance.choice(AHEAD), providers
    )


def _appointment(
    chance: random.Random,
    native_id: str,
    patient: Patient,
    start: datetime,
    made_on: datetime,
    status: str,
    providers: Sequence[Clinician],
) -> Appointment:
    reason = chance.choice(words.REASONS)
    return Appointment(
        id=native_id,
        patient_id=patient.id,
        start=start,
        reason=reason if chance.random() < 0.99 else "",
        provider=patient.provider if patient.provider and chance.random() < 0.6 else chance.choice(providers).code,
        chair=chance.choice(words.CHAIRS),
        minutes=chance.choice((30, 40, 60, 60, 90)),
        status=status,
        memo=chance.choice(words.MEMOS) if chance.random() < 0.25 else "",
        made_on=made_on,
        lab_back=start.date() - timedelta(days=2) if reason.startswith("Crown") else None,
    )
