"""A server on paper: requests take their time on a clock that only it moves, and several clients share it."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field

from consumers.twenty.transport.errors import TwentyError
from consumers.twenty.transport.in_flight_limit import Flight, InFlightLimit

Seconds = Callable[[int], float]
"""How long the request of that number takes on an idle server."""


@dataclass
class Client:
    """Sends `jobs` requests as fast as its limit and, where there is one, its pace allow. `pace` is in seconds a request."""

    limit: InFlightLimit
    jobs: int
    pace: float = 0.0
    kinds: Callable[[int], object] = lambda _number: "batch"
    begins: float = 0.0
    numbers: list[int] = field(default_factory=list)  # the limit after each answer
    most_waiting: int = 0
    ended: float = 0.0
    due: float = 0.0


@dataclass
class Server:
    """`at_once` requests are worked at together (0: any number), first come, first served. `fails` names an error for the
    request of a number, None for an answer.
    """

    seconds: Seconds
    at_once: int = 0
    fails: Callable[[int], TwentyError | None] = lambda _number: None
    now: float = 0.0
    most: int = 0

    def clock(self) -> float:
        """Return the seconds that passed."""
        return self.now

    def client(self, jobs: int, most: int = 16, **more: object) -> Client:
        """Return a client of this server."""
        return Client(InFlightLimit(most, clock=self.clock), jobs, **more)  # type: ignore[arg-type]

    def serve(self, *clients: Client) -> float:
        """Carry everything out; gives the seconds from the beginning to the last answer."""
        began, numbers = self.now, iter(range(1_000_000))
        turns: list[tuple[float, int, Client, ExitStack, Flight]] = []
        ends: list[tuple[float, int, Client, ExitStack]] = []
        queue: deque[tuple[int, Client, ExitStack]] = deque()
        held = {id(client): 0 for client in clients}
        working = 0
        while True:
            for client in clients:
                while client.jobs and held[id(client)] < client.limit.now and self.now >= client.begins:
                    number = next(numbers)
                    client.jobs -= 1
                    held[id(client)] += 1
                    stack = ExitStack()
                    flight = stack.enter_context(client.limit.request(client.kinds(number)))
                    client.due = max(client.due, self.now) + client.pace
                    heapq.heappush(turns, (client.due - client.pace, number, client, stack, flight))
            client_turns = [sum(turn[2] is client for turn in turns) for client in clients]
            for client, waiting in zip(clients, client_turns, strict=True):
                client.most_waiting = max(client.most_waiting, waiting) if client.numbers else 0
            moments = [turn[0] for turn in turns[:1]] + [end[0] for end in ends[:1]]
            moments += [client.begins for client in clients if client.begins > self.now]
            if not moments:
                return self.now - began
            self.now = max(self.now, min(moments))
            while turns and turns[0][0] <= self.now:
                _, number, client, stack, flight = heapq.heappop(turns)
                flight.leaves()
                queue.append((number, client, stack))
                self.most = max(self.most, working + len(queue))
            while ends and ends[0][0] <= self.now:
                _, number, client, stack = heapq.heappop(ends)
                working -= 1
                held[id(client)] -= 1
                client.ended = self.now
                self._end(stack, self.fails(number))
                client.numbers.append(client.limit.now)
            while queue and (not self.at_once or working < self.at_once):
                number, client, stack = queue.popleft()
                working += 1
                heapq.heappush(ends, (self.now + self.seconds(number), number, client, stack))

    def _end(self, stack: ExitStack, error: TwentyError | None) -> None:
        if error is None:
            stack.close()
            return
        try:
            with stack:
                raise error
        except TwentyError:
            pass


def same(seconds: float) -> Seconds:
    """Let every request takes as long."""
    return lambda _number: seconds


def some(chance: Iterator[float]) -> Seconds:
    """Let requests take what chance says."""
    return lambda _number: next(chance)
