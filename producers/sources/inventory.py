"""The inventory of a delivery: its regular files, found before anything is read, and the entries that are set aside.

Nothing is followed: a link, a pipe, a device or another file system inside a delivery is named and left alone. A name that
is no UTF-8 or holds control characters is carried in an escaped form, which is what people and documents see.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MANIFEST: Final = "manifest.toml"
DOCUMENTS: Final = "documents"
ARCHIVE_SUFFIX: Final = ".zip"

LINK: Final = "link"
SPECIAL_FILE: Final = "special_file"
OTHER_FILE_SYSTEM: Final = "other_file_system"
UNREADABLE: Final = "unreadable"

LEFT_BEHIND: Final = (".", "~$", "__MACOSX")
_DEEPEST: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A regular file. `name` is its path below the delivery, posix and escaped; `size` and `changed` (ns) are as found."""

    path: Path
    name: str
    size: int
    changed: int

    @property
    def is_manifest(self) -> bool:
        """Return True for the manifest of this folder or of a folder in it."""
        return self.path.name == MANIFEST


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """The files of a delivery in a fixed order, and the names that were set aside, each with its reason."""

    files: tuple[Found, ...]
    set_aside: tuple[tuple[str, str], ...]

    def has_changed(self) -> bool:
        """Return whether a file is not any more as it was found."""
        for file in self.files:
            try:
                about = file.path.lstat()
            except OSError:
                return True
            if (about.st_size, about.st_mtime_ns) != (file.size, file.changed):
                return True
        return False


def shown_name(name: str) -> str:
    """Return a name as it may be shown and stored: control characters, and bytes that are no UTF-8, are escaped.

    A backslash is doubled in such a name, so that two names never look the same.
    """
    if name.isprintable() and not any("\ud800" <= c <= "\udfff" for c in name):
        return name
    return "".join(map(_escaped, name))


def _escaped(c: str) -> str:
    if c == "\\":
        return "\\\\"
    if "\udc80" <= c <= "\udcff":
        return f"\\x{ord(c) - 0xDC00:02x}"
    return c if c.isprintable() else c.encode("unicode_escape").decode()


def inventory(root: Path) -> Inventory:
    """Return the inventory of a folder, without what systems leave lying about."""
    files: list[Found] = []
    set_aside: list[tuple[str, str]] = []
    for file in _walk(root, (), root.stat().st_dev, 0):
        if isinstance(file, Found):
            files.append(file)
        else:
            set_aside.append(file)
    return Inventory(files=tuple(sorted(files, key=lambda file: file.path)), set_aside=tuple(sorted(set_aside)))


def inventory_of_file(path: Path) -> Inventory:
    """Return the inventory of a single file that an operator named."""
    about = path.stat()
    file = Found(path=path, name=shown_name(path.name), size=about.st_size, changed=about.st_mtime_ns)
    return Inventory(files=(file,), set_aside=())


def _walk(folder: Path, above: tuple[str, ...], device: int, depth: int) -> Iterator[Found | tuple[str, str]]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        yield "/".join(above) or ".", UNREADABLE
        return
    for entry in found:
        if entry.name.startswith(LEFT_BEHIND):
            continue
        parts = (*above, shown_name(entry.name))
        name = "/".join(parts)
        try:
            about = entry.stat(follow_symlinks=False)
        except OSError:
            yield name, UNREADABLE
            continue
        if stat.S_ISLNK(about.st_mode):
            yield name, LINK
        elif about.st_dev != device:
            yield name, OTHER_FILE_SYSTEM
        elif stat.S_ISDIR(about.st_mode):
            if depth < _DEEPEST:
                yield from _walk(folder / entry.name, parts, device, depth + 1)
            else:
                yield name, UNREADABLE
        elif stat.S_ISREG(about.st_mode):
            yield Found(path=folder / entry.name, name=name, size=about.st_size, changed=about.st_mtime_ns)
        else:
            yield name, SPECIAL_FILE


def locate(root: Path, name: str) -> Path | None:
    """Return the regular file of this name below a folder; None where there is none, or where a link leads to it."""
    if shown_name(name) == name and "\\" not in name:
        path = root
        for part in name.split("/"):
            path = path / part
            if part in ("", ".", "..") or path.is_symlink():
                return None
        return path if path.is_file() else None
    return next((file.path for file in inventory(root).files if file.name == name), None)


def several_deliveries(root: Path, found: Inventory) -> tuple[str, ...]:
    """Return the folders in which deliveries of their own lie below a folder; none where the folder is one delivery.

    A folder with a manifest is a delivery. So are two folders side by side that hold a file of the same name, or that are named
    after a day, and the archives of a folder that has two of them and no table of its own.
    """
    inside: dict[str, list[str]] = {}
    manifests: list[str] = []
    for file in found.files:
        folder = file.name.rpartition("/")[0]
        if not folder or folder.split("/")[0].casefold() == DOCUMENTS:
            continue
        if file.is_manifest:
            manifests.append(folder)
        inside.setdefault(folder.split("/")[0], []).append(file.name.partition("/")[2].casefold())
    if manifests:
        return tuple(sorted(manifests))
    return _alike(inside) or _dated(inside) or _archives([file.name for file in found.files if "/" not in file.name])


def _alike(inside: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the folders that hold a table of the same name."""
    holders: dict[str, set[str]] = {}
    for folder, names in inside.items():
        for name in names:
            if "/" not in name and name.endswith(_TABLES):
                holders.setdefault(name, set()).add(folder)
    shared = set[str]().union(*(folders for folders in holders.values() if len(folders) > 1))
    return tuple(sorted(shared))


def _dated(inside: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the folders that are named after a day and hold a table, where there are two."""
    dated = [
        folder
        for folder, names in inside.items()
        if sum(c.isdigit() for c in folder) >= 6 and any("/" not in name and name.endswith(_TABLES) for name in names)
    ]
    return tuple(sorted(dated)) if len(dated) > 1 else ()


def _archives(names: Sequence[str]) -> tuple[str, ...]:
    """Return the archives among the files of a folder, where there are two and no table beside them."""
    archives = [name for name in names if name.casefold().endswith(ARCHIVE_SUFFIX)]
    has_table = any(name.casefold().endswith(_TABLES) for name in names)
    return tuple(sorted(archives)) if len(archives) > 1 and not has_table else ()


_TABLES: Final = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".xlsm", ".xlsb")
