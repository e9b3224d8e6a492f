"""Native ids and codes: texts that only look like numbers. What Excel has destroyed is reported, never guessed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from producers.values.blanks import filled
from producers.values.reasons import EXCEL_DAMAGED

_SCIENTIFIC: Final = re.compile(r"[-+]?\d+(?:[.,]\d+)?E[-+]\d{1,3}", re.IGNORECASE | re.ASCII)
_ERROR: Final = re.compile(r"#(?:REF|VALUE|NAME|DIV/0|NUM|NULL|SPILL|CALC)[!?]|#+", re.IGNORECASE)
_WHOLE: Final = re.compile(r"(\d+)\.0+", re.ASCII)
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+", re.ASCII)
_DATED: Final = re.compile(
    r"\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{1,2}",
    re.IGNORECASE,
)


def is_excel_damaged(text: str) -> bool:
    """Whether a trimmed text is what Excel leaves of a long number, or one of its errors."""
    return _SCIENTIFIC.fullmatch(text) is not None or _ERROR.fullmatch(text) is not None


@lru_cache(maxsize=65_536)
def clean_id(text: str) -> tuple[str | None, str | None]:
    """A native id, its leading zeros kept; `2002.0` and `2,002` from spreadsheets are `2002`. Reason: excel_damaged
    (`1.4E+10`), without a value.
    """
    if text.isdigit() and text.isascii():
        return text, None
    value = filled(text)
    if value is None:
        return None, None
    value = value.removeprefix("'")
    if is_excel_damaged(value):
        return None, EXCEL_DAMAGED
    if (whole := _WHOLE.fullmatch(value)) is not None:
        return whole[1], None
    return (value.replace(",", "") if _GROUPED.fullmatch(value) else value) or None, None


@lru_cache(maxsize=65_536)
def clean_code(text: str) -> tuple[str | None, str | None]:
    """A code (of a procedure, a tooth, a surface). Reason: excel_damaged, without a value: `5.03E+02`, and ranges of teeth that
    Excel took for dates (`6-Nov`).
    """
    value = filled(text)
    if value is None:
        return None, None
    value = value.removeprefix("'")
    if is_excel_damaged(value) or _DATED.fullmatch(value):
        return None, EXCEL_DAMAGED
    whole = _WHOLE.fullmatch(value)
    return (whole[1] if whole else value) or None, None
