"""The factory of sources: the scheme of an address picks the adapter.

A further kind of source (SQL, fsspec, JSON) is a further entry of `SOURCES`. Nothing else asks for the scheme.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from producers.sources.archive import ZipArchive, is_archive
from producers.sources.folder import Folder, SingleFile
from producers.sources.port import ExtractMissing, Source, UnknownScheme

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")


def source_at(address: str | Path) -> Source:
    """Return the delivery at an address: a path, or a URL. Raises ExtractMissing, UnknownScheme, ExtractError."""
    if isinstance(address, Path):
        return _local(address)
    named = _SCHEME.match(address)
    if named is None:
        return _local(Path(address))
    scheme = named[1].lower()
    if scheme not in SOURCES:
        known = ", ".join(sorted(SOURCES))
        raise UnknownScheme(f"{scheme}: deliveries are not read from such an address; give a path, or a URL with {known}")
    return SOURCES[scheme](address)


def _local(path: Path) -> Source:
    if not path.exists():
        raise ExtractMissing(
            f"{path}: no such file or folder; give the folder of an extract, a ZIP archive of it, or one of its files"
        )
    if path.is_dir():
        return Folder(path)
    return ZipArchive(path) if is_archive(path) else SingleFile(path)


def _of_file_url(url: str) -> Source:
    return _local(Path(unquote(urlsplit(url).path)))


SOURCES: Final[Mapping[str, Callable[[str], Source]]] = {"file": _of_file_url}
"""The adapters by the scheme of their URLs."""
