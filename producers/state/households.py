"""The household key of each patient's events: fixed when the patient is named for the first time, the same ever after.

Those met lately are remembered; the others are in the state.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from events.sealing.keys import PRACTICE_SUBJECT
from producers.state.fingerprints import Fingerprints
from producers.state.state import ProducerState

REMEMBERED = 50_000
"""Patients whose key is remembered, at most."""


class Households:
    """The household keys of one practice."""

    def __init__(self, state: ProducerState, fingerprints: Fingerprints) -> None:
        self._state, self._fingerprints = state, fingerprints
        self._keys: dict[bytes, bytes] = {}
        self._unsaved: dict[bytes, bytes] = {}

    def recall(self, patients: AbstractSet[bytes]) -> None:
        """Have the keys of these patients at hand, until the next call."""
        if self._keys.keys() >= patients:
            return
        if len(self._keys) + len(patients) > REMEMBERED:
            self._keys = dict(self._unsaved)
        missing = [patient for patient in patients if patient not in self._keys]
        self._keys.update(self._state.households_of(missing))

    def settle(self, patient: bytes, head: bytes) -> list[tuple[bytes, bytes]]:
        """Fix the keys of a patient and the head of the household where they have none; return those that are new."""
        household = self._keys.get(head) or self._own(head)
        new = [(member, household) for member in dict.fromkeys((head, patient)) if member not in self._keys]
        self._keys.update(new)
        self._unsaved.update(new)
        return new

    def is_settled(self, patient: bytes) -> bool:
        """Return whether a patient who was recalled has a key."""
        return patient in self._keys

    def saved(self) -> None:
        """Take note that the keys fixed so far are in the state."""
        self._unsaved.clear()

    def of(self, patient: bytes | None) -> bytes:
        """Return the key of a patient who was recalled; of None, that of what belongs to no patient."""
        if patient is None:
            return self._own(PRACTICE_SUBJECT)
        return self._keys.get(patient) or self._own(patient)

    def _own(self, head: bytes) -> bytes:
        return self._fingerprints.of_id("household", head)
