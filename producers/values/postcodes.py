"""Postcodes. US ZIP codes have five digits: where Excel has taken the leading zeros, their number is known."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from producers.values.blanks import filled
from producers.values.ids import is_excel_damaged
from producers.values.reasons import EXCEL_DAMAGED

_SHORT: Final = re.compile(r"(\d{3,4})(-\d{4})?", re.ASCII)
_LONG: Final = re.compile(r"(\d{3,4})(\d{4})", re.ASCII)
_WHOLE: Final = re.compile(r"(\d+)\.0+", re.ASCII)


@lru_cache(maxsize=8_192)
def clean_postcode(text: str, country: str = "US") -> tuple[str | None, str | None]:
    """Return the postcode in a cell, as PbN has it. A US ZIP code that lost its leading zeros gets them back, with the
    reason excel_damaged; what Excel left of other codes (`9.46E+04`) is lost, with the same reason.
    """
    value = filled(text)
    if value is None:
        return None, None
    value = " ".join(value.removeprefix("'").split())
    if is_excel_damaged(value):
        return None, EXCEL_DAMAGED
    if country == "US":
        value = whole[1] if (whole := _WHOLE.fullmatch(value)) is not None else value
        if (short := _SHORT.fullmatch(value)) is not None:
            return short[1].zfill(5) + (short[2] or ""), EXCEL_DAMAGED
        if (long := _LONG.fullmatch(value)) is not None:
            return f"{long[1].zfill(5)}-{long[2]}", EXCEL_DAMAGED
    return value or None, None
