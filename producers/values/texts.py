"""Texts: short ones trimmed, notes carried whole; RTF and HTML become Markdown with every word kept."""

from __future__ import annotations

import re
import warnings
from typing import Final

from producers.values.blanks import DASHES, SURROUNDINGS, filled, storable
from producers.values.reasons import UNREADABLE_MARKUP

_HTML: Final = re.compile(
    r"<(p|div|span|b|i|u|em|strong|ul|ol|li|table|tr|td|font|h[1-6]|a|html|body|pre|blockquote)\b[^<>]*>.*</\1\s*>|<br\s*/?>",
    re.IGNORECASE | re.DOTALL,
)
_WORD: Final = re.compile(r"\w+")
_MANY_LINES: Final = re.compile(r"\n{3,}")


def clean_text(text: str) -> tuple[str | None, str | None]:
    """A short text without surrounding blanks; dashes, `n/a` and the like are blank."""
    return filled(text), None


def clean_note(text: str) -> tuple[str | None, str | None]:
    """The whole text of a note as Markdown.

    Plain text is carried as it is: line ends, `<`, `&`, formulas; only NULs are removed (Twenty refuses them). RTF and HTML are
    converted. Blank are an empty cell and dashes, nothing else. Reason: unreadable_markup, with the text as it stands.
    """
    text = storable(text)
    bare = text.strip(SURROUNDINGS)
    if bare in DASHES:
        return None, None
    if bare.startswith("{\\rtf"):
        return _from_rtf(bare)
    if "<" in bare and _HTML.search(bare) is not None:
        return _from_html(bare)
    return text, None


def _from_rtf(text: str) -> tuple[str, str | None]:
    from striprtf.striprtf import rtf_to_text  # most practices have no such notes

    try:
        plain = storable(rtf_to_text(text, errors="ignore")).strip(SURROUNDINGS)  # type: ignore[no-untyped-call]
    except Exception:
        return text, UNREADABLE_MARKUP
    return (plain, None) if plain else (text, UNREADABLE_MARKUP)


def _from_html(text: str) -> tuple[str, str | None]:
    from bs4 import BeautifulSoup  # as above; the parser takes a tenth of a second to import
    from markdownify import markdownify

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        soup = BeautifulSoup(text, "html.parser")
        for silent in soup(["script", "style", "head"]):
            silent.decompose()
        plain = soup.get_text("\n")
        try:
            marked = markdownify(
                str(soup), heading_style="ATX", escape_asterisks=False, escape_underscores=False, escape_misc=False
            )
        except Exception:
            marked = plain
    markdown = _MANY_LINES.sub("\n\n", marked.replace("\r\n", "\n")).strip(SURROUNDINGS)
    if sorted(_WORD.findall(plain)) != sorted(w for w in _WORD.findall(markdown)) and not _holds_all(plain, markdown):
        markdown = plain.strip(SURROUNDINGS)
    return (markdown, None) if markdown else (text, UNREADABLE_MARKUP)


def _holds_all(plain: str, markdown: str) -> bool:
    """Whether every word of the plain text stands in the Markdown (which may hold more: addresses of links)."""
    return set(_WORD.findall(plain)) <= set(_WORD.findall(markdown))
