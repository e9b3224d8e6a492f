"""A delivery that is a ZIP archive. Its entries are read where they lie: nothing is unpacked to the disk.

A folder and an archive of it are the same delivery: the same parts, the same id, the same events. Where all entries lie in one
folder, as an archiver packs it, that folder is the delivery.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from producers.sources.inventory import LEFT_BEHIND, LINK, MANIFEST, Found, Inventory, several_deliveries, shown_name
from producers.sources.port import ArchiveRefused, Contents, FilePart, ManifestUnreadable

_BROKEN = (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError)
"""Errors of reading an entry that is damaged, locked, or packed by an unknown method."""
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ZippedFile(FilePart):
    """An entry of an archive, under its name in the delivery."""

    archive: zipfile.ZipFile
    entry: zipfile.ZipInfo
    name: str

    @property
    def size(self) -> int:
        """Return the number of bytes, as the archive states it."""
        return self.entry.file_size

    def open(self) -> BinaryIO:
        """Open its bytes for reading. Raises OSError, also while reading, where they are damaged or locked."""
        return cast(BinaryIO, io.BufferedReader(_Entry(self.archive, self.entry), _BLOCK))


@dataclass(frozen=True)
class ZipArchive:
    """The entries of a ZIP archive of this machine."""

    path: Path

    @property
    def address(self) -> str:
        """Return the absolute path of the archive."""
        return str(self.path.absolute())

    @property
    def name(self) -> str:
        """Return the archive's name."""
        return self.path.name

    def contents(self) -> Contents:
        """Look at the entries, in the order of their paths, as a folder's. Raises ArchiveRefused, ManifestUnreadable."""
        before = self.path.stat()
        files = {name: info for name, info in self._entries.items() if not _is_link(info)}
        ordered = sorted(files, key=PurePosixPath)
        found = [Found(path=Path(name), name=name, size=files[name].file_size, changed=0) for name in ordered]

        def has_changed() -> bool:
            try:
                now = self.path.stat()
            except OSError:
                return True
            return (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns)

        return Contents(
            parts=[ZippedFile(archive=self._archive, entry=files[name], name=name) for name in ordered if name != MANIFEST],
            set_aside=sorted((name, LINK) for name in self._entries.keys() - files.keys()),
            manifest=self._manifest() if MANIFEST in files else None,
            deliveries=several_deliveries(self.path, Inventory(files=tuple(found), set_aside=())),
            has_changed=has_changed,
        )

    def _manifest(self) -> bytes:
        try:
            return self.read(MANIFEST)
        except OSError as error:
            raise ManifestUnreadable(f"{self.path}/{MANIFEST}: not readable; pack the delivery anew") from error

    def read(self, name: str) -> bytes:
        """Return the bytes of an entry. Raises OSError, ArchiveRefused."""
        info = self._entries.get(name)
        if info is None or _is_link(info):
            raise FileNotFoundError(f"{self.path}: the archive has no such entry")
        with ZippedFile(archive=self._archive, entry=info, name=name).open() as stream:
            return stream.read()

    @cached_property
    def _archive(self) -> zipfile.ZipFile:
        """Return the archive, open while the delivery is in use: its directory is read once."""
        try:
            return zipfile.ZipFile(self.path)
        except (OSError, *_BROKEN) as error:
            raise ArchiveRefused(f"{self.path}: the archive is damaged; copy it once more") from error

    @cached_property
    def _entries(self) -> Mapping[str, zipfile.ZipInfo]:
        """Return the entries by their names in the delivery, without what systems leave lying about."""
        infos = self._archive.infolist()
        for number, info in enumerate(infos, 1):
            if _leads_out(info):  # its name is not repeated: it may be a patient's
                raise ArchiveRefused(
                    f"{self.path}: the path of entry {number} leads out of the archive; pack the delivery anew"
                )
        files = [info for info in infos if not info.is_dir() and not _is_left_behind(info.filename)]
        tops = {info.filename.partition("/")[0] if "/" in info.filename else "" for info in files}
        # `documents` alone is no folder around a delivery
        around = f"{tops.pop()}/" if len(tops) == 1 and tops.isdisjoint(("", "documents")) else ""
        found = {"/".join(map(shown_name, info.filename.removeprefix(around).split("/"))): info for info in files}
        if len(found) < len(files):
            raise ArchiveRefused(f"{self.path}: two entries have the same name; pack the delivery anew")
        return found


def is_archive(path: Path) -> bool:
    """Return whether a file is a ZIP archive, be it damaged, and no workbook, which is a ZIP archive inside."""
    try:
        with path.open("rb") as stream:
            head = stream.read(_BLOCK)
            if not head.startswith(b"PK\x03\x04"):
                return False
            with zipfile.ZipFile(stream) as archive:
                names = archive.namelist()
    except OSError:
        return False
    except _BROKEN:
        return b"xl/" not in head and b"opendocument" not in head
    return not any(name.startswith("xl/workbook.") or name == "mimetype" for name in names)


def _leads_out(info: zipfile.ZipInfo) -> bool:
    path = info.filename.replace("\\", "/")
    return path.startswith("/") or ".." in path.split("/") or path[1:2] == ":"


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)


def _is_left_behind(name: str) -> bool:
    return any(part.startswith(LEFT_BEHIND) for part in name.split("/"))


class _Entry(io.RawIOBase):
    """The bytes of an entry; what is wrong with them is an OSError, as with a file."""

    def __init__(self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
        super().__init__()
        try:
            self._stream = archive.open(entry)
        except (*_BROKEN, ValueError) as error:
            raise _unreadable() from error

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        try:
            return self._stream.seek(offset, whence)
        except _BROKEN as error:
            raise _unreadable() from error

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        try:
            data = self._stream.read(len(view))
        except _BROKEN as error:
            raise _unreadable() from error
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed and hasattr(self, "_stream"):
            self._stream.close()
        super().close()


def _unreadable() -> OSError:
    return OSError("an entry of the archive cannot be read")
