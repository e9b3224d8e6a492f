"""What is blank, and what surrounds a value without belonging to it."""

from __future__ import annotations

import re
from typing import Final

SURROUNDINGS: Final = " \t\r\n\xa0\0\ufeff\u200b\v\f"
"""Characters that are removed around a value."""

DASHES: Final = frozenset({"", "-", "--", "---", "–", "—"})
"""What PbN's reports print for nothing."""

_BLANKS: Final = DASHES | {"n/a", "n.a.", "#n/a", "null", "(null)", "<null>", "\\n", "(blank)"}
_UNQUOTED: Final = re.compile(r'="(.*)"', re.DOTALL)
_LONE_SURROGATES: Final = re.compile("[\ud800-\udfff]")


def trimmed(text: str) -> str:
    """The text without surrounding blanks, without NULs, and out of Excel's `="…"`. Every character can be encoded."""
    text = text.strip(SURROUNDINGS)
    if text.startswith('="') and (match := _UNQUOTED.fullmatch(text)) is not None:
        text = match[1].replace('""', '"').strip(SURROUNDINGS)
    return text if text.isascii() and "\0" not in text else storable(text)


def filled(text: str) -> str | None:
    """The trimmed text; None where the cell is blank: empty, dashes, `n/a`, `null` and the like, as the whole cell."""
    text = trimmed(text)
    return None if len(text) < 8 and text.lower() in _BLANKS else text


def storable(text: str) -> str:
    """The text without NULs (Twenty refuses them) and with U+FFFD for halves of characters that cannot be encoded."""
    return _LONE_SURROGATES.sub("\ufffd", text.replace("\0", ""))
