"""Packages that tests fetch from registries, kept in a folder outside the project so that they are fetched once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def cache() -> Path:
    """Return the folder, in the user's cache."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "cutover-tests"


def fetched(name: str, fetch: Callable[[Path], None]) -> Path:
    """Return a folder of the cache that `fetch` fills once: beside it first, so that a killed test leaves no half of it."""
    folder = cache() / name
    cache().mkdir(parents=True, exist_ok=True)
    with FileLock(cache() / f"{name}.lock", timeout=900):
        if not folder.exists():
            beside = cache() / f"{name}.new"
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir()
            fetch(beside)
            beside.rename(folder)
    return folder
