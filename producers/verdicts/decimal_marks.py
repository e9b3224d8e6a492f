"""The decimal mark of a column, from the numbers that have one reading only.

A mark with three digits behind it, and one to three before it, may stand between thousands; the other marks of a number, and
their number, tell. `1.234,56` and `12,5` have a decimal comma, `1,234.56` and `12.5` a decimal point.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from events.vocabulary.mapping import BOTH_MARKS
from events.vocabulary.practice import DecimalMark
from producers.verdicts.evidence import is_decided, is_overturned

Mark = Literal[".", ",", "both"]
_DIGITS: Final = re.compile(r"[^\d.,]*(\d[\d.,]*\d)[^\d.,]*", re.ASCII)
_EITHER: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_POINT: Final = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)\.\d+|\d{1,3}(?:,\d{3}){2,}", re.ASCII)
_COMMA: Final = re.compile(r"(?:\d+|\d{1,3}(?:\.\d{3})+),\d+|\d{1,3}(?:\.\d{3}){2,}", re.ASCII)


@dataclass(slots=True, kw_only=True)
class DecimalMarks:
    """The numbers of a column, counted."""

    point: int = 0
    comma: int = 0
    either: int = 0

    def add(self, text: str, times: int = 1) -> None:
        """Count a filled cell."""
        if "." not in text and "," not in text:
            return
        match = _DIGITS.fullmatch(text)
        if match is None:
            return
        if _EITHER.fullmatch(match[1]):
            self.either += times
        elif _POINT.fullmatch(match[1]):
            self.point += times
        elif _COMMA.fullmatch(match[1]):
            self.comma += times

    def decided(self) -> Mark | None:
        """Return the mark that the cells prove; None where they prove none."""
        most, least = max(self.point, self.comma), min(self.point, self.comma)
        if not most:
            return None
        if not is_decided(most, least):
            return BOTH_MARKS
        return "," if self.comma > self.point else "."

    def overturns(self, mark: DecimalMark) -> bool:
        """Return whether the cells prove that a column has not, or not only, the mark by which it is read."""
        own, contrary = (self.comma, self.point) if mark == "," else (self.point, self.comma)
        return is_overturned(own, contrary, self.either)

    def proofs(self) -> str:
        """Return the counts of the cells that prove a mark, for the evidence."""
        return f"{self.comma} numbers have a decimal comma, {self.point} a decimal point"
