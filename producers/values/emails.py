"""E-mail addresses, lower-cased; no address is looked up in the DNS."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from email_validator import EmailNotValidError, validate_email

from producers.values.blanks import filled
from producers.values.reasons import INVALID_EMAIL, PLACEHOLDER_EMAIL

_PLAIN: Final = re.compile(r"[a-z0-9_+]+(?:(?:[-']|\.+)[a-z0-9_+]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24}", re.ASCII)
_ADDRESSED: Final = re.compile(r".*<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>", re.DOTALL | re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"\s*[;,|]\s*|\s+/\s+|\s+(?:and|or)\s+|/(?=[^/@]*@)|\s+(?=\S+@)", re.IGNORECASE)
_NOBODY: Final = frozenset({
    "none", "noemail", "nomail", "noone", "nobody", "unknown", "declined", "refused", "na", "null", "notgiven",
    "notprovided", "noaddress", "donthave", "doesnothave", "decline", "noemailaddress", "nope", "nothing",
    "noemailprovided", "patientdeclined",
})  # fmt: skip
_NOWHERE: Final = frozenset(
    {
        "none.com",
        "noemail.com",
        "nomail.com",
        "no.com",
        "na.com",
        "none.net",
        "noemail.net",
        "nowhere.com",
        "unknown.com",
        "none.none",
    }
)
_PRETENDED: Final = frozenset(
    {"test", "email", "abc", "abcd", "asdf", "qwerty", "xyz", "123", "1234", "12345", "no", "me", "you", "fake", "example"}
)


def split_emails(text: str) -> list[str]:
    """Return the single addresses in a cell that may hold several: separated by `;`, `,`, `|`, `/`, `and`, or a blank
    between two addresses. A blank inside one address does not separate.
    """
    if "@" not in text or text.count("@") == 1:
        return [text]
    parts = [part for part in _SEPARATORS.split(text) if part and part.strip()]
    return parts if sum("@" in part for part in parts) > 1 else [text]


@lru_cache(maxsize=8_192)
def clean_email(text: str) -> tuple[str | None, str | None]:
    """Return the one address in a cell, lower-cased. Reasons: invalid_email, and placeholder_email for what is typed where
    there is none (`none@none.com`, `a@a.com`, `noemail@…`), both without a value. Domains for tests (`.example`) are good,
    and so are several dots in a row before the `@`: RFC 5321 has no such addresses, mail providers do (and the sample
    extracts).
    """
    value = filled(text)
    if value is None:
        return None, None
    address = value.lower()
    if (addressed := _ADDRESSED.fullmatch(address)) is not None:
        address = addressed[1]
    address = address.removeprefix("mailto:").strip("<>\"'").rstrip(".,;:").strip()
    if _is_placeholder(address):
        return None, PLACEHOLDER_EMAIL
    if _PLAIN.fullmatch(address) and address.index("@") <= 64 and len(address) <= 254:
        return address, None
    try:
        normal = validate_email(
            address, check_deliverability=False, globally_deliverable=False, allow_quoted_local=False, strict=True
        ).normalized
    except (EmailNotValidError, ValueError, IndexError):
        return None, INVALID_EMAIL
    domain = normal.rpartition("@")[2]
    return (normal.lower(), None) if "." in domain and not domain.startswith("[") else (None, INVALID_EMAIL)


def _is_placeholder(address: str) -> bool:
    local, _, domain = address.partition("@")
    bare = re.sub(r"[\W_]", "", local)
    if bare in _NOBODY or domain in _NOWHERE:
        return True
    label = domain.partition(".")[0]
    return bool(domain) and local == label and (len(set(local)) == 1 or local in _PRETENDED)
