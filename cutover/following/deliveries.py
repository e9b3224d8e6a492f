"""Deliveries at a path that is followed, and whether each is still being written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from producers.sources.inventory import ARCHIVE_SUFFIX

_LEFT_BEHIND = frozenset({"thumbs.db", "desktop.ini"})
_UNFINISHED = frozenset({".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", ".swp"})


@dataclass(frozen=True, slots=True)
class Delivery:
    """A file or folder as it was found: its files with sizes (bytes) and times of change (ns)."""

    path: Path
    files: tuple[tuple[str, int, int], ...]

    @property
    def is_finished(self) -> bool:
        """Return whether it holds something, and no file whose name says that it is still being copied."""
        return bool(self.files) and not any(Path(name).suffix.lower() in _UNFINISHED for name, _, _ in self.files)

    def has(self, marker: str) -> bool:
        """Return whether the marker file, which is put into a folder last, is there; True without a marker."""
        return not marker or any(Path(name) == self.path / marker for name, _, _ in self.files)


def deliveries(path: Path) -> list[Delivery]:
    """Return the deliveries at a path, by name: itself when it is a file or holds files of its own, else the folders below
    it.

    A folder that holds archives and no other file holds deliveries, too: each archive is one.
    """
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else []
    except OSError:  # unmounted, or removed between two looks: nothing is there for now
        return []
    files = [p for p in inside if p.is_file() and _counts(p.name)]
    finished = [p for p in files if p.suffix.lower() not in _UNFINISHED]
    if path.is_file() or any(p.suffix.lower() != ARCHIVE_SUFFIX for p in finished) or (files and not finished):
        return [_delivery(path)]
    return [_delivery(p) for p in inside if p in finished or (p.is_dir() and _counts(p.name))]


def _delivery(path: Path) -> Delivery:
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if all(map(_counts, p.relative_to(path).parts)))
    found = []
    for file in files:
        try:
            stat = file.lstat()
            if S_ISREG(stat.st_mode) or file == path:
                found.append((str(file), stat.st_size, stat.st_mtime_ns))
        except OSError:  # moved while we looked: the next look finds another delivery, and then it is not at rest
            found.append((str(file), -1, 0))
    return Delivery(path, tuple(found))


def _counts(name: str) -> bool:
    """Return whether a name is not one of those that systems leave lying about."""
    return not name.startswith((".", "~$", "__MACOSX")) and name.lower() not in _LEFT_BEHIND
