"""Tables written as HTML and saved under a spreadsheet's name, and Excel's "XML Spreadsheet 2003".

Parsed as a stream: memory stays constant. Every row of a table is a record, also an empty one; a cell that spans columns is
followed by blanks, one that spans rows stands in each of them. A table inside a cell is a table of its own, and that cell's
text too. Only the tags that make tables are understood, which is several times as fast as Python's general HTML parser.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Final

from producers.sources.tables.encodings import FALLBACK, byte_order_mark, detect_encoding
from producers.sources.tables.headers.header_rows import has_rows
from producers.sources.tables.headers.headers import Layout, find_header, why_no_table
from producers.sources.tables.odd_cells import Oddity, OddRow
from producers.sources.tables.reader import TableInFile
from producers.sources.tables.screening import screened_rows
from producers.sources.tables.table import Extent, File, LeftOut, NumberedRow, OnLeftOut, OnReject

_BLOCK: Final = 1 << 16
_SAMPLED_RECORDS: Final = 1000
_CELLS: Final = frozenset({"td", "th", "cell", "ss:cell"})
_ROWS: Final = frozenset({"tr", "row", "ss:row"})
_TABLES: Final = frozenset({"table", "ss:table"})
_TAG: Final = re.compile(r"(/?)([A-Za-z][\w:.-]*)\s*([^>]*)>")
_BREAKS: Final = frozenset({"br", "p", "div", "li"})
_SILENT: Final = frozenset({"style", "script", "title", "xml"})

_Record = tuple[int, list[str], bool]


@dataclass(frozen=True, kw_only=True)
class MarkupSource:
    """The rows of the table number `index` of one HTML or XML file."""

    file: File
    index: int
    layout: Layout

    def rows(self, on_reject: OnReject, extent: Extent) -> Iterator[NumberedRow]:
        """See Table.rows; rows are counted within the table."""
        records = ((cells, whole) for index, cells, whole in _records(self.file) if index == self.index)
        return screened_rows(records, self.layout, on_reject, extent)


def read_markup(file: File, on_left_out: OnLeftOut, *, hidden_sheets: bool) -> list[TableInFile]:
    """Return the tables of a file of markup with their numbers from 1, in its order; a file without any gives none.

    Tables of rows without a header go to `on_left_out`.
    """
    del hidden_sheets
    samples: dict[int, list[list[str]]] = {}
    for index, cells, _ in _records(file):
        sample = samples.setdefault(index, [])
        if len(sample) < _SAMPLED_RECORDS:
            sample.append(cells)
    found = []
    for index, sample in samples.items():
        layout = find_header(sample)
        if layout is not None:
            source = MarkupSource(file=file, index=index, layout=layout)
            found.append(TableInFile(name=str(index), layout=layout, source=source))
        elif has_rows(sample):
            on_left_out(LeftOut(sheet=f"table {index}", reason=why_no_table(sample)))
    return found


def _records(file: File) -> Iterator[_Record]:
    """Yield every row of every table: (number of the table, cells, whether the row is closed or followed by another)."""
    with file.open() as stream:
        head = stream.read(_BLOCK)
        marked = byte_order_mark(head)
        encoding, errors = (marked[0], FALLBACK if marked[0] == "utf-8" else "replace") if marked else detect_encoding(head)
        stream.seek(marked[1] if marked else 0)
        with io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="") as text:
            rows, rest = _Rows(), ""
            while block := text.read(_BLOCK):
                pieces = (rest + block).split("<")
                rest = "<" + pieces.pop() if len(pieces) > 1 else pieces.pop()
                rows.take(pieces)
                yield from rows.taken()
            rows.take(rest.split("<"))
            rows.end()
            yield from rows.taken()


class _Rows:
    """Gathers the rows of tables from the pieces between one `<` and the next."""

    def __init__(self) -> None:
        self._found: list[_Record] = []
        self._depth = 0
        self._table = self._last_table = 0
        self._known = 0
        self._row: list[str] | None = None
        self._cell: list[str] | None = None
        self._span = self._rows = 1
        self._down: dict[int, dict[int, tuple[int, str]]] = {}
        """Of each table, the columns whose cells go on below: for how many rows, and the text."""
        self._odd: dict[int, list[tuple[int, Oddity]]] = {}
        """Of each table, the odd cells of the row at work."""
        self._outside: list[
            tuple[int, int, list[str] | None, list[str] | None, int]
        ] = []  # what is open around a table in a cell
        self._silent = ""  # the text that ends what is no text: a comment, a script

    def taken(self) -> list[_Record]:
        """Return the rows that were completed since the last call."""
        found, self._found = self._found, []
        return found

    def take(self, pieces: list[str]) -> None:
        """Read on. Each piece is a tag (without its `<`) and the text after it, or text that only held a `<`."""
        for piece in pieces:
            if self._silent:
                self._skip(piece)
                continue
            match = _TAG.match(piece)
            if match is not None:
                closing, tag, attributes = match.groups()
                tag = tag.lower()
                if closing:
                    self._closes(tag)
                else:
                    self._opens(tag, attributes)
                    if attributes.endswith("/") and tag not in _BREAKS:
                        self._closes(tag)
                if self._cell is not None and len(piece) > match.end():
                    text = piece[match.end() :]
                    self._cell.append(unescape(text) if "&" in text else text)
            elif piece.startswith("!--"):
                self._silent = "-->"
                self._skip(piece)
            elif piece.startswith("![CDATA[") and self._cell is not None:
                self._cell.append(piece[8:].replace("]]>", ""))
            elif self._cell is not None and not piece.startswith(("!", "?")):
                self._cell.append("<" + unescape(piece))

    def end(self) -> None:
        """End the text: a row that is still open was cut."""
        self._close_cell()
        self._close_row(whole=False)

    def _skip(self, piece: str) -> None:
        if self._silent == "-->":
            self._silent = "" if "-->" in piece else "-->"
        elif piece.lower().startswith(self._silent):
            self._silent = ""

    def _opens(self, tag: str, attributes: str) -> None:
        if tag in _CELLS or tag in _ROWS:
            if self._depth == 0:
                return
            self._close_cell()
            if tag in _ROWS:
                self._close_row()
                self._row = []
                if attributes:
                    self._leave_out_rows(_number(attributes, "ss:index"))
                return
            self._row = [] if self._row is None else self._row
            self._cell = []
            self._span = self._rows = 1
            place = _number(attributes, "ss:index") - 1 if attributes else -1
            while len(self._row) < place:
                if not self._goes_down():
                    self._row.append("")
            while self._goes_down():
                pass
            if attributes:
                self._span = _number(attributes, "colspan") or _number(attributes, "ss:mergeacross") + 1
                self._rows = _number(attributes, "rowspan") or _number(attributes, "ss:mergedown") + 1
        elif tag in _TABLES:
            self._outside.append((self._table, self._known, self._row, self._cell, self._span))
            self._depth += 1
            self._last_table += 1
            self._table, self._known, self._row, self._cell = self._last_table, 0, None, None
        elif tag in _BREAKS and self._cell:
            self._cell.append("\n")
        elif tag in _SILENT and not attributes.endswith("/"):
            self._silent = "/" + tag

    def _closes(self, tag: str) -> None:
        if tag in _TABLES:
            self._close_cell()
            self._close_row()
            if self._depth:
                self._depth -= 1
                self._table, self._known, self._row, self._cell, self._span = self._outside.pop()
        elif self._depth and tag in _CELLS:
            self._close_cell()
        elif self._depth and tag in _ROWS:
            self._close_cell()
            self._close_row()

    def _close_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            first = len(self._row)
            self._row.append("".join(self._cell))
            if self._span > 1:
                self._row.extend([""] * (min(self._span, 1000) - 1))
                self._odd.setdefault(self._table, []).extend((at, Oddity.COVERED) for at in range(first + 1, len(self._row)))
            if self._rows > 1:
                below = self._down.setdefault(self._table, {})
                below.update({at: (self._rows - 1, self._row[at]) for at in range(first, len(self._row))})
        self._cell = None

    def _goes_down(self) -> bool:
        """Give the next cell of the row the value of a cell above that spans several rows; False where there is none."""
        below = self._down.get(self._table)
        if not below or self._row is None or (at := len(self._row)) not in below:
            return False
        left, text = below.pop(at)
        if left > 1:
            below[at] = (left - 1, text)
        self._row.append(text)
        self._odd.setdefault(self._table, []).append((at, Oddity.MERGED if text else Oddity.COVERED))
        return True

    def _close_row(self, *, whole: bool = True) -> None:
        if self._row is not None:
            while self._goes_down():
                pass
            odd = self._odd.pop(self._table, None)
            row = OddRow(self._row, tuple(odd)) if odd else self._row
            self._found.append((self._table, row, whole))
            if self._outside[-1][3] is not None:
                self._outside[-1][3].append("\n" + "\t".join(self._row))
            self._known += 1
        self._row = None

    def _leave_out_rows(self, index: int) -> None:
        """Leave out numbers of rows. XML spreadsheets name the index of a row after empty ones; those are records too."""
        missing = min(index - 1 - self._known, 10_000)
        if missing > 0:
            self._found.extend((self._table, [], True) for _ in range(missing))
            self._known += missing


def _number(attributes: str, name: str) -> int:
    """Return the value of a numeric attribute; 0 without it."""
    lowered = attributes.lower()
    if name not in lowered:
        return 0
    match = re.search(name + r"\s*=\s*[\"']?(\d{1,5})\b", lowered)
    return int(match[1]) if match is not None else 0
