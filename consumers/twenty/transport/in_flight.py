"""Several requests at once. Answers come in the order asked for: what follows does not depend on who was faster."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from consumers.twenty.transport.in_flight_limit import InFlightLimit

Result = TypeVar("Result")


def in_order(jobs: Sequence[Callable[[], Result]], limit: InFlightLimit) -> Iterator[Result]:
    """Yield the jobs' results in their order, as many jobs at work as the limit says at that moment. Jobs begin in their
    order. One at a time runs in the caller's own thread.

    When a job fails, its error is raised after the results before it; jobs that had not begun never do, those at work are
    waited for: nothing is in flight any more when the caller hears of it.
    """
    if limit.most <= 1 or len(jobs) <= 1:
        for job in jobs:
            yield job()
        return
    with ThreadPoolExecutor(min(limit.most, len(jobs)), "twenty") as pool:
        to_begin, begun = deque(jobs), deque[Future[Result]]()

        def may_begin() -> bool:
            if not to_begin or any(future.done() and future.exception() for future in begun):
                return False
            return sum(not future.done() for future in begun) < limit.now

        def woken(_: object) -> None:
            with limit.changed:
                limit.changed.notify_all()

        try:
            while to_begin or begun:
                with limit.changed:
                    limit.changed.wait_for(lambda: (begun and begun[0].done()) or may_begin())
                while may_begin():
                    begun.append(pool.submit(to_begin.popleft()))
                    begun[-1].add_done_callback(woken)
                while begun and begun[0].done():
                    yield begun.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
