"""Records of a report that are not data: blank ones, page lines, repeated headers and titles, totals.

Reports exported "as shown" carry their page furniture along. A record counts as furniture only when all of it says so: a
total's other cells are blank or amounts, a page line stands alone. Anything else is data, or is rejected where it can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

_STRIP: Final = " \t\r\n\xa0\0\x1a\ufeff\f\v"
_AMOUNT: Final = re.compile(r"[-+($ ]*[$€£]?[ \d,]*\.?\d*\)?[-%]?(?: ?(?:CR|DR|cr|dr))?")
_TOTAL: Final = re.compile(
    r"(?:(?:grand|sub|report|page|overall|group)[ -]?)?totals?\b"
    r"(?: (?:for|of|records?|rows?|count|amount|patients?|items?)\b[^,;]{0,60})?"
    r"\s*[:=]?\s*[-($]*[\d,.]*\)?|(?:count|records?|rows?|number of (?:records|rows)|record count|row count)\s*[:=]\s*[\d,]+"
    r"|[\d,]+ (?:records?|rows?|items?)(?: (?:found|listed|total|exported))?",
    re.IGNORECASE,
)
_LINE: Final = re.compile(
    r"page\s*:?\s*\d+(?:\s*(?:of|/)\s*\d+)?"
    r"|(?:generated|printed|exported|created|run|report)(?: (?:on|date|at|by|time))?\s*:?\s+\S.*\d.*"
    r"|filters?\s*:.*|\*+\s*end of (?:report|file).*|-*\s*end of (?:report|file)\W*|[-=_*. ]{3,}|confidential\W*",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"[-=_*. ]{2,}")
_BEGINS: Final = re.compile(
    r"[\s\0\x1a\ufeff]|(?:grand|sub|report|page|overall|group|total|count|records?|rows?|number of|generated|printed|exported"
    r"|created|run|filter|end of|confidential)(?![a-z])|sub-?total|totals|filters|[-=_*. ]|[\d,]+ (?:record|row|item)",
    re.IGNORECASE,
)
_FIRST_LETTERS: Final = frozenset("tTgGsSrRpPoOcCnNeEfF*-=_#.0123456789")


def is_blank(cells: Iterable[str]) -> bool:
    """Return whether a record holds nothing but blanks (NULs, a stray byte order mark and DOS's end-of-file mark are blanks
    too).
    """
    return not any(cell.strip(_STRIP) for cell in cells)


class Noise:
    """Tells furniture from data for one table: its headers and the lines that stood above them are known."""

    def __init__(self, headers: Sequence[str], above: Iterable[Sequence[str]]) -> None:
        self._headers = [_plain(header) for header in headers]
        self._above = {key for record in above if (key := tuple(_plain(c) for c in record if c.strip(_STRIP)))}
        firsts = {c[0][:1] for c in self._above} | {h[:1] for h in self._headers[:1]}
        letters = {letter for first in firsts for letter in (first.lower(), first.upper())}
        words = {c for c in _FIRST_LETTERS if not c.isdigit()}
        self.suspects: Final[frozenset[str]] = frozenset(words | letters | set(_STRIP) | {'"', "'"})
        """First characters of a record of full length that ask for a closer look; a blank first cell asks for it too."""
        self._starts = {c[0] for c in self._above} | set(self._headers[:1])

    def covers_full(self, cells: Sequence[str]) -> bool:
        """Return the same as `covers`, quicker to say no, for a record of full length."""
        return not self.passes(cells[0]) and self.covers(cells)

    def passes(self, first: str) -> bool:
        """Return whether a record of full length with this first cell is data, whatever the others hold."""
        return bool(first) and _BEGINS.match(first) is None and _plain(first) not in self._starts

    def covers(self, cells: Sequence[str]) -> bool:
        """Return whether a record is blank or furniture and must be skipped."""
        filled = [stripped for cell in cells if (stripped := cell.strip(_STRIP))]
        if not filled:
            return True
        first = filled[0]
        if first[0] not in _FIRST_LETTERS and first[:1].lower() not in {h[:1] for h in self._headers} and len(filled) > 1:
            return self._repeats(cells, filled)
        if len(filled) == 1:
            return (
                (len(self._headers) > 1 and (_LINE.fullmatch(first) is not None or _TOTAL.fullmatch(first) is not None))
                or (_plain(first),) in self._above
                or self._repeats(cells, filled)
            )
        if first[0] in "-=_*." and all(_RULE.fullmatch(cell) for cell in filled):
            return True
        if (
            _TOTAL.fullmatch(first) is not None
            and not first[0].isdigit()
            and all(_AMOUNT.fullmatch(cell) for cell in filled[1:])
        ):
            return True
        if (
            _LINE.fullmatch(" ".join(filled)) is not None
            and len(filled) <= 3
            and len(self._headers) > 3
            and (first.lower().startswith(("page", "filter")) or all(_LINE.fullmatch(cell) for cell in filled))
        ):
            return True
        return self._repeats(cells, filled)

    def _repeats(self, cells: Sequence[str], filled: Sequence[str]) -> bool:
        """Return whether a record repeats the header, or a line that stood above it."""
        if tuple(_plain(c) for c in filled) in self._above:
            return True
        width = len(self._headers)
        if _plain(cells[0]) != self._headers[0] or len(cells) < width - 1:
            return False
        return [_plain(c) for c in cells[:width]] == self._headers[: len(cells)] and is_blank(cells[width:])


def _plain(text: str) -> str:
    return " ".join(text.strip(_STRIP).split()).casefold()
