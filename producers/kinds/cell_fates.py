"""The fates of cells: what became of each cell of a row that was taken apart. A lost value has its reason code as its fate."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

EMPTY: Final = ""
"""The cell holds nothing."""
CARRIED: Final = "carried"
"""The value says the same as the cell, character by character, but for blanks around it."""
NORMALISED: Final = "normalised"
"""The value is the cell's in another form: a date, a telephone number, an amount, a text without marks."""
WORD_FOR_NOTHING: Final = "blank"
"""The cell holds a word or a value that stands for none: `NULL`, `N/A`, `0000-00-00`."""
SAID_ELSEWHERE: Final = "repeated"
"""Another cell of the row, or another table, says the same."""
UNWANTED: Final = "left_out"
"""The mapping leaves the column out."""
SENSITIVE: Final = "sensitive"
"""The mapping leaves the column out because it holds what a CRM must not have."""
WITH_ITS_ROW: Final = "with_row"
"""The row makes no record by itself: it is held, used otherwise, or of a table that is mapped to nothing."""

CELL_FATES: Final = frozenset({CARRIED, NORMALISED, WORD_FOR_NOTHING, SAID_ELSEWHERE, UNWANTED, SENSITIVE, WITH_ITS_ROW})
"""All fates but the reason codes of lost values."""

REPEATS: Final = "repeats "
"""Reasons for leaving a column out begin so where its cells are said elsewhere."""

SENSITIVE_BECAUSE: Final = "sensitive: "
"""Reasons for leaving a column out begin so where its cells are sensitive."""

_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,6})?", re.ASCII)
_MICROS: Final = 1_000_000


def fate_of(cell: str, value: Any, reason: str | None) -> str:
    """Return the fate of a cell that was read as this value, or was lost for this reason."""
    if value is None:
        if reason is not None:
            return reason
        return WORD_FOR_NOTHING if cell and not cell.isspace() else EMPTY
    if value is cell:
        return CARRIED
    if isinstance(value, str):
        return CARRIED if value == cell.strip() else NORMALISED
    return CARRIED if _says_the_same(cell.strip(), value) else NORMALISED


def _says_the_same(text: str, value: Any) -> bool:
    """Return whether a text is the plain form of a value that is no text. Amounts are in millionths."""
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, int | float):
        return _NUMBER.fullmatch(text) is not None and float(text) in (value, value / _MICROS)
    return isinstance(value, date) and text == value.isoformat()


def fate_of_unread(ignored: str | None) -> str:
    """Return the fate of the filled cells of a column that fills no field, from the reason for leaving it out."""
    if ignored is not None and ignored.startswith(SENSITIVE_BECAUSE):
        return SENSITIVE
    return SAID_ELSEWHERE if ignored is not None and ignored.startswith(REPEATS) else UNWANTED
