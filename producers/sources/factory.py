"""The factory of sources: the scheme of an address picks the adapter.

A further kind of source (SQL, JSON) is a further entry of `SOURCES`. Every other scheme is that of a
store which fsspec reaches, or unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from producers.sources.addresses import SourcePlace, place_of
from producers.sources.archive import ZipArchive, is_archive
from producers.sources.folder import Folder, SingleFile
from producers.sources.port import ExtractMissing, Source


def source_at(address: str | SourcePlace, copies: Path | None = None) -> Source:
    """Return the delivery at an address: a path, or a URL. Copies of remote files lie in private folders below `copies`.

    Raises ExtractMissing, UnknownScheme, CredentialsInAddress, ExtractError.
    """
    place = place_of(address) if isinstance(address, str) else address
    if isinstance(place, Path):
        return _local(place)
    if place.scheme in SOURCES:
        return SOURCES[place.scheme](place.url)
    from producers.sources.remote import RemoteSource  # fsspec is not imported for paths

    return RemoteSource(place, copies)


def is_present(place: SourcePlace) -> bool:
    """Return whether something lies at a place. Raises SourceUnreachable."""
    if isinstance(place, Path):
        return place.exists()
    from producers.sources.stores import found_at

    return found_at(place)


def _local(path: Path) -> Source:
    if not path.exists():
        raise ExtractMissing(
            f"{path}: no such file or folder; give the folder of an extract, a ZIP archive of it, or one of its files"
        )
    if path.is_dir():
        return Folder(path)
    return ZipArchive(path) if is_archive(path) else SingleFile(path)


SOURCES: Final[Mapping[str, Callable[[str], Source]]] = {}
"""The adapters of sources that are no files, by the scheme of their URLs."""
