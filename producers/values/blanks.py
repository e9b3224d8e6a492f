"""Blanks, in one list, and the trimmed text of a cell."""

from __future__ import annotations

from typing import Final

from producers.values.sifting import SURROUNDINGS, sift

DASHES: Final = frozenset({"", "-", "--", "---", "–", "—"})
"""Signs for nothing in PbN's reports."""

NOTHING: Final = frozenset({"nan", "NaN", "NAN", "NaT", "nat", "<NA>", "<na>", "NULL", "(NULL)", "<NULL>", "\\N", "#N/A"})
"""Signs for nothing that data frames, databases and spreadsheets write, in the case in which they write them."""

_BLANKS: Final = DASHES | {word.lower() for word in NOTHING} | {"n/a", "n.a.", "(blank)"}
_LONGEST: Final = max(map(len, _BLANKS))


def trimmed(text: str) -> str:
    """Return the sifted text without surrounding blanks and out of Excel's `="…"`."""
    if text.isalnum() and text.isascii():  # most cells: nothing to sift or to strip
        return text
    return sift(text)[0].strip(SURROUNDINGS)


def filled(text: str) -> str | None:
    """Return the trimmed text; None where the whole cell is blank: empty, dashes, `n/a`, `NULL`, `nan` and the like.

    `None` is a word or a blank by its column (`producers.binding.verdicts`).
    """
    text = trimmed(text)
    return None if len(text) <= _LONGEST and text.lower() in _BLANKS else text
