"""Departures on a later day: a patient or two with all they had (an owner of a shared e-mail first), and single records.

No entity ever loses more than `LIMIT` of its records, so that a full extract's deletions are never withheld.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from cutover.demo_practice.practice.blemishes import DELETED
from cutover.demo_practice.practice.email_ownership import holders, owners
from cutover.demo_practice.practice.model import Office, Patient

LIMIT = 0.03
BELONGINGS = ("appointments", "plans", "balances", "claims", "notes", "messages", "documents")
"""The parts of an office whose records belong to a patient."""


def after_departures(chance: random.Random, office: Office, taken_at: datetime) -> Office:
    """Return the office without those who left and without the records that were deleted."""
    room = {part: int(len(getattr(office, part)) * LIMIT) for part in ("patients", *BELONGINGS)}
    leaving = _leaving(chance, office, room)
    parts: dict[str, Any] = {"patients": _those_who_stay(office, leaving, taken_at)}
    for part in BELONGINGS:
        records: Mapping[str, Any] = getattr(office, part)
        left = {key: record for key, record in records.items() if record.patient_id not in leaving}
        allowed = room[part] - (len(records) - len(left))
        doomed = set(chance.sample(sorted(left), min(allowed, -(-len(records) // 150))))
        parts[part] = {key: record for key, record in left.items() if key not in doomed}
    return replace(office, **parts)


def _leaving(chance: random.Random, office: Office, room: Mapping[str, int]) -> set[str]:
    """Pick up to one patient in a hundred, as long as nothing that goes with them exceeds the room."""
    sharing = holders(office.patients.values())
    sharing_owners = sorted(who for email, who in owners(office.patients.values()).items() if len(sharing[email]) > 1)
    others = sorted(key for key, one in office.patients.items() if one.status != DELETED and key not in sharing_owners)
    chance.shuffle(sharing_owners)
    chance.shuffle(others)
    wanted = min(room["patients"], max(1, len(office.patients) // 100))
    leaving: set[str] = set()
    for candidates, most in ((sharing_owners, max(1, wanted // 2)), (others, wanted)):
        for candidate in candidates:
            if len(leaving) >= min(most, wanted):
                break
            if _fits(office, leaving | {candidate}, room):
                leaving.add(candidate)
    return leaving


def _fits(office: Office, leaving: set[str], room: Mapping[str, int]) -> bool:
    return all(
        sum(record.patient_id in leaving for record in getattr(office, part).values()) <= room[part] for part in BELONGINGS
    )


def _those_who_stay(office: Office, leaving: set[str], taken_at: datetime) -> dict[str, Patient]:
    """Return the remaining patients; where the guarantor left, the oldest of the household takes over."""
    staying = {key: one for key, one in office.patients.items() if key not in leaving}
    for gone in sorted(leaving):
        family = [one for one in staying.values() if one.guarantor_id == gone]
        if family:
            heir = min(family, key=lambda one: (one.birth or date.max, int(one.id)))
            for one in family:
                staying[one.id] = replace(one, guarantor_id=heir.id, changed=taken_at.replace(hour=9, minute=0))
    return staying
