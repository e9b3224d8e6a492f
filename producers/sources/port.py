"""The port of sources: one delivery of a practice, wherever it comes from, as its parts.

A part is a file today. A table of a database or a document of a web service may be one later: its `kind` says so, and an event
names it by the digest of its content, as it names a file. Readers of a delivery ask for nothing but this port.

ExtractError
├── ExtractMissing      nothing is at the address
├── ExtractEmpty        the delivery holds no part
├── ExtractWithoutTable none of its parts holds a table
├── SeveralDeliveries   the folder holds several deliveries; they are never merged
├── DeliveryIncomplete  a file that manifest.toml lists is missing, or not whole yet
├── ArchiveRefused      an archive is damaged, or an entry leads out of it
├── UnknownScheme       no adapter reads such an address
├── CredentialsInAddress an address holds a password, a key or a query
├── PackageMissing      the package that reads such an address is not installed
├── SourceUnreachable   a store does not answer, or refuses
├── CopyIncomplete      a copied file is not as its store stated
├── ManifestUnreadable  manifest.toml is no TOML, or a value in it means nothing
├── ImpossibleDate      the delivery is dated before 1990, or more than a day in the future
├── LocationUndeclared  manifest.toml names a location, and the project has none
└── AnotherPractice     manifest.toml names another practice
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from events.errors import CutoverError, ExitCode
from producers.sources.tables.recognise import read_tables
from producers.sources.tables.table import File, OnLeftOut, Table

FILE: Final = "file"
"""The kind of a part that is a file."""


class ExtractError(CutoverError):
    """An extract that cannot be opened. The message says what, where, and what to do."""

    exit_code = ExitCode.USAGE


class ExtractMissing(ExtractError):
    """Nothing is at the address."""


class ExtractEmpty(ExtractError):
    """The delivery holds no part."""


class ExtractWithoutTable(ExtractError):
    """None of the parts holds a table."""


class SeveralDeliveries(ExtractError):
    """The folder holds several deliveries."""


class DeliveryIncomplete(ExtractError):
    """A file that manifest.toml lists is missing, or not whole yet."""


class ImpossibleDate(ExtractError):
    """The delivery is dated before 1990, or more than a day in the future."""


class ArchiveRefused(ExtractError):
    """An archive is damaged, or an entry leads out of it."""


class UnknownScheme(ExtractError):
    """No adapter reads an address of this scheme."""


class CredentialsInAddress(ExtractError):
    """An address holds a password, a key or a query, which would be stored with it."""


class PackageMissing(ExtractError):
    """The package that reads an address of this scheme is not installed."""


class SourceUnreachable(ExtractError):
    """A store does not answer, or refuses. A later attempt may succeed."""

    exit_code = ExitCode.UNREACHABLE
    retriable = True


class CopyIncomplete(ExtractError):
    """A copied file has not the size or the hash that its store stated. A later attempt may succeed."""

    exit_code = ExitCode.UNREACHABLE
    retriable = True


class ManifestUnreadable(ExtractError):
    """manifest.toml is no TOML, or a value in it means nothing."""


class LocationUndeclared(ExtractError):
    """manifest.toml names a location, and the project's settings do not say that it has several."""


class AnotherPractice(ExtractError):
    """manifest.toml names another practice than the project's."""


class DeliveryPart(Protocol):
    """A part of a delivery, read afresh by each call.

    `name` is its path within the delivery (posix), `kind` what it is, `size` its bytes.
    """

    @property
    def name(self) -> str:
        """Return the path within the delivery."""
        ...

    @property
    def kind(self) -> str:
        """Return what it is; `FILE` for a file."""
        ...

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        ...

    def digest(self) -> str:
        """Return the SHA-256 (hex) of its content: events name a part by it. Raises OSError."""
        ...

    def open(self) -> BinaryIO:
        """Open its bytes for reading; the stream can seek. Raises OSError when they cannot be read (any more)."""
        ...

    def tables(self, on_left_out: OnLeftOut, *, hidden_sheets: bool) -> list[Table]:
        """Return its tables, in their order. Parts with rows that are not read go to `on_left_out`. Raises NotATable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A delivery as it was found: its parts in a fixed order, without the manifest and what systems leave lying about; the
    names that were set aside, each with its reason; the manifest's bytes; and the folders in which deliveries of their own lie.
    `fingerprint` is a digest of address, names, sizes and versions of the files; empty where no store states versions.
    """

    parts: Sequence[DeliveryPart]
    set_aside: Sequence[tuple[str, str]] = ()
    manifest: bytes | None = None
    deliveries: Sequence[str] = ()
    has_changed: Callable[[], bool] = lambda: False
    fingerprint: str = ""


class Source(Protocol):
    """A delivery at an address. `address` is recorded in the log, so that documents are found again; `name` is for people."""

    @property
    def address(self) -> str:
        """Return the address, in full."""
        ...

    @property
    def name(self) -> str:
        """Return the delivery's own name."""
        ...

    def contents(self) -> Contents:
        """Look at the delivery, before anything of it is read but the manifest. Raises ExtractError."""
        ...

    def read(self, name: str) -> bytes:
        """Return the bytes of the part of this name. Raises OSError when it is not there (any more)."""
        ...


class FilePart:
    """Common part of parts that are files: made a base of an adapter's file, which says its name, size and bytes."""

    kind = FILE

    def digest(self: File) -> str:
        """Return the SHA-256 (hex) of the bytes."""
        with self.open() as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]

    def tables(self: File, on_left_out: OnLeftOut, *, hidden_sheets: bool) -> list[Table]:
        """Return the tables of the file."""
        return read_tables(self, on_left_out, hidden_sheets=hidden_sheets)
