"""Names that processes of one folder hold, each in a file of its own: the name stays when its process is killed, its lock ends.

So the next process finds the names that killed processes have left, and never the name of one that runs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

from events.log.port import LogRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldName:
    """The text of a name's file, which no other process of the folder uses while the name is held."""

    text: str
    file: Path
    _lock: FileLock

    def rewritten(self, text: str) -> HeldName:
        """Return the same name with another text in its file. Raises LogRefused."""
        try:
            self.file.write_text(text, encoding="ascii")
        except OSError as error:
            raise _refused(self.file.parent, error) from None
        return replace(self, text=text)

    def release(self, *, forget: bool) -> None:
        """Give the name up; with `forget` for good, so that no later process finds it."""
        if forget:
            self.file.unlink(missing_ok=True)
        self._lock.release()


def first_free(folder: Path, kind: str, new: Callable[[], str]) -> HeldName:
    """Return the first name of this kind that no process holds: one that was left, or a `new` one. Raises LogRefused."""
    for number in count():
        found = hold(folder, kind, number, new)
        if found is not None:
            return found
    raise AssertionError("there is always a next number")


def hold(folder: Path, kind: str, number: int, new: Callable[[], str]) -> HeldName | None:
    """Return the name of this number, or None where another process holds it. Raises LogRefused."""
    file, lock = folder / f"{kind}-{number}.name", FileLock(folder / f"{kind}-{number}.lock")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(blocking=False)
        if not file.exists():
            file.write_text(new(), encoding="ascii")
        return HeldName(text=file.read_text(encoding="ascii"), file=file, _lock=lock)
    except Timeout:
        return None
    except OSError as error:
        lock.release()
        raise _refused(folder, error) from None


def numbers(folder: Path, kind: str) -> list[int]:
    """Return the numbers of the names of this kind that have a file, held or not."""
    return sorted(int(file.stem.removeprefix(f"{kind}-")) for file in folder.glob(f"{kind}-*.name"))


def _refused(folder: Path, error: OSError) -> LogRefused:
    return LogRefused(f"the log: {folder} cannot be written ({error.strerror}); make the folder writable for this user")
