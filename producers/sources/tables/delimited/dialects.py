"""Delimiter and quoting of a text file, from the records of a bounded sample."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from producers.sources.tables.delimited.quoting import split_literally
from producers.sources.tables.headers.header_rows import header_width
from producers.sources.tables.headers.headers import NOT_A_TABLE, Layout, find_header, tables_around, why_no_table
from producers.sources.tables.table import NotATable

if TYPE_CHECKING:
    from _csv import Reader

csv.field_size_limit(1 << 26)  # the largest `[log] largest_event`; a note with pictures is longer than the module's 128 KiB

_DELIMITERS: Final = (",", "\t", ";", "|")
_BACKSLASH: Final = re.compile(r'\\(["\\])?')
BROKEN_QUOTES: Final = "broken_quotes"
_FEWEST_CELLS: Final = 3
_UNQUOTED_MUST_BE: Final = 1.2
"""How much better a file must look without quoting: single stray quotes are repaired one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """Dialect of a text file. `quoted` False: quotes are text like any other character; `skip_blanks`: blanks stand between
    a delimiter and an opening quote; `escaped`: a quote inside a cell is written with a backslash before it.
    """

    delimiter: str
    quoted: bool = True
    skip_blanks: bool = False
    escaped: bool = False

    def reader(self, lines: Iterable[str]) -> Reader:
        """Return a strict csv reader: it raises csv.Error at a record whose quoting is not well formed."""
        if not self.quoted:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE, strict=True)
        if self.escaped:
            return csv.reader(map(_with_escapes, lines), delimiter=self.delimiter, escapechar="\\", strict=True)
        return csv.reader(lines, delimiter=self.delimiter, skipinitialspace=self.skip_blanks, strict=True)


def _with_escapes(line: str) -> str:
    """Return a line in which only a quote or a backslash is escaped: a backslash before another character is text."""
    return _BACKSLASH.sub(lambda found: found[0] if found[1] else "\\\\", line) if "\\" in line else line


def detect_dialect(lines: list[str], *, complete: bool) -> tuple[Dialect, list[Layout]]:
    """Return the dialect under which the sampled lines are a table, and the layouts of the tables. Raises NotATable.

    The best dialect gives the most columns to the largest share of the rows with the fewest broken quotes.
    """
    best: _Tried | None = None
    why, has_broken_rows = NOT_A_TABLE, False
    for delimiter in _DELIMITERS:
        if not any(delimiter in line for line in lines):
            continue
        variants = [Dialect(delimiter=delimiter)]
        if any(f'{delimiter} "' in line for line in lines[:200]):
            variants.append(Dialect(delimiter=delimiter, skip_blanks=True))
        for dialect in variants:
            records, broken = _parse(dialect, lines, complete=complete)
            layout = find_header(records, complete=complete)
            if layout is not None:
                tried = _Tried(_score(layout, broken), dialect, records, layout)
                if best is None or tried.score > best.score * (1.001 if dialect.quoted else _UNQUOTED_MUST_BE):
                    best = tried
            elif why == NOT_A_TABLE:
                why = why_no_table(records)
                has_broken_rows = has_broken_rows or (broken > 0 and _begins_as_table(records))
            if dialect == Dialect(delimiter=delimiter):
                if any('\\"' in line for line in lines):
                    variants.append(Dialect(delimiter=delimiter, escaped=True))
                if broken:
                    variants.append(Dialect(delimiter=delimiter, quoted=False))
    if best is None:
        raise NotATable(BROKEN_QUOTES if why == NOT_A_TABLE and has_broken_rows else why)
    return _above(lines[: best.layout.first_row - 1], best.dialect) or (
        best.dialect,
        tables_around(best.records, best.layout, complete=complete),
    )


class _Tried(NamedTuple):
    score: float
    dialect: Dialect
    records: list[list[str]]
    layout: Layout


def _above(lines: list[str], dialect: Dialect) -> tuple[Dialect, list[Layout]] | None:
    """Return another dialect under which these lines above a table are a table too: the file is put together of two exports. It
    is read as the first one is, and the rows of the other are refused one by one.
    """
    for delimiter in _DELIMITERS:
        other = Dialect(delimiter=delimiter)
        if delimiter == dialect.delimiter or sum(delimiter in line for line in lines) <= _FEWEST_CELLS:
            continue
        records, broken = _parse(other, lines, complete=True)
        layout = find_header(records) if not broken else None
        width = len(layout.headers) if layout is not None else 0
        if (
            layout is not None
            and width >= _FEWEST_CELLS
            and sum(len(r) == width for r in records[layout.row :]) >= _FEWEST_CELLS
        ):
            return other, tables_around(records, layout)
    return None


def _begins_as_table(records: list[list[str]]) -> bool:
    """Return whether the first record names columns, and more records follow."""
    return len(records) > 1 and header_width(records[0], records[1:]) >= _FEWEST_CELLS


def _score(layout: Layout, broken: int) -> float:
    width = len(layout.headers)
    filled = sum(1 for header in layout.headers if header)
    return float(width**0.5) * layout.support * (filled / width) * (1 - 0.9 * min(1.0, broken / (layout.rows_seen + 10)))


def _parse(dialect: Dialect, lines: list[str], *, complete: bool) -> tuple[list[list[str]], int]:
    """Return the records of the sample, and how many of them were not well formed (each such line is split literally)."""
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
            records.append(split_literally(lines[done], dialect.delimiter))
            start = done + 1
        else:
            break
    return records, broken


def _rest(lines: list[str], start: int) -> Iterator[str]:
    for index in range(start, len(lines)):
        yield lines[index]
