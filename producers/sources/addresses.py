"""Places of deliveries as an operator names them: a path of this machine, or an address in a store such as SFTP or S3."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from producers.sources.port import CredentialsInAddress, UnknownScheme

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")

_CHAINED: Final = re.compile(r"::[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True, order=True)
class RemoteAddress:
    """The address of a folder or file in a store, without credentials: it may be shown and stored."""

    url: str

    def __str__(self) -> str:
        return self.url

    @property
    def scheme(self) -> str:
        """Return the kind of the store, such as `sftp`."""
        return self.url.partition("://")[0]

    @property
    def name(self) -> str:
        """Return the last part of the address."""
        return self.url.rpartition("/")[2]

    @property
    def parent(self) -> RemoteAddress:
        """Return the address of the folder around it."""
        around = self.url.rpartition("/")[0]
        return RemoteAddress(f"{around}/" if around.endswith(":/") else around)

    def absolute(self) -> RemoteAddress:
        """Return the address itself: none is relative."""
        return self

    def __truediv__(self, name: str) -> RemoteAddress:
        return RemoteAddress(f"{self.url}{name}" if self.url.endswith("/") else f"{self.url}/{name}")


SourcePlace = Path | RemoteAddress
"""A place of deliveries."""


def place_of(text: str) -> SourcePlace:
    """Return the place that a text names; a URL of scheme `file` is a path. Raises CredentialsInAddress, UnknownScheme."""
    named = _SCHEME.match(text)
    if _CHAINED.search(text):
        raise UnknownScheme("addresses joined by :: are not read; give the address of the folder or of the .zip itself")
    if named is None:
        return Path(text)
    scheme = named[1].lower()
    if scheme == "file":
        return Path(unquote(urlsplit(text).path))
    rest = text[named.end() :]
    _refuse_credentials(scheme, rest)
    return RemoteAddress(f"{scheme}://{rest.rstrip('/')}")


def _refuse_credentials(scheme: str, rest: str) -> None:
    """Raise CredentialsInAddress for a password, a signature, or what may be one. The message repeats nothing of them."""
    host = re.split(r"[/?]", rest, maxsplit=1)[0]
    user, at, server = host.rpartition("@")
    if ":" in unquote(user) or (not at and _ambiguous(server, rest)) or "?" in rest:
        variable = f"FSSPEC_{re.sub('[^A-Z0-9]', '_', scheme.upper())}"
        raise CredentialsInAddress(
            f"the {scheme} address holds a password, a key or a query, which would be stored with it; give "
            f"{scheme}://HOST/FOLDER alone, and the credentials in the environment ({variable}_PASSWORD=…, or "
            f"{variable}='{{…}}' with the options of fsspec) or in fsspec's own configuration (~/.config/fsspec)"
        )


def _ambiguous(server: str, rest: str) -> bool:
    """Return whether the text before the first slash may be a user with a password that holds a slash."""
    return not re.fullmatch(r"(\[.*\]|[^:]*)(:[0-9]*)?", server) or (re.search(r":[0-9]+$", server) is not None and "@" in rest)
