"""LINKS: the addresses of web pages, their normal form, and the list of further ones (cassette ``values-links-address``)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urlsplit

from rehearsal.values.errors import ApiError, coded, type_error

_HOST = re.compile(r"(?:(?:[\w\-]+\.)+[\w\-]{1,}\.?|localhost)\Z")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_IN_PATH = "/:@!$&'()*+,;=~-._%|[]"
_IN_QUERY = _IN_PATH + "?{}^`\\"


def read_url(url: str) -> str:
    """Return the normal form of an address: with a scheme its origin in small letters and no slash at the end; without one
    it stays.

    Raises:
        ApiError: not the address of a web page.
    """
    trimmed = url.strip()
    absolute = trimmed if trimmed.lower().startswith(("http://", "https://")) else f"https://{trimmed}"
    try:
        parts = urlsplit(absolute)
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
        port = parts.port
    except ValueError as error:
        raise _invalid() from error
    if not _HOST.match(host) or "\\" in host:
        raise _invalid()
    if not trimmed.lower().startswith(("http://", "https://")):
        # An address of another kind, ``mailto:a@b.example``, has an origin called null.
        scheme = _SCHEME.match(trimmed)
        return url if scheme is None else ("null" + trimmed[scheme.end() :]).removesuffix("/")
    default = {"http": 80, "https": 443}[parts.scheme]
    origin = f"{parts.scheme}://{host}" + (f":{port}" if port and port != default else "")
    rest = quote(parts.path, safe=_IN_PATH)
    rest += f"?{quote(parts.query, safe=_IN_QUERY)}" if parts.query else ""
    rest += f"#{quote(parts.fragment, safe=_IN_QUERY)}" if parts.fragment else ""
    return (origin + (rest if rest.startswith("/") else "/" + rest)).removesuffix("/")


def read_links(primary_url: str, primary_label: str | None, secondary: Any) -> dict[str, Any]:
    """Read a whole LINKS value: all parts are written, so what is not sent is cleared; the first further link moves up if
    there is no primary. A label without an address is dropped.

    Entries that are no objects with an address are dropped.
    """
    if isinstance(secondary, dict) or (secondary is not None and not isinstance(secondary, list | str)):
        raise type_error("(secondaryLinks ?? []) is not iterable")
    links: list[dict[str, Any]] = [{"url": primary_url, "label": primary_label}] if primary_url else []
    links += [
        {part: entry[part] for part in ("url", "label") if part in entry}
        for entry in secondary or ()
        if isinstance(entry, dict) and isinstance(entry.get("url"), str) and entry["url"]
    ]
    read = [link | {"url": read_url(link["url"])} for link in links]
    first: dict[str, Any] = read[0] if read else {}
    return {
        "primaryLinkLabel": first.get("label") or "",
        "primaryLinkUrl": first.get("url", ""),
        "secondaryLinks": read[1:],
    }


def _invalid() -> ApiError:
    return coded("The URL of the link is not valid", "INVALID_URL", "Invalid URL format.")
