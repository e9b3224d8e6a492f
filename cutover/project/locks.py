"""Locks between the commands of one project. A lock belongs to an open file and dies with its process, however that ends.

The file says who holds the lock; it stays when the lock is gone, and means nothing then. `filelock`, which other locks use, has
no lock that several processes share in a file which names its holder.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cutover.project.errors import FolderForbidden, UnreachableError, UsageError
from cutover.project.project import Project

if sys.platform == "win32":
    import msvcrt

    _BEYOND = 1 << 30  # a locked byte cannot be read there: the lock stands far behind the holder's name

    def _take(descriptor: int, *, shared: bool) -> None:  # there are no shared locks there: one worker a folder
        os.lseek(descriptor, _BEYOND, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _take(descriptor: int, *, shared: bool) -> None:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


class Busy(UsageError):
    """Another command holds the lock. `holder` is its name, `pid` its process, None where it did not say yet."""

    def __init__(self, holder: str | None, pid: int | None, where: str = "") -> None:
        """Say which process holds the lock; `where` says more of it: its machine, since when it has been at work."""
        who = f"`cutover {holder}` (process {pid}{where})" if holder else "another command"
        super().__init__(f"{who} is at work in this project; wait until it ends or stop it, then run the same command again")
        self.holder = holder
        self.pid = pid


@contextmanager
def exclusive(project: Project, name: str, *, holder: str) -> Iterator[None]:
    """Hold the project's lock `name` as command `holder`. Raises Busy at once when it is held, by this process or another."""
    with _held(project, name, holder=holder, shared=False):
        yield


@contextmanager
def shared(project: Project, name: str, *, holder: str) -> Iterator[None]:
    """Hold the lock together with others that share it, such as workers. Raises Busy when another command holds it alone."""
    with _held(project, name, holder=holder, shared=True):
        yield


@contextmanager
def _held(project: Project, name: str, *, holder: str, shared: bool) -> Iterator[None]:
    if not re.fullmatch(r"[a-z0-9-]+", name):
        raise ValueError("a lock is named with lower-case letters, digits and dashes")
    file = project.data_folder / f"{name}.lock"
    try:
        project.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        kind = FolderForbidden if isinstance(error, PermissionError) else UnreachableError
        raise kind(f"{file}: cannot be opened ({error.strerror}); make the folder writable for this user") from None
    try:
        try:
            _take(descriptor, shared=shared)
        except OSError:
            raise _busy(descriptor) from None
        _name_holder(descriptor, f"{os.getpid()} {holder}")
        yield
        if not shared:  # the name of one that shares it may be another's
            _name_holder(descriptor, "")
    finally:
        os.close(descriptor)  # which lets the lock go


def is_held(project: Project, name: str) -> bool:
    """Return whether a command holds the project's lock `name`; looking takes a free lock for a moment."""
    try:
        descriptor = os.open(project.data_folder / f"{name}.lock", os.O_RDWR)
    except OSError:
        return False
    try:
        _take(descriptor, shared=False)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _name_holder(descriptor: int, holder: str) -> None:
    with suppress(OSError):  # on a full disk the lock holds all the same; it only says less about who holds it
        os.ftruncate(descriptor, 0)
        os.write(descriptor, holder.encode())


def _busy(descriptor: int) -> Busy:
    found = re.fullmatch(r"(\d+) (.+)", os.read(descriptor, 200).decode("utf-8", "replace"))
    return Busy(found[2], int(found[1])) if found else Busy(None, None)
