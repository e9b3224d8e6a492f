"""Names for the writers of a Kafka log: one that runs has its own, one that died leaves its name to the next.

A broker ends the open transaction of a writer when the next one of the same name begins; until then nothing behind that
transaction can be read. So a name outlives a killed process, in a file of the project's folder, and the lock on it does not.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import uuid4

from filelock import FileLock, Timeout

from events.log import LogRefused


@dataclass(frozen=True, slots=True)
class WriterName:
    """A name that no other process writes under while it is held."""

    name: str
    inherited: bool
    _file: Path
    _lock: FileLock

    def release(self, *, settled: bool) -> None:
        """Give the name up; for good where everything that was begun under it has ended."""
        if settled:
            self._file.unlink(missing_ok=True)
        self._lock.release()


def claim(folder: Path, prefix: str) -> WriterName:
    """A name for this process: one that a dead writer left, or a new one. Raises LogRefused."""
    for number in count():
        found = _try(folder, prefix, number)
        if found is not None:
            return found
    raise AssertionError("there is always a next number")


def left_behind(folder: Path, prefix: str) -> Iterator[WriterName]:
    """The names of further writers that died, each held until it is released."""
    for file in sorted(folder.glob("writer-*.name")):
        found = _try(folder, prefix, int(file.stem.removeprefix("writer-")))
        if found is not None:
            yield found


def _try(folder: Path, prefix: str, number: int) -> WriterName | None:
    file = folder / f"writer-{number}.name"
    lock = FileLock(folder / f"writer-{number}.lock")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(blocking=False)
        if file.exists():
            return WriterName(file.read_text(encoding="ascii"), True, file, lock)
        # the machine's name is in it, for a project's folder that was copied to another machine
        name = f"cutover.{prefix}.{platform.node()}.{uuid4().hex}"
        file.write_text(name, encoding="ascii")
    except Timeout:
        return None
    except OSError as error:
        lock.release()
        raise LogRefused(
            f"the log: {folder} cannot be written ({error.strerror}); make the folder writable for this user"
        ) from None
    return WriterName(name, False, file, lock)
