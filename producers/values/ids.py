"""Native ids and codes: texts that only look like numbers. What Excel has destroyed is reported, never guessed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from producers.values.blanks import filled
from producers.values.reasons import EXCEL_DAMAGED
from producers.values.sifting import destroyed

_SCIENTIFIC: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?E[-+]\d{1,3}", re.IGNORECASE | re.ASCII)
_WHOLE: Final = re.compile(r"(\d+)\.0+", re.ASCII)
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+", re.ASCII)
_DATED: Final = re.compile(
    r"\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,2}",
    re.IGNORECASE,
)

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SHOWN_DATE: Final = re.compile(rf"(?:(\d{{1,2}})-({'|'.join(_MONTHS)})|({'|'.join(_MONTHS)})-(\d{{1,2}}))", re.ASCII)
"""As Excel shows what it took for a date: `1-Mar` of `3-1`, `Mar-50` of `3-50`."""
_WHOLE_DATE: Final = re.compile(r"\d{4}-(\d\d)-(\d\d)(?:[ T]00:00(?::00)?)?", re.ASCII)
"""The same, as the cell of a workbook has it."""


def undone_date(text: str) -> str | None:
    """Return the id that a trimmed text was before a spreadsheet program made a date of it; None for any other text."""
    if (shown := _SHOWN_DATE.fullmatch(text)) is not None:
        day, month = shown[1] or shown[4], shown[2] or shown[3]
        return f"{_MONTHS.index(month) + 1}-{int(day)}"
    if (whole := _WHOLE_DATE.fullmatch(text)) is not None:
        return f"{int(whole[1])}-{int(whole[2])}"
    return None


def is_excel_damaged(text: str) -> bool:
    """Return whether a trimmed text is what Excel leaves of a long number, or one of its errors."""
    return _SCIENTIFIC.fullmatch(text) is not None or destroyed(text) or (text != "" and not text.strip("#"))


@lru_cache(maxsize=8_192)
def clean_id(text: str) -> tuple[str | None, str | None]:
    """Clean a native id: its leading zeros are kept; `2002.0` and `2,002` from spreadsheets are `2002`. Reason: excel_damaged
    (`1.4E+10`, and `1-Mar`, which was `3-1`), without a value.
    """
    if text.isdigit() and text.isascii():
        return text, None
    value = filled(text)
    if value is None:
        return None, None
    value = value.removeprefix("'")
    if is_excel_damaged(value) or undone_date(value) is not None:
        return None, EXCEL_DAMAGED
    if (whole := _WHOLE.fullmatch(value)) is not None:
        return whole[1], None
    return (value.replace(",", "") if _GROUPED.fullmatch(value) else value) or None, None


@lru_cache(maxsize=8_192)
def clean_code(text: str) -> tuple[str | None, str | None]:
    """Clean a code (of a procedure, a tooth, a surface). Reason: excel_damaged, without a value: `5.03E+02`, and ranges of
    teeth that Excel took for dates (`6-Nov`).
    """
    value = filled(text)
    if value is None:
        return None, None
    value = value.removeprefix("'")
    if is_excel_damaged(value) or _DATED.fullmatch(value):
        return None, EXCEL_DAMAGED
    whole = _WHOLE.fullmatch(value)
    return (whole[1] if whole else value) or None, None
