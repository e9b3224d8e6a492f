"""The padding of a column's ids: all have as many digits, with zeros in front."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_LEAST: Final = 3


@dataclass(slots=True)
class Widths:
    """The ids of a column that are digits alone, counted by their number of digits."""

    digits: Counter[int] = field(default_factory=Counter)
    padded: int = 0

    def add(self, text: str, times: int = 1) -> None:
        """Count a filled cell."""
        if text.isdigit() and text.isascii():
            self.digits[len(text)] += times
            self.padded += times * (text[0] == "0" and len(text) > 1)

    def width(self) -> int | None:
        """Return the number of digits to which the ids are padded; None where they are not."""
        if not self.padded or len(self.digits) != 1 or self.digits.total() < _LEAST:
            return None
        return next(iter(self.digits))


def lost_zeros(cells: Iterable[str], width: int) -> bool:
    """Return whether ids that were padded to a width have lost their zeros: many are shorter, and none begins with one."""
    numbers = [cell for cell in cells if cell.isdigit() and cell.isascii()]
    shorter = sum(len(cell) < width for cell in numbers)
    return shorter >= _LEAST and 2 * shorter >= len(numbers) and not any(cell[0] == "0" for cell in numbers if len(cell) > 1)
