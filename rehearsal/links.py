"""LINKS: the addresses of web pages, their normal form, and the list of further ones (cassette ``values-links-address``)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from rehearsal.errors import ApiError, coded

_HOST = re.compile(r"(?:[\w\-]+\.)+[\w\-]{2,}\.?\Z")


def read_url(url: str) -> str:
    """The normal form of an address: scheme and host in small letters, no slash at the end; the scheme may be missing.

    Raises:
        ApiError: not the address of a web page.
    """
    if any(character.isspace() for character in url):
        raise _invalid()
    has_scheme = "://" in url
    try:
        parts = urlsplit(url if has_scheme else f"https://{url}")
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise _invalid() from error
    if parts.scheme not in ("http", "https") or not (_HOST.match(host) or (has_scheme and host == "localhost")):
        raise _invalid()
    rest = (
        parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "") + (f"#{parts.fragment}" if parts.fragment else "")
    )
    return (f"{parts.scheme}://" if has_scheme else "") + host + port + rest


def read_links(primary_url: str, primary_label: str, secondary: list[Any]) -> dict[str, Any]:
    """A whole LINKS value: all parts are written, so what is not sent is cleared; the first further link moves up if there
    is no primary.

    Entries that are no objects with an address are dropped.
    """
    links = [(primary_url, primary_label)] if primary_url else []
    links += [
        (entry["url"], entry.get("label") or "")
        for entry in secondary
        if isinstance(entry, dict) and isinstance(entry.get("url"), str) and entry["url"]
    ]
    read = [(read_url(url), label) for url, label in links]
    url, label = read[0] if read else ("", primary_label)
    return {
        "primaryLinkLabel": label,
        "primaryLinkUrl": url,
        "secondaryLinks": [{"url": u, "label": name} for u, name in read[1:]],
    }


def _invalid() -> ApiError:
    return coded("The URL of the link is not valid", "INVALID_URL")
