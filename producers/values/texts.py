"""Texts: short ones trimmed, notes carried whole; RTF and HTML become Markdown with every word kept."""

from __future__ import annotations

import re
import warnings
from typing import Final

from producers.values.blanks import DASHES, NOTHING, filled
from producers.values.reasons import EXCEL_DAMAGED, UNREADABLE_MARKUP
from producers.values.rich_text import is_rtf, text_of_rtf
from producers.values.sifting import SURROUNDINGS, decoded, destroyed, sifted_text, storable

_HTML: Final = re.compile(
    r"<(p|div|span|b|i|u|em|strong|ul|ol|li|table|tr|td|font|h[1-6]|a|html|body|pre|blockquote)\b[^<>]*>.*</\1\s*>|<br\s*/?>",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE: Final = r"(?:[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+)|nowrap|noshade|disabled|checked|compact|hidden)"
_NO_TAG: Final = re.compile(
    rf"<(?!!--|!doctype|\?xml|/?(?:[ovwx]:)?(?:a|abbr|address|article|b|base|big|blockquote|body|br|caption|center|cite|code|col"
    rf"|colgroup|dd|del|div|dl|dt|em|figure|font|footer|form|h[1-6]|head|header|hr|html|i|img|ins|kbd|li|link|main|mark|meta|nav"
    rf"|ol|p|pre|q|s|samp|section|small|span|strike|strong|style|script|sub|sup|table|tbody|td|tfoot|th|thead|title|tr|tt|u|ul"
    rf"|var)(?:\s+{_ATTRIBUTE})*\s*/?>)",
    re.IGNORECASE,
)
"""The `<` of something that is no tag of HTML: `<120`, `<see chart>`."""
_WORD: Final = re.compile(r"\w+")
_MANY_LINES: Final = re.compile(r"\n{3,}")


def clean_text(text: str) -> tuple[str | None, str | None]:
    """Return a cell's short text without surrounding blanks; dashes, `n/a` and the like are blank."""
    return filled(text), None


def clean_note(text: str) -> tuple[str | None, str | None]:
    """Return the whole text of a note as Markdown.

    Plain text is carried as it is: line ends, `<`, formulas; HTML entities are decoded, invisible marks removed. RTF and HTML
    are converted. Blank are an empty cell, dashes, `NULL` and `nan`. Reasons: excel_damaged (`#NAME?`), without a value;
    unreadable_markup, with the text as it stands; cut_text; repaired_text and lost_characters.
    """
    text = storable(text)
    bare = text.strip(SURROUNDINGS)
    if bare in DASHES or bare in NOTHING:
        return None, None
    if destroyed(bare):
        return None, EXCEL_DAMAGED
    if is_rtf(bare):
        value, reason = text_of_rtf(bare)
    elif "<" in bare and _HTML.search(bare) is not None:
        value, reason = _from_html(bare)
    else:
        value, reason = decoded(text), None
    if value.isascii():
        return value, reason
    value, doubt = sifted_text(value)
    return (value, reason or doubt) if value.strip(SURROUNDINGS) else (None, None)


def _from_html(text: str) -> tuple[str, str | None]:
    from bs4 import BeautifulSoup  # most practices have no such notes; the parser takes a tenth of a second to import
    from markdownify import markdownify

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        soup = BeautifulSoup(_NO_TAG.sub("&lt;", text), "html.parser")
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
    """Return whether every word of the plain text stands in the Markdown (which may hold more: addresses of links)."""
    return set(_WORD.findall(plain)) <= set(_WORD.findall(markdown))
