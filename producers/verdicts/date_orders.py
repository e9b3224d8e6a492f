"""The order of day and month in a column, from the cells that fit one order only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from events.vocabulary.mapping import BOTH_ORDERS
from events.vocabulary.practice import DateOrder
from producers.verdicts.evidence import is_decided, is_overturned

Order = Literal["mdy", "dmy", "ymd", "both"]
_NUMBERS: Final = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})(?!\d)", re.ASCII)
_YEAR_FIRST: Final = re.compile(r"\d{4}-(\d\d)-(\d\d)(?!\d)", re.ASCII)
LOOKED_AT: Final = 11
"""Characters at the start of a text that tell whether it is such a date: ten, and one that is no digit."""


@dataclass(slots=True, kw_only=True)
class DateOrders:
    """The dates of a column, counted. `setting` rules where years have two digits: with it, they may come first."""

    setting: DateOrder
    month_first: int = 0
    day_first: int = 0
    either: int = 0
    same: int = 0
    dotted: int = 0
    """Dates with dots between the numbers: countries that put the month first write them with slashes or hyphens (CLDR)."""

    year_first: int = 0
    exchangeable: int = 0
    """Dates with the year first, as real dates of a workbook are read: all of them, and those that have a day up to 12."""

    def add(self, text: str, times: int = 1) -> None:
        """Count a filled cell."""
        match = _NUMBERS.match(text)
        if match is None:
            if (match := _YEAR_FIRST.match(text)) is not None:
                self.year_first += times
                self.exchangeable += times if int(match[2]) <= 12 else 0
            return
        one, other = int(match[1]), int(match[3])
        self.dotted += times if match[2] == "." else 0
        if self.setting == "ymd" and len(match[4]) == 2 and other <= 12 and int(match[4]) <= 31:
            self.either += times  # 26/07/04 may have the year first
        elif 12 < one <= 31 and other <= 12:
            self.day_first += times
        elif 12 < other <= 31 and one <= 12:
            self.month_first += times
        elif one != other:
            self.either += times
        else:
            self.same += times

    @property
    def seen(self) -> int:
        """Return the number of cells that are dates in numbers, with the year behind."""
        return self.month_first + self.day_first + self.either + self.same

    @property
    def are_dotted(self) -> bool:
        """Return whether all of the dates are written with dots."""
        return self.dotted == self.seen > 0

    @property
    def are_exchanged(self) -> bool:
        """Return whether a spreadsheet program has made dates of the cells that fit its own order, and left the others as
        texts: then each real date has day and month exchanged, and each text has a number over 12 in the place of the month.
        """
        texts = self.day_first + self.month_first
        return 0 < self.exchangeable == self.year_first and 0 < texts == self.seen and 0 in (self.day_first, self.month_first)

    def decided(self) -> Order | None:
        """Return the order that the cells prove; None where they prove none."""
        most, least = max(self.month_first, self.day_first), min(self.month_first, self.day_first)
        if not most:
            return None
        if not is_decided(most, least):
            return BOTH_ORDERS
        return "dmy" if self.day_first > self.month_first else "mdy"

    def overturns(self, order: DateOrder) -> bool:
        """Return whether the cells prove that a column is not, or not only, in the order by which it is read."""
        own, contrary = self.month_first, self.day_first
        if order == "dmy":
            own, contrary = contrary, own
        return is_overturned(own, contrary, self.either)

    def proofs(self) -> str:
        """Return the counts of the cells that prove an order, for the evidence."""
        return f"{self.day_first} cells fit day first only, {self.month_first} month first only"
