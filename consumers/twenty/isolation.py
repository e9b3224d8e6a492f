"""Finding the record for which Twenty refuses a batch: it refuses all for one, and does not say which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from consumers.twenty.errors import Refusal, Refused

Record = TypeVar("Record")

_CONCERNS_ALL = frozenset({Refusal.PERMISSION, Refusal.UNKNOWN_OBJECT})


def isolate(
    records: Sequence[Record], send: Callable[[Sequence[Record]], Sequence[Any]]
) -> tuple[list[Any], list[tuple[Record, Refused]]]:
    """Send the records; where they are refused, send their halves, down to the culprits.

    `send` writes some records and returns an answer for each, or raises `Refused`. Returns the answers of those written, and
    the refused ones with the error that each got on its own, both in the order of `records`. A refusal that concerns all
    alike (permission, unknown object) is not split. Any other error is raised at once: what the earlier parts wrote is then
    found by reading back.
    """
    answers: list[Any] = []
    refused: list[tuple[Record, Refused]] = []
    parts = [list(records)] if records else []
    while parts:
        part = parts.pop()
        try:
            answers += send(part)
        except Refused as error:
            if len(part) == 1 or error.kind in _CONCERNS_ALL:
                refused += [(record, error) for record in part]
            else:
                half = len(part) // 2
                parts += [part[half:], part[:half]]
    return answers, refused
