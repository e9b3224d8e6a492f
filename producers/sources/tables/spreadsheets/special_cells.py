"""The cells of a sheet of which the workbook's reader gives less than the file holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from producers.sources.tables.odd_cells import Oddity

Range = tuple[tuple[int, int], tuple[int, int]]
"""The first and the last cell of merged cells, each as row and column from 0."""


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The cells of one sheet that need another look, by row and column from 0: odd ones, texts as they are shown, and the
    merged cells that the reader does not tell.
    """

    odd: dict[int, dict[int, Oddity]] = field(default_factory=dict)
    shown: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
