"""One durable step of producing: what it appends to the log, and what the state then learns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from events.log.port import NewEntry
from producers.state.state import Contact, StateRow

STEP = 20_000
"""Changes appended in one durable step. A step touches most of the state's index once: fewer, larger ones are faster."""
STEP_BYTES = 32 * 1024 * 1024
"""Bytes of events after which a step is appended, however few they are."""


@dataclass(slots=True, kw_only=True)
class Step:
    """Entries of one durable step, and what the state then learns. `made` are the records of its entries, in their order
    and without the place that their entry will have.
    """

    entries: list[NewEntry] = field(default_factory=list)
    made: list[tuple[Any, ...]] = field(default_factory=list)
    refreshed: list[StateRow] = field(default_factory=list)
    households: list[tuple[bytes, bytes]] = field(default_factory=list)
    contacts: dict[bytes, list[Contact]] = field(default_factory=dict)
    sightings: list[tuple[bytes, str, bytes, int]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    size: int = 0

    @property
    def is_full(self) -> bool:
        """Return whether it is to be appended before more is added."""
        return len(self.made) + len(self.refreshed) >= STEP or self.size >= STEP_BYTES
