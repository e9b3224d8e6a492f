"""A table found in a file: its headers, and its data rows one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol, runtime_checkable

from events.errors import CutoverError
from producers.sources.tables.plain_lines import Skim


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A record that cannot be trusted; `cells` are those that could be read. `reason` is one of

    - `wrong_cell_count`: cells are missing or too many, other than blanks at the end,
    - `truncated_row`: the file ends inside it,
    - `another_header`: it stands below a header of other columns,
    - `lone_cell`: words stand alone in a first column of numbers.
    """

    row: int
    reason: str
    cells: tuple[str, ...]


@dataclass(slots=True)
class Extent:
    """The size of a table, set when its rows were read to the end. `records` counts all of the file or sheet, `furniture` those
    of them that hold no data: the lines up to the header, repeated headers, page lines, totals and blanks.
    """

    records: int = 0
    furniture: int = 0


WRONG_CELL_COUNT = "wrong_cell_count"
TRUNCATED_ROW = "truncated_row"
ANOTHER_HEADER = "another_header"
LONE_CELL = "lone_cell"

HIDDEN_SHEET = "hidden_sheet"
ARCHIVE = "archive"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A part of a file that holds rows and is not read: a sheet, or rows from `row` on. `reason` is `hidden_sheet`,
    `missing_header`, `header_too_short` or `side_by_side`.
    """

    reason: str
    sheet: str | None = None
    row: int | None = None


OnReject = Callable[[Rejected], None]
OnLeftOut = Callable[[LeftOut], None]
NumberedRow = tuple[int, list[str]]


class NotATable(CutoverError):
    """A file holds no table. `reason`: `empty_file`, `not_a_table` (a letter, a picture …), `unreadable` (a table's format, but
    damaged or locked), `archive` (packed files), `missing_header` (rows without a header), `header_too_short` (rows have more
    cells than the header) or `side_by_side` (several tables).
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class File(Protocol):
    """A file of a delivery. `name` is its path within the delivery (posix), `size` is in bytes."""

    @property
    def name(self) -> str:
        """Return the path within the delivery."""
        ...

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        ...

    def open(self) -> BinaryIO:
        """Open the bytes for reading; the stream can seek. Raises OSError when they cannot be read (any more)."""
        ...


class RowSource(Protocol):
    """Where a table's rows come from; each call reads them afresh."""

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        """Return the data rows with their numbers, each with as many cells as the table has headers. At the end sets the
        extent.
        """
        ...


@runtime_checkable
class SkimmedSource(RowSource, Protocol):
    """A source that can leave out known rows before they are taken apart."""

    def unknown_rows(self, on_reject: OnReject, extent: Extent, skim: Skim) -> Iterator[NumberedRow]:
        """Give rows as `rows`, without most of those that are known."""
        ...


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table. `file` is the path relative to the extract's folder (posix), `sheet` names the sheet or table where a file
    has several, `headers` are stripped (duplicates kept as found, a nameless column is `""`), `header_row` is the header's row.
    """

    file: str
    sheet: str | None
    headers: tuple[str, ...]
    header_row: int
    source: RowSource = field(repr=False, compare=False)

    def rows(self, on_reject: OnReject | None = None, extent: Extent | None = None) -> Iterator[NumberedRow]:
        """Return the data rows in the order of the file: (row number, cells), each with exactly len(headers) cells, raw as
        found.

        The row number counts the records of the file (or sheet) from 1, everything included: lines above the header, the
        header, blank records; a quoted cell of several lines is part of one record. Titles, repeated headers, page lines,
        totals and blank records are skipped. Records that cannot be trusted go to `on_reject`, never silently away.
        `extent` is set when the last row was read. Delimited text is streamed: memory stays constant, whatever the size of the
        file. Raises OSError if the file is gone.
        """
        return self.source.rows(on_reject or _ignore, extent or Extent())

    def unknown_rows(self, on_reject: OnReject, extent: Extent, skim: Skim) -> Iterator[NumberedRow]:
        """Give rows as `rows`, without most of those that `skim` recognises; their numbers are counted all the same."""
        source = self.source
        if isinstance(source, SkimmedSource):
            return source.unknown_rows(on_reject, extent, skim)
        return source.rows(on_reject, extent)


def _ignore(rejected: Rejected) -> None:
    del rejected
