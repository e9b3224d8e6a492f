"""Names for the members of a consumer group: a worker that is started again is the member that it was.

Kafka gives a member that comes back under its name, before it is missed, its partitions back, and the other members notice
nothing. The name lies in the worker's folder; the lock on it ends with the process, so that two workers of one folder have two.
"""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from events.log.held_names import HeldName, first_free

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9-]")


@dataclass(frozen=True, slots=True)
class MemberName:
    """A name under which no other process of this folder takes part while it is held."""

    name: str
    _held: HeldName

    def release(self, *, left: bool) -> None:
        """Give the name up; for good where the member has left its group, or has lost the name to another process."""
        self._held.release(forget=left)


def claim_member(folder: Path) -> MemberName:
    """Return the first name of this folder that no process holds: a killed member's, or a new one. Raises LogRefused."""
    held = first_free(folder, "member", lambda: uuid4().hex)
    return MemberName(_name(held.file, held.text), held)


def _name(file: Path, written: str) -> str:
    """Return the name for what is written in this file; a copy of the file, here or on another machine, has another one."""
    machine = _NOT_IN_NAMES.sub("-", platform.node())[:64]
    return f"cutover.{machine}.{sha256(f'{file.resolve()} {written}'.encode()).hexdigest()[:32]}"
