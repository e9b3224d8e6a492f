"""RTF in notes: one document, several in one cell, text before and after them, a document whose end is missing."""

from __future__ import annotations

import re
from typing import Final

from producers.values.reasons import CUT_TEXT, UNREADABLE_MARKUP
from producers.values.sifting import SURROUNDINGS, storable

_BEGIN: Final = re.compile(r"\{\\rtf(?=\d|\\|\s)")
_CUT_BEGIN: Final = re.compile(r"\{(?:\\(?:r(?:tf?)?)?)?$")
_HEADLESS: Final = re.compile(r"\\rtf1(?=\\)")
_STEP: Final = re.compile(r"\\bin(\d+) ?|\\.|[{}]", re.DOTALL)
_SHOWN: Final = re.compile(
    r"(?:\\\*\s*)?\\(?:footnote|annotation|header[lrf]?|footer[lrf]?|pntext|shp|shpinst|shptxt|do|dptxbxtext|result|tc|atnid)"
    r"(?![a-z0-9])"
)
"""Groups that hold words for people, which striprtf leaves out; their control words are replaced by one that it passes over."""


def is_rtf(text: str) -> bool:
    """Tell whether a trimmed text holds RTF, also behind other words."""
    return "\\rtf" in text and (_BEGIN.search(text) is not None or _HEADLESS.match(text) is not None or "{\\\\rtf" in text)


def text_of_rtf(text: str) -> tuple[str, str | None]:
    """Return every word of a text that holds RTF. Reasons: cut_text; unreadable_markup, with the text as it stands."""
    source = text
    if "{\\\\rtf" in source:
        source = source.replace("\\\\", "\\")
    if _HEADLESS.match(source) is not None:
        source = "{" + source
    parts: list[str] = []
    reason: str | None = None
    at = 0
    for begin in _BEGIN.finditer(source):
        if begin.start() < at:
            continue  # inside of the last one
        _add(parts, source[at : begin.start()])
        end, depth = _end(source, begin.start())
        plain = _plain(source[begin.start() : end] + "}" * depth)
        if plain is None:
            return text, UNREADABLE_MARKUP
        _add(parts, plain)
        reason = CUT_TEXT if depth else reason
        at = end
    tail = source[at:]
    if (cut := _CUT_BEGIN.search(tail)) is not None:
        tail, reason = tail[: cut.start()], CUT_TEXT
    _add(parts, tail)
    return ("\n".join(parts), reason) if parts else (text, UNREADABLE_MARKUP)


def _add(parts: list[str], text: str) -> None:
    text = text.strip(SURROUNDINGS)
    if text:
        parts.append(text)


def _end(text: str, start: int) -> tuple[int, int]:
    """Return the end of the group that begins here, and how many groups are open there: 0 unless the text is cut."""
    depth = 0
    at = start
    while (match := _STEP.search(text, at)) is not None:
        at = match.end()
        if match[1] is not None:
            at += int(match[1][:9])
        elif match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1
            if depth == 0:
                return at, 0
    return len(text), depth


def _plain(document: str) -> str | None:
    from striprtf.striprtf import rtf_to_text  # most practices have no such notes

    try:
        found: str = rtf_to_text(_SHOWN.sub(r"\\shown", document), errors="ignore")  # type: ignore[no-untyped-call]
    except Exception:
        return None
    joined = found.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # RTF writes pictures as halves
    return storable(joined).strip(SURROUNDINGS) or ("" if _is_empty(document) else None)


def _is_empty(document: str) -> bool:
    """Tell whether nothing but control words and groups without words stand in a document."""
    return re.search(r"\w", re.sub(r"\{[^{}]*\}|\\[a-z]+-?\d*|\\'[0-9a-f]{2}", "", document)) is None
