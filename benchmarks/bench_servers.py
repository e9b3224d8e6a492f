"""Time servers of several kinds over the same requests, by workers and by the number of requests in flight.

    python -m benchmarks.bench_servers [REQUESTS [ROUNDS [LATENCY…]]]
    python -m benchmarks.bench_servers paper [REQUESTS [LATENCY…]]

The client alone, without the engine around it: so many batches of a single record are created in a rehearsal workspace in a
process of its own, without a rate limit, that takes the given seconds a request (`0.3/2`: it works at two requests together).
The workers are processes that share the batches evenly and begin at the same moment; the time ends with the last answer of the
last worker. `4` and `16` keep the number as it is, `→ 16` lets it follow the server up to that bound. The rounds go through all
of them in turn, so that a change of the machine's load meets all alike. Printed are the medians of the seconds, and how many
requests were allowed at the end. With `paper` the servers are models on a clock of their own (the tests' `slow_server`): the
same figures on every machine, however busy it is.
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks.bench_in_flight import FOLLOWS, Fixed
from consumers.twenty.transport.in_flight import in_order
from consumers.twenty.workspace import Workspace
from rehearsal.server.latency import Latency
from tests.acceptance.workbench import workspace
from tests.consumers.twenty.slow_server import Server, same

LATENCIES = ("0", "0.05", "0.3", "1", "0.3/2", "0.3/8")
WAYS = ("1 × 4", "1 × 16", "1 × → 16", "1 × → 32", "2 × → 16", "4 × 4", "4 × → 16")


def main(requests: int, rounds: int, latencies: Sequence[str]) -> None:
    """Print a table: a line for each server, a column for each way."""
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    numbers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number in range(rounds):
        for latency in latencies:
            for way in WAYS:
                with tempfile.TemporaryDirectory() as name, workspace(Path(name), [], "--latency", latency) as (url, key):
                    seconds, at_the_end = _round(url, key, requests, way)
                taken[latency, way].append(seconds)
                numbers[latency, way] += at_the_end
                print(f"round {number + 1}: {latency} s, {way}: {seconds:.1f} s, {at_the_end}", file=sys.stderr, flush=True)
    print(f"{requests} requests, {rounds} rounds")
    _print(latencies, taken, numbers)


def on_paper(requests: int, latencies: Sequence[str]) -> None:
    """Print the same table for models of the servers."""
    taken: dict[tuple[str, str], list[float]] = {}
    numbers: dict[tuple[str, str], list[int]] = {}
    for latency in latencies:
        for way in WAYS:
            count, how = way.split(" × ")
            slow = Latency.parse(latency)
            server = Server(same(slow.seconds), slow.at_once)
            clients = [server.client(requests // int(count), most=int(how.removeprefix(FOLLOWS))) for _ in range(int(count))]
            if not how.startswith(FOLLOWS):
                for client in clients:
                    client.limit.__class__ = Fixed
            taken[latency, way] = [server.serve(*clients)]
            numbers[latency, way] = [client.limit.now for client in clients]
    print(f"{requests} requests, on paper")
    _print(latencies, taken, numbers)


def _print(
    latencies: Sequence[str],
    taken: Mapping[tuple[str, str], Sequence[float]],
    numbers: Mapping[tuple[str, str], Sequence[int]],
) -> None:
    print("| seconds a request | " + " | ".join(WAYS) + " |")
    print("|---" * (len(WAYS) + 1) + "|")
    for latency in latencies:
        cells = [
            f"{statistics.median(taken[latency, way]):.1f} ({round(statistics.median(numbers[latency, way]))})" for way in WAYS
        ]
        print(f"| {latency} | " + " | ".join(cells) + " |")


def _round(url: str, key: str, requests: int, way: str) -> tuple[float, list[int]]:
    count, how = way.split(" × ")
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(int(count)), context.Queue()
    workers = [
        context.Process(target=_work, args=(url, key, requests // int(count), how, ready, results)) for _ in range(int(count))
    ]
    for worker in workers:
        worker.start()
    ends: list[tuple[float, float, int]] = [results.get(timeout=600) for _ in workers]
    for worker in workers:
        worker.join()
    return max(end for _, end, _ in ends) - min(began for began, _, _ in ends), [number for _, _, number in ends]


def _work(url: str, key: str, requests: int, how: str, ready: Barrier, results: Any) -> None:
    with Workspace(url, key, rate_limit=0, in_flight=int(how.removeprefix(FOLLOWS))) as twenty:
        if not how.startswith(FOLLOWS):
            twenty.in_flight.__class__ = Fixed
        twenty.metadata()
        ids: list[UUID] = [uuid4() for _ in range(requests)]
        jobs = [partial(twenty.create, "companies", [{"id": str(one), "name": f"Practice {one}"}]) for one in ids]
        ready.wait()
        began = time.time()
        for _ in in_order(jobs, twenty.in_flight):
            pass
        results.put((began, time.time(), twenty.in_flight.now))


if __name__ == "__main__":
    given = sys.argv[1:]
    if given[:1] == ["paper"]:
        on_paper(int(given[1]) if len(given) > 1 else 120, given[2:] or LATENCIES[1:])
    else:
        main(int(given[0]) if given else 120, int(given[1]) if len(given) > 1 else 3, given[2:] or LATENCIES)
