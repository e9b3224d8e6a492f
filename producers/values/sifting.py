"""The filter before every cleaner: text that surrounds, hides in or stands for the value of a cell.

Removed are NULs, invisible and bidirectional marks and Excel's guards (`="…"`, an apostrophe before a formula or a number).
No-break and narrow spaces become spaces, HTML entities characters, and all text NFC. Text that was decoded with a wrong
encoding is repaired where ftfy is certain. Cells that a spreadsheet program has destroyed are told by `destroyed`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from html.entities import html5
from typing import Any, Final

from producers.values.reasons import EXCEL_DAMAGED, LOST_CHARACTERS, REPAIRED_TEXT

SURROUNDINGS: Final = " \t\r\n\xa0\0\ufeff\u200b\v\f"
"""Characters that are removed around a value."""

_UNQUOTED: Final = re.compile(r'="(.*)"', re.DOTALL)
_GUARDED: Final = re.compile(r"'(?:[=+@\-].*|[\d.,/:$()\- ]*\d[\d.,/:$()\- ]*)", re.DOTALL)
_LONE_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_ENTITY: Final = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,31}));")
_UNSEEN: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001"
)
_INVISIBLE: Final = re.compile(f"[{_UNSEEN}]|(?<![^\0-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\0-\x7f])")
"""Marks without a glyph. Joiners stay between letters and pictures that they join."""
_SPACES: Final = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_ENDS: Final = re.compile("[\x85\u2028\u2029]")
_GARBLED: Final = re.compile("[^\0-\x7f]{2}|[ÂÃ] ")
"""Wrongly decoded UTF-8 has at least two characters beyond ASCII side by side."""
_ERROR: Final = re.compile(r"#(?:REF|VALUE|NAME|DIV/0|NUM|NULL|SPILL|CALC|GETTING_DATA|FIELD|BLOCKED|CONNECT)[!?]?|#{3,}", re.I)
_SCIENTIFIC: Final = re.compile(r"[-+]?\d(?:[.,]\d+)?E[-+]\d{2,3}", re.IGNORECASE | re.ASCII)

_PLAIN: Final = re.compile(r"[A-Za-z0-9][ -%'-*,./-~]*|[0-9][0-9 ,./:-]*")
"""Most cells: printable ASCII that is neither guarded, nor an entity, nor a number with an exponent."""

Cleaner = Callable[[str], tuple[Any, str | None]]
"""From a cell to its value, and the reason code of what was lost of it."""


def sift(text: str) -> tuple[str, str | None]:
    """Return the text of a cell without its guards and marks, and `repaired_text` or `lost_characters` where it is doubtful."""
    if text.isascii():
        if text.isalnum():
            return text, None
        doubt = None
        if "&" in text and ";" in text:
            text = decoded(text)
        if "\0" in text:
            text = text.replace("\0", "")
    else:
        text, doubt = sifted_text(decoded(text))
    bare = text.strip(SURROUNDINGS)
    if bare[:1] in ("=", "'"):
        if (match := _UNQUOTED.fullmatch(bare)) is not None:
            return match[1].replace('""', '"').strip(SURROUNDINGS), doubt
        if _GUARDED.fullmatch(bare):
            return bare[1:], doubt
    return text, doubt


def sifted_text(text: str) -> tuple[str, str | None]:
    """Return a text beyond ASCII without marks, in NFC, repaired where that is certain, with the doubt that remains."""
    doubt = None
    text = storable(text)
    if _GARBLED.search(text) is not None:
        text, doubt = _repaired(text)
    text = _LINE_ENDS.sub("\n", _SPACES.sub(" ", _INVISIBLE.sub("", text)))
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text, doubt or (LOST_CHARACTERS if "\ufffd" in text else None)


def decoded(text: str) -> str:
    """Return the text with characters for its HTML entities, also those that were escaped twice."""
    for _ in range(3):
        if "&" not in text or (found := _ENTITY.sub(_character, text)) == text:
            break
        text = found
    return text


def destroyed(text: str) -> bool:
    """Tell whether a whole cell is a spreadsheet's error, hashes instead of a value, or a number cut to its exponent."""
    if len(text) > 40:
        return False
    bare = text.strip(SURROUNDINGS)
    if bare[:1] == "#":
        return _ERROR.fullmatch(bare) is not None
    return bare[-1:].isdigit() and ("E" in bare or "e" in bare) and _SCIENTIFIC.fullmatch(bare) is not None


def sifted(clean: Cleaner) -> Cleaner:
    """Return the cleaner behind the filter: a destroyed cell has no value, and a repaired one says so."""

    def read(text: str) -> tuple[Any, str | None]:
        if _PLAIN.fullmatch(text) is not None:
            return clean(text)
        found, doubt = sift(text)
        if destroyed(found):
            return None, EXCEL_DAMAGED
        value, reason = clean(found)
        return value, reason or (doubt if value is not None else None)

    return read


def storable(text: str) -> str:
    """Return the text without NULs, and with U+FFFD for halves of characters: neither can be stored or encoded."""
    return _LONE_SURROGATES.sub("\ufffd", text.replace("\0", ""))


def _character(match: re.Match[str]) -> str:
    if match[3] is not None:
        return html5.get(f"{match[3]};", match[0])
    code = int(match[1]) if match[1] is not None else int(match[2], 16)
    if 0x80 <= code <= 0x9F:  # browsers read these as Windows-1252, and so do those who write them
        return bytes([code]).decode("cp1252", "ignore")
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _repaired(text: str) -> tuple[str, str | None]:
    from ftfy import fix_encoding  # most practices have no such texts

    found = fix_encoding(text)
    return found, REPAIRED_TEXT if found != text else None
