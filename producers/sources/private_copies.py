"""Private folders for copies of deliveries: mode 0700, removed when their owner is gone, also after an error.

A process that is killed removes nothing. The folder is locked while its process lives, so that the next copy finds what is
left behind, and removes it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

_PREFIX: Final = "delivery-"
_LOCK: Final = ".lock"


class PrivateCopies:
    """A new private folder. `root` is the folder around it, None for the system's folder for temporary files."""

    def __init__(self, root: Path | None = None) -> None:
        if root is not None:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sweep(root)
        top = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=root))  # of mode 0700
        lock = FileLock(top.with_name(top.name + _LOCK), mode=0o600)
        lock.acquire()
        self.folder = top / "files"
        self.folder.mkdir()
        self._finalizer = weakref.finalize(self, _remove, top, lock, os.getpid())

    def remove(self) -> None:
        """Remove the folder with everything in it. It is removed with this object, too, and when the process exits."""
        self._finalizer()


def _remove(top: Path, lock: FileLock, process: int) -> None:
    if os.getpid() != process:  # a fork of the owner: the folder is the owner's
        return
    shutil.rmtree(top, ignore_errors=True)
    with suppress(OSError):
        Path(lock.lock_file).unlink()
    lock.release()


def _sweep(root: Path) -> None:
    """Remove the folders of processes that were killed."""
    for top in root.glob(f"{_PREFIX}*"):
        if top.name.endswith(_LOCK):
            continue
        lock = FileLock(top.with_name(top.name + _LOCK), mode=0o600)
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):
            continue
        _remove(top, lock, os.getpid())
