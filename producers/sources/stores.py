"""Stores that fsspec reaches: SFTP, S3 and others. Credentials come from the environment and fsspec's configuration alone.

A failure of a store is an `ExtractError` with the address and the kind of the failure: the text of a library is not repeated,
as it may hold what a log must not.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import Any, Final

from producers.sources.addresses import RemoteAddress
from producers.sources.inventory import LEFT_BEHIND, LINK, SPECIAL_FILE, UNREADABLE, shown_name
from producers.sources.port import ExtractError, ExtractMissing, PackageMissing, SourceUnreachable, UnknownScheme

_EXTRAS: Final = {"s3": ("s3fs", "s3"), "s3a": ("s3fs", "s3"), "sftp": ("sshfs", "sftp"), "ssh": ("sshfs", "sftp")}
"""By scheme the package that reads it, and our extra that installs the package."""
_NO_STORES: Final = frozenset(
    {"local", "dir", "cached", "blockcache", "filecache", "simplecache", "reference", "zip", "tar", "libarchive", "data"}
)
"""Schemes of fsspec that wrap other addresses, or this machine's files."""
_VERSIONS: Final = ("ETag", "etag", "md5Hash", "mtime", "LastModified", "last_modified", "created")
"""The keys under which stores state the version of a file: a hash, or the time of its last change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """A file as its store lists it. `name` is escaped, below the delivery; `path` is the store's; `version` and `md5` (hex) are
    empty where the store states none; `why_not` is the reason of an entry that is set aside, else empty.
    """

    name: str
    path: str
    size: int
    version: str
    md5: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreListing:
    """The listing of an address: a folder's files in the order of their paths, or a single file."""

    place: RemoteAddress
    is_folder: bool
    files: tuple[ListedFile, ...]

    @property
    def fingerprint(self) -> str:
        """Return a digest of address, names, sizes and versions; empty where the store states no version of a file."""
        if not self.files or not all(file.version for file in self.files):
            return ""
        content = [self.place.url, *([file.name, file.size, file.version] for file in self.files)]
        return hashlib.sha256(json.dumps(content).encode("utf-8", "surrogatepass")).hexdigest()

    def below(self, name: str) -> StoreListing:
        """Return the part of a folder's listing at a name directly below it."""
        inside = tuple(
            replace(file, name=file.name.removeprefix(f"{name}/")) for file in self.files if file.name.startswith(f"{name}/")
        )
        alone = tuple(file for file in self.files if file.name == name)
        return StoreListing(place=self.place / name, is_folder=not alone, files=inside or alone)


def store_of(place: RemoteAddress) -> tuple[Any, str]:
    """Return fsspec's file system for an address, and the address as a path in it. Raises PackageMissing, SourceUnreachable."""
    import fsspec
    from fsspec.config import conf

    scheme = place.scheme
    if scheme not in fsspec.available_protocols() or scheme in _NO_STORES:
        raise UnknownScheme(
            f"{scheme}: deliveries are not read from such an address; give a path, or a URL with file, s3, sftp or another "
            "store of fsspec"
        )
    kind = _adapter(scheme)
    options = {**kind._get_kwargs_from_urls(place.url), **conf.get(scheme, {})}
    if _EXTRAS.get(scheme, ("", ""))[1] == "sftp":
        options.setdefault("known_hosts", ())  # asyncssh then reads ~/.ssh/known_hosts; sshfs alone would trust any server
    with reached(place):
        return kind(**options), str(kind._strip_protocol(place.url))


def _adapter(scheme: str) -> Any:
    """Return fsspec's class for a scheme. Raises PackageMissing."""
    import fsspec
    from fsspec.registry import known_implementations

    package, extra = _EXTRAS.get(scheme, ("", ""))
    if package and find_spec(package) is None:
        raise PackageMissing(f"{scheme}: the package {package} is missing; install it with: pip install 'cutover[{extra}]'")
    if extra == "sftp":  # fsspec's own adapter accepts the key of any server
        from sshfs import SSHFileSystem

        return SSHFileSystem
    try:
        return fsspec.get_filesystem_class(scheme)
    except ImportError as error:
        said = known_implementations.get(scheme, {}).get("err") or scheme
        raise PackageMissing(
            f"{scheme}: a package for this address is missing (fsspec: {said}); install it with: pip install PACKAGE"
        ) from error


def listing_of(place: RemoteAddress) -> StoreListing:
    """Ask a store afresh for what lies at an address. Raises ExtractMissing, SourceUnreachable."""
    store, root = store_of(place)
    with reached(place):
        store.invalidate_cache()
        about = store.info(root)
        if about["type"] != "directory":
            return StoreListing(place=place, is_folder=False, files=(_listed(shown_name(place.name), root, about),))
        found = store.find(root, detail=True)
    top = root.rstrip("/") + "/"
    files = []
    for path, about in found.items():
        name = path.removeprefix(top)
        parts = name.split("/")
        if path.endswith("/") or any(part.startswith(LEFT_BEHIND) and part != ".." for part in parts):
            continue  # a marker of an empty folder, or a file that systems leave lying about
        files.append(_listed("/".join(map(shown_name, parts)), path, about, leads_out=bool({"", ".", ".."} & {*parts})))
    return StoreListing(place=place, is_folder=True, files=tuple(sorted(files, key=lambda file: PurePosixPath(file.name))))


def _listed(name: str, path: str, about: Mapping[str, Any], *, leads_out: bool = False) -> ListedFile:
    kind, size = about.get("type"), about.get("size")
    why_not = LINK if kind == "link" or about.get("islink") else "" if kind == "file" else SPECIAL_FILE
    if leads_out or (size is None and not why_not):
        why_not = UNREADABLE
    version = " ".join(str(about[key]) for key in _VERSIONS if about.get(key))
    return ListedFile(name=name, path=path, size=int(size or 0), version=version, md5=_md5_of(about), why_not=why_not)


def _md5_of(about: Mapping[str, Any]) -> str:
    """Return the MD5 (hex) that a store states: in hex, in base64, or as the ETag of an object sent in one piece."""
    stated = str(about.get("md5") or about.get("ETag") or "").strip('"').lower()
    if re.fullmatch("[0-9a-f]{32}", stated):
        return stated
    try:
        return base64.b64decode(str(about.get("md5Hash") or ""), validate=True).hex()
    except ValueError:
        return ""


def found_at(place: RemoteAddress) -> bool:
    """Return whether something lies at an address. Raises SourceUnreachable."""
    try:
        return bool(listing_of(place).files)
    except ExtractMissing:
        return False


@contextmanager
def reached(place: RemoteAddress) -> Iterator[None]:
    """Turn the failure of a store into ExtractMissing or SourceUnreachable."""
    try:
        yield
    except ExtractError:
        raise
    except FileNotFoundError:
        raise ExtractMissing(
            f"{place}: no such file or folder; give the folder of an extract, a ZIP archive of it, or one of its files"
        ) from None
    except Exception as error:  # each library has errors of its own
        _adapter(place.scheme).clear_instance_cache()  # a connection that broke is not used again
        raise SourceUnreachable(
            f"{place}: the store does not answer, or refuses ({type(error).__name__}); check address, credentials and network"
        ) from None
