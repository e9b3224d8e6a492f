"""A delivery in a store that fsspec reaches, copied file by file into a private folder and read there as a local one.

    list ──▶ several deliveries? not fetched ──▶ fetch, streamed ──▶ each size and hash as stated? ──▶ read the copy
     └──────────────── listed again when asked whether the delivery changed while it was read ◀────────────┘

The copy is removed with the last object that may read it. The manifest's hashes are compared when the extract is opened.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from producers.sources.addresses import RemoteAddress
from producers.sources.archive import ZipArchive, is_archive
from producers.sources.folder import Folder, LocalFile, SingleFile
from producers.sources.inventory import UNREADABLE, Found, Inventory, several_deliveries
from producers.sources.port import Contents, CopyIncomplete, DeliveryPart, ExtractError, FilePart, Source
from producers.sources.private_copies import PrivateCopies
from producers.sources.stores import ListedFile, StoreListing, listing_of, reached, store_of

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedFile(FilePart):
    """A file of the copy. The copy lies in its private folder as long as one of its files may be read."""

    part: DeliveryPart
    private: PrivateCopies

    @property
    def name(self) -> str:
        """Return the path within the delivery."""
        return self.part.name

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return self.part.size

    def open(self) -> BinaryIO:
        """Open its bytes for reading. Raises OSError."""
        return self.part.open()


class RemoteSource:
    """A folder, ZIP archive or file at an address; `copies` is the folder in which private folders are made."""

    def __init__(self, place: RemoteAddress, copies: Path | None = None) -> None:
        self._place = place
        self._copies = copies
        self._listing: StoreListing | None = None
        self._copy: Source | None = None
        self._private: PrivateCopies | None = None
        self._unfit: tuple[tuple[str, str], ...] = ()

    @property
    def address(self) -> str:
        """Return the address, of a single file that of its folder: events name the file within it."""
        return str(self._place.parent if isinstance(self._copy, SingleFile) else self._place)

    @property
    def name(self) -> str:
        """Return the last part of the address."""
        return RemoteAddress(self.address).name

    def contents(self) -> Contents:
        """List the delivery, copy it, and look at the copy.

        Raises ExtractMissing, SourceUnreachable, CopyIncomplete, and what the adapter of the copy raises.
        """
        listing = listing_of(self._place)
        deliveries = _several(listing)
        if deliveries:
            unread = [LocalFile(path=Path(file.name), name=file.name, size=file.size) for file in listing.files]
            return Contents(parts=unread, deliveries=deliveries)
        if self._copy is None or listing != self._listing:
            self._copy = self._fetched(listing)
            self._listing = listing
        found = self._contents_of_copy(self._copy)
        assert self._private is not None, "the copy lies in it"
        return replace(
            found,
            parts=[CopiedFile(part=part, private=self._private) for part in found.parts],
            set_aside=sorted([*found.set_aside, *self._unfit]),
            has_changed=_Watched(listing=listing),
            fingerprint=listing.fingerprint,
        )

    def _contents_of_copy(self, copy: Source) -> Contents:
        """Look at the copy; an error names the address in the place of the private folder's."""
        try:
            return copy.contents()
        except ExtractError as error:
            private = str(self._private.folder) if self._private else ""
            raise type(error)(re.sub(rf"{re.escape(private)}(/[^/:]*)?", str(self._place), str(error))) from None

    def read(self, name: str) -> bytes:
        """Return the bytes of a file of this name. Raises OSError, ExtractError."""
        if self._copy is not None:
            return self._copy.read(name)
        if self._listing is None:  # once for all documents
            self._listing = listing_of(self._place)
        listing = self._listing
        if listing.is_folder:
            file = next((file for file in listing.files if file.name == name and not file.why_not), None)
            if file is None:
                raise FileNotFoundError(f"{self._place}: the folder has no such file")
            store, _ = store_of(self._place)
            with reached(self._place):
                return bytes(store.cat_file(file.path))
        self._copy = self._fetched(listing)
        return self._copy.read(name)

    def _fetched(self, listing: StoreListing) -> Source:
        """Copy the files of a listing into a private folder, and return the copy. Raises CopyIncomplete, SourceUnreachable."""
        private = PrivateCopies(self._copies)
        unfit = [(file.name, file.why_not) for file in listing.files if file.why_not]
        try:
            for file in listing.files:
                if not file.why_not and not self._fetch(file, private.folder / file.name):
                    unfit.append((file.name, UNREADABLE))
        except BaseException:
            private.remove()
            raise
        self._private, self._unfit = private, tuple(unfit)
        if listing.is_folder:
            return Folder(private.folder)
        path = private.folder / listing.files[0].name
        return ZipArchive(path) if is_archive(path) else SingleFile(path)

    def _fetch(self, file: ListedFile, to: Path) -> bool:
        """Copy one file; False where this machine cannot have a file of that name."""
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            to.touch()
        except OSError as error:
            if error.errno in _FULL:
                raise
            return False
        self._copy_file(file, to)
        if to.stat().st_size != file.size:
            raise CopyIncomplete(
                f"{self._place}: {to.stat().st_size:,} of the {file.size:,} bytes of a file were copied; the connection was "
                "cut, or the delivery is still being written; try again"
            )
        if file.md5 and (copied := _md5(to)) != file.md5:
            self._copy_file(file, to)  # S3 states another digest of objects under a key of its own: two equal copies are whole
            if _md5(to) != copied:
                raise CopyIncomplete(f"{self._place}: a copied file has not the hash that its store states; try again")
        return True

    def _copy_file(self, file: ListedFile, to: Path) -> None:
        store, _ = store_of(self._place)
        with reached(self._place):
            store.get_file(file.path, os.fspath(to))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    """Tells whether a delivery is not any more as it was listed."""

    listing: StoreListing

    def __call__(self) -> bool:
        try:
            return listing_of(self.listing.place) != self.listing
        except ExtractError:  # gone, or away: nothing proves that the delivery is as it was
            return True


def _md5(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def _several(listing: StoreListing) -> tuple[str, ...]:
    """Return the deliveries that a listed folder holds, before a byte of them is fetched."""
    found = [Found(path=Path(file.name), name=file.name, size=file.size, changed=0) for file in listing.files]
    return several_deliveries(Path(), Inventory(files=tuple(found), set_aside=())) if listing.is_folder else ()
