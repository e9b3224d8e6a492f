"""Finding the record for which Twenty refuses a batch: it refuses all for one, and does not say which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from consumers.twenty.transport.errors import Refusal, Refused

_Record = TypeVar("_Record")

_CONCERNS_ALL = frozenset({Refusal.PERMISSION, Refusal.UNKNOWN_OBJECT, Refusal.UNKNOWN_FIELD, Refusal.SCHEMA})


def halves(error: Refused, count: int) -> int:
    """Return the size of the parts to try after a refused batch of so many records."""
    return count // 2


def isolate(
    records: Sequence[_Record],
    send: Callable[[Sequence[_Record]], Sequence[Any]],
    size_after: Callable[[Refused, int], int] = halves,
) -> tuple[list[Any], list[tuple[_Record, Refused]]]:
    """Send the records; where they are refused, send their halves, down to the culprits.

    `send` writes some records and returns an answer for each, or raises `Refused`. Returns the answers of those written, and
    the refused ones with the error that each got on its own, both in the order of `records`. A refusal that concerns all
    alike (permission, unknown object or field) is not split; `size_after` says how large the parts of another one may be.
    Any other error is raised at once: what the earlier parts wrote is then found by reading back.
    """
    answers: list[Any] = []
    refused: list[tuple[_Record, Refused]] = []
    parts = [list(records)] if records else []
    while parts:
        part = parts.pop()
        try:
            answers += send(part)
        except Refused as error:
            if len(part) == 1 or error.kind in _CONCERNS_ALL:
                refused += [(record, error) for record in part]
            else:
                size = max(1, min(size_after(error, len(part)), len(part) - 1))
                parts += reversed([part[start : start + size] for start in range(0, len(part), size)])
    return answers, refused
