"""The few flaws of a real office's patient list: a short phone, placeholders, stray blanks, deleted patients."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from cutover.demo_practice.practice.model import Patient

DELETED = "Deleted"
PLACEHOLDER_EMAIL = "none@none.com"
PLACEHOLDER_PHONE = "0000000000"
SHORT_PHONE = "5550142"


def blemished(chance: random.Random, patients: Sequence[Patient]) -> list[Patient]:
    """Return the same patients with the flaws put in: always the same number of each, whatever the seed."""
    out = {patient.id: patient for patient in patients}
    alone = [guarantor for guarantor, size in Counter(p.guarantor_id for p in patients).items() if size == 1]
    for native_id in chance.sample(alone, min(2, len(alone))):
        out[native_id] = replace(out[native_id], status=DELETED, email="")
    others = [p.id for p in out.values() if p.status != DELETED]
    short, zeros, nobody, no_one, spaced, padded = chance.sample(others, 6)
    out[short] = replace(out[short], mobile=SHORT_PHONE)
    out[zeros] = replace(out[zeros], mobile=PLACEHOLDER_PHONE)
    for native_id in (nobody, no_one):
        out[native_id] = replace(out[native_id], email=PLACEHOLDER_EMAIL)
    for native_id in (spaced, padded):
        out[native_id] = replace(out[native_id], first=f"{out[native_id].first}  ")
    return list(out.values())


def carried(patients: Sequence[Patient]) -> list[Patient]:
    """Return the patients that a migration carries: all but those deleted in the program."""
    return [patient for patient in patients if patient.status != DELETED]
