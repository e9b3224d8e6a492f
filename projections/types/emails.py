"""E-mail addresses (cassette values-emails)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from projections.types.type import INVALID_EMAIL, MAPPINGS, Held, TwentyType, list_or_empty, part_of, text_or_empty

_EMAIL = re.compile(r"""[^\s@"(),:;<>\[\\\]]{1,64}@[^\s@"(),:;<>\[\\\]]+""")
_LONGEST_EMAIL = 254


def _emails(value: Any) -> Held:
    if not isinstance(value, Mapping):
        return None, INVALID_EMAIL
    primary, more = value.get("primaryEmail") or "", value.get("additionalEmails") or []
    good = [mail for mail in more if is_email(mail)]
    known = value.keys() <= {"primaryEmail", "additionalEmails"}
    if known and (not primary or is_email(primary)) and len(good) == len(more):
        return value, None
    return {"primaryEmail": primary if is_email(primary) else "", "additionalEmails": good}, INVALID_EMAIL


def is_email(mail: Any) -> bool:
    """Return whether Twenty takes this as an e-mail address (cassette values-emails)."""
    return isinstance(mail, str) and len(mail) <= _LONGEST_EMAIL and _EMAIL.fullmatch(mail) is not None


def _said(value: Any) -> tuple[str, list[str]]:
    additional = value.get("additionalEmails") if isinstance(value, MAPPINGS) else None
    return part_of(value, "primaryEmail").lower(), sorted(str(e).lower() for e in additional or [])


SPECS = (
    TwentyType(
        name="EMAILS",
        valid=_emails,
        same=lambda wanted, image: _said(wanted) == _said(image),
        parts={"primaryEmail": text_or_empty, "additionalEmails": list_or_empty},
    ),
)
