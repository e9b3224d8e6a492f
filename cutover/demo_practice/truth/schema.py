"""Type that each field must have: fixed, or by its data; words are SELECT unless they are free text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from cutover.demo_practice.practice.model import Office
from cutover.demo_practice.truth.values import Json, any_of


def schema(first: Office, day: int) -> Json:
    """Return the types after that day. They are settled by what the first extract held; the second day brings one more
    column.
    """
    people = first.patients.values()
    person: Json = {
        "insuranceCarrier": _carried_words(p.carrier for p in people),
        "referralSource": _carried_words(p.heard for p in people),
        "patientStatus": "SELECT",
        "treatmentCoordinator": "TEXT",
        "recallStatus": "SELECT",
        "lastCleaningDate": "DATE",
        "hipaaConsentDate": "DATE",
        "bonusPoints": "NUMBER",
        "nitrousOk": "BOOLEAN",
        "alignerStart": "DATE",
        "comfortItem": _custom_words(p.comfort for p in people),
    }
    if day > 1:
        person["nightGuardDue"] = "DATE"
    return {
        "person": person,
        "task": {"chair": _custom_words(a.chair for a in first.appointments.values()), "labBackBy": "DATE"},
        "billingRecord": {"over30": "NUMBER", "over90": "NUMBER"},
        "insuranceClaim": {"sentVia": _custom_words(c.sent_via for c in first.claims.values())},
    }


def _carried_words(values: Iterable[str]) -> str:
    """Return TEXT when there are over 100 words, or over half of them are used once; SELECT otherwise."""
    words = Counter(value for value in values if value)
    once = sum(count == 1 for count in words.values())
    return "TEXT" if len(words) > 100 or once * 2 > len(words) else "SELECT"


def _custom_words(values: Iterable[str]) -> object:
    """Return SELECT for few words that keep coming back; a handful of rows leaves it open."""
    words = Counter(value for value in values if value)
    return "SELECT" if words.total() >= 5 * len(words) else any_of("SELECT", "TEXT")
