"""Names for the members of a consumer group: a worker that is started again is the member that it was.

Kafka gives a member that comes back under its name, before it is missed, its partitions back, and the other members notice
nothing. The name lies in the worker's folder; the lock on it ends with the process, so that two workers of one folder have two.
"""

from __future__ import annotations

import platform
import re
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from events.log import LogRefused

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9-]")


@dataclass(frozen=True, slots=True)
class MemberName:
    """A name under which no other process of this folder takes part while it is held."""

    name: str
    _file: Path
    _lock: FileLock

    def release(self, *, left: bool) -> None:
        """Give the name up; for good where the member has left its group, or has lost the name to another process."""
        if left:
            self._file.unlink(missing_ok=True)
        self._lock.release()


def claim_member(folder: Path) -> MemberName:
    """Return the first name of this folder that no process holds: a killed member's, or a new one. Raises LogRefused."""
    for number in count():
        found = _try(folder, number)
        if found is not None:
            return found
    raise AssertionError("there is always a next number")


def _try(folder: Path, number: int) -> MemberName | None:
    file, lock = folder / f"member-{number}.name", FileLock(folder / f"member-{number}.lock")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(blocking=False)
        if not file.exists():
            file.write_text(uuid4().hex, encoding="ascii")
        return MemberName(_name(file, file.read_text(encoding="ascii")), file, lock)
    except Timeout:
        return None
    except OSError as error:
        lock.release()
        raise LogRefused(
            f"the log: {folder} cannot be written ({error.strerror}); make the folder writable for this user"
        ) from None


def _name(file: Path, written: str) -> str:
    """Return the name for what is written in this file; a copy of the file, here or on another machine, has another one."""
    machine = _NOT_IN_NAMES.sub("-", platform.node())[:64]
    return f"cutover.{machine}.{sha256(f'{file.resolve()} {written}'.encode()).hexdigest()[:32]}"
