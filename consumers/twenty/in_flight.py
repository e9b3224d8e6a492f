"""Several requests at once. Answers come in the order asked for: what follows does not depend on who was faster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Result = TypeVar("Result")


def in_order(jobs: Sequence[Callable[[], Result]], at_once: int) -> Iterator[Result]:
    """The jobs' results in their order, at most `at_once` jobs at work. One at a time runs in the caller's own thread.

    When a job fails, its error is raised after the results before it; jobs that had not begun never do, those at work are
    waited for: nothing is in flight any more when the caller hears of it.
    """
    if at_once <= 1 or len(jobs) <= 1:
        for job in jobs:
            yield job()
        return
    with ThreadPoolExecutor(min(at_once, len(jobs)), "twenty") as pool:
        futures = [pool.submit(job) for job in jobs]
        try:
            for future in futures:
                yield future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
