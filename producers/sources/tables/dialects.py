"""Which delimiter and which quoting a text file uses, from the records of a bounded sample."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from producers.sources.tables.headers import Layout, find_header

if TYPE_CHECKING:
    from _csv import Reader

csv.field_size_limit(1 << 26)  # the largest `[log] largest_event`; a note with pictures is longer than the module's 128 KiB

_DELIMITERS: Final = (",", "\t", ";", "|")
_UNQUOTED_MUST_BE: Final = 1.2
"""How much better a file must look without quoting: single stray quotes are repaired one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How a text file separates its cells. `quoted` False: quotes are text like any other character; `skip_blanks`: blanks
    stand between a delimiter and an opening quote.
    """

    delimiter: str
    quoted: bool = True
    skip_blanks: bool = False

    def reader(self, lines: Iterable[str]) -> Reader:
        """A strict csv reader: it raises csv.Error at a record whose quoting is not well formed."""
        if not self.quoted:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE, strict=True)
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=self.skip_blanks, strict=True)


def detect_dialect(lines: list[str], *, complete: bool) -> tuple[Dialect, Layout] | None:
    """The dialect under which the sampled lines are a table, and the table's layout; None where they are no table.

    The best dialect gives the most columns to the largest share of the rows with the fewest broken quotes.
    """
    best: tuple[float, Dialect, Layout] | None = None
    for delimiter in _DELIMITERS:
        if not any(delimiter in line for line in lines):
            continue
        variants = [Dialect(delimiter=delimiter)]
        if any(f'{delimiter} "' in line for line in lines[:200]):
            variants.append(Dialect(delimiter=delimiter, skip_blanks=True))
        for dialect in variants:
            records, broken = _parse(dialect, lines, complete=complete)
            score = _score(records, broken, complete=complete)
            if score is not None and (best is None or score[0] > best[0] * (1.001 if dialect.quoted else _UNQUOTED_MUST_BE)):
                best = (score[0], dialect, score[1])
            if broken and dialect == Dialect(delimiter=delimiter):
                variants.append(Dialect(delimiter=delimiter, quoted=False))
    return None if best is None else (best[1], best[2])


def _score(records: list[list[str]], broken: int, *, complete: bool) -> tuple[float, Layout] | None:
    layout = find_header(records, complete=complete)
    if layout is None:
        return None
    width = len(layout.headers)
    filled = sum(1 for header in layout.headers if header)
    return (width**0.5) * layout.support * (filled / width) * (1 - 0.9 * min(1.0, broken / (layout.rows_seen + 10))), layout


def _parse(dialect: Dialect, lines: list[str], *, complete: bool) -> tuple[list[list[str]], int]:
    """The records of the sample, and how many of them were not well formed (each such line is split by its delimiter)."""
    records: list[list[str]] = []
    broken, start = 0, 0
    while start < len(lines):
        reader = dialect.reader(_rest(lines, start))
        done = start
        try:
            for cells in reader:
                records.append(cells)
                done = start + reader.line_num
        except csv.Error:
            if not complete and start + reader.line_num >= len(lines) and reader.line_num > 1:
                return records, broken  # the sample ends inside a quoted cell
            broken += 1
            records.append(lines[done].rstrip("\r\n").split(dialect.delimiter))
            start = done + 1
        else:
            break
    return records, broken


def _rest(lines: list[str], start: int) -> Iterator[str]:
    for index in range(start, len(lines)):
        yield lines[index]
