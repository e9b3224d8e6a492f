"""The unit of a column: the one that stands beside its numbers."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from producers.values.units import unit_of

_BARE: Final = re.compile(r"[-+(]?\s*\d[\d.,]*\)?", re.ASCII)
_FEW: Final = 20


@dataclass(slots=True, kw_only=True)
class Units:
    """The units of a column's numbers, counted. `bare` numbers have none; `others` are cells of any other look."""

    found: Counter[str] = field(default_factory=Counter)
    bare: int = 0
    others: int = 0

    def add(self, text: str, times: int = 1) -> None:
        """Count a filled cell."""
        if self.others > _FEW:
            return
        if _BARE.fullmatch(text):
            self.bare += times
        elif (unit := unit_of(text)) is not None:
            self.found[unit] += times
        else:
            self.others += times

    @property
    def unit(self) -> str | None:
        """Return the unit of the column: most of its cells are numbers with it, and the others are bare numbers."""
        if self.others or len(self.found) != 1:
            return None
        unit, times = self.found.most_common(1)[0]
        return unit if times > self.bare else None

    @property
    def are_mixed(self) -> bool:
        """Return whether numbers of several units, or with and without one, stand in the column: they cannot be compared."""
        return bool(self.found) and not self.others and self.unit is None

    def said(self) -> str:
        """Return the counts of the units, for the evidence."""
        counts = [f"{times} in {unit}" for unit, times in self.found.most_common(4)]
        return ", ".join([*counts, f"{self.bare} without a unit"] if self.bare else counts)
