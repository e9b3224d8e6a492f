"""The cells of a sheet of which the workbook's reader gives less than the file holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final

from producers.sources.tables.odd_cells import Oddity

_PADDED: Final = re.compile(r'(?:0|[-/ ]|\\[-/ .()]|"[-/ .()]")+')
_QUOTED: Final = re.compile(r'"(.)"|\\(.)')

Range = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of merged cells, each as row and column from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetCells:
    """The cells of one sheet that need another look, by row and column from 0: odd ones, texts as they are shown, and the
    merged cells that the reader does not tell.
    """

    odd: dict[int, dict[int, Oddity]] = field(default_factory=dict)
    shown: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)


def padded_format(code: str) -> str | None:
    """Return a number format that shows leading zeros, without its quotes; None for another format."""
    positive = code.split(";")[0]
    return _QUOTED.sub(r"\1\2", positive) if _PADDED.fullmatch(positive) and positive.count("0") > 1 else None


def shown_number(value: str, code: str) -> str | None:
    """Return a whole number under a format of zeros; None for another number."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if number < 0 or number != number.to_integral_value():
        return None
    digits = list(str(int(number)).rjust(code.count("0"), "0"))
    shown: list[str] = []
    for mark in reversed(code):
        shown.append(digits.pop() if mark == "0" else mark)
    return "".join([*digits, *reversed(shown)])
