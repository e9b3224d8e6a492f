"""Batches: so many items at once, and fewer where they are large."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

_Item = TypeVar("_Item")

IN_MEMORY: Final = 16 * 1024 * 1024
"""Bytes of events whose records are worked on together: values, images and answers come to several times as much."""


def in_batches(items: Iterable[_Item], count: int, most: int, weight: Callable[[_Item], int]) -> Iterator[list[_Item]]:
    """Give the items in order as lists of at most `count`, which weigh at most `most` together; a heavier one comes alone."""
    batch: list[_Item] = []
    total = 0
    for item in items:
        heavy = weight(item)
        if batch and (len(batch) >= count or total + heavy > most):
            yield batch
            batch, total = [], 0
        batch.append(item)
        total += heavy
    if batch:
        yield batch
