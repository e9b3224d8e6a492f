"""Communications, sent and queued, and the reminder rules that send them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from cutover.demo_practice.practice import words
from cutover.demo_practice.practice.chance import office_time, some_time_before
from cutover.demo_practice.practice.model import Message, Patient, ReminderRule

QUEUED = "Queued"


def of_patients(chance: random.Random, ids: Iterator[str], patients: Iterable[Patient], taken_at: datetime) -> list[Message]:
    """Return the contact log on the first day; every eighth patient or so has a reminder queued."""
    log: list[Message] = []
    for patient in patients:
        for _ in range(chance.randint(1, 8)):
            log.append(sent(chance, next(ids), patient, taken_at, 600))
        if chance.random() < 0.12:
            log.append(queued(chance, next(ids), patient, taken_at))
    return log


def sent(chance: random.Random, native_id: str, patient: Patient, taken_at: datetime, days: int) -> Message:
    """Return a message of the last so many days."""
    kind = chance.choice(tuple(words.MESSAGE_TEXTS))
    moment = some_time_before(chance, taken_at, days)
    return Message(
        id=native_id,
        patient_id=patient.id,
        sent=moment,
        kind=kind,
        channel=chance.choice(words.CHANNELS),
        result=chance.choice(words.RESULTS),
        text=text(kind, patient),
    )


def queued(chance: random.Random, native_id: str, patient: Patient, taken_at: datetime) -> Message:
    """Return a message dated in the future; half of them go out before the next extract."""
    days = chance.choice((1, 2, chance.randint(3, 20), chance.randint(3, 20)))
    kind = chance.choice(("Appt Reminder", "Recall Notice"))
    moment = office_time(chance, taken_at + timedelta(days=days))
    return Message(
        id=native_id,
        patient_id=patient.id,
        sent=moment,
        kind=kind,
        channel=chance.choice(words.CHANNELS),
        result=QUEUED,
        text=text(kind, patient),
    )


def text(kind: str, patient: Patient) -> str:
    """Return the words of a message of this kind."""
    return words.MESSAGE_TEXTS[kind].format(first=patient.first)


def rules() -> tuple[ReminderRule, ...]:
    """Return the reminder rules; one holds line ends and quotes, one is switched off."""
    return (
        ReminderRule(name="Confirm 3 days out", trigger="Visit booked", timing="3 days before, 9:30 AM", channel="Text",
             template="{First}, confirm your {Date} visit? Reply C.", active=True),
        ReminderRule(name="New patient forms", trigger="First visit booked", timing="At once", channel="E-mail",
             template="Dear {First},\nplease fill in the forms before {Date}.\nJuniper Ridge", active=True),
        ReminderRule(name="Recall, 6 months", trigger="Recall due", timing="14 days before, then monthly, at most 4 times",
            channel="Text",
             template="Time for your cleaning, {First}!", active=True),
        ReminderRule(name="Statement nudge", trigger="Balance over 60 days", timing="On the 1st of the month", channel="E-mail",
             template='Your "friendly reminder" from our billing desk.', active=False),
    )  # fmt: skip
