"""Owner of a shared e-mail address, by the field map: the guarantor of another holder, else the oldest, else the lowest id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from cutover.demo_practice.practice.blemishes import DELETED, PLACEHOLDER_EMAIL
from cutover.demo_practice.practice.model import Patient


def address(patient: Patient) -> str | None:
    """Return the patient's address in lower case; placeholders and blanks are none."""
    email = patient.email.strip().lower()
    return None if email in ("", PLACEHOLDER_EMAIL) else email


def holders(patients: Iterable[Patient]) -> dict[str, list[Patient]]:
    """Return the carried patients who have each address."""
    found: defaultdict[str, list[Patient]] = defaultdict(list)
    for patient in patients:
        email = address(patient)
        if email and patient.status != DELETED:
            found[email].append(patient)
    return dict(found)


def owners(patients: Iterable[Patient]) -> dict[str, str]:
    """Return the id of the patient who owns each address."""
    return {email: _owner(sharing) for email, sharing in holders(patients).items()}


def _owner(sharing: list[Patient]) -> str:
    pays_for_another = {one.guarantor_id for one in sharing if one.guarantor_id != one.id}
    first = min(sharing, key=lambda one: (one.id not in pays_for_another, one.birth or date.max, int(one.id)))
    return first.id
