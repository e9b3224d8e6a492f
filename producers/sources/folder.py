"""A delivery that is a folder of this machine, or a single file of one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from producers.sources.inventory import MANIFEST, Found, inventory, inventory_of_file, locate, several_deliveries
from producers.sources.port import Contents, FilePart, ManifestUnreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile(FilePart):
    """A file of this machine, under its name in the delivery."""

    path: Path
    name: str
    size: int

    def open(self) -> BinaryIO:
        """Open its bytes for reading. Raises OSError."""
        return self.path.open("rb")


@dataclass(frozen=True, slots=True)
class Folder:
    """The files of a folder and of those below it."""

    path: Path

    @property
    def address(self) -> str:
        """Return the absolute path."""
        return str(self.path.absolute())

    @property
    def name(self) -> str:
        """Return the folder's name."""
        return self.path.name

    def contents(self) -> Contents:
        """Look at the files through an inventory. Raises ManifestUnreadable."""
        found = inventory(self.path)
        manifest = next((file for file in found.files if file.name == MANIFEST), None)
        return Contents(
            parts=[_part(file) for file in found.files if file is not manifest],
            set_aside=found.set_aside,
            manifest=None if manifest is None else _manifest(manifest.path),
            deliveries=several_deliveries(self.path, found),
            has_changed=found.has_changed,
        )

    def read(self, name: str) -> bytes:
        """Return the bytes of a file, unless a link leads to it. Raises OSError."""
        return _read(self.path, name)


@dataclass(frozen=True, slots=True)
class SingleFile:
    """One file of a folder, and nothing beside it. Its address is the folder's: events name the file within it."""

    path: Path

    @property
    def address(self) -> str:
        """Return the absolute path of its folder."""
        return str(self.path.parent.absolute())

    @property
    def name(self) -> str:
        """Return the name of its folder."""
        return self.path.parent.name

    def contents(self) -> Contents:
        """Look at the file. A manifest is about a folder."""
        found = inventory_of_file(self.path)
        return Contents(parts=[_part(file) for file in found.files], has_changed=found.has_changed)

    def read(self, name: str) -> bytes:
        """Return the bytes of a file of the folder, unless a link leads to it. Raises OSError."""
        return _read(self.path.parent, name)


def _part(file: Found) -> LocalFile:
    return LocalFile(path=file.path, name=file.name, size=file.size)


def _manifest(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ManifestUnreadable(f"{path}: not readable ({type(error).__name__}); mend it or remove it") from error


def _read(root: Path, name: str) -> bytes:
    path = locate(root, name)
    if path is None:
        raise FileNotFoundError(f"{root}: the folder has no such file")
    return path.read_bytes()
