"""Deliveries at a path or an address that is followed, and whether each is still being written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from producers.sources.addresses import RemoteAddress, SourcePlace
from producers.sources.inventory import ARCHIVE_SUFFIX
from producers.sources.port import ExtractMissing

if TYPE_CHECKING:
    from producers.sources.stores import StoreListing

_LEFT_BEHIND = frozenset({"thumbs.db", "desktop.ini"})
_UNFINISHED = frozenset({".part", ".partial", ".tmp", ".temp", ".filepart", ".crdownload", ".download", ".swp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A file or folder as it was found: its files with sizes (bytes) and times of change (ns), or versions as a store states
    them. `fingerprint` is that of its listing in a store; empty where there is none.
    """

    path: SourcePlace
    files: tuple[tuple[str, int, int | str], ...]
    fingerprint: str = ""

    @property
    def is_finished(self) -> bool:
        """Return whether it holds something, and no file whose name says that it is still being copied."""
        return bool(self.files) and all(_is_finished(name) for name, _, _ in self.files)

    def has(self, marker: str) -> bool:
        """Return whether the marker file, which is put into a folder last, is there; True without a marker."""
        return not marker or any(name == str(self.path / marker) for name, _, _ in self.files)


def deliveries(place: SourcePlace) -> list[Delivery]:
    """Return the deliveries at a place, by name: itself when it is a file or holds files of its own, else the folders below
    it. Raises SourceUnreachable where a store does not answer.

    A folder that holds archives and no other file holds deliveries, too: each archive is one.
    """
    return _local(place) if isinstance(place, Path) else _remote(place)


def _remote(place: RemoteAddress) -> list[Delivery]:
    from producers.sources.stores import listing_of  # fsspec is not imported for paths

    try:
        listing = listing_of(place)
    except ExtractMissing:  # not there yet, or removed between two looks
        return []
    names = [file.name for file in listing.files if all(map(_counts, file.name.split("/")))]
    if not listing.is_folder or _holds_files([name for name in names if "/" not in name]):
        return [_listed(listing)]
    inside = sorted({name.partition("/")[0] for name in names if "/" in name or _is_finished(name)})
    return [_listed(listing.below(name)) for name in inside]


def _listed(listing: StoreListing) -> Delivery:
    place = listing.place
    files = [
        (str(place / file.name) if listing.is_folder else str(place), file.size, file.version)
        for file in listing.files
        if all(map(_counts, file.name.split("/")))
    ]
    return Delivery(path=place, files=tuple(files), fingerprint=listing.fingerprint)


def _holds_files(names: Sequence[str]) -> bool:
    """Return whether files of these names make their folder a delivery: one is no archive, or none is whole."""
    finished = [name for name in names if _is_finished(name)]
    return any(Path(name).suffix.lower() != ARCHIVE_SUFFIX for name in finished) or (bool(names) and not finished)


def _is_finished(name: str) -> bool:
    return Path(name).suffix.lower() not in _UNFINISHED


def _local(path: Path) -> list[Delivery]:
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else []
    except OSError:  # unmounted, or removed between two looks: nothing is there for now
        return []
    files = [p for p in inside if p.is_file() and _counts(p.name)]
    if path.is_file() or _holds_files([p.name for p in files]):
        return [_delivery(path)]
    return [_delivery(p) for p in inside if (p in files and _is_finished(p.name)) or (p.is_dir() and _counts(p.name))]


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
    return Delivery(path=path, files=tuple(found))


def _counts(name: str) -> bool:
    """Return whether a name is not one of those that systems leave lying about."""
    return not name.startswith((".", "~$", "__MACOSX")) and name.lower() not in _LEFT_BEHIND
