"""The number of requests under way at once, as the server bears it.

An answer that takes as long as the quickest of its kind waited for nothing in the server: one more request may be under way.
From `number × (1 - quickest / taken)` follows how many requests wait in the server (TCP Vegas, and Netflix's gradient limit
after it; ADR 13). Up to ROOM of them are wanted, as they keep a server busy between two answers; with more of them answers
come later, and no more of them come. Refusals by the rate limit, server faults and lost answers halve the number.

Where the rate limit is the bottleneck, requests wait for their turn on our side. Then one request waits and no more: a turn
that is leased in advance is a turn that other workers do not get.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager

from consumers.twenty.transport.errors import OutcomeUnknown, RateLimited, ServerFault, Unreachable

START = 4
"""Requests under way at the beginning."""

ROOM = 3
"""Requests that may wait in the server."""

FEW, ENOUGH = 4, 8
"""Answers over which the slowdown is averaged: while the number grows with each answer, and at least in a round later."""

UNEVEN = 2.0
"""An average of up to this many times the quickest answer is how unevenly a server answers, and no sign of a queue."""

PACED = 0.05
"""Seconds of waiting for a turn from which the rate limit counts as the bottleneck. A turn from a database takes less."""

FRESH = 300.0
"""Seconds after which the server is measured anew: one that has become slower for good is no server with a queue."""

_OVERLOADED = (RateLimited, Unreachable, ServerFault, OutcomeUnknown)


class InFlightLimit:
    """Limit of requests that may be under way, between 1 and `most`; safe to share between threads.

    `clock` is in seconds. `changed` is notified when the number changes; a caller notifies it as well when a job ends.
    """

    def __init__(self, most: int, *, start: int = START, clock: Callable[[], float] = time.monotonic) -> None:
        if most < 1:
            raise ValueError("at least one request must be allowed to be under way")
        self.most = most
        self.changed = threading.Condition()
        self._clock = clock
        self._start = self._number = min(start, most)
        self._waiting = self._under_way = 0
        self._round = 0
        self._slowdowns: list[float] = []  # of this round's answers: taken / quickest of their kind
        self._slowdown, self._usual = 1.0, UNEVEN  # of the last round; the least of any round
        self._quickest: dict[Hashable, float] = {}
        self._is_growing = True
        self._measured_since = clock()

    @property
    def now(self) -> int:
        """Return the number of requests that may be under way at present."""
        return self._number

    @contextmanager
    def request(self, kind: Hashable = None) -> Iterator[Flight]:
        """Hold one request, from the wait for its turn to its answer. `kind` groups those that take equally long on an idle
        server; without one nothing is learnt from how long the answer takes. An error that leaves this context counts.
        """
        with self.changed:
            self._waiting += 1
            flight = Flight(self, kind, self._clock())
        try:
            yield flight
        except _OVERLOADED:
            self._ended(flight, overloaded=True)
            raise
        except BaseException:
            self._ended(flight)
            raise
        else:
            self._ended(flight, answered=True)

    def left(self, flight: Flight) -> None:
        """Note that a request has got its turn and leaves."""
        with self.changed:
            flight.left = self._clock()
            flight.paced = flight.left - flight.asked > PACED
            flight.round = self._round
            self._waiting -= 1
            self._under_way += 1
            flight.beside = self._under_way
            if flight.paced and self._waiting:
                self._set(self._under_way + 1)

    def _ended(self, flight: Flight, *, answered: bool = False, overloaded: bool = False) -> None:
        with self.changed:
            if flight.left is None:
                self._waiting -= 1
                return
            flight.beside = max(flight.beside, self._under_way)
            self._under_way -= 1
            if flight.round != self._round:
                return  # it left before the number was changed, and tells of the time before
            if overloaded:
                self._is_growing = False
                self._begin_round()
                self._set(self._number // 2)
            elif answered and flight.kind is not None:
                self._learn(flight, max(self._clock() - flight.left, 1e-6))

    def _learn(self, flight: Flight, taken: float) -> None:
        if self._clock() - self._measured_since > FRESH:
            self._measure_anew()
        # a kind that is met for the first time is as much slowed down as those before it
        quickest = self._quickest[flight.kind] = min(self._quickest.get(flight.kind, taken / self._slowdown), taken)
        if flight.paced or flight.beside * 2 <= self._number:
            return  # no request had to wait for the number
        self._slowdowns.append(taken / quickest)
        if self._is_growing:
            recent = self._slowdowns[-FEW:]
            if self._number * (1 - len(recent) / sum(recent)) < ROOM:
                self._set(self._number + 1)
                return
            self._is_growing = False
            self._slowdowns = recent
        if len(self._slowdowns) >= max(ENOUGH, self._number):
            self._slowdown = sum(self._slowdowns) / len(self._slowdowns)
            self._usual = min(self._usual, self._slowdown)
            wanted = self._number * self._usual / self._slowdown + ROOM
            self._begin_round()
            self._set(round(max(wanted, self._number / 2)))

    def _measure_anew(self) -> None:
        self._measured_since = self._clock()
        self._quickest.clear()
        self._slowdown, self._usual = 1.0, UNEVEN
        self._is_growing = True
        self._begin_round()
        self._set(min(self._number, self._start))

    def _begin_round(self) -> None:
        """Begin a round: only what leaves from now on tells how the server bears the new number."""
        self._round += 1
        self._slowdowns = []

    def _set(self, number: int) -> None:
        self._number = max(1, min(self.most, number))
        self.changed.notify_all()


class Flight:
    """One request of an `InFlightLimit`: when it asked for its turn and when it left, whether the rate limit held it back,
    in which round it left, and the most requests that were under way beside it (itself included).
    """

    def __init__(self, limit: InFlightLimit, kind: Hashable, asked: float) -> None:
        self._limit = limit
        self.kind = kind
        self.asked = asked
        self.left: float | None = None
        self.paced = False
        self.round = 0
        self.beside = 0

    def leaves(self) -> None:
        """Note that the request has got its turn and leaves."""
        self._limit.left(self)
