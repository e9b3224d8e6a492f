"""One seed's world: a virtual clock, ids and randomness, for the engine and for the rehearsal workspace alike.

Nothing here waits: whoever sleeps moves the clock on. Every look at the clock takes a millisecond, so that nothing happens at
the same time as anything else.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from unittest import mock

import rehearsal.values.clock
import rehearsal.values.uuids
from events.clock import World
from events.crash_points import CrashPoint, ignore

START = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


class Time:
    """A clock that moves on by itself."""

    def __init__(self) -> None:
        self._millis = 0

    def now(self) -> datetime:
        """Return the moment, in UTC."""
        self._millis += 1
        return START + timedelta(milliseconds=self._millis)

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return self._millis / 1_000

    def sleep(self, seconds: float) -> None:
        """Move on."""
        self._millis += max(1, round(seconds * 1_000))


class Seeded:
    """Everything that chance decides, from one seed; each part draws from a stream of its own."""

    def __init__(self, seed: int) -> None:
        self.time = Time()
        self._engine = random.Random(f"{seed}: engine")
        self._workspace = random.Random(f"{seed}: workspace")
        self.steps = random.Random(f"{seed}: steps")
        self.answers = random.Random(f"{seed}: answers that get lost")
        self.admin = random.Random(f"{seed}: admin")

    def world(self, reached: Callable[[CrashPoint], None] = ignore) -> World:
        """Return the engine's world; `reached` hears of the crash points."""
        return World(
            operator=lambda: "simulation",
            now=self.time.now,
            new_id=lambda: _uuid(self._engine).bytes,
            entropy=self._engine.randbytes,
            monotonic=self.time.monotonic,
            sleep=self.time.sleep,
            reached=reached,
        )

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """Give rehearsal workspaces their ids and their time from here, while this lasts."""
        ids = SimpleNamespace(uuid4=lambda: _uuid(self._workspace), UUID=uuid.UUID)
        clock = SimpleNamespace(now=lambda _zone: self.time.now())
        with (
            mock.patch.object(rehearsal.values.uuids, "uuid", ids),
            mock.patch.object(rehearsal.values.clock, "datetime", clock),
        ):
            yield


def _uuid(chance: random.Random) -> uuid.UUID:
    return uuid.UUID(bytes=chance.randbytes(16), version=4)
