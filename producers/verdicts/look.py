"""One column looked at whole: what its cells prove about the rule by which they are read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from events.vocabulary.mapping import ColumnBinding
from events.vocabulary.practice import Practice
from producers.kinds import cells as kinds
from producers.kinds.judged import BARE_CODE
from producers.kinds.kind import CellKind
from producers.values.blanks import filled
from producers.values.moments.times import time_behind_day
from producers.values.money import SIGNS, currency_sign
from producers.verdicts.date_orders import DateOrders
from producers.verdicts.decimal_marks import DecimalMarks
from producers.verdicts.units import Units
from producers.verdicts.widths import Widths

DATES: Final = frozenset({kinds.DATE, kinds.BIRTH_DATE, kinds.DATE_TIME})
IDS: Final = frozenset({kinds.ID, kinds.PATIENT_ID, kinds.PLAN_ID})
_NAMES: Final = frozenset({kinds.NAME, kinds.FULL_NAME, kinds.AUTHOR})
_WORDS: Final = frozenset({kinds.WORD, kinds.CARRIER})
_FEW: Final = 50
"""Distinct words of a column that keep coming back, at most."""
_REMEMBERED: Final = 4_096
"""Distinct cells of a column that are counted before they are looked at: most columns repeat theirs."""
_MOSTLY: Final = 0.9


@dataclass(kw_only=True)
class Look:
    """The cells of one column, counted; `kind` is None for a custom column. Call `settle` when all cells were added."""

    kind: CellKind | None
    practice: Practice
    orders: DateOrders = field(init=False)
    marks: DecimalMarks = field(default_factory=DecimalMarks)
    units: Units = field(default_factory=Units)
    widths: Widths = field(default_factory=Widths)
    filled: int = 0
    midnights: int = 0
    times: int = 0
    foreign: Counter[str] = field(default_factory=Counter)
    """Signs of currencies that are not the practice's."""
    words: Counter[str] = field(default_factory=Counter)
    """The distinct words, kept while there are few."""
    _cells: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.orders = DateOrders(setting=self.practice.date_order)

    def add(self, cell: str) -> None:
        """Add a cell."""
        if cell in self._cells or len(self._cells) < _REMEMBERED:
            self._cells[cell] += 1
        else:
            self._see(cell, 1)

    def settle(self) -> None:
        """Look at the cells that were counted."""
        for cell, times in self._cells.items():
            self._see(cell, times)
        self._cells.clear()

    def _see(self, cell: str, times: int) -> None:
        text = filled(cell)
        if text is None:
            return
        kind = self.kind
        self.filled += times
        if text in self.words or len(self.words) <= _FEW:
            self.words[text] += times
        if kind is None or kind in DATES:
            self.orders.add(text, times)
        if kind is None or kind is kinds.MONEY:
            self.marks.add(text, times)
        if kind is None:
            self.units.add(text, times)
            if (clock := time_behind_day(text)) is not None:
                self.times += times
                self.midnights += 0 if clock else times
        elif kind is kinds.MONEY:
            sign = currency_sign(text)
            if sign is not None and self.practice.currency not in SIGNS[sign]:
                self.foreign[sign] += times
        elif kind in IDS:
            self.widths.add(text, times)

    def order(self) -> str | None:
        """Return the order that the dates prove; None where they prove none, and in a column of other cells."""
        return self.orders.decided() if self.holds_dates else None

    @property
    def holds_dates(self) -> bool:
        """Return whether the column is one of dates: a custom one must hold hardly anything else."""
        return self.kind is not None or self.orders.seen >= _MOSTLY * self.filled > 0

    @property
    def holds_numbers(self) -> bool:
        """Return whether the column is one of numbers: a custom one must hold nothing else."""
        return self.kind is not None or (self.filled > 0 and not self.units.others)

    def none_is_word(self) -> bool:
        """Return whether `None` recurs beside other words, in a column of few words."""
        if self.kind is not None and self.kind not in _WORDS and self.kind.codes is None:
            return self.kind in _NAMES
        return self.words["None"] > 1 and 1 < len(self.words) <= _FEW

    def codes(self) -> dict[str, int]:
        """Return the bare codes of a column of states that holds them mostly, with their counts; none of another column."""
        if self.kind is None or self.kind.codes is None or not self.words:
            return {}
        found = {word: times for word, times in self.words.items() if BARE_CODE.fullmatch(word) is not None}
        return found if 2 * len(found) >= len(self.words) else {}


def looks_at(column: ColumnBinding) -> bool:
    """Return whether a column is judged: it is read."""
    return column.field is not None or column.custom is not None
