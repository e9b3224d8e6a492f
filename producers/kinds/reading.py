"""Reading cells: what it depends on besides the cell, and a reader that remembers.

An appointment book says the same few types, providers and days again and again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from events.vocabulary.practice import DateOrder, DecimalMark, Practice
from events.vocabulary.records import Issue
from producers.kinds.cell_fates import fate_of
from producers.values.booleans import clean_boolean
from producers.values.moments.date_times import clean_date_time
from producers.values.moments.dates import Pivot
from producers.values.money import MICROS, SIGNS, clean_money, money_cleaner
from producers.values.numbers import clean_number
from producers.values.sifting import Cleaner, sifted
from producers.values.texts import clean_note
from producers.values.units import without_unit

REMEMBERED = 4_096
"""Cells that a column remembers, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The practice, the time of the extract, and the verdict on the column: reading depends on them besides the cell."""

    order: DateOrder
    zone: ZoneInfo
    country: str
    births: Pivot
    dates: Pivot
    decimal: DecimalMark = "."
    currency: str = "USD"
    unit: str | None = None

    @classmethod
    def of(cls, practice: Practice, taken_at: datetime) -> Rules:
        """Return the rules of a practice for an extract taken at this moment (aware)."""
        day = taken_at.astimezone(practice.zone).date()
        return cls(
            order=practice.date_order,
            zone=practice.zone,
            country=practice.country,
            births=Pivot.of_births(day),
            dates=Pivot.around(day),
            decimal=practice.decimal_mark,
            currency=practice.currency,
        )


Cleaning = Callable[[Rules], Cleaner]
"""The making of a cleaner for one practice and extract."""


TEXT_CUT = "text_cut"
_CUT_AT = 32_767
"""UTF-16 units that a cell of Excel holds at most."""
_LOOKS_CUT = (_CUT_AT - 1) // 2


def _is_cut(cell: str) -> bool:
    """Return whether a text is as long as a cell of Excel can be (a pair of units is not cut in two)."""
    return len(cell.encode("utf-16-le", "surrogatepass")) // 2 in (_CUT_AT - 1, _CUT_AT)


def filtered(clean: Cleaner) -> Cleaner:
    """Return the cleaner behind the filter; that of notes looks for RTF and HTML first, and filters itself."""
    return clean if clean is clean_note else sifted(clean)


class Remembered(dict[str, tuple[Any, Issue | None, str]]):
    """Cell → (value, issue, fate), read when first met and remembered while there is room (a full column hardly repeats)."""

    def __init__(self, clean: Cleaner, field: str) -> None:
        super().__init__()
        self._clean, self._field = clean, field

    def __missing__(self, cell: str) -> tuple[Any, Issue | None, str]:
        value, reason = self._clean(cell)
        if reason is None and len(cell) >= _LOOKS_CUT and _is_cut(cell):
            reason = TEXT_CUT
        read = (value, Issue(self._field, reason) if reason is not None else None, fate_of(cell, value, reason))
        if len(self) < REMEMBERED and len(cell) <= 200:
            self[cell] = read
        return read


def read_flag(text: str) -> tuple[bool | None, str | None]:
    """Read yes or no, also said as `Active` and `Inactive`."""
    word = text.strip().casefold()
    if word in ("active", "enabled", "inactive", "disabled"):
        return word in ("active", "enabled"), None
    return clean_boolean(text)


def numbers(rules: Rules) -> Cleaner:
    """Return the cleaner of numbers: an amount of money counts as one, and the unit of the column is left away."""
    decimal, unit = rules.decimal, rules.unit
    amount = (
        money_cleaner(decimal, SIGNS[unit]) if unit is not None and unit in SIGNS else partial(clean_money, decimal=decimal)
    )

    def read(text: str) -> tuple[float | None, str | None]:
        if unit is not None:
            text = without_unit(text, unit)
        number, reason = clean_number(text, decimal)
        if reason is None:
            return number, None
        micros, trouble = amount(text)
        return (None, reason) if micros is None or trouble is not None else (micros / MICROS, None)

    return read


def moments(rules: Rules) -> Cleaner:
    """Return the cleaner of moments.

    Moments hardly repeat: past `Remembered` they go without a second cache, whose upkeep would cost more than reading.
    """
    return partial(clean_date_time.__wrapped__, order=rules.order, zone=rules.zone, pivot=rules.dates)
