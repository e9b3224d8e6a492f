"""Seeded chance: each part of a practice draws from a generator of its own, so that none moves the others."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta


def generator(seed: int, *part: object) -> random.Random:
    """Return the generator of one part of the practice, the same on every machine."""
    return random.Random(":".join(map(str, (seed, *part))))  # noqa: S311 - invented data must be repeatable


def native_ids(chance: random.Random, after: int) -> Iterator[str]:
    """Yield rising native ids with gaps, as a program leaves them after years of deletions."""
    number = after
    while True:
        number += chance.choice((1, 1, 1, 2, 4))
        yield str(number)


def office_time(chance: random.Random, day: datetime) -> datetime:
    """Return a quarter of an hour between eight and five on that day: never one that a change of clocks repeats or leaves
    out.
    """
    return day.replace(hour=chance.randint(8, 16), minute=chance.choice((0, 15, 30, 45)), second=0, microsecond=0)


def some_time_before(chance: random.Random, moment: datetime, days: int) -> datetime:
    """Return an office time one to `days` days before that moment."""
    return office_time(chance, moment - timedelta(days=chance.randint(1, days)))
