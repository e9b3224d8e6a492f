"""Files of this machine as parts of a delivery, without the inventory that finds them."""

from __future__ import annotations

from pathlib import Path

from producers.sources.folder import LocalFile


def local_file(path: Path, root: Path) -> LocalFile:
    """Return a file as part of the delivery whose folder is `root`; one that is not there has no bytes."""
    size = path.stat().st_size if path.exists() else 0
    return LocalFile(path=path, name=path.relative_to(root).as_posix(), size=size)
