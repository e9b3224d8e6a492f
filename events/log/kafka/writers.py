"""Names for the writers of a Kafka log: one that runs has its own, one that died leaves its name to the next.

A broker ends the open transaction of a writer when the next one of the same name begins; until then nothing behind that
transaction can be read. So a name outlives a killed process, in a file of the project's folder, and the lock on it does not.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from events.log.held_names import HeldName, first_free, hold, numbers

_KIND = "writer"


def claim_writer(folder: Path, prefix: str) -> HeldName:
    """Return a name for this process: one that a dead writer left, or a new one. Raises LogRefused."""
    return first_free(folder, _KIND, lambda: _new(prefix))


def left_behind(folder: Path, prefix: str) -> Iterator[HeldName]:
    """Yield the names of further writers that died, each held until it is released. Raises LogRefused."""
    for number in numbers(folder, _KIND):
        found = hold(folder, _KIND, number, lambda: _new(prefix))
        if found is not None:
            yield found


def _new(prefix: str) -> str:
    """Return a new name. The machine's is in it, for a project's folder that was copied to another machine."""
    return f"cutover.{prefix}.{platform.node()}.{uuid4().hex}"
