"""A later day of the practice: some left, much was edited, some is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from cutover.demo_practice.days.arrivals import after_arrivals
from cutover.demo_practice.days.departures import after_departures
from cutover.demo_practice.days.edits import after_edits
from cutover.demo_practice.practice.chance import generator
from cutover.demo_practice.practice.model import Office


def next_day(seed: int, office: Office, taken_at: datetime) -> Office:
    """Return the office when its next extract is taken."""
    day = office.day + 1
    later = after_departures(generator(seed, "departures", day), office, taken_at)
    later = after_edits(generator(seed, "edits", day), later, taken_at)
    later = after_arrivals(generator(seed, "arrivals", day), later, taken_at)
    return replace(later, day=day, taken_at=taken_at)
