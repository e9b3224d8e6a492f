"""Rows of a table, remembered by the first reading of its file to the end, so that further readings need no file.

Learning looks at some files several times: for ids, for verdicts, for the words of new columns. Rows are packed as they are
read, to a fourth of their size in the file, and all tables of an extract share one budget: memory does not grow with the
delivery. A table that does not fit into it is read from its file each time.
"""

from __future__ import annotations

import marshal
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from producers.sources.tables.odd_cells import Odd, Oddity, OddRow
from producers.sources.tables.plain_lines import Skim
from producers.sources.tables.table import Extent, NumberedRow, OnReject, Rejected, RowSource, SkimmedSource

BUDGET: Final = 8 * 1024 * 1024
"""Bytes of packed rows that an extract remembers, at most: about 100,000 patients."""
_ROWS: Final = 500
_CHARACTERS: Final = 256 * 1024
"""Rows, and characters of their cells, that are packed together: a cell may hold megabytes."""


@dataclass(slots=True)
class RowBudget:
    """The bytes that the tables of one extract may still remember."""

    left: int = BUDGET


@dataclass(slots=True, kw_only=True)
class _Packed:
    """The rows of a table in pieces, each rejected record before the row of its number, and the size of the table."""

    pieces: list[bytes] = field(default_factory=list)
    rejected: list[tuple[int, Rejected]] = field(default_factory=list)
    extent: Extent = field(default_factory=Extent)
    size: int = 0

    def add(self, rows: list[Any]) -> None:
        piece = zlib.compress(marshal.dumps(rows), 1)
        self.pieces.append(piece)
        self.size += len(piece)

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        rejected, number = iter([*self.rejected, None]), 0
        following = next(rejected)
        for piece in self.pieces:
            for row, cells, odd in marshal.loads(zlib.decompress(piece)):  # noqa: S302 - packed by this process
                while following is not None and following[0] <= number:
                    on_reject(following[1])
                    following = next(rejected)
                number += 1
                yield row, OddRow(cells, _odd(odd)) if odd else cells
        while following is not None:
            on_reject(following[1])
            following = next(rejected)
        extent.records, extent.furniture = self.extent.records, self.extent.furniture


class RememberedRows:
    """A source whose rows come from its file at first, and from memory as soon as they were read to the end and fit.

    Rows that are mostly known are skimmed in the file at first, which takes less time than to unpack them.
    """

    def __init__(self, source: RowSource, budget: RowBudget) -> None:
        self._source, self._budget = source, budget
        self._packed: _Packed | None = None

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        """See Table.rows."""
        return self._packed.rows(on_reject, extent) if self._packed is not None else self._packing(on_reject, extent)

    def unknown_rows(self, on_reject: OnReject, extent: Extent, skim: Skim) -> Iterator[NumberedRow]:
        """See Table.unknown_rows."""
        packed, source = self._packed, self._source
        if packed is not None and (skim.reads_again or not isinstance(source, SkimmedSource)):
            return packed.rows(on_reject, extent)
        return (
            source.unknown_rows(on_reject, extent, skim) if isinstance(source, SkimmedSource) else self.rows(on_reject, extent)
        )

    def _packing(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        """Read the file, and remember its rows at the end where they fit into the budget."""
        packed, waiting, count, characters = _Packed(), list[Any](), 0, 0

        def reject(rejected: Rejected) -> None:
            packed.rejected.append((count, rejected))
            packed.size += sum(map(len, rejected.cells))
            on_reject(rejected)

        rows = self._source.rows(reject, extent)
        for row, cells in rows:
            waiting.append((row, [*cells], _plainly(cells.odd) if isinstance(cells, OddRow) else ()))
            count += 1
            characters += sum(map(len, cells))
            yield row, cells
            if len(waiting) >= _ROWS or characters >= _CHARACTERS:
                packed.add(waiting)
                waiting, characters = [], 0
                if packed.size > self._budget.left:
                    break
        yield from rows
        packed.add(waiting)
        if packed.size <= self._budget.left and self._packed is None:
            packed.extent = replace(extent)
            self._budget.left -= packed.size
            self._packed = packed


@lru_cache(maxsize=1_024)
def _plainly(odd: Odd) -> tuple[tuple[int, str], ...]:
    return tuple((at, oddity.value) for at, oddity in odd)


@lru_cache(maxsize=1_024)
def _odd(plainly: tuple[tuple[int, str], ...]) -> Odd:
    return tuple((at, Oddity(value)) for at, value in plainly)
